"""Days between two rules on the same matter on which neither holds.

An amendment ends one rule and begins the next the same day: ``to`` is the first day without the
rule. Who writes the last day with it leaves one day that nothing limits.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from zoning.rules.lint.remarks import Remark, Subject
from zoning.rules.rulebook import CompiledRule

# What may change from one enactment to the next of the same matter.
CHANGES = {
    "id",
    "value",
    "unit",
    "base",
    "valid",
    "citation",
    "text",
    "rounding",
    "at_discretion",
    "permitted",
    "conditional",
    "prohibited",
}


def check(subject: Subject) -> Iterator[Remark]:
    """Every rule that begins after days without one, where an earlier one has ended."""
    by_matter: dict[str, list[tuple[int, CompiledRule]]] = {}
    for index, rule in subject.rules():
        matter = rule.rule.model_dump_json(exclude=CHANGES)
        by_matter.setdefault(matter, []).append((index, rule))
    for rules in by_matter.values():
        covered_to: date | None = None  # before this day there is no gap to speak of
        for index, rule in sorted(rules, key=lambda one: one[1].rule.valid.from_ or date.min):
            begins, ends = rule.rule.valid.from_ or date.min, rule.rule.valid.to or date.max
            if covered_to is not None and covered_to < begins:
                last = begins - timedelta(days=1)
                yield subject.on_rule(
                    "days_without_rule",
                    index,
                    "valid",
                    **{"from": covered_to.isoformat(), "last": last.isoformat()},
                )
            covered_to = ends if covered_to is None else max(covered_to, ends)
