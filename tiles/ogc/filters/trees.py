"""Reads the text of a filter into a tree of CQL2 JSON, within bounds that keep parsing cheap."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from lark import Lark, Transformer, UnexpectedCharacters, UnexpectedInput, v_args

from tiles.ogc.errors import BadParameter
from tiles.ogc.params import is_text

LONGEST_BYTES = 4_096
DEEPEST = 32

Tree = Any


def refuse(reason: str) -> BadParameter:
    """What is wrong with the filter."""
    return BadParameter(reason, pointer="/filter")


def read_text(text: str) -> Tree:
    """The tree of CQL2 text. Raises BadParameter with the column where reading stopped."""
    _check_size(text)
    try:
        return _check_depth(_parser().parse(text))
    except UnexpectedCharacters as error:
        raise refuse(
            _("The filter can not be read at column %(column)s: “%(sign)s”.")
            % {"column": error.column, "sign": text[error.pos_in_stream or 0]}
        ) from error
    except UnexpectedInput as error:
        token = getattr(error, "token", "")
        if not token:
            raise refuse(_("The filter ends too early.")) from error
        raise refuse(
            _("The filter can not be read at column %(column)s: “%(sign)s”.")
            % {"column": error.column, "sign": str(token)[:40]}
        ) from error


def read_json(text: str) -> Tree:
    """The tree of CQL2 JSON. Raises BadParameter."""
    _check_size(text)
    try:
        tree = json.loads(text, parse_constant=_no_number, parse_int=float)
    except ValueError as error:
        reason = _("The filter is not JSON: %(reason)s.") % {"reason": error}
        raise refuse(reason) from error
    return _check_depth(tree)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not a number")


def _check_size(text: str) -> None:
    """Length and nesting, counted without parsing; brackets within texts count too."""
    if len(text.encode(errors="replace")) > LONGEST_BYTES:
        raise refuse(_("A filter has at most %(most)s bytes.") % {"most": LONGEST_BYTES})
    if not text.strip():
        raise refuse(_("The filter is empty."))
    depth = 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        if depth > DEEPEST:
            raise refuse(_too_deep())


def _too_deep() -> str:
    return _("A filter is nested at most %(most)s deep.") % {"most": DEEPEST}


def _check_depth(tree: Tree) -> Tree:
    """The tree, if walking down it is safe, its texts can be stored and its numbers are finite."""
    level = [tree]
    # One operation is up to three levels of JSON: itself, its arguments, a list among them.
    for _depth in range(3 * DEEPEST):
        following: list[Tree] = []
        for node in level:
            if isinstance(node, dict):
                following += [*node, *node.values()]
            elif isinstance(node, list):
                following += node
            elif isinstance(node, str) and not is_text(node):
                raise refuse(_("The filter holds a character that is no text."))
            elif isinstance(node, float) and not math.isfinite(node):
                raise refuse(_("A number in the filter is too large."))
        level = following
        if not level:
            return tree
    raise refuse(_too_deep())


@cache
def _parser() -> Lark:
    """The parser; making it takes a moment, so it is made when the first filter comes."""
    grammar = (Path(__file__).parent / "cql2.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=_ToJson(), maybe_placeholders=False)


def operation(name: str, *args: Tree) -> dict[str, Tree]:
    """A node of the tree."""
    return {"op": name, "args": list(args)}


@v_args(inline=True)
class _ToJson(Transformer):
    """Each rule of the grammar as a node of CQL2 JSON."""

    def either(self, *args: Tree) -> Tree:
        return operation("or", *args)

    def both(self, *args: Tree) -> Tree:
        return operation("and", *args)

    def negation(self, arg: Tree) -> Tree:
        return operation("not", arg)

    def comparison(self, left: Tree, operator: str, right: Tree) -> Tree:
        return operation(str(operator), left, right)

    def like(self, value: Tree, pattern: Tree) -> Tree:
        return operation("like", value, pattern)

    def unlike(self, value: Tree, pattern: Tree) -> Tree:
        return self.negation(self.like(value, pattern))

    def between(self, value: Tree, low: Tree, high: Tree) -> Tree:
        return operation("between", value, low, high)

    def beyond(self, value: Tree, low: Tree, high: Tree) -> Tree:
        return self.negation(self.between(value, low, high))

    def among(self, value: Tree, *options: Tree) -> Tree:
        return operation("in", value, list(options))

    def not_among(self, value: Tree, *options: Tree) -> Tree:
        return self.negation(self.among(value, *options))

    def null(self, value: Tree) -> Tree:
        return operation("isNull", value)

    def not_null(self, value: Tree) -> Tree:
        return self.negation(self.null(value))

    def spatial(self, operator: str, left: Tree, right: Tree) -> Tree:
        return operation(operator.lower(), left, right)

    def casei(self, value: Tree) -> Tree:
        return operation("casei", value)

    def date(self, text: str) -> Tree:
        return {"date": text}

    def timestamp(self, text: str) -> Tree:
        return {"timestamp": text}

    def property(self, name: str) -> Tree:
        return {"property": name[1:-1] if name.startswith('"') else str(name)}

    def string(self, token: str) -> str:
        return token[1:-1].replace("''", "'").replace("\\'", "'")

    def number(self, token: str) -> float:
        return float(token)

    def boolean(self, token: str) -> bool:
        return token.lower() == "true"

    def bbox(self, *numbers: float) -> Tree:
        return {"bbox": list(numbers)}

    def position(self, *numbers: float) -> Tree:
        return list(numbers)

    def line(self, *positions: Tree) -> Tree:
        return list(positions)

    def rings(self, *lines: Tree) -> Tree:
        return list(lines)

    def point(self, position: Tree) -> Tree:
        return {"type": "Point", "coordinates": position}

    def linestring(self, line: Tree) -> Tree:
        return {"type": "LineString", "coordinates": line}

    def polygon(self, rings: Tree) -> Tree:
        return {"type": "Polygon", "coordinates": rings}

    def multipoint(self, *positions: Tree) -> Tree:
        return {"type": "MultiPoint", "coordinates": list(positions)}

    def multilinestring(self, lines: Tree) -> Tree:
        return {"type": "MultiLineString", "coordinates": lines}

    def multipolygon(self, *areas: Tree) -> Tree:
        return {"type": "MultiPolygon", "coordinates": list(areas)}

    def geometrycollection(self, *geometries: Tree) -> Tree:
        return {"type": "GeometryCollection", "geometries": list(geometries)}
