"""What moved tenfold since the previous version, or is gone."""

from __future__ import annotations

from tests.zoning.rules.lint.conftest import codes, height, only

LIMIT = {"kind": "height", "bound": "max", "unit": "m", "value": "10.5"}


def test_a_decimal_point_that_slipped_is_told() -> None:
    found = only("tenfold", {**LIMIT, "value": 105}, previous=[LIMIT])
    assert found.facts == {"before": "10.5 m", "now": "105 m"}
    assert codes({**LIMIT, "value": 30}, previous=[{**LIMIT, "value": 300}]) == ["tenfold"]


def test_less_than_tenfold_is_an_amendment() -> None:
    assert codes({**LIMIT, "value": 104}, previous=[LIMIT]) == []
    assert codes({**LIMIT, "value": "10.5 m * 2"}, previous=[LIMIT]) == []


def test_the_same_length_in_another_unit_did_not_change() -> None:
    assert codes({**LIMIT, "value": 1050, "unit": "cm"}, previous=[LIMIT]) == []


def test_rows_are_compared_with_the_row_of_the_same_intervals() -> None:
    before = height(("[0 m, 8 m)", 9), ("[8 m, inf)", 12))
    now = height(("[0 m, 8 m)", 90), ("[8 m, inf)", 120))
    assert codes(now, previous=[before]) == ["tenfold", "tenfold"]
    moved = height(("[0 m, 7 m)", 90), ("[7 m, inf)", 120))
    assert codes(moved, previous=[before]) == []


def test_rules_that_are_gone_are_named() -> None:
    other = {**LIMIT, "id": "old-height"}
    assert only("rules_vanished", LIMIT, previous=[LIMIT, other]).facts == {"rules": "old-height"}


def test_a_rule_of_another_kind_is_another_rule() -> None:
    storeys = {"kind": "storeys", "bound": "max", "unit": "count", "value": 1}
    assert codes(LIMIT, previous=[storeys]) == []
