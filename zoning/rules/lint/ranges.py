"""Values outside what is plausible for their kind: most often a slip of the unit.

The ranges are wide on purpose: a doubt about a good value costs more than a slip that stays in it.

- height, 2–500 m: a door is 2 m high, and few towers pass 500 m; storeys, 1–150, accordingly.
- setback, 0–100 m: buildings may stand on the line, and only industry keeps more than 100 m away.
- coverage, 1–100 %: less than a hundredth is a share written as a number (0.6 for 60 %).
- open space, 0–100 %: a share of the lot, too.
- floor-area ratio, 0.01–30: the densest blocks of any city are near 30.
- lot area, 10 m²–100 ha; lot area per dwelling, 5 m²–10 ha: from a rowhouse to an estate.
- frontage, 1–500 m: from a passage to a block.
- parking, 0–10,000 stalls: the largest car parks.
- roof annex, 1–10,000 m²: from a stair head to the plant of a shopping centre.

Other kinds are held to what their dimension allows: 2 km, 100 km², a million.
A limit that adds to another, or takes off it, may be small: only its upper end is held.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from zoning.rules.expressions import Arithmetic, Choice, Node, Number
from zoning.rules.lint.remarks import Remark, Subject, in_legal_unit
from zoning.rules.lint.spans import value_at
from zoning.rules.quantities import UNITS, Unit
from zoning.rules.rulebook import CompiledRule, Formula


@dataclass(frozen=True)
class Range:
    """The least and the greatest plausible value, in SI, and the unit to show them in."""

    low: Decimal
    high: Decimal
    unit: str
    is_share: bool = False

    def includes(self, value: Decimal) -> bool:
        return self.low <= value <= self.high


def _range(low: str, high: str, unit: str, *, is_share: bool = False) -> Range:
    one = UNITS[unit]
    return Range(one.to_si(Decimal(low)), one.to_si(Decimal(high)), unit, is_share)


PLAUSIBLE: Mapping[str, Range] = MappingProxyType(
    {
        "height": _range("2", "500", "m"),
        "storeys": _range("1", "150", "count"),
        "setback": _range("0", "100", "m"),
        "coverage": _range("1", "100", "%", is_share=True),
        "open_space": _range("0", "100", "%", is_share=True),
        "floor_area_ratio": _range("0.01", "30", "ratio"),
        "lot_area": _range("10", "1000000", "m2"),
        "lot_area_per_dwelling": _range("5", "100000", "m2"),
        "frontage": _range("1", "500", "m"),
        "parking": _range("0", "10000", "stalls"),
        "roof_annex": _range("1", "10000", "m2"),
    }
)
BY_DIMENSION: Mapping[int, Range] = MappingProxyType(
    {
        0: _range("0", "1000000", "ratio"),
        1: _range("0", "2000", "m"),
        2: _range("0", "100000000", "m2"),
    }
)
WHOLE = Decimal(1)
# Units that a number may have been meant in, the likeliest first; counts are no other unit.
MISTAKEN = ("cm", "ft", "m", "in", "km", "ft2", "m2", "ha", "acre", "%", "ratio")


def check(subject: Subject) -> Iterator[Remark]:
    """Every constant, and every amount in a formula, that is out of the range of its kind."""
    for index, rule in subject.rules():
        if rule.unit is None:
            continue
        formulas: list[tuple[tuple[int | str, ...], Formula]] = [
            (("value", "table", number), row.formula) for number, row in enumerate(rule.rows)
        ]
        if rule.formula is not None:
            formulas.append((("value",), rule.formula))
        for where, formula in formulas:
            yield from _judge(subject, index, rule, rule.unit, where, formula)


def _judge(
    subject: Subject,
    index: int,
    rule: CompiledRule,
    unit: Unit,
    where: tuple[int | str, ...],
    formula: Formula,
) -> Iterator[Remark]:
    known = PLAUSIBLE.get(rule.rule.kind) or BY_DIMENSION.get(unit.dimension)
    if known is None:
        return
    changes = rule.rule.combine in ("add", "subtract")
    value = None if formula.names() else value_at(formula.node, {})
    amounts = [value] if value is not None else list(_amounts(formula.node, unit.dimension))
    for amount in amounts:
        too_low = value is not None and not changes and amount < known.low
        if not too_low and amount <= known.high:
            continue
        facts = {
            "value": in_legal_unit(amount, unit),
            "low": in_legal_unit(known.low, UNITS[known.unit]),
            "high": in_legal_unit(known.high, UNITS[known.unit]),
        }
        instead = _instead(amount, unit, known)
        if known.is_share and value is not None and value > WHOLE:
            yield subject.on_rule("above_whole", index, *where, **facts)
        elif instead is not None:
            yield subject.on_rule("implausible_unit", index, *where, **facts, instead=instead)
        else:
            yield subject.on_rule("implausible", index, *where, **facts)


def _instead(amount: Decimal, unit: Unit, known: Range) -> str | None:
    """The unit in which the same number would be plausible; None when there is none."""
    if unit.symbol not in MISTAKEN:
        return None
    number = unit.from_si(amount)
    return next(
        (
            symbol
            for symbol in MISTAKEN
            if symbol != unit.symbol
            and UNITS[symbol].dimension == unit.dimension
            and known.includes(UNITS[symbol].to_si(number))
        ),
        None,
    )


def _amounts(node: Node, dimension: int) -> Iterator[Decimal]:
    """The numbers of a formula that may be its result, or a term of it; factors are none."""
    if isinstance(node, Number):
        if node.dimension == dimension:
            yield node.value
        return
    if isinstance(node, Arithmetic) and node.operator in "*/":
        return
    for term in node.parts()[1:] if isinstance(node, Choice) else node.parts():
        yield from _amounts(term, dimension)
