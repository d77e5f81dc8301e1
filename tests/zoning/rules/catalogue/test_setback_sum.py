"""Setback sum: what is left free on both sides together."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import box

from tests.zoning.rules.conftest import ON, doubted, edge, rulebook_of
from zoning.rules.engine import evaluate
from zoning.rules.findings import Outcome, Reason
from zoning.rules.reading import RulebookError
from zoning.rules.site import Proposal, Site

SUM = {"kind": "setback_sum", "bound": "min", "value": 5, "unit": "m"}
LEFT, RIGHT = "setback:interior_side:left", "setback:interior_side:right"


@pytest.mark.parametrize(
    ("east", "outcome"),
    [
        (16.0, Outcome.COMPLIES),
        (16.001, Outcome.COMPLIES),  # a drawn distance is read to the millimetre
        (16.002, Outcome.BREACHES),
    ],
)
def test_either_side_of_the_threshold(find, east, outcome):
    assert find(SUM, footprint=box(1, 3, east, 25)).outcome == outcome


def test_one_side_may_make_up_for_the_other(find):
    found = find(SUM, footprint=box(0, 3, 15, 25))
    assert (found.outcome, found.provided) == (Outcome.COMPLIES, Decimal(5))


def test_units(find):
    assert find({**SUM, "unit": "ft", "value": 16}, footprint=box(2, 3, 17, 25)).margin == Decimal(
        "0.1232"
    )


def test_a_side_in_several_edges_counts_by_the_nearest(find, site):
    front, _, rear, west = site.edges
    bent = (edge("interior_side", [(20, 0), (20, 9)]), edge("interior_side", [(20, 9), (20, 30)]))
    found = find(
        SUM, on_site=replace(site, edges=(front, *bent, rear, west)), footprint=box(2, 3, 17, 25)
    )
    assert (found.outcome, found.provided) == (Outcome.COMPLIES, Decimal(5))


def test_a_corner_lot_has_no_sum(find, corner_site):
    found = find(SUM, on_site=corner_site, footprint=box(0, 3, 20, 25))
    assert found.outcome == Outcome.NOT_APPLICABLE


def test_three_sides_need_a_planner(find, site):
    front, east, rear, west = site.edges
    side = edge("interior_side", [(20, 30), (10, 30)])
    edges = (front, east, edge("rear", [(20, 20), (20, 30)]), side, rear, west)
    found = find(SUM, on_site=replace(site, edges=edges), footprint=box(2, 3, 17, 25))
    assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.UNKNOWN_EDGE)


def test_a_doubtful_edge_withholds_the_verdict(find, site):
    doubtful = doubted(site, "rear")
    found = find(SUM, on_site=doubtful, footprint=box(2, 3, 17, 25))
    assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.LOW_CONFIDENCE)


def test_without_edges_nothing_is_known(find, site):
    found = find(SUM, on_site=replace(site, edges=()), footprint=box(2, 3, 17, 25))
    assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.UNKNOWN_EDGE)


def test_stated_distances_are_summed(find):
    found = find(SUM, declared={LEFT: Decimal(2), RIGHT: Decimal("2.9")})
    assert (found.outcome, found.provided) == (Outcome.BREACHES, Decimal("4.9"))


@pytest.mark.parametrize(
    ("declared", "missing"), [({}, ("footprint",)), ({LEFT: Decimal(9)}, (RIGHT,))]
)
def test_missing_input(find, declared, missing):
    found = find(SUM, declared=declared)
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, missing)


@pytest.mark.parametrize(
    ("change", "words"), [({"edges": ["rear"]}, "edges"), ({"bound": "max"}, "bound must be min")]
)
def test_a_rule_that_says_too_much_is_refused(change, words):
    with pytest.raises(RulebookError, match=words):
        rulebook_of({**SUM, **change})


@settings(deadline=None, max_examples=40)
@given(
    angle=st.floats(0, 360),
    east=st.floats(-1e5, 1e5),
    left=st.floats(0, 4).map(lambda metres: round(metres, 2)),
    right=st.floats(0, 4).map(lambda metres: round(metres, 2)),
)
def test_turning_and_moving_the_parcel_changes_nothing(angle, east, left, right):
    def moved(geometry):
        turned = affinity.rotate(geometry, angle, origin=(0, 0))
        return affinity.translate(turned, east, 2 * east)

    corners = [(0, 0), (20, 0), (20, 30), (0, 30), (0, 0)]
    kinds = ["front", "interior_side", "rear", "interior_side"]
    edges = [edge(kind, corners[at : at + 2]) for at, kind in enumerate(kinds)]
    site = Site(
        reference="1/1",
        geometry=moved(box(0, 0, 20, 30)),
        edges=tuple(replace(one, line=moved(one.line)) for one in edges),
    )
    house = moved(box(left, 2, 20 - right, 20))
    judgement = evaluate(site, Proposal(footprint=house), rulebook_of(SUM), on=ON)
    found = next(one for one in judgement.findings if one.kind == "setback_sum")
    assert float(found.provided) == pytest.approx(left + right, abs=1e-5)
