"""Makes ``docs/reference/rulebook.md`` from the engine itself: fields, kinds, units, variables.

The prose around the tables is ``rulebook_reference.md.txt``. A new field, kind, unit, variable or
reason comes in by itself. It stands here, and not with the engine, for the words of the codes.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from django.utils import translation

from permits import wording
from zoning.rules import catalogue
from zoning.rules.catalogue import FIELDS_OF_KINDS, KINDS
from zoning.rules.expressions import FUNCTIONS, ExpressionError, dimension_name
from zoning.rules.limits import BOUNDS
from zoning.rules.loading import load_rulebook
from zoning.rules.parsing import parse
from zoning.rules.quantities import ANGLE, UNITS
from zoning.rules.reading import RulebookError
from zoning.rules.schema import Schema, json_schema
from zoning.rules.variables import FLOOR_AREA_SUFFIX, VARIABLES

# What a dimension is counted in, after the factor.
BASE_UNITS = {0: "", 1: " m", 2: " m²", -2: " to the m²", ANGLE: "°"}
COMBINATIONS = {"replace": "is that of the higher rule", **wording.COMBINATIONS}
TEMPLATE = Path(__file__).with_name("rulebook_reference.md.txt")


def reference() -> str:
    """The whole page, in English."""
    with translation.override("en"):
        schema = json_schema()
        parts = {name: one for name, one in schema["$defs"].items() if "properties" in one}
        return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
            document=_fields(schema),
            rule=_fields(parts.pop("Rule"), of_rules=True),
            parts="\n\n".join(_part(name, one) for name, one in parts.items()),
            kinds=_table(("Kind", "What it limits", "Dimension", "Bounds"), _kinds()),
            measures="\n".join(_measures()),
            units=_table(("Unit", "Is", "In expressions"), _units()),
            variables=_table(("Variable", "Is", "Unit", "Meaning"), _variables()),
            functions=_table(("Function", "Takes"), _functions()),
            edges=_table(("Class", "Means"), _words(wording.EDGES)),
            combine=_table(("Word", "The limit"), _words(COMBINATIONS)),
            roundings=_table(("Word", "The limit is"), _words(wording.ROUNDINGS)),
            outcomes=_table(("Code", "Words"), _words(wording.OUTCOMES)),
            reasons=_table(("Code", "Words"), _words(wording.REASONS)),
        )


def schema_text() -> str:
    """The JSON Schema as its file."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split()) or "–"


def _code(*words: str) -> str:
    return ", ".join(f"`{word}`" for word in words)


# --- fields -----------------------------------------------------------------------------------


def _part(name: str, part: Schema) -> str:
    return f"### {name}\n\n{part['description']}\n\n{_fields(part)}"


def _fields(part: Schema, *, of_rules: bool = False) -> str:
    rows = (
        (
            _code(name),
            _linked(field.get("description", ""))
            + _choices(field)
            + (_for_kinds(name) if of_rules else ""),
            "needed" if name in part.get("required", ()) else _left_out(field.get("default")),
        )
        for name, field in part["properties"].items()
    )
    return _table(("Field", "Holds", "Left out"), rows)


def _linked(text: str) -> str:
    """“see Classes of edges” as a link to that heading."""

    def link(match: re.Match[str]) -> str:
        return f"see [{match[1]}](#{match[1].lower().replace(' ', '-')})"

    return re.sub(r"see ([A-Z][A-Za-z ]+)", link, text)


def _choices(field: Schema) -> str:
    """The words that a field may hold; kinds and units have tables of their own."""
    words: list[str] = next(
        (one["enum"] for one in (field, *field.get("anyOf", ())) if "enum" in one), []
    )
    return "" if not words or set(words) <= {*KINDS, *UNITS} else f": {_code(*words)}"


def _for_kinds(field: str) -> str:
    kinds = FIELDS_OF_KINDS.get(field, frozenset(KINDS))
    others = [kind for kind in KINDS if kind not in kinds]
    if not others:
        return ""
    if len(others) < len(kinds):
        return f" (not for {_code(*others)})"
    return f" (only for {_code(*(kind for kind in KINDS if kind in kinds))})"


def _left_out(default: Any) -> str:
    return _code(str(default)) if isinstance(default, str) and default else ""


# --- kinds ------------------------------------------------------------------------------------


def _kinds() -> Iterator[tuple[str, ...]]:
    for name in KINDS:
        dimensions = _accepted(name, "dimension")
        yield (
            _code(name),
            _paragraphs(name)[0],
            ", ".join(dimension_name(int(one)) for one in dimensions),
            _code(*_accepted(name, "bound")) if dimensions else "",
        )


def _measures() -> Iterator[str]:
    """How each kind is measured, and when it is undecided: the rest of what its file says."""
    for name in KINDS:
        rest = " ".join(" ".join(_paragraphs(name)[1:]).split())
        yield f"- `{name}`: {rest}" if rest else f"- `{name}`"


def _paragraphs(kind: str) -> list[str]:
    return [one.replace("``", "`") for one in _docs()[kind].strip().split("\n\n")]


@cache
def _docs() -> dict[str, str]:
    """The docstring of the file of every kind."""
    modules = (
        importlib.import_module(f"{catalogue.__name__}.{module.name}")
        for module in pkgutil.iter_modules(catalogue.__path__)
    )
    return {module.KIND.name: module.__doc__ or "" for module in modules if hasattr(module, "KIND")}


def _accepted(kind: str, what: str) -> list[str]:
    """The dimensions or bounds that a kind takes: those with which a rule has fewest mistakes."""
    by_dimension = {unit.dimension: symbol for symbol, unit in UNITS.items()}
    mistakes = {
        (dimension, bound): _mistakes(kind, unit, bound)
        for dimension, unit in sorted(by_dimension.items())
        for bound in BOUNDS
    }
    fewest = min(mistakes.values())
    if max(mistakes.values()) == fewest:
        return []
    at = 0 if what == "dimension" else 1
    return list(dict.fromkeys(str(key[at]) for key, n in mistakes.items() if n == fewest))


def _mistakes(kind: str, unit: str, bound: str) -> int:
    """How many mistakes the loader finds in a rule of nothing but these."""
    rule = {
        "id": "a",
        "kind": kind,
        "bound": bound,
        "unit": unit,
        "value": "1",
        "scope": {"plan": True},
        "citation": {"article": "1"},
    }
    document = {
        "rulebook": "probe",
        "version": "1",
        "title": {},
        "instrument": {"title": {}, "date": "2020-01-01"},
        "districts": {},
        "mandatory": [kind],
        "rules": [rule],
    }
    try:
        load_rulebook(json.dumps(document))  # JSON is YAML too
    except RulebookError as error:
        return len(error.problems)
    return 0


# --- the language of values -------------------------------------------------------------------


def _units() -> Iterator[tuple[str, ...]]:
    for symbol, unit in UNITS.items():
        factor = f"{unit.si_factor.normalize():f}"
        size = f"{factor}{BASE_UNITS[unit.dimension]}"
        yield _code(symbol), size, "yes" if _is_written(symbol) else "no"


def _is_written(symbol: str) -> bool:
    """Whether an expression may have a number in this unit."""
    try:
        value = parse(f"2 {symbol}").evaluate({})
    except ExpressionError:
        return False
    return value == UNITS[symbol].to_si(Decimal(2))


def _variables() -> Iterator[tuple[str, ...]]:
    for name, (type_, unit, meaning) in VARIABLES.items():
        yield _code(name), dimension_name(type_), unit, meaning
    yield (
        _code(f"<use>{FLOOR_AREA_SUFFIX}"),
        dimension_name(2),
        "m2",
        "floor area of a use that the rulebook declares",
    )


def _functions() -> Iterator[tuple[str, ...]]:
    for name, (fewest, most, _function) in FUNCTIONS.items():
        takes = f"{fewest}" if fewest == most else f"{fewest} to {most}"
        yield _code(name), f"{takes} {'value' if most == 1 else 'values'}"
    yield _code("if"), "a condition and 2 values"


def _words(words: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for code, sentence in words.items():
        if code:
            yield _code(code), re.sub(r"%\(\w+\)s", "…", str(sentence))
