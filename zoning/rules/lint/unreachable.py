"""Rows and rules that never hold.

A row: all its values are held by earlier rows that say the same, or lie below zero, where no
length, area or count is. A rule: its condition is false whatever the answers, its days were over
before the instrument was made, or on each of its days a later enactment goes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from zoning.rules.expressions import Comparison, Logic, Name, Node
from zoning.rules.lint.remarks import Remark, Subject
from zoning.rules.lint.spans import (
    ANYTHING,
    Cut,
    Span,
    Table,
    TooTangled,
    natural,
    table_of,
    uncovered,
)
from zoning.rules.rulebook import CompiledRule

# The values that a comparison with a number leaves, and the comparison read from the right.
SPANS: dict[str, Callable[[Decimal], Span]] = {
    "<": lambda value: Span(ANYTHING.low, Cut(value, above=False)),
    "<=": lambda value: Span(ANYTHING.low, Cut(value, above=True)),
    ">": lambda value: Span(Cut(value, above=True), ANYTHING.high),
    ">=": lambda value: Span(Cut(value, above=False), ANYTHING.high),
    "==": lambda value: Span(Cut(value, above=False), Cut(value, above=True)),
}
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def check(subject: Subject) -> Iterator[Remark]:
    """Every row and every rule that can never decide anything."""
    for index, rule in subject.rules():
        table = table_of(rule)
        if table is not None:
            yield from _rows(subject, index, table)
        if rule.condition is not None and _is_never_met(rule.condition):
            yield subject.on_rule("condition_never", index, "when")
        yield from _days(subject, index, rule)


def _is_never_met(condition: Node) -> bool:
    """Whether no answers meet a condition: it is false as it stands, or asks the impossible.

    Of what is joined by ``and``, comparisons of one variable with numbers are taken together.
    """
    if condition.evaluate({}) is False:
        return True
    if isinstance(condition, Logic) and condition.operator == "or":
        return all(_is_never_met(part) for part in condition.parts())
    left: dict[str, Span] = {}
    words: dict[str, set[str]] = {}
    for part in _joined(condition):
        if isinstance(part, Logic) and _is_never_met(part):
            return True
        if not isinstance(part, Comparison):
            continue
        for variable, against, operator in _sides(part):
            value = against.evaluate({})
            if isinstance(value, Decimal) and operator in SPANS:
                span = SPANS[operator](value)
                left[variable] = left.get(variable, natural(variable)).meet(span)
            elif isinstance(value, str) and operator == "==":
                words.setdefault(variable, set()).add(value)
    return any(span.is_empty for span in left.values()) or any(
        len(codes) > 1 for codes in words.values()
    )


def _joined(node: Node) -> Iterator[Node]:
    """The parts of a condition that must all be met."""
    if isinstance(node, Logic) and node.operator == "and":
        for part in node.parts():
            yield from _joined(part)
    else:
        yield node


def _sides(comparison: Comparison) -> Iterator[tuple[str, Node, str]]:
    """A variable, what it is compared with, and how, from either side."""
    left, right, operator = comparison.left, comparison.right, comparison.operator
    if isinstance(left, Name):
        yield left.name, right, operator
    if isinstance(right, Name):
        yield right.name, left, MIRRORED.get(operator, operator)


def is_covered(table: Table, row: int) -> bool:
    """Whether earlier rows of the same value hold wherever this one does."""
    same = [
        table.boxes[n]
        for n in range(row)
        if table.rows[n].formula.node == table.rows[row].formula.node
    ]
    try:
        return not uncovered(table.boxes[row], same)
    except TooTangled:
        return False


def _rows(subject: Subject, index: int, table: Table) -> Iterator[Remark]:
    for row, box in enumerate(table.boxes):
        where = (index, "value", "table", row)
        if any(span.is_empty for span in box):
            yield subject.on_rule("row_below_zero", *where, row=str(row + 1))
        elif is_covered(table, row):
            yield subject.on_rule("row_covered", *where, row=str(row + 1))


def _days(subject: Subject, index: int, rule: CompiledRule) -> Iterator[Remark]:
    made = subject.rulebook.document.instrument.date
    ends = rule.rule.valid.to
    if ends is not None and ends <= made:
        yield subject.on_rule(
            "rule_ended", index, "valid", to=ends.isoformat(), made=made.isoformat()
        )
        return
    matters_from = max(made, _begins(rule))
    for other in subject.rulebook.of_kind(rule.rule.kind):
        if goes_first(other, rule) and _holds_throughout(other, matters_from, ends):
            yield subject.on_rule("rule_shadowed", index, by=other.id)
            return


def _begins(rule: CompiledRule) -> date:
    return rule.rule.valid.from_ or date.min


def goes_first(other: CompiledRule, rule: CompiledRule) -> bool:
    """Whether another rule, enacted later, answers the same question without a condition."""
    return (
        rule.rule.bound is not None
        and other.condition is None
        and _begins(other) > _begins(rule)
        and rule.rule.combine == other.rule.combine == "replace"
        and _question(other) == _question(rule)
    )


def _question(rule: CompiledRule) -> tuple[object, ...]:
    """What a rule is about: its place, its bound, its edges."""
    scope = rule.rule.scope
    places = (scope.districts, scope.overlays, scope.parcels)
    return (
        scope.level,
        *(frozenset(codes) for codes in places),
        rule.rule.bound,
        frozenset(rule.rule.edges),
    )


def _holds_throughout(other: CompiledRule, first: date, end: date | None) -> bool:
    """Whether a rule holds on every day from the first to before the end."""
    until = other.rule.valid.to
    return _begins(other) <= first and (until is None or (end is not None and end <= until))
