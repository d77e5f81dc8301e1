"""Days on which nothing limits what was limited before and is limited again after."""

from __future__ import annotations

from typing import Any

import pytest

from tests.zoning.rules.lint.conftest import codes, only
from zoning.rules.lint import Severity

LIMIT: dict[str, Any] = {"kind": "height", "bound": "max", "unit": "m", "value": 12}
ENDS = {**LIMIT, "valid": {"to": "2024-07-14"}}


def begins(day: str, **changes: Any) -> dict[str, Any]:
    return {**LIMIT, "value": 15, "valid": {"from": day}, **changes}


def test_a_last_day_written_for_the_first_day_without_the_rule_leaves_a_day_out() -> None:
    found = only("days_without_rule", ENDS, begins("2024-07-15"))
    assert found.rule_id == "rule-2"
    assert found.facts == {"from": "2024-07-14", "last": "2024-07-14"}
    assert found.severity == Severity.WARNING


@pytest.mark.parametrize("day", ["2024-07-14", "2024-07-01"])
def test_rules_that_meet_or_overlap_leave_none(day: str) -> None:
    assert codes(ENDS, begins(day)) == []


def test_the_order_in_the_file_does_not_matter() -> None:
    assert only("days_without_rule", begins("2024-07-15"), ENDS).rule_id == "rule-1"


def test_a_third_rule_may_hold_in_between() -> None:
    between = {**LIMIT, "value": 9, "valid": {"from": "2024-07-01", "to": "2024-08-01"}}
    assert codes(ENDS, begins("2024-08-01"), between) == []


@pytest.mark.parametrize(
    "changes",
    [{"bound": "min", "value": 3}, {"scope": {"districts": ["R1"]}}, {"when": "storeys > 3"}],
    ids=["bound", "scope", "condition"],
)
def test_another_matter_has_days_of_its_own(changes: dict[str, Any]) -> None:
    assert codes(ENDS, begins("2024-07-15", **changes)) == []


def test_lists_of_uses_are_amended_too() -> None:
    use = {"kind": "land_use", "scope": {"districts": ["R1"]}}
    before = {**use, "permitted": ["residential"], "valid": {"to": "2024-07-14"}}
    after = {**use, "permitted": ["residential", "retail"], "valid": {"from": "2024-07-15"}}
    named = {code: {"ar": "نص", "en": "Use", "fr": "Usage"} for code in ("residential", "retail")}
    assert codes(before, after, uses=named) == ["days_without_rule"]
