"""Land use: permitted, conditional, prohibited; and what is said of uses that no rule names."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from shapely.geometry import box

from tests.zoning.rules.conftest import in_districts, rulebook_of, split
from zoning.rules.findings import Outcome, Reason
from zoning.rules.site import OverlayPart

USES = {"residential": {}, "retail": {}, "office": {}, "industrial": {}}
RULE = {
    "kind": "land_use",
    "permitted": ["residential"],
    "conditional": ["office"],
    "prohibited": ["industrial"],
}


@pytest.fixture
def use(judge):
    """The finding about one use of 100 m²."""

    def run(*rules, name="retail", **facts):
        book = rulebook_of(*rules, uses=USES)
        judgement = judge(book=book, floor_areas_m2={name: Decimal(100)}, **facts)
        return next(one for one in judgement.findings if one.kind == "land_use")

    return run


@pytest.mark.parametrize(
    ("name", "outcome", "reason"),
    [
        ("residential", Outcome.COMPLIES, Reason.NONE),
        ("office", Outcome.NEEDS_REVIEW, Reason.DISCRETION),
        ("industrial", Outcome.BREACHES, Reason.NONE),
        ("retail", Outcome.BREACHES, Reason.NONE),  # not named: prohibited unless said otherwise
        ("funfair", Outcome.BREACHES, Reason.NONE),  # not even declared
    ],
)
def test_each_list_has_its_verdict(use, name, outcome, reason):
    found = use(RULE, name=name)
    assert (found.target, found.outcome, found.reason) == (name, outcome, reason)


@pytest.mark.parametrize(
    ("otherwise", "outcome"),
    [
        ("prohibited", Outcome.BREACHES),
        ("conditional", Outcome.NEEDS_REVIEW),
        ("unstated", Outcome.NEEDS_REVIEW),
    ],
)
def test_a_use_that_is_not_named_is_what_the_rule_says(use, otherwise, outcome):
    assert use({**RULE, "otherwise": otherwise}).outcome == outcome


@pytest.mark.parametrize(
    ("cleared", "outcome"),
    [
        ({"land_use:office"}, Outcome.CONDITIONAL),
        ({"land_use:retail"}, Outcome.NEEDS_REVIEW),
        (set(), Outcome.NEEDS_REVIEW),
    ],
)
def test_a_conditional_use_needs_its_own_clearance(use, cleared, outcome):
    assert use(RULE, name="office", cleared=frozenset(cleared)).outcome == outcome


def test_a_clearance_does_not_lift_a_prohibition(use):
    found = use(RULE, name="industrial", cleared=frozenset({"land_use:industrial"}))
    assert found.outcome == Outcome.BREACHES


def test_every_use_has_its_finding_and_the_worst_decides(judge):
    areas = {"residential": Decimal(1), "industrial": Decimal(1), "office": Decimal(0)}
    judgement = judge(book=rulebook_of(RULE, uses=USES), floor_areas_m2=areas)
    found = {one.target: one.outcome for one in judgement.findings if one.kind == "land_use"}
    assert found == {"residential": Outcome.COMPLIES, "industrial": Outcome.BREACHES}
    assert judgement.outcome == Outcome.BREACHES


@pytest.mark.parametrize("areas", [None, {}, {"residential": Decimal(0)}])
def test_uses_that_are_not_stated_need_review(judge, areas):
    judgement = judge(book=rulebook_of(RULE, uses=USES), floor_areas_m2=areas)
    found = next(one for one in judgement.findings if one.kind == "land_use")
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("uses",))


def test_a_district_without_use_rule_has_no_verdict(use):
    assert use(in_districts(RULE, "R2"), name="residential").outcome == Outcome.NO_RULE


def test_part_of_the_lot_without_use_rule_needs_review(use, site):
    halves = split(site, R1=0.5, R2=0.5)
    found = use(in_districts(RULE, "R1"), name="residential", on_site=halves)
    assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.PART_WITHOUT_RULE)


def test_in_a_split_lot_the_stricter_district_decides(use, site):
    halves = split(site, R1=0.5, R2=0.5)
    other = {"kind": "land_use", "permitted": ["industrial"]}
    rules = [in_districts(RULE, "R1"), in_districts(other, "R2")]
    assert use(*rules, name="residential", on_site=halves).outcome == Outcome.BREACHES


class TestPrecedence:
    """The highest rule that names a use decides; of equals the later, then the stricter."""

    plan = {"kind": "land_use", "permitted": ["retail"], "otherwise": "prohibited"}

    def test_the_district_goes_before_the_plan(self, use):
        district = in_districts({"kind": "land_use", "prohibited": ["retail"]}, "R1")
        for rules in ([self.plan, district], [district, self.plan]):
            assert use(*rules).outcome == Outcome.BREACHES

    def test_a_district_speaks_of_other_uses_only_when_it_says_so(self, use):
        silent = in_districts({"kind": "land_use", "permitted": ["residential"]}, "R1")
        assert use(self.plan, silent, name="office").outcome == Outcome.BREACHES
        speaking = {**silent, "otherwise": "conditional"}
        assert use(self.plan, speaking, name="office").outcome == Outcome.NEEDS_REVIEW

    def test_an_overlay_that_lists_one_use_does_not_forbid_the_others(self, use, site):
        over = OverlayPart("heritage", "H1", box(-1, -1, 21, 31))
        rule = {
            "kind": "land_use",
            "prohibited": ["industrial"],
            "scope": {"overlays": ["heritage"]},
        }
        covered = replace(site, overlays=(over,))
        assert use(self.plan, rule, on_site=covered).outcome == Outcome.COMPLIES

    def test_rules_of_one_level_and_day_that_differ_give_the_stricter_word(self, use):
        banning = {"kind": "land_use", "prohibited": ["retail"]}
        for rules in ([self.plan, banning], [banning, self.plan]):
            assert use(*rules).outcome == Outcome.BREACHES

    def test_the_later_enactment_goes_first(self, use):
        later = {**self.plan, "valid": {"from": "2024-01-01"}}
        banning = {"kind": "land_use", "prohibited": ["retail"]}
        assert use(later, banning).outcome == Outcome.COMPLIES


class TestOpenConditions:
    """A condition that can not be answered withholds the verdict only where it matters."""

    tall = {"kind": "land_use", "prohibited": ["retail"], "when": "height > 20 m"}

    def test_both_answers_differ(self, use):
        found = use(TestPrecedence.plan, self.tall)
        assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("height",))

    def test_both_answers_agree(self, use):
        found = use({**TestPrecedence.plan, "permitted": ["office"]}, self.tall)
        assert found.outcome == Outcome.BREACHES

    def test_answered(self, use):
        for height_m, outcome in ((20, Outcome.COMPLIES), (21, Outcome.BREACHES)):
            found = use(TestPrecedence.plan, self.tall, height_m=Decimal(height_m))
            assert found.outcome == outcome

    def test_no_rule_holds_when_the_only_condition_fails(self, use):
        found = use({**RULE, "when": "height > 20 m"}, height_m=Decimal(3))
        assert found.outcome == Outcome.NO_RULE

    def test_very_many_open_conditions_end_in_review_at_once(self, use):
        rules = [{**self.tall, "when": f"height > {n} m"} for n in range(1, 40)]
        assert use(TestPrecedence.plan, *rules).outcome == Outcome.NEEDS_REVIEW


class TestFloors:
    """Rules that speak of some floors only."""

    shops = {"kind": "land_use", "permitted": ["retail"], "floors": ["ground"]}
    homes = {"kind": "land_use", "prohibited": ["retail"], "floors": ["upper", "basement"]}
    homes["otherwise"] = "conditional"

    @pytest.fixture
    def floors(self, judge):
        def run(*rules, **facts):
            judgement = judge(book=rulebook_of(*rules, uses=USES), **facts)
            return {one.target: one for one in judgement.findings if one.kind == "land_use"}

        return run

    def test_each_use_is_judged_on_the_floors_it_is_on(self, floors):
        on = {"0": {"retail": Decimal(9)}, "1": {"retail": Decimal(9)}, "2": {}}
        found = floors(self.shops, self.homes, uses_by_floor=on)
        assert {target: one.outcome for target, one in found.items()} == {
            "retail:ground": Outcome.COMPLIES,
            "retail:upper": Outcome.BREACHES,
        }

    def test_rules_for_the_whole_building_speak_beside_them(self, floors):
        whole = {"kind": "land_use", "permitted": ["retail"]}
        found = floors(whole, self.homes, uses_by_floor={"-2": {"retail": Decimal(9)}})
        assert {target: one.outcome for target, one in found.items()} == {
            "retail": Outcome.COMPLIES,
            "retail:basement": Outcome.BREACHES,
        }

    def test_a_floor_without_rules_has_no_verdict(self, floors):
        found = floors(self.shops, uses_by_floor={"3": {"retail": Decimal(9)}})
        assert [one.outcome for one in found.values()] == [Outcome.NO_RULE]

    @pytest.mark.parametrize("on", [None, {"0": {"office": Decimal(1)}}])
    def test_a_use_of_unknown_floor_is_open(self, floors, on):
        areas = {"retail": Decimal(9)}
        found = floors(self.shops, self.homes, floor_areas_m2=areas, uses_by_floor=on)
        for floor in ("basement", "ground", "upper"):
            one = found[f"retail:{floor}"]
            assert (one.outcome, one.missing) == (Outcome.NEEDS_REVIEW, ("uses_by_floor",))

    def test_unless_every_floor_says_the_same(self, floors):
        everywhere = {**self.homes, "floors": ["basement", "ground", "upper"]}
        found = floors(everywhere, floor_areas_m2={"retail": Decimal(9)})
        assert {one.outcome for one in found.values()} == {Outcome.BREACHES}
