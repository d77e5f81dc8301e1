"""Exclusion: no building may stand on the overlay that the rule is made for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from shapely.geometry import box

from tests.zoning.rules.conftest import rulebook_of
from zoning.rules.findings import Outcome, Reason
from zoning.rules.reading import RulebookError
from zoning.rules.site import OverlayPart

PIPE = {"kind": "exclusion", "scope": {"overlays": ["easement"]}}


@pytest.fixture
def crossed(site):
    """The plain lot with an easement of 3 m along its rear."""
    return replace(site, overlays=(OverlayPart("easement", "E1", box(0, 27, 20, 30)),))


@pytest.mark.parametrize(
    ("north", "outcome", "overlap_m2"),
    [(27, Outcome.COMPLIES, 0), (27.1, Outcome.BREACHES, "1.6")],
)
def test_either_side_of_the_edge_of_the_easement(find, crossed, north, outcome, overlap_m2):
    found = find(PIPE, on_site=crossed, footprint=box(2, 3, 18, north))
    assert found.outcome == outcome
    assert found.provided == Decimal(overlap_m2)
    assert found.target == "E1"


def test_where_no_such_overlay_lies_no_rule_speaks(find):
    assert find(PIPE, footprint=box(2, 3, 18, 29)).outcome == Outcome.NO_RULE


def test_without_a_drawing_it_is_undecided(find, crossed):
    found = find(PIPE, on_site=crossed)
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("footprint",))


def test_an_open_condition_matters_only_where_the_building_stands_there(find, crossed):
    rule = {**PIPE, "when": "storeys > 2"}
    there = find(rule, on_site=crossed, footprint=box(2, 3, 18, 29))
    assert (there.outcome, there.missing) == (Outcome.NEEDS_REVIEW, ("storeys",))
    clear = find(rule, on_site=crossed, footprint=box(2, 3, 18, 26))
    assert clear.outcome == Outcome.COMPLIES


def test_a_condition_that_does_not_hold_excludes_nothing(find, crossed):
    rule = {**PIPE, "when": "storeys > 2"}
    found = find(rule, on_site=crossed, footprint=box(2, 3, 18, 29), storeys=Decimal(2))
    assert found.outcome == Outcome.NOT_APPLICABLE


def test_a_variance_on_file_makes_it_conditional(find, crossed):
    found = find(
        PIPE, on_site=crossed, footprint=box(2, 3, 18, 29), cleared=frozenset({"exclusion:E1"})
    )
    assert (found.outcome, found.reason) == (Outcome.CONDITIONAL, Reason.VARIANCE)


def test_the_envelope_leaves_the_excluded_ground_out(judge, crossed):
    envelope = judge(PIPE, on_site=crossed).envelope
    assert envelope.area_m2 == Decimal(540)
    assert [one.code for one in envelope.exclusions] == ["E1"]


def test_open_exclusions_leave_the_relaxed_envelope_as_it_is(judge, crossed):
    envelope = judge({**PIPE, "when": "storeys > 2"}, on_site=crossed).envelope
    assert (envelope.strict.area, envelope.relaxed.area) == (540, 600)


def test_it_is_made_for_overlays():
    with pytest.raises(RulebookError, match="overlays"):
        rulebook_of({"kind": "exclusion", "scope": {"plan": True}})
