"""Exact arithmetic with the rows of a table: each row is a box with one span per variable.

The side on which an interval is closed is kept by counting in *cuts*, the places between values: a
closed low end cuts just below its number, an open one just above. In cuts every interval is half
open, so that ``[0 m2, 550 m2)`` and ``(550 m2, inf)`` leave exactly one value between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from zoning.rules.expressions import Node
from zoning.rules.quantities import UNITS, plain, settled
from zoning.rules.rulebook import CompiledRule, Interval, Row
from zoning.rules.variables import LEVELS, unit_of

# A table whose rows cut what is left into more pieces than this is not checked to the end.
MAX_PIECES = 2_000
COUNTS = ("count", "stalls")


class TooTangled(Exception):
    """The rows of a table overlap in too many ways to be checked."""


class Cut(NamedTuple):
    """A place between values: just below a number, or just above it."""

    at: Decimal
    above: bool


ENDLESS = Cut(Decimal("Infinity"), above=False)
ZERO = Cut(Decimal(0), above=False)  # no length, area or count is less


class Span(NamedTuple):
    """All values between two cuts; empty unless the first lies below the second."""

    low: Cut
    high: Cut

    @property
    def is_empty(self) -> bool:
        return self.low >= self.high

    @property
    def is_point(self) -> bool:
        return self.low.at == self.high.at and not self.is_empty

    @property
    def has_whole_number(self) -> bool:
        if self.high == ENDLESS:
            return True
        first = self.low.at.to_integral_value(ROUND_CEILING)
        if Cut(first, above=False) < self.low:
            first += 1
        return Cut(first, above=True) <= self.high

    def meet(self, other: Span) -> Span:
        """The values in both."""
        return Span(max(self.low, other.low), min(self.high, other.high))


ANYTHING = Span(Cut(Decimal("-Infinity"), above=False), ENDLESS)
Box = tuple[Span, ...]


def natural(axis: str) -> Span:
    """The values that a variable can have."""
    return ANYTHING if axis in LEVELS else Span(ZERO, ENDLESS)


def span_of(axis: str, interval: Interval) -> Span:
    """The values of an interval, of those that its variable can have."""
    can_be = natural(axis)
    low = can_be.low if interval.low is None else Cut(interval.low, not interval.low_closed)
    high = ENDLESS if interval.high is None else Cut(interval.high, interval.high_closed)
    return Span(low, high).meet(can_be)


def meet(first: Box, second: Box) -> Box | None:
    """What two boxes share; None where they are apart."""
    shared = tuple(one.meet(other) for one, other in zip(first, second, strict=True))
    return None if any(span.is_empty for span in shared) else shared


def without(box: Box, hole: Box) -> Iterator[Box]:
    """What is left of a box when another is taken out of it, in boxes that do not overlap."""
    shared = meet(box, hole)
    if shared is None:
        yield box
        return
    for axis, (whole, taken) in enumerate(zip(box, shared, strict=True)):
        for rest in (Span(whole.low, taken.low), Span(taken.high, whole.high)):
            if not rest.is_empty:
                yield (*shared[:axis], rest, *box[axis + 1 :])


def uncovered(box: Box, covers: Iterable[Box]) -> list[Box]:
    """What of a box no cover holds. Raises TooTangled."""
    left = [box]
    for cover in covers:
        left = [rest for piece in left for rest in without(piece, cover)]
        if len(left) > MAX_PIECES:
            raise TooTangled
    return left


@dataclass(frozen=True)
class Table:
    """The rows of a rule's table as boxes, and how the rule writes the ends of its intervals."""

    axes: tuple[str, ...]
    rows: tuple[Row, ...]
    boxes: tuple[Box, ...]
    ends: Mapping[tuple[str, Decimal], str]

    @property
    def reachable(self) -> list[Box]:
        """The boxes that hold any value at all."""
        return [box for box in self.boxes if not any(span.is_empty for span in box)]

    def is_between_counts(self, box: Box) -> bool:
        """Whether a box holds only fractions of what is counted, such as 4.5 dwellings."""
        return any(
            unit_of(axis) in COUNTS and not span.has_whole_number
            for axis, span in zip(self.axes, box, strict=True)
        )

    def in_order(self) -> list[int]:
        """The rows of a table with one variable, from its low to its high end."""
        holding = [n for n, box in enumerate(self.boxes) if not box[0].is_empty]
        return sorted(holding, key=lambda n: self.boxes[n])

    def written(self, box: Box) -> str:
        """A box as the law would write it: ``street_width [2.40 m, 2.44 m)``."""
        return ", ".join(
            f"{axis} {self._interval(axis, span)}"
            for axis, span in zip(self.axes, box, strict=True)
        )

    def _interval(self, axis: str, span: Span) -> str:
        opening = "(" if span.low.above or span.low == ANYTHING.low else "["
        closing = "]" if span.high.above else ")"
        return (
            f"{opening}{self.number(axis, span.low.at)}, {self.number(axis, span.high.at)}{closing}"
        )

    def number(self, axis: str, value: Decimal) -> str:
        """A number on an axis in the words of the rule, or in the unit of the variable."""
        if value.is_infinite():
            return "inf" if value > 0 else "-inf"
        if (written := self.ends.get((axis, value))) is not None:
            return written
        unit = UNITS[unit_of(axis)]
        symbol = f" {unit.symbol}" if unit.dimension else ""
        return f"{plain(unit.from_si(value))}{symbol}"


def table_of(rule: CompiledRule) -> Table | None:
    """The table of a rule; None where it has none."""
    if not rule.rows:
        return None
    axes = tuple(rule.rows[0].intervals)
    boxes = tuple(tuple(span_of(axis, row.intervals[axis]) for axis in axes) for row in rule.rows)
    ends: dict[tuple[str, Decimal], str] = {}
    for row in rule.rows:
        for axis, interval in row.intervals.items():
            texts = (end.strip() for end in interval.text[1:-1].split(","))
            for value, text in zip((interval.low, interval.high), texts, strict=True):
                if value is not None:
                    ends.setdefault((axis, value), text)
    return Table(axes, rule.rows, boxes, ends)


def value_at(node: Node, values: Mapping[str, Decimal]) -> Decimal | None:
    """What a formula gives when nothing but these values is known."""
    value = node.evaluate(values)
    return settled(value) if isinstance(value, Decimal) else None


def same_value(first: Row, second: Row, table: Table, shared: Box) -> bool:
    """Whether two rows say the same wherever both hold."""
    if first.formula.node == second.formula.node:
        return True
    point = {
        axis: span.low.at for axis, span in zip(table.axes, shared, strict=True) if span.is_point
    }
    one, other = (value_at(row.formula.node, point) for row in (first, second))
    return one is not None and one == other
