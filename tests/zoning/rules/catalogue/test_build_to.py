"""Build-to: how much of an edge a building stands along."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import box

from tests.zoning.rules.conftest import ON, doubted, edge, rulebook_of
from zoning.rules.engine import evaluate
from zoning.rules.findings import Outcome, Reason
from zoning.rules.reading import RulebookError
from zoning.rules.site import OverlayPart, Proposal, Site

ZONE = {"kind": "build_to", "bound": "min", "value": 70, "unit": "%"}
FRONT = {**ZONE, "edges": ["front"], "within": "2"}


@pytest.mark.parametrize(
    ("east", "outcome"),
    [
        (14.0, Outcome.COMPLIES),
        (13.999, Outcome.COMPLIES),  # a drawn length is read to the millimetre
        (13.99, Outcome.BREACHES),
    ],
)
def test_either_side_of_the_threshold(find, east, outcome):
    found = find(FRONT, footprint=box(0, 1, east, 20))
    assert found.outcome == outcome


@pytest.mark.parametrize(("south", "share"), [(2, Decimal(1)), (2.01, Decimal(0))])
def test_only_what_stands_within_the_zone_counts(find, south, share):
    assert find(FRONT, footprint=box(0, south, 20, 20)).provided == share


def test_without_depth_the_building_stands_on_the_line(find):
    found = find({**FRONT, "within": "0"}, footprint=box(0, 0, 20, 20))
    assert found.provided == 1


def test_stretches_of_several_parts_are_counted_once(find):
    both = shapely.union_all([box(0, 0, 4, 20), box(10, 1, 16, 20), box(11, 0, 13, 1)])
    assert find(FRONT, footprint=both).provided == Decimal("0.5")


def test_a_wall_with_recesses_covers_from_end_to_end(find):
    comb = box(0, 1, 20, 20).difference(box(5, 0, 15, 1.5))
    assert find(FRONT, footprint=comb).provided == 1


def test_a_building_beside_the_end_of_a_bent_edge_is_not_on_its_other_leg(find, site):
    _, east, rear, _ = site.edges
    bent = edge("front", [(0, 30), (0, 0), (20, 0)])
    on_site = replace(site, edges=(bent, east, rear))
    found = find(FRONT, on_site=on_site, footprint=box(0, 5, 20, 30))
    assert found.provided == Decimal("0.5")


def test_the_worst_edge_of_a_class_decides(find):
    rule = {**ZONE, "edges": ["interior_side"], "within": "2"}
    found = find(rule, footprint=box(0, 0, 10, 30))
    assert (found.provided, found.outcome) == (Decimal(0), Outcome.BREACHES)


def test_the_depth_counts_from_a_widened_street(find, site):
    widened = replace(site, overlays=(OverlayPart("widening", "w", box(0, 0, 20, 3)),))
    assert find(FRONT, on_site=widened, footprint=box(0, 5, 20, 20)).provided == 1
    assert find(FRONT, on_site=widened, footprint=box(0, 5.1, 20, 20)).provided == 0


def test_missing_input(find, site):
    found = find(FRONT)
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("footprint",))
    rule = {**FRONT, "within": "storeys * 1 m"}
    found = find(rule, footprint=box(0, 0, 20, 20))
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("storeys",))


def test_a_doubtful_edge_withholds_the_verdict(find, site):
    found = find(FRONT, on_site=doubted(site, "front"), footprint=box(0, 0, 20, 20))
    assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.LOW_CONFIDENCE)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({**ZONE, "edges": ["front"]}, "“within” is needed"),
        ({**ZONE, "within": "2"}, "edges"),
        ({**FRONT, "bound": "max"}, "bound must be min"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(rule, words):
    with pytest.raises(RulebookError, match=words):
        rulebook_of(rule)


@settings(deadline=None, max_examples=40)
@given(angle=st.floats(0, 360), east=st.floats(-1e5, 1e5), width=st.integers(1, 20))
def test_turning_and_moving_the_parcel_changes_nothing(angle, east, width):
    def moved(geometry):
        turned = affinity.rotate(geometry, angle, origin=(0, 0))
        return affinity.translate(turned, east, -east)

    front = edge("front", [(0, 0), (20, 0)])
    site = Site("1/1", moved(box(0, 0, 20, 30)), edges=(replace(front, line=moved(front.line)),))
    proposal = Proposal(footprint=moved(box(0, 1, width, 20)))
    judgement = evaluate(site, proposal, rulebook_of(FRONT), on=ON)
    found = next(one for one in judgement.findings if one.kind == "build_to")
    assert float(found.provided) == pytest.approx(width / 20, abs=1e-5)
