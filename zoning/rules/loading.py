"""Loads a rulebook: one YAML file, read, checked and compiled once.

Numbers keep the unit of the law and are turned into SI where they are used. A value is a number, an
expression, or a table whose rows state the closed side of every interval. What can be wrong is
found here, when the rulebook is saved: an unknown variable, a unit that does not fit, a district or
a use that is not declared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from zoning.rules import variables
from zoning.rules.catalogue import KINDS, problems_of
from zoning.rules.document import Document, Rule, Table
from zoning.rules.expressions import (
    TEXT,
    TRUTH,
    ZERO,
    ExpressionError,
    Node,
    Number,
    Type,
    bare_amounts,
    dimension_name,
    words_in,
)
from zoning.rules.parsing import parse
from zoning.rules.quantities import LARGEST, UNITS, Unit
from zoning.rules.reading import RulebookError, Source
from zoning.rules.rulebook import CompiledRule, Formula, Interval, Row, Rulebook


def _end(text: str, endless: str) -> tuple[Decimal | None, Type]:
    """One end of an interval, in SI; None where it is endless."""
    if text == endless:
        return None, ZERO
    if text in ("inf", "-inf"):
        raise ExpressionError(f"“{text}” is at the wrong end of the interval")
    node = parse(text)
    type_ = node.type_in({})
    value = node.evaluate({})
    if not isinstance(value, Decimal):
        raise ExpressionError(f"“{text}” is not a number")
    return value, type_


def parse_interval(text: str) -> Interval:
    """Read ``[8 m, 12 m)``: a square bracket includes its end, a round one does not."""
    written = text.strip()
    inner = written[1:-1].split(",")
    if len(written) < 2 or written[0] not in "[(" or written[-1] not in "])" or len(inner) != 2:
        raise ExpressionError(f"“{text}” is no interval; write for example [8 m, 12 m)")
    low, low_type = _end(inner[0].strip(), "-inf")
    high, high_type = _end(inner[1].strip(), "inf")
    dimensions = {type_ for type_ in (low_type, high_type) if type_ != ZERO}
    if len(dimensions) > 1:
        raise ExpressionError(f"“{text}” mixes units; write the unit at both ends")
    interval = Interval(
        text=written,
        low=low,
        high=high,
        low_closed=written[0] == "[" and low is not None,
        high_closed=written[-1] == "]" and high is not None,
        dimension=dimensions.pop() if dimensions else ZERO,
    )
    if low is not None and high is not None:
        if low > high:
            raise ExpressionError(f"“{text}” ends before it begins")
        if not interval.includes(low) and not interval.includes(high) and low == high:
            raise ExpressionError(f"“{text}” holds no value")
    return interval


def _formula(text: str, unit: Unit, known: Mapping[str, Type]) -> Formula:
    """A number takes the rule's unit; an expression must have its dimension."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return Formula(text, _expression(text, unit, known))
    if not value.is_finite():
        raise ExpressionError(f"“{text}” is not a finite number")
    if not 0 <= value <= LARGEST:
        raise ExpressionError(f"a limit is between 0 and {LARGEST:f}, not {text}")
    si = unit.to_si(value)
    return Formula(f"{text} {unit.symbol}", Number(si, unit.dimension), constant=si)


def _expression(text: str, unit: Unit, known: Mapping[str, Type]) -> Node:
    node = parse(text)
    type_ = node.type_in(known)
    if type_ not in (unit.dimension, ZERO):
        raise ExpressionError(f"“{text}” is {dimension_name(type_)}, but the unit is {unit.symbol}")
    if unit.symbol == "%" and (bare := next(bare_amounts(node), None)) is not None:
        raise ExpressionError(
            f"in an expression a percentage is written with its sign: {bare.value:f} %"
        )
    return node


Problem = tuple[tuple[int | str, ...], str]  # where in the rule, and what is wrong


class _Compiler:
    """Parses and type-checks one rule, and collects what is wrong with it."""

    def __init__(self, rule: Rule, document: Document) -> None:
        self._rule = rule
        self._known = variables.types(document.uses)
        self._districts = frozenset(document.districts)
        self.problems: list[Problem] = []

    def compile(self) -> CompiledRule:
        rule = self._rule
        unit = UNITS.get(rule.unit or "")
        if unit is None and rule.unit is not None:
            self._wrong(f"unknown unit “{rule.unit}”; known: {', '.join(UNITS)}", "unit")
        formula: Formula | None = None
        rows: tuple[Row, ...] = ()
        if unit is not None and isinstance(rule.value, str):
            formula = self._amount(rule.value, unit, "value")
        elif unit is not None and isinstance(rule.value, Table):
            rows = self._rows(rule.value, unit)
        return CompiledRule(rule, unit, formula, rows, self._condition(), self._further(unit))

    def _further(self, unit: Unit | None) -> dict[str, Formula]:
        """The amounts beside the value: those of the rule's own unit, lengths, and areas."""
        rule = self._rule
        stated = [
            ("at_discretion", rule.at_discretion, unit),
            ("above", rule.above, UNITS["m"]),
            ("within", rule.within, UNITS["m"]),
            *(
                (f"exempt_caps.{use}", amount, UNITS["m2"])
                for use, amount in rule.exempt_caps.items()
            ),
        ]
        found = {}
        for place, text, own_unit in stated:
            if text is None or own_unit is None:
                continue
            formula = self._amount(text, own_unit, *place.split(".", 1))
            if formula is not None:
                found[place] = formula
        return found

    def _wrong(self, what: str, *where: int | str) -> None:
        self.problems.append((where, what))

    def _amount(self, text: str, unit: Unit, *where: int | str) -> Formula | None:
        try:
            formula = _formula(text, unit, self._known)
        except ExpressionError as error:
            self._wrong(str(error), *where)
            return None
        self._check_districts(formula.node, *where)
        return formula

    def _condition(self) -> Node | None:
        if self._rule.when is None:
            return None
        try:
            node = parse(self._rule.when)
            if node.type_in(self._known) != TRUTH:
                raise ExpressionError("“when” is not a condition; compare something")
        except ExpressionError as error:
            self._wrong(str(error), "when")
            return None
        self._check_districts(node, "when")
        return node

    def _check_districts(self, node: Node, *where: int | str) -> None:
        """Words are only ever compared with a district's code: an unknown one is a slip."""
        for word in sorted(words_in(node) - self._districts):
            self._wrong(f"district “{word}” is not declared", *where)

    def _rows(self, table: Table, unit: Unit) -> tuple[Row, ...]:
        rows = []
        for index, row in enumerate(table.table):
            where = ("value", "table", index)
            formula = self._amount(row["value"], unit, *where)
            intervals = {
                name: interval
                for name, text in row.items()
                if name != "value" and (interval := self._interval(name, text, *where)) is not None
            }
            if formula is not None:
                rows.append(Row(intervals, formula))
        return tuple(rows)

    def _interval(self, name: str, text: str, *where: int | str) -> Interval | None:
        try:
            if name not in self._known:
                raise ExpressionError(f"unknown variable “{name}”")
            if self._known[name] in (TRUTH, TEXT):
                raise ExpressionError(f"{name} is no number; use “when” for it")
            interval = parse_interval(text)
            if interval.dimension not in (self._known[name], ZERO):
                raise ExpressionError(f"“{text}” does not fit {name}; write it with its unit")
        except ExpressionError as error:
            self._wrong(str(error), *where)
            return None
        return interval


_WORDS = {
    "missing": "this field is needed",
    "extra_forbidden": "no field has this name here; see the reference of the format",
}


def _in_words(found: ErrorDetails, source: Source) -> str:
    if not found["loc"]:
        return "line 1: a rulebook is a list of fields, such as “version: 2024”"
    place = ".".join(map(str, found["loc"]))
    what = _WORDS.get(found["type"], found["msg"].removeprefix("Value error, "))
    return f"line {source.line(*found['loc'])}: {place}: {what}"


def _storey_height_m(document: Document) -> tuple[Decimal | None, list[str]]:
    """The usual height of a storey, in m, and what is wrong with how it is written."""
    if document.storey_height is None:
        return None, []
    try:
        formula = _formula(document.storey_height, UNITS["m"], {})
    except ExpressionError as error:
        return None, [str(error)]
    value = formula.node.evaluate({})
    if not isinstance(value, Decimal) or value <= 0:
        return None, [f"“{document.storey_height}” is no height"]
    return value, []


def load_rulebook(text: str) -> Rulebook:
    """Read, check and compile a rulebook from YAML.

    Raises RulebookError with one line per mistake: the line of the file, the place, what is wrong.
    """
    source = Source(text)
    try:
        document = Document.model_validate(source.values)
    except ValidationError as error:
        raise RulebookError([_in_words(found, source) for found in error.errors()]) from error
    problems = [
        f"line {source.line('mandatory', index)}: mandatory: unknown kind “{kind}”; "
        f"known: {', '.join(KINDS)}"
        for index, kind in enumerate(document.mandatory)
        if kind not in KINDS
    ]
    storey_height_m, wrong = _storey_height_m(document)
    problems += [f"line {source.line('storey_height')}: storey_height: {what}" for what in wrong]
    compiled: list[CompiledRule] = []
    seen: set[str] = set()
    for index, rule in enumerate(document.rules):
        compiler = _Compiler(rule, document)
        one = compiler.compile()
        found = compiler.problems
        if rule.id in seen:
            found.append((("id",), "the id is used twice"))
        seen.add(rule.id)
        found += [((), problem) for problem in problems_of(one, document)]
        problems += [
            f"line {source.line('rules', index, *where)}: rule {rule.id}: {what}"
            for where, what in found
        ]
        compiled.append(one)
    if problems:
        raise RulebookError(problems)
    digest = hashlib.sha256(document.model_dump_json(by_alias=True).encode()).hexdigest()
    return Rulebook(document, tuple(compiled), digest, storey_height_m)


def load_rulebook_file(path: Path) -> Rulebook:
    """Read a rulebook from a file; see :func:`load_rulebook`."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RulebookError([f"{path.name} is not UTF-8 text; save it as UTF-8"]) from error
    return load_rulebook(text)
