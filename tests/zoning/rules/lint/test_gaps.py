"""Holes between the rows of a table are errors, open ends warnings; to the last point."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from tests.zoning.rules.lint.conftest import codes, height, only, remarks, table
from zoning.rules.lint import Severity
from zoning.rules.lint.spans import Cut, Span, meet, uncovered


def test_a_gap_between_2_40_and_2_44_m_is_named_as_the_law_writes_it() -> None:
    found = only("gap", height(("[0 m, 2.40 m)", 9), ("[2.44 m, inf)", 12)))
    assert found.severity == Severity.ERROR
    assert found.facts["cell"] == "street_width [2.40 m, 2.44 m)"


def test_a_single_missing_point_is_a_gap() -> None:
    rule = height(("[0 m2, 550 m2)", 9), ("(550 m2, inf)", 12), axis="lot_area")
    assert only("gap", rule).facts["cell"] == "lot_area [550 m2, 550 m2]"


def test_rows_that_meet_in_whatever_order_leave_no_gap() -> None:
    assert codes(height(("(8 m, inf)", 12), ("[0 m, 8 m]", 9))) == []
    assert codes(height(("[0 m, 3.048 m)", 9), ("[10 ft, inf)", 12))) == []


def test_between_whole_numbers_of_what_is_counted_a_gap_is_only_a_warning() -> None:
    found = only("gap_between_counts", height(("[0, 4]", 9), ("[5, inf)", 12), axis="storeys"))
    assert found.severity == Severity.WARNING
    assert found.facts["cell"] == "storeys (4, 5)"
    assert codes(height(("[0, 4)", 9), ("(4, inf)", 12), axis="storeys")) == ["gap"]
    assert codes(height(("[0, 4)", 9), ("[5, inf)", 12), axis="storeys")) == ["gap"]
    assert codes(height(("[0, 4]", 9), ("(5, inf)", 12), axis="storeys")) == ["gap"]
    assert codes(height(("[0, 4]", 9), ("[5, 8]", 12), axis="storeys")).count("table_ends") == 1
    assert codes(height(("[0 m, 4 m]", 9), ("[5 m, inf)", 12))) == ["gap"]


def test_a_hole_in_a_table_of_two_variables_is_one_cell() -> None:
    rows = [
        {"street_width": width, "lot_area": area, "value": 9}
        for width, area in product(
            ["[0 m, 8 m)", "[8 m, inf)"], ["[0 m2, 300 m2)", "[300 m2, inf)"]
        )
    ]
    assert codes(table(*rows)) == []
    missing = only("gap", table(*rows[:3]))
    assert missing.facts["cell"] == "street_width [8 m, inf), lot_area [300 m2, inf)"


def test_ends_that_are_left_open_are_warnings_of_their_own() -> None:
    found = remarks(height(("[6 m, 12 m)", 9), ("[12 m, 20 m]", 12)))
    assert {remark.code for remark in found} == {"table_ends"}
    assert {remark.severity for remark in found} == {Severity.WARNING}
    assert [remark.facts["cell"] for remark in found] == [
        "street_width [0 m, 6 m)",
        "street_width (20 m, inf)",
    ]
    counted = only("table_ends", height(("[1, inf)", 9), axis="storeys"))
    assert counted.facts["cell"] == "storeys [0, 1)"


def test_the_remark_stands_at_the_table() -> None:
    text_line = only("gap", height(("[0 m, 1 m)", 9), ("[2 m, inf)", 12))).line
    assert text_line > 10


def test_a_table_that_can_not_be_checked_says_so() -> None:
    axes = ("street_width", "frontage", "lot_depth", "height")
    rows = [
        {
            axis: f"[{(n * (7 + 4 * k)) % 97} m, {(n * (7 + 4 * k)) % 97 + 30} m)"
            for k, axis in enumerate(axes)
        }
        | {"value": 9}
        for n in range(60)
    ]
    assert "table_tangled" in codes(table(*rows))


# --- the arithmetic ---------------------------------------------------------------------------

cuts = st.builds(Cut, st.integers(0, 6).map(Decimal), st.booleans())
spans = st.tuples(cuts, cuts).map(lambda two: Span(min(two), max(two)))
boxes = st.tuples(spans, spans).filter(lambda box: not any(span.is_empty for span in box))
PROBES = [(Decimal(n) / 2, Decimal(m) / 2) for n in range(13) for m in range(13)]


def holds(span: Span, value: Decimal) -> bool:
    """Whether a value lies between two cuts: it lies just above the cut below itself."""
    return span.low <= Cut(value, above=False) and Cut(value, above=True) <= span.high


def holds_point(box: tuple[Span, ...], point: tuple[Decimal, ...]) -> bool:
    return all(holds(span, value) for span, value in zip(box, point, strict=True))


@given(boxes, st.lists(boxes, max_size=5))
def test_what_is_uncovered_is_exactly_what_no_row_holds(box, covers) -> None:
    left = uncovered(box, covers)
    for point in PROBES:
        expected = holds_point(box, point) and not any(holds_point(one, point) for one in covers)
        assert sum(holds_point(rest, point) for rest in left) == expected


@given(boxes, boxes)
def test_boxes_meet_where_both_hold(first, second) -> None:
    shared = meet(first, second)
    for point in PROBES:
        both = holds_point(first, point) and holds_point(second, point)
        assert both == (shared is not None and holds_point(shared, point))
