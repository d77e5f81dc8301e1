"""A rulebook ready to judge with: its rules with their values and conditions parsed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from zoning.rules.document import LEVELS, Document, Rule
from zoning.rules.expressions import Node, Type
from zoning.rules.once import cached_property
from zoning.rules.quantities import Unit
from zoning.rules.trace import Step

# Beyond this many kinds of ground a rulebook forgets what it has worked out.
MOST_GROUNDS = 5_000


@dataclass(frozen=True)
class Interval:
    """A range with a stated closed side, in SI; open ends are None."""

    text: str
    low: Decimal | None
    high: Decimal | None
    low_closed: bool
    high_closed: bool
    dimension: Type

    def includes(self, value: Decimal) -> bool:
        above = self.low is None or (value >= self.low if self.low_closed else value > self.low)
        below = self.high is None or (value <= self.high if self.high_closed else value < self.high)
        return above and below


@dataclass(frozen=True)
class Formula:
    """A number or an expression, with the text it was written as."""

    text: str
    node: Node
    constant: Decimal | None = None

    def names(self) -> frozenset[str]:
        return self._names

    @cached_property
    def _names(self) -> frozenset[str]:
        return self.node.names()


@dataclass(frozen=True)
class Row:
    """One row of a table."""

    intervals: Mapping[str, Interval]
    formula: Formula


@dataclass(frozen=True)
class CompiledRule:
    """A rule with its value and condition parsed."""

    rule: Rule
    unit: Unit | None
    formula: Formula | None
    rows: tuple[Row, ...]
    condition: Node | None
    # The further amounts of the rule, by field: at_discretion, above, within, exempt_caps.<use>.
    further: Mapping[str, Formula] = field(default_factory=dict)

    @cached_property
    def id(self) -> str:
        return self.rule.id

    @cached_property
    def level(self) -> int:
        """Precedence: the higher number prevails."""
        return self.rule.scope.level

    @cached_property
    def first_step(self) -> Step:
        """The step that every way to its number begins with."""
        return Step("rule", {"rule": self.id, "level": LEVELS[self.level]})

    @cached_property
    def names(self) -> frozenset[str]:
        """Every variable that the value or the condition reads."""
        names = self.condition.names() if self.condition else frozenset()
        if self.formula:
            names |= self.formula.names()
        for row in self.rows:
            names |= row.formula.names() | frozenset(row.intervals)
        for formula in self.further.values():
            names |= formula.names()
        return names


@dataclass(frozen=True, eq=False)
class Rulebook:
    """A rulebook ready to judge with. ``storey_height_m`` is the usual one, where it says so."""

    document: Document
    rules: tuple[CompiledRule, ...]
    digest: str
    storey_height_m: Decimal | None = None

    @property
    def label(self) -> str:
        return f"{self.document.rulebook}@{self.document.version}"

    def of_kind(self, kind: str) -> tuple[CompiledRule, ...]:
        return self._by_kind.get(kind, ())

    @cached_property
    def _by_kind(self) -> Mapping[str, tuple[CompiledRule, ...]]:
        found: dict[str, list[CompiledRule]] = {}
        for rule in self.rules:
            found.setdefault(rule.rule.kind, []).append(rule)
        return {kind: tuple(rules) for kind, rules in found.items()}

    @cached_property
    def names(self) -> frozenset[str]:
        """Every variable that a rule reads; some kinds measure the variable of their own name."""
        return frozenset[str]().union(*({*rule.names, rule.rule.kind} for rule in self.rules))

    @cached_property
    def named_overlays(self) -> frozenset[str]:
        """The kinds and codes of overlays that a rule is made for."""
        return frozenset(name for rule in self.rules for name in rule.rule.scope.overlays)

    @cached_property
    def noted_parcels(self) -> frozenset[str]:
        """The parcels that a rule is made for."""
        return frozenset(name for rule in self.rules for name in rule.rule.scope.parcels)

    @cached_property
    def has_tiers(self) -> bool:
        """Whether a rule speaks of the upper parts of buildings alone."""
        return bool(self.of_kind("light_plane")) or any(
            rule.rule.above is not None for rule in self.of_kind("setback")
        )

    @cached_property
    def _turning_days(self) -> list[date]:
        """The days on which a rule begins or ceases to hold."""
        periods = [rule.rule.valid for rule in self.rules]
        days = {day for period in periods for day in (period.from_, period.to) if day is not None}
        return sorted(days)

    def epoch(self, on: date) -> int:
        """The same number for all days on which the same rules hold."""
        return bisect_right(self._turning_days, on)

    def memory(self, on: date, ground: Hashable) -> dict[Any, Any]:
        """What has been worked out for one kind of ground on one day, for the next that asks.

        Whatever follows from the rules alone may be kept here.
        """
        key = (self.epoch(on), ground)
        found = self._memories.get(key)
        if found is None:
            if len(self._memories) >= MOST_GROUNDS:
                self._memories.clear()
            found = self._memories[key] = {}
        return found

    @cached_property
    def _memories(self) -> dict[Hashable, dict[Any, Any]]:
        return {}
