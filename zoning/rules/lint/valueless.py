"""Limits that no building can ever have: a formula without a value, an addition to nothing.

Both load, and both leave every file to review.
"""

from __future__ import annotations

from collections.abc import Iterator

from zoning.rules.lint.remarks import Remark, Subject, in_legal_unit
from zoning.rules.lint.spans import value_at
from zoning.rules.rulebook import CompiledRule, Formula

ADDING = ("add", "subtract")


def check(subject: Subject) -> Iterator[Remark]:
    """Every formula that never gives a number, addition without a base, and idle discretion."""
    for index, rule in subject.rules():
        for where, formula in _formulas(rule):
            if not formula.names() and value_at(formula.node, {}) is None:
                yield subject.on_rule("no_value", index, *where, formula=formula.text)
        if rule.rule.combine in ADDING and not _has_base(rule, subject):
            yield subject.on_rule("no_base", index, "combine")
        yield from _discretion(subject, index, rule)


def _formulas(rule: CompiledRule) -> Iterator[tuple[tuple[int | str, ...], Formula]]:
    if rule.formula is not None:
        yield ("value",), rule.formula
    for number, row in enumerate(rule.rows):
        yield ("value", "table", number), row.formula


def _has_base(rule: CompiledRule, subject: Subject) -> bool:
    """Whether any rule sets the limit that this one adds to, or takes off."""
    return any(
        other.rule.combine not in (*ADDING, "exempt")
        and other.rule.bound == rule.rule.bound
        and (not rule.rule.edges or not set(rule.rule.edges).isdisjoint(other.rule.edges))
        for other in subject.rulebook.of_kind(rule.rule.kind)
    )


def _discretion(subject: Subject, index: int, rule: CompiledRule) -> Iterator[Remark]:
    """A discretion on the strict side of its own limit, which gives the authority nothing."""
    at_discretion = rule.further.get("at_discretion")
    if at_discretion is None or rule.formula is None or rule.rule.bound == "exact":
        return
    limit, reach = (
        None if formula.names() else value_at(formula.node, {})
        for formula in (rule.formula, at_discretion)
    )
    if limit is None or reach is None or (reach > limit) == (rule.rule.bound == "max"):
        return
    yield subject.on_rule(
        "discretion_idle",
        index,
        "at_discretion",
        reach=in_legal_unit(reach, rule.unit),
        limit=in_legal_unit(limit, rule.unit),
    )
