"""Roof annex: a share of the roof, or an area on small lots."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from shapely.geometry import box

from zoning.rules.findings import Outcome
from zoning.rules.site import Tier

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


SHARE = {"kind": "roof_annex", "bound": "max", "value": 30, "unit": "%", "base": "roof"}
TOP = Tier(Decimal(12), box(5, 5, 10, 25))


@pytest.mark.parametrize(
    ("facts", "share"),
    [
        ({"footprint": ROOF_200}, "0.15"),
        ({"footprint": ROOF_200, "tiers": (TOP,)}, "0.3"),
        ({"footprint": ROOF_200, "tiers": (TOP,), "roof_m2": Decimal(60)}, "0.5"),
        ({"building_length_m": Decimal(10), "building_width_m": Decimal(6)}, "0.5"),
    ],
)
def test_a_share_of_the_roof_as_far_as_it_is_known(find, facts, share):
    found = find(SHARE, roof_annex_m2=Decimal(30), **facts)
    assert found.provided == Decimal(share)
    over = Decimal(share) > Decimal("0.3")
    assert found.outcome == (Outcome.BREACHES if over else Outcome.COMPLIES)


@pytest.mark.parametrize(
    ("base", "share"), [("floor_below", "0.2"), ("registered", "0.05"), ("gross", "0.05")]
)
def test_a_share_of_the_floor_below_or_of_the_lot(find, base, share):
    found = find({**SHARE, "base": base}, roof_annex_m2=Decimal(30), floor_below_m2=Decimal(150))
    assert found.provided == Decimal(share)


def test_a_share_of_a_roof_that_is_not_known_is_open(find):
    found = find(SHARE, roof_annex_m2=Decimal(0))
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("roof",))
