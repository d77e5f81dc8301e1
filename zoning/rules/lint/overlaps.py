"""Two rows of a table that hold for the same values.

With different values the limit is a conflict and needs review, be it in a single point: two rows
that share the bound 550 m². With the same value one of them says nothing new.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from zoning.rules.lint.remarks import Remark, Subject
from zoning.rules.lint.spans import meet, same_value, table_of
from zoning.rules.lint.unreachable import is_covered


def check(subject: Subject) -> Iterator[Remark]:
    """Every pair of rows that share values; told at the later row."""
    for index, rule in subject.rules():
        table = table_of(rule)
        if table is None:
            continue
        covered = [is_covered(table, row) for row in range(len(table.rows))]
        for first, second in combinations(range(len(table.rows)), 2):
            shared = meet(table.boxes[first], table.boxes[second])
            if shared is None:
                continue
            same = same_value(table.rows[first], table.rows[second], table, shared)
            if same and covered[second]:
                continue
            yield subject.on_rule(
                "redundant_rows" if same else "overlap",
                index,
                "value",
                "table",
                second,
                cell=table.written(shared),
                first=str(first + 1),
                second=str(second + 1),
            )
