"""Roof annex: a share of the roof, or an area on small lots."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from shapely.geometry import box

from zoning.rules.findings import Outcome

OF_THE_ROOF = {
    "kind": "roof_annex",
    "bound": "max",
    "unit": "m2",
    "value": "if(lot_area < 100 m2, 30 m2, 0.3 * footprint_area)",
}
ROOF_200 = box(5, 5, 15, 25)


@pytest.mark.parametrize(
    ("annex_m2", "outcome"), [("60", Outcome.COMPLIES), ("60.01", Outcome.BREACHES)]
)
def test_a_share_of_the_roof(find, annex_m2, outcome):
    assert find(OF_THE_ROOF, footprint=ROOF_200, roof_annex_m2=Decimal(annex_m2)).outcome == outcome


@pytest.mark.parametrize(("lot_m2", "limit_m2"), [("99.99", 30), ("100", 60)])
def test_small_lots_have_an_area_instead(find, site, lot_m2, limit_m2):
    small = replace(site, registered_area_m2=Decimal(lot_m2))
    found = find(OF_THE_ROOF, on_site=small, footprint=ROOF_200, roof_annex_m2=Decimal(0))
    assert found.required == limit_m2


def test_an_annex_that_is_not_stated_needs_review(find):
    found = find(OF_THE_ROOF, footprint=ROOF_200)
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("roof_annex",))


def test_a_roof_that_is_not_drawn_leaves_the_limit_open(find):
    found = find(OF_THE_ROOF, roof_annex_m2=Decimal(0))
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("footprint_area",))
