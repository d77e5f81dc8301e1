"""The largest floor area counts every limit by what it is a limit of."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.zoning.rules.conftest import ON, rulebook_of, split
from zoning.rules.engine import evaluate
from zoning.rules.loading import RulebookError
from zoning.rules.site import Proposal

ABOVE_KERB = {"kind": "height", "bound": "max", "value": 12, "unit": "m", "datum": "kerb"}
COVERAGE = {"kind": "coverage", "bound": "max", "value": 50, "unit": "%"}
NOTHING_STATED = Proposal()
LEVELS = {"kerb": Decimal(100), "mean_grade": Decimal(103)}


def largest(site, *rules, proposal=NOTHING_STATED):
    book = rulebook_of(*rules, storey_height="3 m")
    return evaluate(site, proposal, book, on=ON).capacity


def test_storeys_are_counted_from_the_level_that_the_height_is_limited_from(site):
    """12 m above the kerb are 9 m above ground that lies 3 m higher: three storeys of 300 m²."""
    found = largest(site, ABOVE_KERB, COVERAGE, proposal=Proposal(ground_levels_m=LEVELS))
    assert (found.storeys, found.storeys_by, found.floor_area_m2) == (3, "height", Decimal(900))


def test_without_the_levels_the_number_of_storeys_is_not_known(site):
    found = largest(site, ABOVE_KERB, COVERAGE)
    assert found.storeys is None
    assert not found.complete or found.floor_area_m2 is None


def test_ratios_of_different_areas_are_compared_as_areas(site):
    """0.9 of the registered 300 m² is less than 0.8 of the 600 m² that are drawn."""
    ratio = {"kind": "floor_area_ratio", "bound": "max", "unit": "ratio"}
    found = largest(
        replace(split(site, R1=0.5, R2=0.5), registered_area_m2=Decimal(300)),
        {**ratio, "value": "0.8", "base": "gross", "scope": {"districts": ["R1"]}},
        {**ratio, "value": "0.9", "base": "registered", "scope": {"districts": ["R2"]}},
        proposal=Proposal(storeys=Decimal(2)),
    )
    assert found.terms_m2["floor_area_ratio"] == Decimal(270)


@pytest.mark.parametrize("kind", ["floor_area_ratio", "open_space"])
def test_only_what_stands_somewhere_can_be_judged_part_by_part(kind):
    bound = {"floor_area_ratio": "max", "open_space": "min"}[kind]
    rule = {"kind": kind, "bound": bound, "value": 1, "unit": "ratio", "split": "part_by_part"}
    with pytest.raises(RulebookError, match="part_by_part"):
        rulebook_of(rule)
