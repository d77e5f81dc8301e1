"""Jumps between neighbouring rows of a table with one variable.

A limit that triples from one row to the next, that goes down where the others go up, or whose
formulas do not meet at the step, is often a slip of the pen; sometimes it is the law.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from zoning.rules.lint.remarks import Remark, Subject, in_legal_unit
from zoning.rules.lint.spans import Table, table_of, value_at
from zoning.rules.rulebook import CompiledRule, Row

FACTOR = 3  # from one row to the next
JUMP = Decimal("1.5")  # of two formulas at the bound that their rows share


def check(subject: Subject) -> Iterator[Remark]:
    """Every jump of every table with one variable."""
    for index, rule in subject.rules():
        table = table_of(rule)
        if table is None or len(table.axes) != 1:
            continue
        steps = list(pairwise(table.in_order()))
        for below, above in steps:
            yield from _jump(subject, index, rule, table, below, above)
        for below, above in _against_the_rest(table, steps):
            yield subject.on_rule(
                "against_trend",
                index,
                "value",
                "table",
                above,
                **{"from": table.rows[below].formula.text, "to": table.rows[above].formula.text},
                cell=table.written(table.boxes[above]),
            )


def _jump(
    subject: Subject, index: int, rule: CompiledRule, table: Table, below: int, above: int
) -> Iterator[Remark]:
    """A constant that triples or falls to a third; formulas that are apart where they meet."""
    first, second = table.rows[below], table.rows[above]
    bound = table.boxes[above][0].low.at
    constant = first.formula.constant is not None and second.formula.constant is not None
    if not constant and table.boxes[below][0].high.at != bound:
        return
    axis = table.axes[0]
    one, other = (value_at(row.formula.node, {axis: bound}) for row in (first, second))
    if one is None or other is None:
        return
    low, high = sorted((one, other))
    if high > low * (FACTOR if constant else JUMP):
        yield subject.on_rule(
            "cliff" if constant else "formula_jump",
            index,
            "value",
            "table",
            above,
            **{"from": in_legal_unit(one, rule.unit), "to": in_legal_unit(other, rule.unit)},
            at=f"{axis} {table.number(axis, bound)}",
        )


def _against_the_rest(table: Table, steps: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The steps between constants that go down where most go up, or up where most go down."""
    directions = {step: _direction(table.rows[step[0]], table.rows[step[1]]) for step in steps}
    if len(steps) < 2 or None in directions.values():
        return
    up, down = (list(directions.values()).count(way) for way in (1, -1))
    if up and down:
        whole = _direction(table.rows[steps[0][0]], table.rows[steps[-1][1]])
        trend = (1 if up > down else -1) if up != down else whole or 1
        yield from (step for step, way in directions.items() if way == -trend)


def _direction(first: Row, second: Row) -> int | None:
    """1 for up, -1 for down, 0 for neither; None where one of them is no constant."""
    one, other = first.formula.constant, second.formula.constant
    return None if one is None or other is None else (other > one) - (other < one)
