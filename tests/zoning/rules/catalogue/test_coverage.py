"""Coverage: the footprint's share of the lot, whichever area the rule names as its base."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from shapely.geometry import box

from tests.zoning.rules.conftest import in_districts, split
from zoning.rules.findings import Outcome, Reason
from zoning.rules.site import OverlayPart

MAX_60 = {"kind": "coverage", "bound": "max", "value": 60, "unit": "%"}


@pytest.mark.parametrize(
    ("depth_m", "outcome"),
    [
        (17.99, Outcome.COMPLIES),
        (18, Outcome.COMPLIES),  # 20 × 18 = 360 m², 60 % of 600
        (18.0004, Outcome.COMPLIES),  # 8 mm² over the line are drawing, not building
        (18.001, Outcome.BREACHES),
    ],
)
def test_either_side_of_the_threshold(find, depth_m, outcome):
    assert find(MAX_60, footprint=box(0, 0, 20, depth_m)).outcome == outcome


@pytest.mark.parametrize(
    ("share", "outcome"), [("0.6", Outcome.COMPLIES), ("0.6001", Outcome.BREACHES)]
)
def test_without_a_drawing_the_stated_share_is_judged(find, share, outcome):
    found = find(MAX_60, declared={"coverage": Decimal(share)})
    assert (found.outcome, found.inputs[0].source) == (outcome, "application")
    assert found.inputs[0].as_dict()["unit"] == "%"


def test_without_drawing_and_share_it_needs_review(find):
    found = find(MAX_60)
    assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.MISSING_INPUT)
    assert found.missing == ("coverage",)


def test_without_rule_there_is_no_verdict(find):
    rule = in_districts(MAX_60, "R2")
    assert find(rule, footprint=box(0, 0, 20, 30)).outcome == Outcome.NO_RULE


@pytest.mark.parametrize(
    ("base", "provided", "outcome"),
    [
        ("registered", "0.5", Outcome.COMPLIES),  # 300 of 600 m²
        ("net", "0.625", Outcome.BREACHES),  # 4 m of street widening leave 480 m² of 600
        ("gross", "0.5", Outcome.COMPLIES),
    ],
)
def test_the_base_is_the_area_that_the_rule_names(find, site, base, provided, outcome):
    widening = OverlayPart("widening", "W", box(0, 0, 20, 6))
    found = find(
        {**MAX_60, "base": base},
        on_site=replace(site, overlays=(widening,)),
        footprint=box(0, 6, 20, 21),
    )
    assert found.provided == Decimal(provided)
    assert found.outcome == outcome


def test_the_registered_area_goes_before_the_drawn_one(find, site):
    deed = replace(site, registered_area_m2=Decimal(500))
    assert find(MAX_60, on_site=deed, footprint=box(0, 0, 20, 16)).outcome == Outcome.BREACHES
    surveyed = replace(site, registered_area_m2=None, surveyed_area_m2=Decimal(700))
    assert find(MAX_60, on_site=surveyed, footprint=box(0, 0, 20, 20)).outcome == Outcome.COMPLIES


def test_where_a_widening_takes_the_whole_lot_there_is_no_share(find, site):
    gone = replace(site, overlays=(OverlayPart("widening", "W", box(-1, -1, 21, 31)),))
    found = find({**MAX_60, "base": "net"}, on_site=gone, footprint=box(5, 5, 10, 10))
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("net_lot_area",))


@pytest.mark.parametrize(("depth_m", "outcome"), [(12, Outcome.COMPLIES), (15.1, Outcome.BREACHES)])
def test_in_a_split_lot_the_stricter_district_decides(find, site, depth_m, outcome):
    rules = [in_districts(MAX_60, "R1"), in_districts(MAX_60, "R2", value=50)]
    found = find(*rules, on_site=split(site, R1=0.7, R2=0.3), footprint=box(0, 0, 20, depth_m))
    assert (found.outcome, found.required) == (outcome, Decimal("0.5"))
    assert found.trace[-1].facts["parts"] == {"R1": "70.0%", "R2": "30.0%"}


def test_a_least_coverage_can_be_asked(find):
    rule = {**MAX_60, "bound": "min", "value": 40}
    assert find(rule, footprint=box(0, 0, 20, 12)).outcome == Outcome.COMPLIES
    assert find(rule, footprint=box(0, 0, 20, 11.9)).outcome == Outcome.BREACHES


def test_rounding_happens_in_percent(find):
    rule = {**MAX_60, "value": "lot_area / 1000 m2 + 0.5 %", "rounding": "down"}
    assert find(rule, footprint=box(0, 0, 10, 10)).required == Decimal("0.6")  # not 0, nor 60.5 %


def test_the_whole_footprint_counts_also_what_stands_on_the_land_of_others(find):
    finding = find(MAX_60, footprint=box(15, 5, 25, 20))
    assert finding.provided == Decimal(150) / 600
    areas = {one.name: one.value for one in finding.inputs if one.source == "drawing"}
    assert areas == {"footprint_area": 150, "footprint_beyond": 75}
