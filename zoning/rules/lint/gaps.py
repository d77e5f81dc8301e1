"""Holes in a table: values between its rows, or beyond them, that no row holds.

A value in a hole gets no limit and needs review. Between rows that is a slip (an end of 2.40 m
where the next row begins at 2.44 m; 550 m² that is in neither row): an error. Beyond the first or
the last row it may be meant: a warning; as between whole numbers of what is counted, where only
half a storey would fall.
"""

from __future__ import annotations

from collections.abc import Iterator

from zoning.rules.lint.remarks import Remark, Subject
from zoning.rules.lint.spans import (
    ENDLESS,
    Box,
    Span,
    Table,
    TooTangled,
    natural,
    table_of,
    uncovered,
)

# The first holes are told; when they are mended the next ones come up.
MAX_TOLD = 5


def check(subject: Subject) -> Iterator[Remark]:
    """Every hole between the rows of every table, and every end that it leaves open."""
    for index, rule in subject.rules():
        table = table_of(rule)
        if table is None or not table.reachable:
            continue
        hull = _hull(table)
        try:
            holes = uncovered(hull, table.reachable)
        except TooTangled:
            yield subject.on_rule("table_tangled", index, "value", "table")
            holes = []
        for hole in holes[:MAX_TOLD]:
            yield subject.on_rule(
                "gap_between_counts" if table.is_between_counts(hole) else "gap",
                index,
                "value",
                "table",
                cell=table.written(hole),
            )
        for missing in _beyond(table, hull):
            yield subject.on_rule("table_ends", index, "value", "table", cell=missing)


def _hull(table: Table) -> Box:
    """The smallest box around all rows."""
    by_axis = zip(*table.reachable, strict=True)
    return tuple(
        Span(min(span.low for span in spans), max(span.high for span in spans)) for spans in by_axis
    )


def _beyond(table: Table, hull: Box) -> Iterator[str]:
    """What lies below the first and above the last row, variable by variable."""
    for axis, span in zip(table.axes, hull, strict=True):
        alone = Table((axis,), table.rows, (), table.ends)
        for missing in (Span(natural(axis).low, span.low), Span(span.high, ENDLESS)):
            if not missing.is_empty:
                yield alone.written((missing,))
