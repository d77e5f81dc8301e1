"""The regulation as data: one YAML file, loaded, checked and compiled once.

Numbers keep the unit of the law and are turned into SI where they are used. A value is a number, an
expression, or a table whose rows state the closed side of every interval. What can be wrong is
found here, when the rulebook is saved: an unknown variable, a unit that does not fit, a district or
a use that is not declared.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from parcels.edges import EdgeKind
from zoning.rules import variables
from zoning.rules.expressions import (
    TRUTH,
    ZERO,
    ExpressionError,
    Node,
    Number,
    Type,
    dimension_name,
    parse,
)
from zoning.rules.quantities import UNITS, Unit


def _in_three_languages(texts: dict[str, str]) -> dict[str, str]:
    unknown = sorted(set(texts) - {"ar", "en", "fr"})
    if unknown:
        raise ValueError(f"unknown language {', '.join(unknown)}; use ar, en, fr")
    return texts


Texts = Annotated[dict[str, str], AfterValidator(_in_three_languages)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]

LEVELS = ("nation", "plan", "districts", "overlays", "parcels")  # lowest precedence first


class RulebookError(ValueError):
    """The rulebook can not be used; ``problems`` has a line for each mistake."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Instrument(_Strict):
    """The legal text that the rules come from."""

    title: Texts
    number: str = ""
    date: date
    url: str | None = None


class Citation(_Strict):
    """Where a rule stands in the instrument."""

    article: str
    page: str | None = None
    url: str | None = None
    note: str | None = None


class Scope(_Strict):
    """Where a rule holds; exactly one of these."""

    nation: bool = False
    plan: bool = False
    districts: list[str] = []
    overlays: list[str] = []
    parcels: list[str] = []

    @model_validator(mode="after")
    def _exactly_one(self) -> Scope:
        named = [level for level in LEVELS if getattr(self, level)]
        if len(named) != 1:
            raise ValueError(f"name exactly one of {', '.join(LEVELS)}")
        return self

    @property
    def level(self) -> int:
        """Precedence: the higher number prevails."""
        return next(i for i, level in enumerate(LEVELS) if getattr(self, level))


class Validity(_Strict):
    """The days on which a rule holds: from the first, to before the last."""

    from_: date | None = Field(default=None, alias="from")
    to: date | None = None

    def includes(self, on: date) -> bool:
        return (self.from_ is None or self.from_ <= on) and (self.to is None or on < self.to)


def _as_text(value: Any) -> Any:
    """Keep numbers exactly as written: 0.1 in the file is the decimal 0.1."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Amount = Annotated[str, BeforeValidator(_as_text), Field(max_length=2_000)]


class Table(_Strict):
    """Rows of intervals on up to four variables, each with its value."""

    table: Annotated[list[dict[str, Amount]], Field(min_length=1, max_length=200)]

    @field_validator("table")
    @classmethod
    def _has_axes(cls, rows: list[dict[str, str]]) -> list[dict[str, str]]:
        axes = {frozenset(row) for row in rows}
        if len(axes) != 1 or "value" not in next(iter(axes)):
            raise ValueError("every row names the same variables, and a value")
        if not 2 <= len(next(iter(axes))) <= 5:
            raise ValueError("a table has one to four variables")
        return rows


class Rule(_Strict):
    """One rule: what kind, which bound, how much, where, when, and the article that says so."""

    id: Annotated[str, Field(min_length=1, max_length=80)]
    kind: Code
    bound: Literal["max", "min", "exact"] | None = None
    value: Amount | Table | None = None
    unit: str | None = None
    base: Literal["registered", "net", "gross"] = "registered"
    scope: Scope
    when: str | None = None
    combine: Literal[
        "replace", "most_restrictive", "least_restrictive", "add", "subtract", "exempt"
    ] = "replace"
    valid: Validity = Validity()
    citation: Citation
    text: Texts = {}
    edges: list[EdgeKind] = []
    exempt_uses: list[Code] = []
    permitted: list[Code] = []
    conditional: list[Code] = []
    prohibited: list[Code] = []
    otherwise: Literal["prohibited", "conditional", "unstated"] = "prohibited"
    rounding: Literal["none", "up", "down", "nearest"] = "none"


class Document(_Strict):
    """A whole rulebook, as it stands in its file."""

    rulebook: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]
    version: str
    title: Texts
    notice: Texts = {}
    instrument: Instrument
    corners: Literal["mitred", "rounded"] = "rounded"
    uses: dict[Code, Texts] = {}
    districts: dict[str, Texts]
    mandatory: Annotated[list[Code], Field(min_length=1)]
    rules: list[Rule]


# --- compiled values --------------------------------------------------------------------------


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


_INTERVAL = re.compile(r"^\s*([\[(])\s*(.+?)\s*,\s*(.+?)\s*([\])])\s*$")


def _bound(text: str) -> tuple[Decimal | None, Type]:
    if text in ("inf", "-inf"):
        return None, ZERO
    node = parse(text)
    value = node.evaluate({})
    if not isinstance(value, Decimal):
        raise ExpressionError(f"“{text}” is not a number")
    return value, node.type_in({})


def parse_interval(text: str) -> Interval:
    """Read ``[8 m, 12 m)``: a square bracket includes its end, a round one does not."""
    match = _INTERVAL.match(text)
    if match is None:
        raise ExpressionError(f"“{text}” is no interval; write for example [8 m, 12 m)")
    (low, low_type), (high, high_type) = _bound(match[2]), _bound(match[3])
    dimensions = {type_ for type_ in (low_type, high_type) if type_ != ZERO}
    if len(dimensions) > 1:
        raise ExpressionError(f"“{text}” mixes units")
    if low is not None and high is not None and low > high:
        raise ExpressionError(f"“{text}” ends before it begins")
    return Interval(
        text=text.strip(),
        low=low,
        high=high,
        low_closed=match[1] == "[" and low is not None,
        high_closed=match[4] == "]" and high is not None,
        dimension=dimensions.pop() if dimensions else ZERO,
    )


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


def _formula(text: str, unit: Unit, known: Mapping[str, Type]) -> Formula:
    """A number takes the rule's unit; an expression must have its dimension."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        node = parse(text)
        type_ = node.type_in(known)
        if type_ not in (unit.dimension, ZERO):
            raise ExpressionError(
                f"“{text}” is {dimension_name(type_)}, but the unit is {unit.symbol}"
            ) from None
        return Formula(text, node)
    if not value.is_finite():
        raise ExpressionError(f"“{text}” is not a finite number")
    si = unit.to_si(value)
    return Formula(f"{text} {unit.symbol}", Number(si, unit.dimension), constant=si)


def _compile_rule(rule: Rule, known: Mapping[str, Type]) -> CompiledRule:
    """Parse and type-check one rule. Raises ExpressionError."""
    condition = parse(rule.when) if rule.when else None
    if condition is not None and condition.type_in(known) != TRUTH:
        raise ExpressionError("“when” is not a condition")
    if rule.value is None:
        return CompiledRule(rule, UNITS.get(rule.unit or ""), None, (), condition)
    if rule.unit is None or rule.unit not in UNITS:
        raise ExpressionError(f"unknown unit “{rule.unit}”; known: {', '.join(UNITS)}")
    unit = UNITS[rule.unit]
    if isinstance(rule.value, str):
        return CompiledRule(rule, unit, _formula(rule.value, unit, known), (), condition)
    rows = []
    for row in rule.value.table:
        intervals = {}
        for name, text in row.items():
            if name == "value":
                continue
            if name not in known:
                raise ExpressionError(f"unknown variable “{name}”")
            interval = parse_interval(text)
            if interval.dimension not in (known[name], ZERO):
                raise ExpressionError(f"“{text}” does not fit {name}")
            intervals[name] = interval
        rows.append(Row(intervals, _formula(row["value"], unit, known)))
    return CompiledRule(rule, unit, None, tuple(rows), condition)


# --- loading ----------------------------------------------------------------------------------


def _line_of(root: yaml.Node | None, path: tuple[int | str, ...]) -> int:
    """The line in the YAML text where a path leads, as far as it goes."""
    node = root
    for key in path:
        if isinstance(node, yaml.MappingNode):
            found = next((v for k, v in node.value if getattr(k, "value", None) == str(key)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            found = node.value[key]
        else:
            found = None
        if found is None:
            continue
        node = found
    return node.start_mark.line + 1 if node is not None else 1


def load_rulebook(text: str) -> Rulebook:
    """Read, check and compile a rulebook from YAML.

    Raises RulebookError with one line per mistake: the line of the file, the place, what is wrong.
    """
    from zoning.rules.catalogue import problems_of

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise RulebookError([f"not readable as YAML: {error}"]) from error
    try:
        document = Document.model_validate(raw)
    except ValidationError as error:
        raise RulebookError(
            [
                f"line {_line_of(root, found['loc'])}: "
                f"{'.'.join(map(str, found['loc']))}: {found['msg']}"
                for found in error.errors()
            ]
        ) from error
    known = variables.types(document.uses)
    problems: list[str] = []
    compiled: list[CompiledRule] = []
    seen: set[str] = set()
    for index, rule in enumerate(document.rules):
        here = f"line {_line_of(root, ('rules', index))}: rule {rule.id}: "
        try:
            one = _compile_rule(rule, known)
        except ExpressionError as error:
            problems.append(here + str(error))
            continue
        if rule.id in seen:
            problems.append(here + "the id is used twice")
        seen.add(rule.id)
        problems += [here + problem for problem in problems_of(one, document)]
        compiled.append(one)
    if problems:
        raise RulebookError(problems)
    digest = hashlib.sha256(document.model_dump_json(by_alias=True).encode()).hexdigest()
    return Rulebook(document, tuple(compiled), digest)


def load_rulebook_file(path: Path) -> Rulebook:
    """Read a rulebook from a file; see :func:`load_rulebook`."""
    return load_rulebook(path.read_text(encoding="utf-8"))
