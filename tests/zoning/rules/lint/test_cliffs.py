"""Jumps between neighbouring rows."""

from __future__ import annotations

from tests.zoning.rules.lint.conftest import codes, height, only, table


def yard(*rows: tuple[str, object]) -> dict[str, object]:
    return height(*rows, axis="lot_area", kind="setback", bound="min", edges=["rear"])


def test_a_value_that_more_than_triples_is_a_cliff() -> None:
    found = only("cliff", height(("[0 m, 8 m)", 9), ("[8 m, inf)", 28)))
    assert found.facts == {"from": "9 m", "to": "28 m", "at": "street_width 8 m"}
    assert codes(height(("[0 m, 8 m)", 9), ("[8 m, inf)", 27))) == []
    assert codes(height(("[0 m, 8 m)", 28), ("[8 m, inf)", 9))) == ["cliff"]


def test_a_bound_that_falls_into_a_zero_setback_row_is_told() -> None:
    rule = yard(("[0 m2, 550 m2)", 3), ("[550 m2, 550 m2]", 0), ("(550 m2, inf)", 4))
    assert sorted(codes(rule)) == ["against_trend", "cliff", "cliff"]


def test_a_row_against_the_direction_of_the_others_is_told() -> None:
    rows = (("[0 m, 8 m)", 9), ("[8 m, 12 m)", 12), ("[12 m, 16 m)", 11), ("[16 m, inf)", 15))
    found = only("against_trend", height(*rows))
    assert found.facts["from"] == "12 m"
    assert found.facts["to"] == "11 m"
    assert found.facts["cell"] == "street_width [12 m, 16 m)"
    falling = (("[0 m, 8 m)", 15), ("[8 m, 12 m)", 12), ("[12 m, inf)", 9))
    assert codes(height(*falling)) == []


def test_equal_neighbours_have_no_direction() -> None:
    rows = (("[0 m, 8 m)", 9), ("[8 m, 12 m)", 9), ("[12 m, inf)", 12))
    assert codes(height(*rows)) == []


def test_formulas_that_do_not_meet_at_the_step_are_told() -> None:
    found = only("formula_jump", height(("[0 m, 8 m)", 9), ("[8 m, inf)", "2 * street_width")))
    assert found.facts == {"from": "9 m", "to": "16 m", "at": "street_width 8 m"}
    assert codes(height(("[0 m, 8 m)", 9), ("[8 m, inf)", "street_width + 2 m"))) == []


def test_formulas_that_need_more_than_the_bound_are_left_alone() -> None:
    assert codes(height(("[0 m, 8 m)", 9), ("[8 m, inf)", "50 * frontage"))) == []


def test_tables_of_two_variables_have_no_neighbours() -> None:
    rows = [
        {"street_width": width, "storeys": "[0, inf)", "value": value}
        for width, value in (("[0 m, 8 m)", 9), ("[8 m, inf)", 90))
    ]
    assert codes(table(*rows)) == []
