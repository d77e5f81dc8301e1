"""Open space: what stays usable and open, of the lot."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from shapely.geometry import box

from zoning.rules.findings import Outcome

MIN_30 = {"kind": "open_space", "bound": "min", "value": 30, "unit": "%"}


@pytest.mark.parametrize(
    ("open_m2", "outcome"), [("180", Outcome.COMPLIES), ("179.99", Outcome.BREACHES)]
)
def test_either_side_of_the_threshold(find, open_m2, outcome):
    assert find(MIN_30, open_space_m2=Decimal(open_m2)).outcome == outcome


def test_the_unbuilt_part_is_not_taken_for_open_space(find):
    found = find(MIN_30, footprint=box(5, 5, 6, 6))
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("open_space",))


@pytest.mark.parametrize(
    ("share", "outcome"), [("0.3", Outcome.COMPLIES), ("0.299", Outcome.BREACHES)]
)
def test_a_stated_share_is_judged(find, share, outcome):
    assert find(MIN_30, declared={"open_space": Decimal(share)}).outcome == outcome


def test_the_drawn_lot_can_be_the_base(find, site):
    deed = replace(site, registered_area_m2=Decimal(500))
    assert find(MIN_30, on_site=deed, open_space_m2=Decimal(160)).outcome == Outcome.COMPLIES
    gross = {**MIN_30, "base": "gross"}
    assert find(gross, on_site=deed, open_space_m2=Decimal(160)).outcome == Outcome.BREACHES
