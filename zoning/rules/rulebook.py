"""A rulebook ready to judge with: its rules with their values and conditions parsed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from zoning.rules.document import Document, Rule
from zoning.rules.expressions import Node, Type
from zoning.rules.quantities import Unit


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

    @property
    def id(self) -> str:
        return self.rule.id

    def names(self) -> frozenset[str]:
        """Every variable that the value or the condition reads."""
        names = self.condition.names() if self.condition else frozenset()
        if self.formula:
            names |= self.formula.names()
        for row in self.rows:
            names |= row.formula.names() | frozenset(row.intervals)
        return names


@dataclass(frozen=True)
class Rulebook:
    """A rulebook ready to judge with."""

    document: Document
    rules: tuple[CompiledRule, ...]
    digest: str

    @property
    def label(self) -> str:
        return f"{self.document.rulebook}@{self.document.version}"

    def of_kind(self, kind: str) -> tuple[CompiledRule, ...]:
        return tuple(rule for rule in self.rules if rule.rule.kind == kind)
