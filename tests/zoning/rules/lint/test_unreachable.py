"""Rows and rules that never decide anything."""

from __future__ import annotations

from typing import Any

import pytest

from tests.zoning.rules.lint.conftest import codes, height, only
from zoning.rules.lint import Severity

LIMIT: dict[str, Any] = {"kind": "height", "bound": "max", "unit": "m", "value": 12}


def test_a_row_within_earlier_rows_of_the_same_value_never_decides() -> None:
    found = only("row_covered", height(("[0 m, 8 m)", 9), ("[8 m, inf)", 9), ("[5 m, 12 m)", 9)))
    assert found.facts["row"] == "3"


def test_a_row_below_zero_never_decides() -> None:
    assert codes(height(("[-5 m, 0 m)", 9), ("[0 m, inf)", 12))) == ["row_below_zero"]
    assert codes(height(("(-inf, 0 m]", 9), ("(0 m, inf)", 12))) == []


@pytest.mark.parametrize(
    "when",
    [
        "1 > 2",
        "storeys > 3 and 5 m < 2 m",
        "not (1 == 1)",
        "lot_area < 0 m2",
        "lot_area > 500 m2 and lot_area < 300 m2",
        "lot_area < 300 m2 and corner_lot and 500 m2 <= lot_area",
        "storeys > 4 and storeys <= 4",
        "district == 'R1' and district == 'R2'",
        "(storeys > 4 and storeys < 2) or lot_area < 0 m2",
        "corner_lot and (storeys < 0 or 1 > 2)",
    ],
)
def test_a_condition_that_is_never_met_is_an_error(when: str) -> None:
    districts = {code: {"ar": "نص", "en": code, "fr": code} for code in ("R1", "R2")}
    found = only("condition_never", {**LIMIT, "when": when}, districts=districts)
    assert found.severity == Severity.ERROR


@pytest.mark.parametrize(
    "when",
    [
        "storeys > 3 or 1 > 2",
        "lot_area >= 300 m2 and lot_area <= 300 m2",
        "lot_area > 500 m2 or lot_area < 300 m2",
        "not (lot_area > 500 m2 and lot_area < 300 m2)",
        "lot_area > 500 m2 and measured_lot_area < 300 m2",
        "elevation_mean < 0 m",
        "storeys != 3 and storeys == 4",
    ],
)
def test_a_condition_that_may_be_met_is_none(when: str) -> None:
    assert codes({**LIMIT, "when": when}) == []


def test_land_below_the_sea_is_no_row_below_zero() -> None:
    """The valley of the Jordan lies 400 m below the sea."""
    rows = ("(-inf, -200 m)", 9), ("[-200 m, 0 m)", 12), ("[0 m, inf)", 15)
    assert codes(height(*rows, axis="elevation_mean")) == []
    gap = only("gap", height(rows[0], ("[-100 m, inf)", 12), axis="elevation_mean"))
    assert gap.facts["cell"] == "elevation_mean [-200 m, -100 m)"
    open_end = only("table_ends", height(*rows[1:], axis="elevation_mean"))
    assert open_end.facts["cell"] == "elevation_mean (-inf, -200 m)"


def test_a_rule_that_ended_before_the_instrument_never_decides() -> None:
    ended = {**LIMIT, "valid": {"to": "2020-01-01"}}
    assert only("rule_ended", ended).facts == {"to": "2020-01-01", "made": "2020-01-01"}
    assert codes({**LIMIT, "valid": {"to": "2020-01-02"}}) == []


def later(**changes: Any) -> dict[str, Any]:
    return {**LIMIT, "value": 15, "valid": {"from": "2019-01-01"}, **changes}


def test_a_rule_is_shadowed_by_a_later_enactment_that_holds_on_all_its_days() -> None:
    assert only("rule_shadowed", LIMIT, later()).facts == {"by": "rule-2"}
    ends_first = {**LIMIT, "valid": {"to": "2021-01-01"}}
    assert codes(ends_first, later(valid={"from": "2019-01-01", "to": "2021-01-01"})) == [
        "rule_shadowed"
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"valid": {"from": "2020-01-02"}},
        {"valid": {"from": "2019-01-01", "to": "2024-01-01"}},
        {"when": "storeys > 3"},
        {"bound": "min", "value": 3},
        {"scope": {"districts": ["R1"]}},
        {"combine": "add"},
    ],
    ids=["later than the first day", "ends", "condition", "bound", "scope", "combine"],
)
def test_a_rule_with_days_or_places_of_its_own_is_not_shadowed(changes: dict[str, Any]) -> None:
    assert codes(LIMIT, later(**changes)) == []


def test_setbacks_of_other_edges_do_not_shadow_each_other() -> None:
    yard = {"kind": "setback", "bound": "min", "unit": "m", "value": 3}
    front, rear = {**yard, "edges": ["front"]}, {**yard, "edges": ["rear"]}
    begins = {"valid": {"from": "2019-01-01"}}
    assert codes(front, {**rear, **begins}) == []
    assert codes(front, {**front, **begins}) == ["rule_shadowed"]
