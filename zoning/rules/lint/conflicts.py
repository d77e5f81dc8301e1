"""Limits that contradict each other whatever the building: such a file always needs review.

A minimum above a maximum, two mandatory lines, a mandatory line short of a minimum. Only numbers
are compared, of rules of one place that hold on a common day without a condition; where a formula
or a condition decides, the engine tells the conflict case by case. Also told is the looser of two
limits of one day, which never decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import combinations

from zoning.rules.document import Rule
from zoning.rules.lint.remarks import Remark, Subject, in_legal_unit
from zoning.rules.lint.unreachable import goes_first
from zoning.rules.rulebook import CompiledRule

# Their least and their greatest value limit different measures: a height and a depth.
OF_TWO_MEASURES = ("projection",)
# What must be the same before two numbers can be compared.
MEASURED_BY = ("kind", "base", "above", "within", "datum", "objects", "exempt_uses", "exempt_caps")


def check(subject: Subject) -> Iterator[Remark]:
    """Every pair of numbers that can not both be kept, or of which one never decides."""
    plain = [(index, rule) for index, rule in subject.rules() if _is_plain(rule, subject)]
    for one, other in combinations(plain, 2):
        if not _meet(one[1], other[1]):
            continue
        if _number(one[1]) != _number(other[1]) and one[1].rule.bound == other[1].rule.bound:
            yield from _same_bound(subject, one, other)
        elif one[1].rule.kind not in OF_TWO_MEASURES and _clash(one[1], other[1]):
            yield _contradiction(subject, one, other)


def _is_plain(rule: CompiledRule, subject: Subject) -> bool:
    """Whether a rule is a number that holds as it stands, and no later one goes before it."""
    return (
        rule.formula is not None
        and rule.formula.constant is not None
        and rule.condition is None
        and rule.rule.combine == "replace"
        and rule.rule.rounding == "none"
        and not any(goes_first(other, rule) for other in subject.rulebook.of_kind(rule.rule.kind))
    )


def _number(rule: CompiledRule) -> Decimal:
    assert rule.formula is not None  # noqa: S101 - is plain
    assert rule.formula.constant is not None  # noqa: S101 - is plain
    return rule.formula.constant


def _meet(first: CompiledRule, second: CompiledRule) -> bool:
    """Whether two rules limit the same measure at a common place on a common day."""
    one, other = first.rule, second.rule
    if first.level != second.level:
        return False
    if any(getattr(one, field) != getattr(other, field) for field in MEASURED_BY):
        return False
    begins = max(rule.valid.from_ or date.min for rule in (one, other))
    ends = min(rule.valid.to or date.max for rule in (one, other))
    shared = [ours & theirs for ours, theirs in zip(_places(one), _places(other), strict=True)]
    stated = [bool(ours) for ours in _places(one)]
    return begins < ends and all(
        bool(some) or not needed for some, needed in zip(shared, stated, strict=True)
    )


def _places(rule: Rule) -> tuple[set[str], set[str]]:
    """The codes of a rule's scope, and its classes of edges."""
    scope = rule.scope
    return {*scope.districts, *scope.overlays, *scope.parcels}, {str(edge) for edge in rule.edges}


def _same_bound(
    subject: Subject, one: tuple[int, CompiledRule], other: tuple[int, CompiledRule]
) -> Iterator[Remark]:
    """Two limits on one side: mandatory ones contradict each other, else the strictest holds."""
    (_, first), (_, second) = one, other
    if first.rule.valid.from_ != second.rule.valid.from_:
        return
    if first.rule.bound == "exact":
        yield _contradiction(subject, one, other)
        return
    first_is_looser = (_number(first) > _number(second)) == (first.rule.bound == "max")
    (index, loose), (_, strict) = (one, other) if first_is_looser else (other, one)
    if _never_decides(loose.rule, beside=strict.rule):
        yield subject.on_rule("rule_looser", index, by=strict.id)


def _never_decides(loose: Rule, *, beside: Rule) -> bool:
    """Whether the stricter rule holds wherever and as long as the looser one does."""
    lasts = (beside.valid.to or date.max) >= (loose.valid.to or date.max)
    places = zip(_places(loose), _places(beside), strict=True)
    same_discretion = loose.at_discretion == beside.at_discretion
    return lasts and same_discretion and all(ours <= theirs for ours, theirs in places)


def _clash(first: CompiledRule, second: CompiledRule) -> bool:
    """Whether no number keeps both limits, which are of different bounds."""
    numbers = {rule.rule.bound: _number(rule) for rule in (first, second)}
    if len(numbers) == 1:
        return False
    least = numbers.get("min", numbers.get("exact"))
    greatest = numbers.get("max", numbers.get("exact"))
    return least is not None and greatest is not None and least > greatest


def _contradiction(
    subject: Subject, one: tuple[int, CompiledRule], other: tuple[int, CompiledRule]
) -> Remark:
    """Told at the later of the two rules."""
    (_, first), (index, second) = one, other
    return subject.on_rule(
        "contradiction",
        index,
        "value",
        limit=f"{second.rule.bound} {in_legal_unit(_number(second), second.unit)}",
        other=first.id,
        with_limit=f"{first.rule.bound} {in_legal_unit(_number(first), first.unit)}",
    )
