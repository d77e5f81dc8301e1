"""Rows and rules that never hold.

A row: all its values are held by earlier rows that say the same, or lie below zero, where no
length, area or count is. A rule: its condition is false whatever the answers, its days were over
before the instrument was made, or on each of its days a later enactment goes first.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from zoning.rules.lint.remarks import Remark, Subject
from zoning.rules.lint.spans import Table, TooTangled, table_of, uncovered
from zoning.rules.rulebook import CompiledRule


def check(subject: Subject) -> Iterator[Remark]:
    """Every row and every rule that can never decide anything."""
    for index, rule in subject.rules():
        table = table_of(rule)
        if table is not None:
            yield from _rows(subject, index, table)
        if rule.condition is not None and rule.condition.evaluate({}) is False:
            yield subject.on_rule("condition_never", index, "when")
        yield from _days(subject, index, rule)


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
        if _goes_first(other, rule) and _holds_throughout(other, matters_from, ends):
            yield subject.on_rule("rule_shadowed", index, by=other.id)
            return


def _begins(rule: CompiledRule) -> date:
    return rule.rule.valid.from_ or date.min


def _goes_first(other: CompiledRule, rule: CompiledRule) -> bool:
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
