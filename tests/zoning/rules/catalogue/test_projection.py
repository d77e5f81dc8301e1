"""Projections: how far they stand out towards a class of edges, and how high they hang."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from parcels.edges import EdgeKind
from tests.zoning.rules.conftest import edge, rulebook_of
from zoning.rules.findings import Outcome, Reason
from zoning.rules.reading import RulebookError
from zoning.rules.site import Projection

DEPTH = {
    "kind": "projection",
    "bound": "max",
    "value": "if(street_width >= 12 m, 1.5 m, 0 m)",
    "unit": "m",
    "edges": ["front"],
}
CLEAR = {**DEPTH, "bound": "min", "value": 3}


def balcony(depth_m="1", kind="front", clear_m=None):
    clear = None if clear_m is None else Decimal(clear_m)
    return Projection(EdgeKind(kind), Decimal(depth_m), clear)


@pytest.mark.parametrize(
    ("depth_m", "outcome"), [("1.5", Outcome.COMPLIES), ("1.51", Outcome.BREACHES)]
)
def test_the_deepest_towards_the_class_decides(find, depth_m, outcome):
    found = find(DEPTH, projections=(balcony("0.5"), balcony(depth_m), balcony("9", "rear")))
    assert (found.outcome, found.target, found.provided) == (outcome, "front", Decimal(depth_m))


def test_of_several_edges_the_strictest_decides(find, site):
    narrow = edge("front", [(20, 0), (20, 30)], street_width_m=8)
    corner = replace(site, edges=(site.edges[0], narrow, *site.edges[2:]))
    found = find(DEPTH, on_site=corner, projections=(balcony("0.5"),))
    assert (found.outcome, found.required) == (Outcome.BREACHES, 0)


def test_not_stated_is_never_a_pass(find):
    found = find(DEPTH)
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("projections",))


@pytest.mark.parametrize("projections", [(), (balcony("9", "rear"),)])
def test_nothing_that_projects_there_is_not_concerned(find, projections):
    assert find(DEPTH, projections=projections).outcome == Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("clear_m", "outcome", "missing"),
    [
        ("3", Outcome.COMPLIES, ()),
        ("2.9", Outcome.BREACHES, ()),
        (None, Outcome.NEEDS_REVIEW, ("projection_clear_height",)),
    ],
)
def test_the_clear_height_under_the_lowest(find, clear_m, outcome, missing):
    found = find(CLEAR, projections=(balcony(clear_m="4"), balcony(clear_m=clear_m)))
    assert (found.outcome, found.missing) == (outcome, missing)


def test_towards_an_edge_of_unknown_class_it_needs_review(find):
    found = find(DEPTH, projections=(balcony("1", "unknown"),))
    assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.UNKNOWN_EDGE)


def test_towards_an_edge_that_is_not_drawn_the_street_is_not_known(find, site):
    bare = replace(site, edges=())
    found = find(DEPTH, on_site=bare, projections=(balcony(),))
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("street_width",))
    plain = {**DEPTH, "value": 1}
    assert find(plain, on_site=bare, projections=(balcony(),)).outcome == Outcome.COMPLIES


@pytest.mark.parametrize(
    ("value", "outcome"), [(DEPTH["value"], Outcome.NEEDS_REVIEW), (1, Outcome.COMPLIES)]
)
def test_a_doubtful_edge_matters_where_the_limit_reads_its_street(find, site, value, outcome):
    front = replace(site.edges[0], confidence=0.3)
    doubtful = replace(site, edges=(front, *site.edges[1:]))
    found = find({**DEPTH, "value": value}, on_site=doubtful, projections=(balcony(),))
    assert found.outcome == outcome


def test_edges_are_needed():
    with pytest.raises(RulebookError, match="the edges it holds for are needed"):
        rulebook_of({**DEPTH, "edges": []})
