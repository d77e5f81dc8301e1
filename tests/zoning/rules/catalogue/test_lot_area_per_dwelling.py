"""Lot area per dwelling: the lot shared among the dwellings."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from shapely.geometry import box

from zoning.rules.findings import Outcome
from zoning.rules.site import OverlayPart

MIN_150 = {"kind": "lot_area_per_dwelling", "bound": "min", "value": 150, "unit": "m2"}


@pytest.mark.parametrize(
    ("dwellings", "outcome"),
    [(4, Outcome.COMPLIES), (5, Outcome.BREACHES), (0, Outcome.NOT_APPLICABLE)],
)
def test_the_lot_is_shared_among_the_dwellings(find, dwellings, outcome):
    assert find(MIN_150, dwelling_units=Decimal(dwellings)).outcome == outcome


def test_not_stated_is_not_zero(find):
    found = find(MIN_150)
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("dwelling_units",))


@pytest.mark.parametrize(
    ("area_m2", "outcome"), [("150", Outcome.COMPLIES), ("149.9", Outcome.BREACHES)]
)
def test_a_stated_share_is_judged(find, area_m2, outcome):
    assert find(MIN_150, declared={"lot_area_per_dwelling": Decimal(area_m2)}).outcome == outcome


def test_the_net_lot_is_shared_where_the_rule_says_so(find, site):
    narrowed = replace(site, overlays=(OverlayPart("widening", "W", box(0, 0, 20, 3)),))
    rule = {**MIN_150, "base": "net"}
    assert find(rule, on_site=narrowed, dwelling_units=Decimal(4)).provided == Decimal(135)
    assert find(MIN_150, on_site=narrowed, dwelling_units=Decimal(4)).provided == Decimal(150)
