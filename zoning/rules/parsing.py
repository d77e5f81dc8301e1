"""Reads the text of an expression into its tree; see :mod:`zoning.rules.expressions`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from zoning.rules.expressions import (
    COMPARISONS,
    FUNCTIONS,
    Arithmetic,
    Call,
    Choice,
    Comparison,
    ExpressionError,
    Logic,
    Name,
    Node,
    Not,
    Number,
    Text,
    depth_of,
)
from zoning.rules.quantities import LARGEST, UNITS

MAX_LENGTH = 2_000
MAX_DEPTH = 32
# How deep a tree may be that no bracket nests: a sum of a thousand terms is a tree as deep.
MAX_CHAIN = 128

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>\d+(?:\.\d+)?|\.\d+)
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<text>'[^']*'|"[^"]*")
      | (?P<operator><=|>=|==|!=|[-+*/<>(),%])
    )""",
    re.VERBOSE,
)
_UNIT_NAMES = frozenset(symbol for symbol in UNITS if symbol.isalnum()) - {"in"}


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    position: int


def _tokens(text: str) -> Iterator[_Token]:
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            rest = text[position:].lstrip()
            at = len(text) - len(rest) + 1
            raise ExpressionError(f"can not read “{rest[:12].rstrip()}” at {at}")
        kind = match.lastgroup or ""
        yield _Token(kind, match.group(kind), match.start(kind))
        position = match.end()
    yield _Token("end", "", end)


class _Parser:
    """Precedence climbing: or, and, not, comparison, sum, product, sign, atom."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._depth = 0

    @property
    def _now(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._now
        self._at += 1
        return token

    def _accept(self, *texts: str) -> str | None:
        if self._now.kind in ("operator", "name") and self._now.text in texts:
            return self._take().text
        return None

    def _expect(self, text: str) -> None:
        if self._accept(text) is None:
            found = self._now.text or "the end"
            raise ExpressionError(f"expected “{text}” at {self._now.position + 1}, found {found}")

    def parse(self) -> Node:
        node = self._or()
        if self._now.kind != "end":
            raise ExpressionError(f"unexpected “{self._now.text}” at {self._now.position + 1}")
        if depth_of(node) > MAX_CHAIN:
            raise ExpressionError(f"a chain of more than {MAX_CHAIN} operators; split the rule")
        return node

    def _or(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError(f"nested more than {MAX_DEPTH} deep")
        node = self._and()
        while self._accept("or"):
            node = Logic("or", node, self._and())
        self._depth -= 1
        return node

    def _and(self) -> Node:
        node = self._not()
        while self._accept("and"):
            node = Logic("and", node, self._not())
        return node

    def _not(self) -> Node:
        negations = 0
        while self._accept("not"):
            negations += 1
        node = self._comparison()
        for _ in range(negations):
            node = Not(node)
        return node

    def _comparison(self) -> Node:
        node = self._sum()
        operator = self._accept(*COMPARISONS)
        return Comparison(operator, node, self._sum()) if operator else node

    def _sum(self) -> Node:
        node = self._product()
        while operator := self._accept("+", "-"):
            node = Arithmetic(operator, node, self._product())
        return node

    def _product(self) -> Node:
        node = self._sign()
        while operator := self._accept("*", "/"):
            node = Arithmetic(operator, node, self._sign())
        return node

    def _sign(self) -> Node:
        negative = False
        while self._accept("-"):
            negative = not negative
        node = self._atom()
        return Arithmetic("-", Number(Decimal(0), 0, bare=True), node) if negative else node

    def _atom(self) -> Node:
        token = self._take()
        if token.kind == "number":
            return self._number(Decimal(token.text))
        if token.kind == "text":
            return Text(token.text[1:-1])
        if token.kind == "name" and token.text not in ("and", "or", "not"):
            if self._accept("("):
                return self._call(token)
            return Name(token.text)
        if token.text == "(":
            node = self._or()
            self._expect(")")
            return node
        found = token.text or "the end"
        raise ExpressionError(f"expected a value at {token.position + 1}, found {found}")

    def _number(self, value: Decimal) -> Number:
        if value > LARGEST:
            raise ExpressionError(f"a number is larger than {LARGEST:f}")
        if self._now.text == "%":
            self._take()
            return Number(UNITS["%"].to_si(value), 0)
        if self._now.kind == "name" and self._now.text in _UNIT_NAMES:
            unit = UNITS[self._take().text]
            return Number(unit.to_si(value), unit.dimension)
        return Number(value, 0, bare=True)

    def _call(self, token: _Token) -> Node:
        arguments = [self._or()]
        while self._accept(","):
            arguments.append(self._or())
        self._expect(")")
        if token.text == "if":
            if len(arguments) != 3:
                raise ExpressionError("if() takes a condition and two values")
            return Choice(*arguments)
        if token.text not in FUNCTIONS:
            raise ExpressionError(f"unknown function “{token.text}” at {token.position + 1}")
        return Call(token.text, tuple(arguments))


def parse(text: str) -> Node:
    """The tree of an expression. Raises ExpressionError, saying what is wrong and where."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"longer than {MAX_LENGTH} characters")
    return _Parser(text).parse()
