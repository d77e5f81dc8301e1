"""Parking: stalls for what the building holds, rounded as the rule says."""

from __future__ import annotations

from decimal import Decimal

import pytest

from zoning.rules.findings import Outcome

BY_USE = {
    "kind": "parking",
    "bound": "min",
    "unit": "stalls",
    "value": "dwelling_units * 1.5 + retail_floor_area / 50 m2",
    "rounding": "up",
}
HOUSE = {"dwelling_units": Decimal(3), "floor_areas_m2": {"residential": Decimal(300)}}


@pytest.mark.parametrize(
    ("stalls", "outcome"), [(4, Outcome.BREACHES), (5, Outcome.COMPLIES)]
)  # 3 × 1.5 = 4.5, rounded up to 5
def test_either_side_of_the_threshold(find, stalls, outcome):
    assert find(BY_USE, parking_stalls=Decimal(stalls), **HOUSE).outcome == outcome


@pytest.mark.parametrize(
    ("rounding", "required"), [("none", "4.5"), ("up", "5"), ("down", "4"), ("nearest", "5")]
)
def test_the_rule_says_how_it_is_rounded(find, rounding, required):
    found = find({**BY_USE, "rounding": rounding}, parking_stalls=Decimal(5), **HOUSE)
    assert found.required == Decimal(required)


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({"floor_areas_m2": {}, "parking_stalls": Decimal(9)}, "dwelling_units"),
        ({"dwelling_units": Decimal(3), "parking_stalls": Decimal(9)}, "retail_floor_area"),
        (HOUSE, "parking_stalls"),
    ],
)
def test_what_is_not_stated_is_named(find, facts, missing):
    found = find(BY_USE, **facts)
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, (missing,))


def test_thirds_that_add_up_to_a_whole_are_not_rounded_up(find):
    """500 ÷ 30 three times is 50 stalls; the 28th digit of a division asks for no 51st."""
    rule = {
        **BY_USE,
        "value": "retail_floor_area / 30 m2 + residential_floor_area / 30 m2 + floor_area / 60 m2",
    }
    areas = {"retail": Decimal(500), "residential": Decimal(500)}
    assert find(rule, parking_stalls=Decimal(50), floor_areas_m2=areas).required == Decimal(50)


def test_a_greatest_number_can_be_asked(find):
    rule = {**BY_USE, "bound": "max", "rounding": "down"}
    assert find(rule, parking_stalls=Decimal(5), **HOUSE).outcome == Outcome.BREACHES
    assert find(rule, parking_stalls=Decimal(4), **HOUSE).outcome == Outcome.COMPLIES
