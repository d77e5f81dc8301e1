"""Light plane: how steeply a building is seen from an edge."""

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
from zoning.rules.site import Proposal, Site, Tier

PLANE = {"kind": "light_plane", "bound": "max", "value": 45, "unit": "deg", "edges": ["rear"]}
HOUSE = box(2, 3, 18, 20)  # 10 m from the rear


@pytest.mark.parametrize(
    ("height", "outcome"),
    [
        ("10", Outcome.COMPLIES),
        ("10.001", Outcome.COMPLIES),  # what a millimetre of the distance makes of the angle
        ("10.002", Outcome.BREACHES),
    ],
)
def test_either_side_of_the_threshold(find, height, outcome):
    assert find(PLANE, footprint=HOUSE, height_m=Decimal(height)).outcome == outcome


def test_the_plane_may_begin_above_the_edge(find):
    rule = {**PLANE, "above": "3"}
    found = find(rule, footprint=HOUSE, height_m=Decimal(13))
    assert (found.outcome, found.provided) == (Outcome.COMPLIES, Decimal(45))


def test_a_building_below_the_plane_is_seen_flat(find):
    found = find({**PLANE, "above": "12"}, footprint=HOUSE, height_m=Decimal(9))
    assert (found.outcome, found.provided) == (Outcome.COMPLIES, Decimal(0))


@pytest.mark.parametrize(("rear", "outcome"), [(16, Outcome.COMPLIES), (20, Outcome.BREACHES)])
def test_an_upper_tier_counts_by_its_own_distance(find, rear, outcome):
    tiers = (Tier(Decimal(10), box(2, 3, 18, rear)),)
    found = find(PLANE, footprint=HOUSE, height_m=Decimal(14), tiers=tiers)
    assert found.outcome == outcome


def test_a_building_on_the_edge_is_seen_upright(find):
    found = find(PLANE, footprint=box(2, 3, 18, 30), height_m=Decimal(3))
    assert (found.outcome, found.provided) == (Outcome.BREACHES, Decimal(90))


def test_the_worst_edge_of_a_class_decides(find):
    rule = {**PLANE, "edges": ["interior_side"]}
    found = find(rule, footprint=box(5, 3, 18, 20), height_m=Decimal(5))
    assert (found.target, found.outcome) == ("interior_side", Outcome.BREACHES)
    assert found.trace[-1].facts == {"edges": "2"}


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({}, ("footprint", "height")),
        ({"footprint": HOUSE}, ("height",)),
        ({"height_m": Decimal(1)}, ("footprint",)),
    ],
)
def test_missing_input(find, facts, missing):
    found = find(PLANE, **facts)
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, missing)


def test_a_beginning_that_is_not_known_is_missing(find):
    found = find({**PLANE, "above": "storeys * 3 m"}, footprint=HOUSE, height_m=Decimal(3))
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("storeys",))


def test_a_doubtful_edge_withholds_the_verdict(find, site):
    found = find(PLANE, on_site=doubted(site, "rear"), footprint=HOUSE, height_m=Decimal(3))
    assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.LOW_CONFIDENCE)


def test_an_edge_of_unknown_class_may_be_a_rear(judge, site):
    front, _, rear, west = site.edges
    unknown = edge("unknown", [(20, 0), (20, 30)])
    on_site = replace(site, edges=(front, unknown, rear, west))
    judgement = judge(PLANE, on_site=on_site, footprint=HOUSE, height_m=Decimal(3))
    found = {one.target: one.outcome for one in judgement.findings if one.kind == "light_plane"}
    assert found == {"rear": Outcome.COMPLIES, "unknown": Outcome.NEEDS_REVIEW}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"edges": []}, "the edges it holds for are needed"),
        ({"edges": ["unknown"]}, "unknown class"),
        ({"unit": "m"}, "does not fit"),
        ({"bound": "min"}, "bound must be max"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(change, words):
    with pytest.raises(RulebookError, match=words):
        rulebook_of({**PLANE, **change})


@settings(deadline=None, max_examples=40)
@given(angle=st.floats(0, 360), east=st.floats(-1e5, 1e5), height=st.integers(1, 30))
def test_turning_and_moving_the_parcel_changes_nothing(angle, east, height):
    def moved(geometry):
        turned = affinity.rotate(geometry, angle, origin=(0, 0))
        return affinity.translate(turned, east, -east)

    rear = edge("rear", [(20, 30), (0, 30)])
    site = Site("1/1", moved(box(0, 0, 20, 30)), edges=(replace(rear, line=moved(rear.line)),))
    proposal = Proposal(footprint=moved(HOUSE), height_m=Decimal(height))
    level = Site("1/1", box(0, 0, 20, 30), edges=(rear,))
    book = rulebook_of(PLANE)
    first, second = (
        next(
            one
            for one in evaluate(on_site, facts, book, on=ON).findings
            if one.kind == "light_plane"
        )
        for on_site, facts in (
            (site, proposal),
            (level, Proposal(footprint=HOUSE, height_m=Decimal(height))),
        )
    )
    assert first.outcome == second.outcome
    assert float(first.provided) == pytest.approx(float(second.provided), abs=1e-4)
