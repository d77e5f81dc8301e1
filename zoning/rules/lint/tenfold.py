"""What changed more since the previous version than an amendment does.

A value ten times or a tenth of what the rule with the same id said before is most often a decimal
point; a rule that is gone may have been lost in copying.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from zoning.rules.lint.remarks import Remark, Subject, in_legal_unit
from zoning.rules.lint.spans import Box, table_of, value_at
from zoning.rules.rulebook import CompiledRule, Formula

FACTOR = 10


def check(subject: Subject) -> Iterator[Remark]:
    """Every value that moved tenfold, and the rules that are gone; nothing without a previous."""
    if subject.previous is None:
        return
    before = {rule.id: rule for rule in subject.previous.rules}
    for index, rule in subject.rules():
        earlier = before.pop(rule.id, None)
        if earlier is None or earlier.rule.kind != rule.rule.kind:
            continue
        old = {key: value for key, _, value in _constants(earlier)}
        for key, where, value in _constants(rule):
            was = old.get(key)
            if was and value and not was / FACTOR < value < was * FACTOR:
                yield subject.on_rule(
                    "tenfold",
                    index,
                    *where,
                    before=in_legal_unit(was, earlier.unit),
                    now=in_legal_unit(value, rule.unit),
                )
    if before:
        yield subject.on_file("rules_vanished", "rules", rules=", ".join(sorted(before)))


def _constants(
    rule: CompiledRule,
) -> Iterator[tuple[Box | None, tuple[int | str, ...], Decimal]]:
    """Each constant of a rule: of which row, where it stands, and how much in SI."""
    if rule.formula is not None and (value := _constant(rule.formula)) is not None:
        yield None, ("value",), value
    table = table_of(rule)
    if table is None:
        return
    for number, row in enumerate(table.rows):
        if (value := _constant(row.formula)) is not None:
            yield table.boxes[number], ("value", "table", number), value


def _constant(formula: Formula) -> Decimal | None:
    """The value of a formula that asks for nothing."""
    return value_at(formula.node, {}) if not formula.names() else None
