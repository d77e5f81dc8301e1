"""The engine's overall verdict, and what it refuses to judge."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
import shapely
from shapely.geometry import Polygon, box

from tests.zoning.rules.conftest import ON, rulebook_of
from zoning.rules.engine import evaluate
from zoning.rules.findings import Outcome, Reason
from zoning.rules.site import Projection, Proposal, Site, SiteError, Tier

HEIGHT = {"kind": "height", "bound": "max", "value": 12, "unit": "m"}
SIDE = {"kind": "setback", "bound": "min", "value": 2, "unit": "m", "edges": ["interior_side"]}


def test_a_proposal_within_every_limit_complies(judge):
    assert judge(HEIGHT, height_m=Decimal(12)).outcome == Outcome.COMPLIES


def test_one_breach_breaches_the_whole_and_comes_first(judge):
    judgement = judge(HEIGHT, SIDE, height_m=Decimal("12.01"), footprint=box(5, 5, 15, 20))
    assert judgement.outcome == Outcome.BREACHES
    assert judgement.findings[0].kind == "height"
    assert judgement.findings[0].margin == Decimal("-0.01")


def test_a_missing_value_is_never_a_pass(judge):
    judgement = judge(HEIGHT)
    assert judgement.outcome == Outcome.NEEDS_REVIEW
    assert judgement.findings[0].reason == Reason.MISSING_INPUT


def test_a_mandatory_kind_without_rule_is_never_a_pass(judge):
    book = rulebook_of(HEIGHT, mandatory=["height", "coverage"])
    assert judge(book=book, height_m=Decimal(5)).outcome == Outcome.NEEDS_REVIEW


def test_a_district_without_rules_is_never_a_pass(judge, site):
    other = replace(site, zones=(replace(site.zones[0], district="R9"),))
    rule = {**HEIGHT, "scope": {"districts": ["R1"]}}
    judgement = judge(rule, on_site=other, height_m=Decimal(5))
    assert judgement.outcome == Outcome.NEEDS_REVIEW
    assert {finding.outcome for finding in judgement.findings} == {Outcome.NO_RULE}


@pytest.mark.parametrize(
    "facts",
    [
        {"height_m": Decimal("NaN")},
        {"height_m": Decimal("Infinity")},
        {"storeys": Decimal(-1)},
        {"floor_areas_m2": {"retail": Decimal("1e999999")}},
        {"declared": {"coverage": Decimal(-1)}},
    ],
)
def test_a_number_that_can_be_no_measure_is_refused(judge, facts):
    with pytest.raises(SiteError) as caught:
        judge(HEIGHT, **facts)
    assert caught.value.code == "not_a_measure"


def test_numbers_of_any_size_can_be_shown(judge):
    judgement = judge(HEIGHT, height_m=Decimal("999999999999.999999"))
    assert judgement.as_dict()["findings"][0]["provided"] == "999999999999.999999"


@pytest.mark.parametrize(
    ("footprint", "code"),
    [
        (box(25, 5, 35, 20), "footprint_outside_parcel"),
        (box(20, 5, 30, 20), "footprint_outside_parcel"),
        (Polygon([(5, 5), (15, 15), (15, 5), (5, 15)]), "footprint_not_an_area"),
    ],
)
def test_a_footprint_that_makes_no_sense_is_refused(judge, footprint, code):
    with pytest.raises(SiteError) as caught:
        judge(SIDE, footprint=footprint)
    assert caught.value.code == code


def test_the_envelope_is_the_parcel_less_its_setbacks(judge):
    front = {"kind": "setback", "bound": "min", "unit": "m", "edges": ["front"]}
    judgement = judge({**front, "value": "street_width / 4"}, SIDE)
    assert judgement.envelope.strict.equals_exact(
        box(2, 3, 18, 30), 1e-6
    ) or judgement.envelope.strict.equals(box(2, 3, 18, 30))
    assert judgement.envelope.complete


def test_same_inputs_same_digest_and_other_inputs_another(site):
    book = rulebook_of(HEIGHT)
    first = evaluate(site, Proposal(height_m=Decimal("9.0")), book, on=ON)
    again = evaluate(site, Proposal(height_m=Decimal("9.00")), book, on=ON)
    other = evaluate(site, Proposal(height_m=Decimal("9.01")), book, on=ON)
    assert first.input_digest == again.input_digest
    assert first.as_dict() == again.as_dict()
    assert first.input_digest != other.input_digest


@pytest.mark.parametrize(
    ("facts", "place"),
    [
        ({"tiers": (Tier(Decimal(-1), box(1, 1, 2, 2)),)}, "tiers.0.above_m"),
        ({"projections": (Projection("front", Decimal("NaN")),)}, "projections.0.depth_m"),
        ({"uses_by_floor": {"0": {"retail": Decimal(-1)}}}, "uses_by_floor.0.retail"),
        ({"ground_levels_m": {"kerb": Decimal("NaN")}}, "ground_levels_m.kerb"),
    ],
)
def test_numbers_within_other_values_are_checked_too(judge, facts, place):
    with pytest.raises(SiteError, match=place):
        judge({"kind": "height", "bound": "max", "value": 9, "unit": "m"}, **facts)


def test_the_ground_may_lie_below_zero(judge):
    levels = {"kerb": Decimal(-250)}
    judge({"kind": "height", "bound": "max", "value": 9, "unit": "m"}, ground_levels_m=levels)


def test_a_tier_that_does_not_meet_the_parcel_is_refused(judge):
    tiers = (Tier(Decimal(6), box(25, 5, 35, 10)),)
    with pytest.raises(SiteError) as caught:
        judge({"kind": "height", "bound": "max", "value": 9, "unit": "m"}, tiers=tiers)
    assert caught.value.code == "footprint_outside_parcel"


def test_a_binary_fraction_is_refused_and_not_taken_for_unknown(judge):
    with pytest.raises(SiteError, match="height_m must be a Decimal") as caught:
        judge(HEIGHT, height_m=10.0)
    assert caught.value.code == "not_a_measure"


def test_a_whole_number_is_taken_as_it_is(judge):
    assert judge(HEIGHT, height_m=12).outcome == Outcome.COMPLIES
    assert judge(HEIGHT, height_m=13).outcome == Outcome.BREACHES


@pytest.mark.parametrize(
    "limit", ["building_length", "footprint_area / 1 m", "residential_floor_area / 1 m"]
)
def test_whole_numbers_are_taken_wherever_a_rule_reads_them(judge, limit):
    rule = {"kind": "height", "bound": "max", "value": limit, "unit": "m"}
    stated = {"building_length_m": 12, "building_width_m": 1, "floor_areas_m2": {"residential": 12}}
    assert judge(rule, height_m=Decimal(12), **stated).outcome == Outcome.COMPLIES
    assert judge(rule, height_m=Decimal(13), **stated).outcome == Outcome.BREACHES


def test_a_registered_area_in_whole_metres_is_taken_as_it_is():
    lot = {"kind": "lot_area", "bound": "min", "value": 600, "unit": "m2"}
    site = Site("1/1", box(0, 0, 20, 30), registered_area_m2=599)  # type: ignore[arg-type]
    judgement = evaluate(site, Proposal(), rulebook_of(lot), on=ON)
    assert judgement.findings[0].provided == Decimal(599)
    assert judgement.findings[0].outcome == Outcome.BREACHES


def test_a_parcel_with_a_coordinate_that_is_no_number_needs_review():
    broken = Site("1/1", shapely.from_wkt("POLYGON ((0 0, 20 0, 20 inf, 0 30, 0 0))"))
    book = rulebook_of({"kind": "height", "bound": "max", "value": 9, "unit": "m"})
    judgement = evaluate(broken, Proposal(), book, on=ON)
    assert judgement.outcome == Outcome.NEEDS_REVIEW
    assert Reason.DEGENERATE_GEOMETRY in {finding.reason for finding in judgement.findings}
