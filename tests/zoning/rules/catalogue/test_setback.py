"""Setback: from the footprint to each edge, the worst edge of a kind deciding."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
import shapely
from shapely.geometry import box

from parcels.edges import EdgeKind
from tests.zoning.rules.conftest import doubted, edge, in_districts, split
from zoning.rules.findings import Outcome, Reason
from zoning.rules.site import OverlayPart


def setback(*edges, value=3, bound="min", **changes):
    rule = {"kind": "setback", "bound": bound, "value": value, "unit": "m", "edges": list(edges)}
    return {**rule, **changes}


FRONT = setback("front")
SIDE = setback("interior_side", value=2)
HOUSE = box(2, 3, 18, 25)  # exactly 2 m from the sides, 3 m from the front, 5 m from the rear


@pytest.mark.parametrize(
    ("south", "outcome"),
    [
        (3.0, Outcome.COMPLIES),
        (2.999, Outcome.COMPLIES),  # a drawn distance is read to the millimetre
        (2.998, Outcome.BREACHES),
        (0.0, Outcome.BREACHES),
    ],
)
def test_either_side_of_the_threshold(find, south, outcome):
    found = find(FRONT, footprint=box(2, south, 18, 25))
    assert (found.outcome, found.target) == (outcome, "front")


def test_a_breach_shows_what_lies_in_the_band(find):
    found = find(FRONT, footprint=box(2, 1, 18, 25))
    assert found.margin == Decimal(-2)
    assert found.geometry.equals_exact(box(2, 1, 18, 3), 1e-6, normalize=True)


def test_the_worst_of_several_sides_decides_and_all_offences_are_shown(find):
    found = find(SIDE, footprint=box(1, 5, 19.5, 25))
    assert (found.outcome, found.provided) == (Outcome.BREACHES, Decimal("0.5"))
    assert found.geometry.area == pytest.approx(1 * 20 + 1.5 * 20, abs=1e-6)
    assert found.trace[-1].facts == {"edges": "2"}


@pytest.mark.parametrize(
    ("unit", "value", "outcome"),
    [
        ("ft", 10, Outcome.COMPLIES),
        ("m", "3.001", Outcome.COMPLIES),
        ("m", "3.01", Outcome.BREACHES),
    ],
)
def test_units(find, unit, value, outcome):
    """10 ft are 3.048 m; the house is moved back to that."""
    south = 3.048 if unit == "ft" else 3.0
    rule = {**FRONT, "unit": unit, "value": value}
    assert find(rule, footprint=box(2, south, 18, 25)).outcome == outcome


def test_each_edge_has_the_width_of_its_own_street(find, corner_site):
    rule = setback("front", "secondary_street", value="street_width / 4")
    found = find(rule, on_site=corner_site, target="front", footprint=HOUSE)
    assert (found.required, found.outcome) == (Decimal(3), Outcome.COMPLIES)
    found = find(rule, on_site=corner_site, target="secondary_street", footprint=HOUSE)
    assert (found.required, found.outcome) == (Decimal(2), Outcome.COMPLIES)


def test_a_street_of_unknown_width_does_not_borrow_the_fronts(find, corner_site):
    edges = tuple(
        replace(one, street_width_m=None) if one.kind == EdgeKind.SECONDARY_STREET else one
        for one in corner_site.edges
    )
    found = find(
        setback("secondary_street", value="street_width / 100"),
        on_site=replace(corner_site, edges=edges),
        footprint=HOUSE,
    )
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("street_width",))


def test_yards_grow_with_the_storeys(find):
    rule = setback("interior_side", value="2 m + 0.5 m * max(0, storeys - 4)")
    assert find(rule, footprint=HOUSE, storeys=Decimal(4)).outcome == Outcome.COMPLIES
    found = find(rule, footprint=HOUSE, storeys=Decimal(5))
    assert (found.outcome, found.required) == (Outcome.BREACHES, Decimal("2.5"))


def test_without_footprint_it_needs_review(find):
    found = find(FRONT)
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("footprint",))


def test_no_rule_for_this_district(find):
    assert find(in_districts(FRONT, "R2"), footprint=HOUSE).outcome == Outcome.NO_RULE


def test_a_part_in_a_district_without_setback_needs_review(find, site):
    halves = split(site, R1=0.5, R2=0.5)
    found = find(in_districts(FRONT, "R1"), on_site=halves, footprint=HOUSE)
    assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.PART_WITHOUT_RULE)
    too_near = find(in_districts(FRONT, "R1"), on_site=halves, footprint=box(2, 0, 18, 9))
    assert too_near.outcome == Outcome.BREACHES


class TestEdgesThatAreNotSure:
    """A guess about what an edge faces never decides."""

    @pytest.mark.parametrize(
        ("confidence", "outcome"), [(0.5, Outcome.COMPLIES), (0.499, Outcome.NEEDS_REVIEW)]
    )
    def test_confidence_has_a_limit(self, find, site, confidence, outcome):
        found = find(FRONT, on_site=doubted(site, "front", confidence), footprint=HOUSE)
        assert found.outcome == outcome

    @pytest.mark.parametrize("south", [0, 10])
    def test_below_it_neither_breach_nor_compliance_is_said(self, find, site, south):
        footprint = box(2, south, 18, 25)
        found = find(FRONT, on_site=doubted(site, "front"), footprint=footprint)
        assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.LOW_CONFIDENCE)

    def test_an_unsure_edge_of_a_kind_without_rule_may_be_of_one_with_rule(self, judge, site):
        judgement = judge(FRONT, on_site=doubted(site, "rear"), footprint=HOUSE)
        reasons = {one.target: one.reason for one in judgement.findings if one.kind == "setback"}
        assert reasons == {"front": Reason.NONE, "unknown": Reason.LOW_CONFIDENCE}
        assert judgement.outcome == Outcome.NEEDS_REVIEW

    def test_an_unknown_edge_needs_review_beside_known_ones(self, judge, site):
        edges = (*site.edges[:3], replace(site.edges[3], kind=EdgeKind.UNKNOWN))
        judgement = judge(FRONT, on_site=replace(site, edges=edges), footprint=HOUSE)
        assert judgement.outcome == Outcome.NEEDS_REVIEW
        assert not judgement.envelope.complete

    @pytest.mark.parametrize("known", [True, False])
    def test_a_lot_whose_edges_are_all_unknown_or_absent_needs_review(self, find, site, known):
        edges = tuple(replace(one, kind=EdgeKind.UNKNOWN) for one in site.edges) if known else ()
        found = find(FRONT, on_site=replace(site, edges=edges), footprint=box(0, 0, 20, 30))
        assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.UNKNOWN_EDGE)


class TestStatedDistances:
    """Where nothing is drawn, the distances of the form are judged."""

    @pytest.mark.parametrize(
        ("metres", "outcome"), [("3", Outcome.COMPLIES), ("2.9999", Outcome.BREACHES)]
    )
    def test_either_side_of_the_threshold(self, find, metres, outcome):
        found = find(FRONT, declared={"setback:front": Decimal(metres)})
        assert (found.outcome, found.inputs[-1].source) == (outcome, "application")

    def test_each_side_is_judged(self, judge):
        declared = {
            "setback:interior_side:left": Decimal(2),
            "setback:interior_side:right": Decimal(1),
        }
        findings = judge(SIDE, declared=declared).findings
        assert {one.target: one.outcome for one in findings if one.kind == "setback"} == {
            "interior_side:left": Outcome.COMPLIES,
            "interior_side:right": Outcome.BREACHES,
        }

    def test_one_side_stated_of_two_is_not_enough(self, judge):
        judgement = judge(SIDE, declared={"setback:interior_side:left": Decimal(9)})
        assert judgement.outcome == Outcome.NEEDS_REVIEW
        assert judgement.findings[0].missing == ("setback:interior_side",)

    def test_one_distance_can_be_stated_for_all_sides(self, judge):
        judgement = judge(SIDE, declared={"setback:interior_side": Decimal(2)})
        assert judgement.outcome == Outcome.COMPLIES

    def test_a_drawing_goes_before_what_is_stated(self, find):
        declared = {"setback:front": Decimal(9)}
        found = find(FRONT, footprint=box(2, 1, 18, 9), declared=declared)
        assert found.outcome == Outcome.BREACHES

    def test_the_strictest_of_several_edges_holds(self, find, corner_site):
        second = edge("secondary_street", [(0, 30), (20, 30)], street_width_m=16)
        through = replace(corner_site, edges=(*corner_site.edges[:2], second))
        found = find(
            setback("secondary_street", value="street_width / 4"),
            on_site=through,
            declared={"setback:secondary_street": Decimal(3)},
        )
        assert (found.outcome, found.required) == (Outcome.BREACHES, Decimal(4))

    @pytest.mark.parametrize("formula", ["street_width / 4", "edge_length / 10"])
    def test_a_limit_that_depends_on_an_edge_that_is_not_there_is_open(self, judge, formula):
        judgement = judge(
            setback("secondary_street", value=formula),
            declared={"setback:secondary_street": Decimal(9)},
        )
        assert judgement.outcome == Outcome.NEEDS_REVIEW

    @pytest.mark.parametrize(
        ("value", "outcome"), [(3, Outcome.COMPLIES), ("street_width / 4", Outcome.NEEDS_REVIEW)]
    )
    def test_an_unsure_edge_matters_where_the_limit_reads_it(self, find, site, value, outcome):
        found = find(
            setback("front", value=value),
            on_site=doubted(site, "front"),
            declared={"setback:front": Decimal(3)},
        )
        assert found.outcome == outcome


class TestOtherBounds:
    """Build-to lines and mandatory lines."""

    @pytest.mark.parametrize(
        ("south", "outcome"),
        [(5, Outcome.COMPLIES), (5.001, Outcome.COMPLIES), (5.01, Outcome.BREACHES)],
    )
    def test_a_greatest_distance(self, find, south, outcome):
        rule = setback("front", value=5, bound="max")
        found = find(rule, footprint=box(2, south, 18, 25))
        assert found.outcome == outcome
        assert found.geometry.equals(shapely.LineString([(0, 0), (20, 0)]))

    @pytest.mark.parametrize(
        ("south", "outcome"),
        [(2.99, Outcome.BREACHES), (3, Outcome.COMPLIES), (3.01, Outcome.BREACHES)],
    )
    def test_a_mandatory_line(self, find, south, outcome):
        rule = setback("front", bound="exact")
        assert find(rule, footprint=box(2, south, 18, 25)).outcome == outcome

    def test_a_mandatory_line_against_a_minimum_is_a_conflict(self, judge):
        rules = [FRONT, setback("front", value=0, bound="exact")]
        for south in (0, 1, 3, 6):
            findings = judge(*rules, footprint=box(2, south, 18, 25)).findings
            setbacks = [one for one in findings if one.kind == "setback"]
            assert {one.reason for one in setbacks} == {Reason.CONFLICT}
            assert len(setbacks) == 2

    def test_limits_of_different_edges_are_no_conflict(self, judge, corner_site):
        """The least of the wide street is above the greatest of the narrow one, and may be."""
        kinds = ("front", "secondary_street")
        wide, narrow = (replace(one, kind=EdgeKind.FRONT) for one in corner_site.edges[:2])
        through = replace(corner_site, edges=(wide, narrow, *corner_site.edges[2:]))
        rules = [
            setback(*kinds, value="street_width / 4"),
            setback(*kinds, value="street_width / 3.2", bound="max"),
        ]
        judgement = judge(*rules, on_site=through, footprint=box(2, 3.5, 17.7, 25))
        assert judgement.outcome == Outcome.COMPLIES


class TestWidening:
    """Land that a street widening takes is not there to be built on."""

    @pytest.fixture
    def widened(self, site):
        return replace(site, overlays=(OverlayPart("widening", "W1", box(0, 0, 20, 4)),))

    @pytest.mark.parametrize(
        ("south", "provided", "outcome"),
        [
            (7, 3, Outcome.COMPLIES),
            (6.5, Decimal("2.5"), Outcome.BREACHES),
            (3, -1, Outcome.BREACHES),
        ],
    )
    def test_the_setback_counts_from_the_widened_street(
        self, find, widened, south, provided, outcome
    ):
        found = find(FRONT, on_site=widened, footprint=box(2, south, 18, 25))
        assert (found.outcome, found.provided) == (outcome, provided)

    def test_standing_on_it_breaches_even_where_no_distance_is_asked(self, find, widened):
        rule = setback("front", value=0)
        assert find(rule, on_site=widened, footprint=box(2, 4, 18, 9)).outcome == Outcome.COMPLIES
        found = find(rule, on_site=widened, footprint=box(2, 3, 18, 9))
        assert found.outcome == Outcome.BREACHES
        assert found.geometry.area == pytest.approx(16, abs=1e-6)

    def test_the_sides_are_where_they_were(self, find, widened):
        assert find(SIDE, on_site=widened, footprint=box(2, 4, 18, 9)).provided == 2

    def test_the_envelope_begins_behind_it(self, judge, widened):
        envelope = judge(FRONT, SIDE, on_site=widened, footprint=HOUSE).envelope.strict
        assert envelope.equals_exact(box(2, 7, 18, 30), 1e-6, normalize=True)


def test_a_distance_from_an_undrawn_edge_is_judged_by_what_the_drawn_ones_say(find, site):
    """A lot without a rear on the map: the form's rear yard still knows the depth of the lot."""
    rule = {
        "kind": "setback",
        "bound": "min",
        "unit": "m",
        "edges": ["rear"],
        "value": "lot_depth / 6",
    }
    edges = tuple(one for one in site.edges if one.kind != EdgeKind.REAR)
    found = find(
        rule, on_site=replace(site, edges=edges), declared={"setback:rear": Decimal("5.0")}
    )
    assert (found.outcome, found.required) == (Outcome.COMPLIES, Decimal(5))
