"""The nearest change that complies: made, it keeps the limit; a hair less does not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import Polygon, box

from tests.zoning.rules.conftest import ON, rulebook_of
from zoning.rules.engine import evaluate
from zoning.rules.findings import Outcome
from zoning.rules.fit import nearest_move
from zoning.rules.site import Proposal

SETBACKS = [
    {"kind": "setback", "bound": "min", "unit": "m", "edges": ["front"], "value": 4},
    {"kind": "setback", "bound": "min", "unit": "m", "edges": ["interior_side"], "value": 2},
    {"kind": "setback", "bound": "min", "unit": "m", "edges": ["rear"], "value": 3},
]


def remedy_of(find, rule, **proposal):
    found = find(rule, **proposal)
    assert found.outcome == Outcome.BREACHES
    assert found.remedy is not None
    return found.remedy


def test_a_building_that_is_too_high_is_lowered_to_the_limit(find):
    rule = {"kind": "height", "bound": "max", "unit": "m", "value": 12}
    remedy = remedy_of(find, rule, height_m=Decimal("13.25"))
    assert (remedy.what, remedy.variable, remedy.by, remedy.to) == (
        "reduce",
        "height",
        Decimal("1.25"),
        Decimal(12),
    )
    assert find(rule, height_m=remedy.to).outcome == Outcome.COMPLIES


def test_coverage_is_brought_down_in_square_metres(find):
    rule = {"kind": "coverage", "bound": "max", "unit": "%", "value": 50}
    remedy = remedy_of(find, rule, footprint=box(0, 0, 20, 20))
    assert (remedy.variable, remedy.by, remedy.to) == ("footprint_area", Decimal(100), Decimal(300))


def test_stalls_and_dwellings_are_whole(find):
    rule = {"kind": "parking", "bound": "min", "unit": "stalls", "value": "4.2"}
    assert remedy_of(find, rule, parking_stalls=Decimal(3)).to == 5
    rule = {"kind": "lot_area_per_dwelling", "bound": "min", "unit": "m2", "value": 110}
    remedy = remedy_of(find, rule, dwelling_units=Decimal(7))
    assert (remedy.what, remedy.to, remedy.by) == ("reduce", 5, 2)


def test_a_building_too_near_is_moved_the_shortest_way(judge, site):
    judgement = judge(*SETBACKS, footprint=box(1.5, 3.2, 11.5, 20))
    failing = [one for one in judgement.findings if one.outcome == Outcome.BREACHES]
    remedy = failing[0].remedy
    assert remedy is not None
    assert remedy.what == "move"
    # Half a metre east and 0.8 m north.
    assert float(remedy.by) == pytest.approx(0.9434, abs=0.002)
    moved = judge(*SETBACKS, footprint=remedy.geometry)
    assert not [one for one in moved.findings if one.outcome == Outcome.BREACHES]


def test_a_building_that_fits_nowhere_is_cut(judge):
    judgement = judge(*SETBACKS, footprint=box(1, 4, 19, 27))
    failing = next(one for one in judgement.findings if one.outcome == Outcome.BREACHES)
    assert failing.remedy is not None
    assert (failing.remedy.what, failing.remedy.unit) == ("cut", "m2")
    # A metre on either side, 23 m long.
    assert float(failing.remedy.by) == pytest.approx(46, abs=0.1)


def test_what_complies_needs_no_remedy(judge):
    judgement = judge(*SETBACKS, footprint=box(3, 5, 15, 20))
    assert {one.remedy for one in judgement.findings} == {None}


shapes = st.sampled_from(
    [
        Polygon([(0, 0), (4, 0), (4, 1), (1, 1), (1, 4), (0, 4)]),
        box(0, 0, 3, 5),
        Polygon([(0, 0), (3, 0), (1.5, 2.5)]),
    ]
)


@settings(deadline=None, max_examples=60)
@given(shapes, st.floats(0, 360), st.floats(-30, 30), st.floats(-30, 30))
def test_the_move_ends_inside_and_no_shorter_one_does(shape, turn, east, north):
    area = Polygon([(0, 0), (20, 0), (20, 8), (9, 8), (9, 20), (0, 20)])
    footprint = affinity.translate(affinity.rotate(shape, turn), east, north)
    way = nearest_move(area, footprint)
    assert way is not None
    moved = affinity.translate(footprint, *way)
    assert moved.difference(area.buffer(0.002)).area < 1e-9
    length = (way[0] ** 2 + way[1] ** 2) ** 0.5
    if length > 0.1:
        shorter = affinity.translate(
            footprint, way[0] * (1 - 0.05 / length), way[1] * (1 - 0.05 / length)
        )
        assert shorter.difference(area).area > 0


def test_moving_keeps_every_other_answer(site):
    book = rulebook_of(*SETBACKS)
    proposal = Proposal(footprint=box(1, 5, 11, 20), storeys=Decimal(2))
    first = evaluate(site, proposal, book, on=ON)
    remedy = next(one.remedy for one in first.findings if one.remedy)
    again = evaluate(site, replace(proposal, footprint=remedy.geometry), book, on=ON)
    assert again.outcome == Outcome.COMPLIES
