"""Height: the stated height against a number, a table or a formula, in metres or feet."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.zoning.rules.conftest import doubted, edge, in_districts, split
from zoning.rules.findings import Outcome, Reason

MAX_12 = {"kind": "height", "bound": "max", "value": 12, "unit": "m"}
BY_STREET = {
    **MAX_12,
    "value": {
        "table": [
            {"street_width": "[0 m, 8 m)", "value": 9},
            {"street_width": "[8 m, 12 m)", "value": 12},
            {"street_width": "[12 m, inf)", "value": "min(1.5 * street_width, 24 m)"},
        ]
    },
}


def on_street(site, width_m):
    front = edge("front", [(0, 0), (20, 0)], street_width_m=width_m)
    return replace(site, edges=(front, *site.edges[1:]))


@pytest.mark.parametrize(
    ("height_m", "outcome"),
    [("11.999", Outcome.COMPLIES), ("12", Outcome.COMPLIES), ("12.001", Outcome.BREACHES)],
)
def test_either_side_of_the_threshold(find, height_m, outcome):
    assert find(MAX_12, height_m=Decimal(height_m)).outcome == outcome


@pytest.mark.parametrize(
    ("height_ft", "outcome"), [("35", Outcome.COMPLIES), ("35.0001", Outcome.BREACHES)]
)
def test_feet_convert_exactly(find, height_ft, outcome):
    found = find(
        {**MAX_12, "value": 35, "unit": "ft"}, height_m=Decimal(height_ft) * Decimal("0.3048")
    )
    assert found.outcome == outcome
    assert found.as_dict()["required"] == "35"
    assert found.as_dict()["provided"] == height_ft


@pytest.mark.parametrize(
    ("width_m", "limit_m"),
    [("7.999", 9), (8, 12), ("11.999", 12), (12, 18), (16, 24), (30, 24)],
)
def test_height_follows_the_width_of_the_street(find, site, width_m, limit_m):
    found = find(BY_STREET, on_site=on_street(site, width_m), height_m=Decimal(limit_m))
    assert (found.outcome, found.required) == (Outcome.COMPLIES, limit_m)


def test_without_a_height_it_needs_review(find):
    found = find(MAX_12)
    assert (found.outcome, found.reason, found.missing) == (
        Outcome.NEEDS_REVIEW,
        Reason.MISSING_INPUT,
        ("height",),
    )


def test_a_street_of_unknown_width_leaves_the_limit_open(find, site):
    found = find(BY_STREET, on_site=on_street(site, None), height_m=Decimal(1))
    assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.MISSING_INPUT)
    assert found.missing == ("street_width",)


def test_a_front_that_is_not_sure_leaves_the_limit_open(find, site):
    found = find(BY_STREET, on_site=doubted(site, "front"), height_m=Decimal(1))
    assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.LOW_CONFIDENCE)


def test_the_widest_street_is_not_known_while_one_width_is_missing(find, corner_site):
    rule = {**MAX_12, "value": "1.5 * widest_street_width"}
    assert find(rule, on_site=corner_site, height_m=Decimal(18)).outcome == Outcome.COMPLIES
    unknown = tuple(
        replace(one, street_width_m=None) if one.kind == "secondary_street" else one
        for one in corner_site.edges
    )
    found = find(rule, on_site=replace(corner_site, edges=unknown), height_m=Decimal(1))
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("widest_street_width",))


def test_a_least_height_above_the_greatest_is_a_conflict(judge):
    least = {**MAX_12, "bound": "min", "value": 15}
    findings = judge(MAX_12, least, height_m=Decimal(13)).findings
    heights = [one for one in findings if one.kind == "height"]
    assert [one.reason for one in heights] == [Reason.CONFLICT, Reason.CONFLICT]


def test_limits_of_two_districts_do_not_contradict_each_other(judge, site):
    """The least of one district beside the greatest of another is no conflict within either."""
    rules = [
        in_districts(MAX_12, "R1", value=10),
        in_districts({**MAX_12, "bound": "min"}, "R2", value=12),
    ]
    judgement = judge(*rules, on_site=split(site, R1=0.5, R2=0.5), height_m=Decimal(11))
    assert judgement.outcome == Outcome.BREACHES
    assert Reason.CONFLICT not in {one.reason for one in judgement.findings}


def test_no_rule_for_the_district(find, site):
    found = find(in_districts(MAX_12, "R2"), height_m=Decimal(1))
    assert found.outcome == Outcome.NO_RULE


class TestDatum:
    """A height above one level of the ground, by a rule that counts from another."""

    kerb = {**MAX_12, "datum": "kerb"}
    levels = {"mean_grade": Decimal("101"), "kerb": Decimal("100")}

    @pytest.mark.parametrize(
        ("height_m", "outcome"), [(11, Outcome.COMPLIES), ("11.01", Outcome.BREACHES)]
    )
    def test_the_levels_make_the_difference(self, find, height_m, outcome):
        found = find(self.kerb, height_m=Decimal(height_m), ground_levels_m=self.levels)
        assert (found.outcome, found.provided) == (outcome, Decimal(height_m) + 1)

    def test_a_level_that_is_not_stated_leaves_it_open(self, find):
        levels = {"mean_grade": Decimal(101)}
        found = find(self.kerb, height_m=Decimal(1), ground_levels_m=levels)
        assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("ground_level:kerb",))

    def test_the_same_datum_needs_no_level(self, find):
        found = find(self.kerb, height_m=Decimal(12), height_datum="kerb")
        assert found.outcome == Outcome.COMPLIES

    def test_limits_above_different_levels_are_not_compared(self, find):
        found = find(MAX_12, self.kerb, height_m=Decimal(1), ground_levels_m=self.levels)
        assert found.reason == Reason.CONFLICT
