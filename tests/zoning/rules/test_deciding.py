"""The smallest set of answers that would decide an open verdict."""

from __future__ import annotations

from decimal import Decimal

from shapely.geometry import box

from zoning.rules.findings import Outcome

HEIGHT = {"kind": "height", "bound": "max", "unit": "m", "value": 12}
COVERAGE = {"kind": "coverage", "bound": "max", "unit": "%", "value": 60}
SIDE = {"kind": "setback", "bound": "min", "unit": "m", "edges": ["interior_side"], "value": 2}
PARKING = {"kind": "parking", "bound": "min", "unit": "stalls", "value": "dwelling_units"}
FAR = {"kind": "floor_area_ratio", "bound": "max", "unit": "ratio", "value": 2}
PER_DWELLING = {"kind": "lot_area_per_dwelling", "bound": "min", "unit": "m2", "value": 90}


def test_one_drawing_answers_for_coverage_and_setbacks(judge):
    assert judge(COVERAGE, SIDE).deciding == ("footprint",)


def test_dwellings_serve_two_rules_at_once(judge):
    judgement = judge(PARKING, PER_DWELLING, parking_stalls=Decimal(2))
    assert judgement.deciding == ("dwelling_units",)


def test_every_answer_that_is_needed_is_named(judge):
    judgement = judge(HEIGHT, COVERAGE, SIDE, FAR)
    assert judgement.deciding == ("floor_areas", "footprint", "height")


def test_nothing_is_asked_once_a_breach_has_decided(judge):
    judgement = judge(HEIGHT, COVERAGE, height_m=Decimal(13))
    assert judgement.outcome == Outcome.BREACHES
    assert judgement.deciding == ()


def test_nothing_is_asked_of_what_is_answered(judge):
    assert judge(HEIGHT, height_m=Decimal(9)).deciding == ()


def test_with_the_answers_given_the_verdict_is_decided(judge):
    asked = judge(HEIGHT, COVERAGE, SIDE).deciding
    assert asked == ("footprint", "height")
    decided = judge(HEIGHT, COVERAGE, SIDE, height_m=Decimal(9), footprint=box(3, 3, 15, 20))
    assert decided.outcome == Outcome.COMPLIES


def test_an_answer_that_would_not_change_the_verdict_is_not_asked_for(judge):
    """Of a condition, only what matters: 9 m keep either limit, whatever the storeys."""
    loose = {**HEIGHT, "value": 15, "when": "storeys > 4", "scope": {"districts": ["R1"]}}
    assert judge(HEIGHT, loose, height_m=Decimal(9)).deciding == ()


def test_where_neither_the_limit_nor_the_measure_is_known_both_are_asked_for(judge):
    assert judge(PARKING).deciding == ("dwelling_units", "parking_stalls")
    answered = judge(PARKING, dwelling_units=Decimal(2), parking_stalls=Decimal(2))
    assert answered.findings[0].outcome == Outcome.COMPLIES
