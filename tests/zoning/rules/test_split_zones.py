"""A parcel in several districts: the strictest, weighted by area, or each part for itself."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from shapely.geometry import box

from tests.zoning.rules.conftest import in_districts, split
from zoning.rules.findings import Outcome
from zoning.rules.site import ZoneShare

COVERAGE = {"kind": "coverage", "bound": "max", "unit": "%"}
SOUTH, NORTH = box(0, 0, 20, 15), box(0, 15, 20, 30)


def rules(how, south=30, north=60):
    rule = {**COVERAGE, "split": how}
    return [in_districts(rule, "R1", value=south), in_districts(rule, "R2", value=north)]


@pytest.fixture
def halves(site):
    """The lot with its south in R1 and its north in R2."""
    zones = (ZoneShare("R1", 300.0, 0.5, SOUTH), ZoneShare("R2", 300.0, 0.5, NORTH))
    return replace(site, zones=zones)


@pytest.mark.parametrize(("how", "required"), [("most_restrictive", "30"), ("area_weighted", "45")])
def test_the_limit_of_the_whole(find, halves, how, required):
    found = find(*rules(how), on_site=halves, footprint=box(0, 15, 20, 25))
    assert found.as_dict()["required"] == required


def test_the_weights_are_the_areas(find, site):
    found = find(*rules("area_weighted"), on_site=split(site, R1=0.9, R2=0.1))
    assert found.as_dict()["required"] == "33"


def test_ground_in_no_district_has_its_weight(find, site):
    plan = {**COVERAGE, "split": "area_weighted", "value": 10}
    district = in_districts(plan, "R1", value=50)
    found = find(plan, district, on_site=split(site, R1=0.5))
    assert found.as_dict()["required"] == "30"


def test_the_trace_says_how_the_weights_were_made(find, halves):
    found = find(*rules("area_weighted"), on_site=halves, footprint=box(0, 15, 20, 25))
    step = found.trace[-1]
    assert step.what == "area_weighted"
    assert step.facts == {"parts": {"R1": "50.0% · 30 %", "R2": "50.0% · 60 %"}, "result": "45 %"}


@pytest.mark.parametrize(
    ("footprint", "outcome"),
    [
        (box(0, 15, 18, 25), Outcome.COMPLIES),  # 60 % of the north, nothing in the south
        (box(0, 15, 18, 25.1), Outcome.BREACHES),
        (box(0, 10.5, 20, 20), Outcome.COMPLIES),  # 30 % of the south, a third of the north
        (box(0, 10.4, 20, 20), Outcome.BREACHES),
    ],
)
def test_each_part_for_itself(find, halves, footprint, outcome):
    found = find(*rules("part_by_part"), on_site=halves, footprint=footprint)
    assert found.outcome == outcome


def test_sides_that_are_stated_say_nothing_of_the_parts(find, halves):
    sides = {"building_length_m": Decimal(10), "building_width_m": Decimal(12)}
    found = find(*rules("part_by_part"), on_site=halves, **sides)
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("coverage",))


def test_a_share_without_a_place_is_judged_as_the_whole(find, site):
    found = find(
        *rules("part_by_part"), on_site=split(site, R1=0.5, R2=0.5), footprint=box(0, 15, 20, 25)
    )
    assert (found.outcome, found.as_dict()["required"]) == (Outcome.BREACHES, "30")
