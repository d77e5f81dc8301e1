"""Which limit holds: precedence, enactment, how higher rules combine, and what stays open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest
from shapely.geometry import box

from tests.zoning.rules.conftest import in_districts, split
from zoning.rules.findings import Outcome, Reason
from zoning.rules.site import OverlayPart

LEVELS = {
    "nation": {"nation": True},
    "plan": {"plan": True},
    "districts": {"districts": ["R1"]},
    "overlays": {"overlays": ["heritage"]},
    "parcels": {"parcels": ["125/7"]},
}
EVERYWHERE = box(-1, -1, 21, 31)


def height(value, level="plan", **changes):
    return {
        "kind": "height",
        "bound": "max",
        "value": value,
        "unit": "m",
        "scope": LEVELS[level],
        **changes,
    }


@pytest.fixture
def covered(site):
    """The plain site wholly within a heritage overlay."""
    return replace(site, overlays=(OverlayPart("heritage", "H1", EVERYWHERE),))


@pytest.fixture
def limit(find, covered):
    """The limit that holds on the covered site."""
    return lambda *rules, **facts: find(
        *rules, **{"on_site": covered, "height_m": Decimal(1), **facts}
    )


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_the_highest_level_prevails_whatever_the_order(limit, count):
    rules = [height(10 + rank, level) for rank, level in enumerate(list(LEVELS)[:count])]
    for order in permutations(rules):
        assert limit(*order).required == 10 + count - 1


def test_what_is_replaced_is_named_in_the_trace(limit):
    found = limit(height(10), height(9, "overlays"))
    assert [step.what for step in found.trace] == ["rule", "value", "replaces"]
    assert found.trace[-1].facts == {"rule": "rule-1"}


@pytest.mark.parametrize(
    ("combine", "value", "required"),
    [
        ("replace", 15, 15),
        ("most_restrictive", 15, 10),
        ("most_restrictive", 8, 8),
        ("least_restrictive", 15, 15),
        ("least_restrictive", 8, 10),
        ("add", 3, 13),
        ("subtract", 3, 7),
    ],
)
def test_how_a_higher_rule_combines(limit, combine, value, required):
    found = limit(height(10), height(value, "overlays", combine=combine))
    assert found.required == required


def test_the_stricter_of_two_minima_is_the_greater(find):
    low = {"kind": "lot_area", "bound": "min", "unit": "m2", "value": 500}
    high = {**low, "value": 700, "scope": {"districts": ["R1"]}, "combine": "most_restrictive"}
    assert find(low, high).required == 700
    assert find(low, {**high, "combine": "least_restrictive"}).required == 500


def test_an_exemption_lifts_the_limit_and_a_higher_rule_may_set_it_again(limit):
    exempt = height(None, "overlays", combine="exempt")
    assert limit(height(10), exempt, height_m=Decimal(99)).outcome == Outcome.NOT_APPLICABLE
    again = limit(height(10), exempt, height(12, "parcels"), height_m=Decimal(99))
    assert (again.outcome, again.required) == (Outcome.BREACHES, 12)


def test_an_addition_without_a_base_needs_review(limit):
    found = limit(height(3, "overlays", combine="add"))
    assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.NO_BASE_RULE)


def test_two_upper_bounds_of_one_day_resolve_to_the_lower(limit):
    for rules in ([height(10), height(8)], [height(8), height(10)]):
        found = limit(*rules)
        assert found.required == 8
        assert found.trace[-1].what == "also"


def test_a_definite_limit_beside_one_that_is_not_known_needs_review(limit):
    found = limit(height(10), height("3 m * storeys"))
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("storeys",))


def test_the_later_enactment_goes_first(limit):
    older = height(8, valid={"from": "2019-01-01"})
    newer = height(12, valid={"from": "2023-01-01"})
    assert limit(older, newer).required == limit(newer, older).required == 12
    assert limit(older, newer, on=date(2022, 12, 31)).required == 8


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        (date(2024, 7, 14), Outcome.BREACHES),
        (date(2024, 7, 15), Outcome.COMPLIES),
        (date(2030, 1, 1), Outcome.COMPLIES),
    ],
)
def test_coverage_raised_from_a_date_holds_from_that_day(find, day, outcome):
    """70 % until and 75 % from 15 July 2024; the building covers 75 % of 600 m²."""
    rule = {"kind": "coverage", "bound": "max", "unit": "%"}
    rules = [
        {**rule, "value": 70, "valid": {"to": "2024-07-15"}},
        {**rule, "value": 75, "valid": {"from": "2024-07-15"}},
    ]
    assert find(*rules, on=day, footprint=box(0, 0, 20, 22.5)).outcome == outcome


def test_a_minimum_above_the_maximum_is_a_conflict(judge):
    rule = {"kind": "storeys", "unit": "count", "value": 3}
    findings = judge(
        {**rule, "bound": "max"}, {**rule, "bound": "min", "value": 4}, storeys=Decimal(3)
    ).findings
    storeys = [one for one in findings if one.kind == "storeys"]
    assert [one.reason for one in storeys] == [Reason.CONFLICT] * 2
    assert {one.outcome for one in storeys} == {Outcome.NEEDS_REVIEW}


def test_an_equal_minimum_and_maximum_are_no_conflict(judge):
    rule = {"kind": "storeys", "unit": "count", "value": 3}
    rules = [{**rule, "bound": "max"}, {**rule, "bound": "min"}]
    assert judge(*rules, storeys=Decimal(3)).outcome == Outcome.COMPLIES


class TestOpenConditions:
    """A condition that can not be answered: the verdict is given where both answers give it."""

    rules = [height(12), height(9, "districts", when="storeys > 2")]

    @pytest.mark.parametrize(
        ("height_m", "outcome"),
        [(9, Outcome.COMPLIES), (10, Outcome.NEEDS_REVIEW), (13, Outcome.BREACHES)],
    )
    def test_same_verdict_or_review(self, limit, height_m, outcome):
        assert limit(*self.rules, height_m=Decimal(height_m)).outcome == outcome

    def test_the_missing_answer_is_named(self, limit):
        found = limit(*self.rules, height_m=Decimal(10))
        assert (found.reason, found.missing) == (Reason.MISSING_INPUT, ("storeys",))
        assert found.required is None

    def test_only_what_is_missing_is_named(self, limit):
        rule = height(9, "districts", when="storeys > 2 and dwelling_units > 4")
        found = limit(height(12), rule, height_m=Decimal(10), storeys=Decimal(3))
        assert found.missing == ("dwelling_units",)

    def test_half_an_answer_may_be_enough(self, limit):
        rule = height(9, "districts", when="storeys > 2 and dwelling_units > 4")
        found = limit(height(12), rule, height_m=Decimal(10), storeys=Decimal(1))
        assert found.outcome == Outcome.COMPLIES

    def test_a_rule_that_may_not_hold_at_all_is_no_pass(self, limit):
        found = limit(height(12, when="storeys > 2"))
        assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("storeys",))

    def test_many_open_conditions_need_review(self, limit):
        rules = [height(12 + n, when=f"storeys > {n}") for n in range(1, 9)]
        found = limit(*rules)
        assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("storeys",))


class TestTables:
    """Rows of intervals: gaps and shared bounds are found out, never guessed at."""

    @staticmethod
    def by_lot(*rows):
        table = [{"lot_area": interval, "value": value} for interval, value in rows]
        return height({"table": table})

    @pytest.fixture
    def on_lot(self, find, site):
        def run(rule, area_m2):
            lot = replace(site, registered_area_m2=Decimal(area_m2))
            return find(rule, on_site=lot, height_m=Decimal(1))

        return run

    def test_a_gap_needs_review(self, find, site):
        """Rows that end at 2.40 m and begin again at 2.44 m say nothing of 2.42 m."""
        rows = [
            {"street_width": "[0 m, 2.40 m]", "value": 3},
            {"street_width": "[2.44 m, inf)", "value": 6},
        ]
        front = site.edges[0]
        verdicts = {}
        for width_m in ("2.40", "2.42", "2.44"):
            edges = (replace(front, street_width_m=Decimal(width_m)), *site.edges[1:])
            found = find(
                height({"table": rows}),
                on_site=replace(site, edges=edges),
                height_m=Decimal(1),
            )
            verdicts[width_m] = (found.outcome, found.reason)
        assert verdicts == {
            "2.40": (Outcome.COMPLIES, Reason.NONE),
            "2.42": (Outcome.NEEDS_REVIEW, Reason.NO_TABLE_ROW),
            "2.44": (Outcome.COMPLIES, Reason.NONE),
        }

    @pytest.mark.parametrize(("area_m2", "required"), [("549.999", 6), ("550", 9), ("550.001", 9)])
    def test_a_bound_of_exactly_550_falls_into_the_row_that_claims_it(
        self, on_lot, area_m2, required
    ):
        rule = self.by_lot(("[0 m2, 550 m2)", 6), ("[550 m2, inf)", 9))
        assert on_lot(rule, area_m2).required == required

    def test_a_bound_that_no_row_claims_needs_review(self, on_lot):
        rule = self.by_lot(("[0 m2, 550 m2)", 6), ("(550 m2, inf)", 9))
        assert on_lot(rule, "550").reason == Reason.NO_TABLE_ROW

    def test_a_bound_that_two_rows_claim_is_a_conflict_unless_they_agree(self, on_lot):
        rule = self.by_lot(("[0 m2, 550 m2]", 6), ("[550 m2, inf)", 9))
        assert on_lot(rule, "550").reason == Reason.CONFLICT
        assert on_lot(rule, "549").required == 6
        same = self.by_lot(("[0 m2, 550 m2]", 6), ("[550 m2, inf)", 6))
        assert on_lot(same, "550").required == 6

    def test_two_axes(self, find):
        rows = [
            {"storeys": "[0, 3]", "street_width": "[0 m, inf)", "value": 12},
            {"storeys": "(3, inf)", "street_width": "[0 m, 10 m)", "value": 14},
            {"storeys": "(3, inf)", "street_width": "[10 m, inf)", "value": "storeys * 4 m"},
        ]
        rule = height({"table": rows})
        for storeys, required in ((3, 12), (4, 16)):
            found = find(rule, storeys=Decimal(storeys), height_m=Decimal(1))
            assert found.required == required
        assert find(rule, height_m=Decimal(1)).missing == ("storeys",)


class TestPartsOfASite:
    """What holds on some of the ground only is judged with it and without it."""

    half = OverlayPart("heritage", "H1", box(0, 0, 20, 15))

    @pytest.mark.parametrize(("over", "required"), [(30, 12), (6, 6)])
    def test_an_overlay_on_half_the_lot_never_loosens_and_may_tighten(
        self, find, site, over, required
    ):
        partly = replace(site, overlays=(self.half,))
        found = find(
            height(12), height(over, "overlays"), on_site=partly, height_m=Decimal(required + 1)
        )
        assert (found.outcome, found.required) == (Outcome.BREACHES, required)

    def test_an_exemption_on_half_the_lot_is_none_for_the_other(self, find, site):
        partly = replace(site, overlays=(self.half,))
        exempt = height(None, "overlays", combine="exempt")
        found = find(height(12), exempt, on_site=partly, height_m=Decimal(13))
        assert found.outcome == Outcome.BREACHES

    def test_an_overlay_is_named_by_its_kind_or_its_code(self, find, covered):
        for name, required in (("heritage", 6), ("H1", 6), ("H2", 12)):
            rule = height(6, scope={"overlays": [name]})
            found = find(height(12), rule, on_site=covered, height_m=Decimal(1))
            assert found.required == required

    @pytest.mark.parametrize(("noted", "required"), [(6, 6), (30, 12)])
    def test_a_note_for_one_of_two_parcels_is_not_lost(self, find, site, noted, required):
        both = replace(site, reference="125/7 + 125/8")
        found = find(height(12), height(noted, "parcels"), on_site=both, height_m=Decimal(1))
        assert found.required == required

    def test_a_note_for_another_parcel_does_not_hold(self, find, site):
        other = replace(site, reference="125/70")
        found = find(height(12), height(6, "parcels"), on_site=other, height_m=Decimal(1))
        assert found.required == 12

    def test_a_sliver_of_another_district_is_drawing_noise(self, find, site):
        rules = [in_districts(height(12), "R1"), in_districts(height(6), "R2")]
        for share, required in ((0.005, 12), (0.05, 6)):
            mixed = split(site, R1=1 - share, R2=share)
            assert find(*rules, on_site=mixed, height_m=Decimal(1)).required == required

    @pytest.mark.parametrize("attribute", ["45", 45, 45.5, "45 m", None, "NaN"])
    def test_an_overlays_own_height_limit(self, find, site, attribute):
        part = OverlayPart("airport", "A", EVERYWHERE, {"height_limit_m": attribute})
        rule = height("overlay_height_limit", scope={"overlays": ["airport"]})
        found = find(rule, on_site=replace(site, overlays=(part,)), height_m=Decimal(45))
        readable = attribute in ("45", 45, 45.5)
        assert found.outcome == (Outcome.COMPLIES if readable else Outcome.NEEDS_REVIEW)


@pytest.mark.parametrize(
    "rules",
    [
        [height(12)],
        [height("min(1.5 * street_width, 24 m)")],
        [height({"table": [{"street_width": "[0 m, inf)", "value": "street_width + 1 m"}]})],
        [height(12), height(9, "overlays")],
        [height(12), height("street_width / 5", "overlays", combine="add")],
        [height(12), height("0.5 m", "overlays", combine="subtract")],
        [height("street_width / 7", rounding="up")],
        [height(40), height(35, unit="ft")],
    ],
)
def test_the_trace_ends_in_the_limit(limit, rules):
    """A reader who follows the steps arrives at the number that is required."""
    found = limit(*rules)
    results = [step.facts["result"] for step in found.trace if "result" in step.facts]
    number, unit = results[-1].split()
    assert (number, unit) == (found.as_dict()["required"], found.unit)


def test_the_trace_shows_the_values_that_went_in(limit):
    found = limit(height("if(corner_lot, 20 m, 1.5 * street_width)"))
    formula = found.trace[1].facts
    assert formula["values"] == {"corner_lot": "no", "street_width": "12 m"}
    assert {one.name: one.source for one in found.inputs} == {
        "height": "application",
        "corner_lot": "parcel_edges",
        "street_width": "street_plan",
    }


class TestDiscretion:
    """Between the limit and how far the authority may go, the authority decides."""

    most = height(12, at_discretion=15)
    least = {**height(6, at_discretion=4), "bound": "min"}

    @pytest.mark.parametrize(
        ("rule", "height_m", "outcome", "reason"),
        [
            ("most", 12, Outcome.COMPLIES, Reason.NONE),
            ("most", 15, Outcome.NEEDS_REVIEW, Reason.DISCRETION),
            ("most", "15.1", Outcome.BREACHES, Reason.NONE),
            ("least", 6, Outcome.COMPLIES, Reason.NONE),
            ("least", 4, Outcome.NEEDS_REVIEW, Reason.DISCRETION),
            ("least", "3.9", Outcome.BREACHES, Reason.NONE),
        ],
    )
    def test_three_ranges(self, limit, rule, height_m, outcome, reason):
        found = limit(getattr(self, rule), height_m=Decimal(height_m))
        assert (found.outcome, found.reason) == (outcome, reason)

    def test_a_variance_that_was_granted_is_a_condition(self, limit):
        facts = {"height_m": Decimal(99), "cleared": frozenset({"height"})}
        found = limit(self.most, **facts)
        assert (found.outcome, found.reason) == (Outcome.CONDITIONAL, Reason.VARIANCE)

    def test_a_variance_for_one_class_of_edges_is_no_variance_for_another(self, judge, site):
        rule = {"kind": "setback", "bound": "min", "value": 3, "unit": "m"}
        rule["edges"] = ["rear", "front"]
        judgement = judge(rule, footprint=site.geometry, cleared=frozenset({"setback:rear"}))
        found = {one.target: one.outcome for one in judgement.findings if one.kind == "setback"}
        assert found == {"rear": Outcome.CONDITIONAL, "front": Outcome.BREACHES}


@pytest.mark.parametrize(
    ("registered_m2", "other"), [(650, Outcome.BREACHES), (600, None), (620, None), (None, None)]
)
def test_the_drawn_area_is_said_where_it_would_change_the_verdict(find, site, registered_m2, other):
    registered = None if registered_m2 is None else Decimal(registered_m2)
    lot = replace(site, registered_area_m2=registered)
    rule = {"kind": "coverage", "bound": "max", "value": 40, "unit": "%"}
    area_m2 = 250 if registered_m2 == 650 else 240
    found = find(rule, on_site=lot, footprint=box(0, 0, 20, area_m2 / 20))
    assert found.outcome == Outcome.COMPLIES
    assert (found.other and found.other.outcome) == other
