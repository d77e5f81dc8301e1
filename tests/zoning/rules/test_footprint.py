"""The footprint against the envelope, and land that is no area."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import get_coordinates, get_parts
from shapely.affinity import translate
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from parcels.edges import EdgeKind
from tests.zoning.rules.conftest import ON, doubted, rulebook_of
from tests.zoning.rules.test_geometry import book, built, site_of
from zoning.rules.batch import evaluate_many
from zoning.rules.engine import evaluate
from zoning.rules.findings import Outcome, Reason
from zoning.rules.site import Proposal, Tier

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


# --- partly on the land of others ---------------------------------------------------------------

# 10 × 15 m, of which 5 × 15 m lie beyond the east side.
ACROSS = box(15, 5, 25, 20)


def test_a_footprint_partly_outside_the_parcel_breaches_and_shows_what_is_outside(judge):
    judgement = judge(FRONT, SIDE, footprint=ACROSS)
    test = judgement.footprint
    assert judgement.outcome == test.outcome == Outcome.BREACHES
    assert test.off_parcel_m2 == 75
    # From the strict envelope, which ends 2 m before the side.
    assert test.intrusion_m == 7
    assert test.overlap.equals(box(18, 5, 25, 20))
    plain = test.as_dict()
    assert (plain["off_parcel_m2"], plain["intrusion_m"]) == ("75", "7")
    assert plain["overlap"]["coordinates"]


@pytest.mark.parametrize(
    "rules", [(FRONT,), ({**SIDE, "value": 0},), (FRONT, SIDE)], ids=["none", "zero", "2 m"]
)
def test_it_breaches_whatever_the_rules_of_that_side_say(judge, rules):
    assert judge(*rules, footprint=ACROSS).outcome == Outcome.BREACHES


def test_no_variance_gives_the_land_of_others(judge):
    found = judge(SIDE, footprint=ACROSS, cleared=frozenset({"setback"}))
    assert found.findings[0].outcome == Outcome.CONDITIONAL
    assert found.outcome == found.footprint.outcome == Outcome.BREACHES


def test_over_the_edge_the_distance_is_negative_and_the_piece_outside_is_shown(find):
    finding = find(SIDE, footprint=ACROSS)
    assert (finding.outcome, finding.provided, finding.margin) == (Outcome.BREACHES, -5, -7)
    assert finding.geometry.equals(box(18, 5, 25, 20))


def test_only_the_edge_that_is_crossed_is_said_to_be(find):
    """The piece outside ends where the rear line ends: it touches it at a corner only."""
    rear = {**SIDE, "edges": ["rear"], "value": 0}
    assert find(rear, footprint=box(15, 5, 25, 30)).outcome == Outcome.COMPLIES
    assert find(rear, footprint=box(15, 5, 25, 30.5)).outcome == Outcome.BREACHES


def test_a_distance_counts_from_what_stands_on_the_parcel(find):
    apart = MultiPolygon([box(5, 5, 15, 20), box(21, 5, 23, 20)])
    assert find(SIDE, footprint=apart).provided == 5


def test_an_upper_part_over_the_land_of_others_breaches(judge):
    tiers = (Tier(Decimal(6), box(4, 6, 21, 10)),)
    test = judge(SIDE, footprint=box(4, 6, 16, 20), tiers=tiers).footprint
    assert (test.outcome, test.off_parcel_m2) == (Outcome.BREACHES, 4)
    alone = judge(SIDE, tiers=tiers)
    assert alone.outcome == alone.footprint.outcome == Outcome.BREACHES


def test_without_an_envelope_the_piece_outside_is_still_shown(judge):
    test = judge({**SIDE, "value": 40}, footprint=ACROSS).footprint
    assert (test.outcome, test.intrusion_m, test.off_parcel_m2) == (Outcome.BREACHES, None, 75)
    assert test.overlap.equals(ACROSS)


def test_the_millimetre_of_a_drawing_is_not_the_land_of_others(judge):
    assert judge({**SIDE, "value": 0}, footprint=box(5, 5, 20.0009, 20)).outcome == Outcome.COMPLIES


@settings(deadline=None, max_examples=60)
@given(built(), st.floats(0.01, 30), st.floats(0, 360))
def test_whatever_leaves_the_parcel_breaches_by_all_that_is_outside(made, by_m, towards_deg):
    parcel, footprint = made
    angle = math.radians(towards_deg)
    moved = translate(footprint, by_m * math.cos(angle), by_m * math.sin(angle))
    outside = moved.difference(parcel)
    if moved.intersection(parcel).area < 0.02 or outside.area < 0.02:
        return
    found = evaluate(site_of(parcel), Proposal(footprint=moved), book("0"), on=ON)
    assert found.outcome == Outcome.BREACHES
    assert float(found.footprint.off_parcel_m2) == pytest.approx(outside.area, abs=1e-4)
    assert outside.difference(found.footprint.overlap).area < 1e-4
    nearest = min(one.provided for one in found.findings if one.kind == "setback")
    furthest = max(parcel.distance(Point(*corner)) for corner in get_coordinates(outside))
    # Of a piece that lies apart from the parcel no edge can say that it is crossed.
    if all(piece.distance(parcel) < 1e-9 for piece in get_parts(outside)):
        assert -float(nearest) >= furthest - 1e-6


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
