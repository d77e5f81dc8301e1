"""The footprint against the envelope, and land that is no area."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from parcels.edges import EdgeKind
from tests.zoning.rules.conftest import ON, doubted, rulebook_of
from tests.zoning.rules.test_geometry import book, built, site_of
from zoning.rules.batch import evaluate_many
from zoning.rules.engine import evaluate
from zoning.rules.findings import Outcome, Reason
from zoning.rules.site import Proposal

SETBACK = {"kind": "setback", "bound": "min", "unit": "m"}
FRONT = {**SETBACK, "edges": ["front"], "value": 4}
SIDE = {**SETBACK, "edges": ["interior_side"], "value": 2}
LOOSER = {**FRONT, "at_discretion": 3}


def test_inside_it_complies(judge):
    assert judge(FRONT, SIDE, footprint=box(2, 4, 18, 28)).footprint.outcome == Outcome.COMPLIES


def test_outside_it_breaches_by_the_largest_intrusion(judge):
    test = judge(FRONT, SIDE, footprint=box(1.5, 3, 18, 28)).footprint
    assert test.outcome == Outcome.BREACHES
    # The corner at (1.5, 3) is 0.5 m and 1 m outside: √1.25.
    assert float(test.intrusion_m) == pytest.approx(1.118034)
    assert test.overlap.area == pytest.approx(16.5 * 25 - 16 * 24)


def test_a_wall_may_reach_out_between_its_corners(judge, site):
    """Opposite the rounded end of a setback the middle of a wall is nearest, not a corner."""
    corner = rulebook_of({**FRONT, "edges": ["rear"], "value": 3})
    edges = (
        replace(site.edges[0], kind=EdgeKind.INTERIOR_SIDE),
        replace(site.edges[1], kind=EdgeKind.REAR, line=LineString([(20, 0), (26, 14)])),
        replace(site.edges[1], line=LineString([(26, 14), (0, 14)])),
        replace(site.edges[3], line=LineString([(0, 14), (0, 0)])),
    )
    land = replace(
        site,
        geometry=Polygon([(0, 0), (20, 0), (26, 14), (0, 14)]),
        edges=edges,
        registered_area_m2=None,
    )
    test = judge(book=corner, on_site=land, footprint=box(5, 0, 18, 3)).footprint
    assert test.outcome == Outcome.BREACHES


@pytest.mark.parametrize(
    ("south", "outcome"),
    [(4, Outcome.COMPLIES), (3, Outcome.NEEDS_REVIEW), (2.9, Outcome.BREACHES)],
)
def test_between_strict_and_relaxed_it_needs_review(judge, south, outcome):
    test = judge(LOOSER, SIDE, footprint=box(2, south, 18, 28)).footprint
    assert test.outcome == outcome


def test_an_edge_that_is_not_sure_leaves_room_for_doubt(judge, site):
    unsure = doubted(site, "front")
    near = judge(FRONT, SIDE, on_site=unsure, footprint=box(2, 3, 18, 28))
    assert near.footprint.outcome == Outcome.NEEDS_REVIEW
    far = judge(FRONT, SIDE, on_site=unsure, footprint=box(2, 5, 18, 28))
    assert far.footprint.outcome == Outcome.COMPLIES


def test_a_sum_of_sides_can_be_kept_in_more_than_one_way(judge):
    total = {"kind": "setback_sum", "bound": "min", "unit": "m", "value": 5}
    one = {**SIDE, "value": 1}
    assert judge(one, total, footprint=box(1, 4, 16, 28)).footprint.outcome == Outcome.COMPLIES
    assert judge(one, total, footprint=box(1, 4, 16.1, 28)).footprint.outcome == Outcome.BREACHES


def test_a_variance_carries_over(judge):
    found = judge(FRONT, footprint=box(2, 3, 18, 28), cleared=frozenset({"setback:front"}))
    assert found.footprint.outcome == Outcome.CONDITIONAL
    assert found.outcome == Outcome.CONDITIONAL


@settings(deadline=None, max_examples=60)
@given(built(), st.floats(0, 6))
def test_it_agrees_with_the_setbacks_where_corners_are_rounded(made, setback_m):
    parcel, footprint = made
    found = evaluate(
        site_of(parcel), Proposal(footprint=footprint), book(f"{setback_m:.3f}"), on=ON
    )
    setbacks = [one for one in found.findings if one.kind == "setback"]
    if any(abs(one.margin) < Decimal("0.003") for one in setbacks if one.margin is not None):
        return
    breached = any(one.outcome == Outcome.BREACHES for one in setbacks)
    assert (found.footprint.outcome == Outcome.BREACHES) is breached


BOW_TIE = Polygon([(0, 0), (20, 0), (0, 30), (20, 30)])
FLAT = Polygon([(0, 0), (20, 0), (10, 0)])
HEIGHT = {"kind": "height", "bound": "max", "unit": "m", "value": 12}


@pytest.mark.parametrize("shape", [BOW_TIE, FLAT, MultiPolygon()])
def test_a_parcel_that_is_no_area_needs_review_and_says_why(site, shape):
    broken = replace(site, geometry=shape)
    rules = rulebook_of(HEIGHT, FRONT)
    alone = evaluate(broken, Proposal(height_m=Decimal(9)), rules, on=ON)
    together = evaluate_many([broken], [Proposal(height_m=Decimal(9))], rules, on=ON)[0]
    for found in (alone, together):
        assert found.outcome == Outcome.NEEDS_REVIEW
        reasons = {one.kind: one.reason for one in found.findings if one.reason}
        assert reasons == dict.fromkeys(("height", "setback"), Reason.DEGENERATE_GEOMETRY)


def test_a_boundary_that_hardly_crosses_itself_is_repaired(site):
    crossing = Polygon([(0, 0), (20, 0), (20, 30), (20.001, 30), (0, 30.001), (0, 30), (0.001, 0)])
    found = evaluate(
        replace(site, geometry=crossing),
        Proposal(height_m=Decimal(9)),
        rulebook_of(HEIGHT),
        on=ON,
    )
    assert found.outcome == Outcome.COMPLIES
