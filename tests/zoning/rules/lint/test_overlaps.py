"""Two rows for the same values contradict each other, or one of them is not needed."""

from __future__ import annotations

from tests.zoning.rules.lint.conftest import codes, height, only, table
from zoning.rules.lint import Severity


def test_two_rows_that_share_only_a_bound_contradict_each_other() -> None:
    rule = height(("[0 m2, 550 m2]", 9), ("[550 m2, inf)", 12), axis="lot_area")
    found = only("overlap", rule)
    assert found.severity == Severity.ERROR
    assert found.facts == {"cell": "lot_area [550 m2, 550 m2]", "first": "1", "second": "2"}


def test_rows_overlap_only_where_all_their_variables_do() -> None:
    first = {"street_width": "[0 m, 8 m)", "storeys": "[0, 5)", "value": 9}
    apart = {"street_width": "[0 m, 8 m)", "storeys": "[5, inf)", "value": 12}
    crossing = {"street_width": "[7 m, 20 m)", "storeys": "[4, 6)", "value": 15}
    assert "overlap" not in codes(table(first, apart))
    assert codes(table(first, apart, crossing)).count("overlap") == 2


def test_the_same_value_twice_is_only_redundant() -> None:
    found = only("redundant_rows", height(("[0 m, 8 m]", 9), ("[8 m, inf)", "9.0")))
    assert found.severity == Severity.WARNING
    same = ("street_width + 1 m", "street_width + 1 m")
    assert codes(height(("[0 m, 8 m]", same[0]), ("[7 m, inf)", same[1]))) == ["redundant_rows"]


def test_formulas_that_agree_in_the_shared_point_do_not_contradict() -> None:
    assert codes(height(("[0 m, 8 m]", "street_width + 1 m"), ("[8 m, inf)", 9))) == [
        "redundant_rows"
    ]
    assert codes(height(("[0 m, 8 m]", "street_width + 1 m"), ("[8 m, inf)", 10))) == ["overlap"]
