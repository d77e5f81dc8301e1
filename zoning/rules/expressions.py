"""The small typed language of rulebooks: arithmetic, comparison and logic over named variables.

A text such as ``min(1.5 * street_width, 24 m)`` is parsed once into a tree and never run as code.
Every node has a type: a dimension (exponent of length), truth, or text. Adding metres to square
metres, or a bare number to metres, is an error when the rulebook is loaded. Values are decimals in
SI; ``None`` is *unknown*, and logic is three-valued (Kleene), so that a missing answer never
becomes a yes or a no by accident.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from types import MappingProxyType

from zoning.rules.quantities import LARGEST, UNITS, settled

Value = Decimal | bool | str | None
Type = int | str  # a dimension, or TRUTH, TEXT, or ZERO (which fits every dimension)

TRUTH = "truth"
TEXT = "text"
ZERO = "zero"

MAX_LENGTH = 2_000
MAX_DEPTH = 32
# How deep a tree may be that no bracket nests: a sum of a thousand terms is a tree as deep.
MAX_CHAIN = 128


class ExpressionError(ValueError):
    """The text is not in the language; the message says what and at which character."""


@dataclass(frozen=True)
class Node:
    """A part of an expression."""

    def type_in(self, variables: Mapping[str, Type]) -> Type:
        """The node's type, given the types of the variables. Raises ExpressionError."""
        raise NotImplementedError

    def evaluate(self, values: Mapping[str, Value]) -> Value:
        """The node's value in SI; None where something needed is not known."""
        raise NotImplementedError

    def parts(self) -> tuple[Node, ...]:
        """The nodes directly below."""
        return ()

    def names(self) -> frozenset[str]:
        """The variables that the node reads."""
        return frozenset().union(*(part.names() for part in self.parts()))


@dataclass(frozen=True)
class Number(Node):
    """A number with its unit, held in SI."""

    value: Decimal
    dimension: int
    bare: bool = False

    def type_in(self, variables: Mapping[str, Type]) -> Type:
        return ZERO if self.bare and self.value == 0 else self.dimension

    def evaluate(self, values: Mapping[str, Value]) -> Value:
        return self.value


@dataclass(frozen=True)
class Text(Node):
    """A quoted word, to compare with a variable that holds a word."""

    value: str

    def type_in(self, variables: Mapping[str, Type]) -> Type:
        return TEXT

    def evaluate(self, values: Mapping[str, Value]) -> Value:
        return self.value


@dataclass(frozen=True)
class Name(Node):
    """A variable."""

    name: str

    def type_in(self, variables: Mapping[str, Type]) -> Type:
        if self.name not in variables:
            raise ExpressionError(f"unknown variable “{self.name}”")
        return variables[self.name]

    def evaluate(self, values: Mapping[str, Value]) -> Value:
        return values.get(self.name)

    def names(self) -> frozenset[str]:
        return frozenset({self.name})


def _common(types: list[Type], what: str) -> Type:
    """The one dimension that all have; a bare zero fits any."""
    for type_ in types:
        if type_ in (TRUTH, TEXT):
            raise ExpressionError(f"{what} needs numbers")
    real = {type_ for type_ in types if type_ != ZERO}
    if len(real) > 1:
        raise ExpressionError(f"{what} mixes units: {', '.join(sorted(map(dimension_name, real)))}")
    return real.pop() if real else ZERO


def dimension_name(type_: Type) -> str:
    """A type in words."""
    names: dict[Type, str] = {0: "a plain number", 1: "a length", 2: "an area"}
    return names.get(type_, f"a {type_}" if isinstance(type_, str) else f"length^{type_}")


@dataclass(frozen=True)
class Arithmetic(Node):
    """Two numbers joined by + - * /."""

    operator: str
    left: Node
    right: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)

    def type_in(self, variables: Mapping[str, Type]) -> Type:
        left, right = self.left.type_in(variables), self.right.type_in(variables)
        if self.operator in "+-":
            return _common([left, right], f"“{self.operator}”")
        for type_ in (left, right):
            if type_ in (TRUTH, TEXT):
                raise ExpressionError(f"“{self.operator}” needs numbers")
        first = 0 if left == ZERO else int(left)
        second = 0 if right == ZERO else int(right)
        return first + second if self.operator == "*" else first - second

    def evaluate(self, values: Mapping[str, Value]) -> Value:
        left, right = self.left.evaluate(values), self.right.evaluate(values)
        if not isinstance(left, Decimal) or not isinstance(right, Decimal):
            return None
        if self.operator == "/":
            return left / right if right else None
        return {"+": left + right, "-": left - right, "*": left * right}[self.operator]


_COMPARISONS: Mapping[str, Callable[[Decimal, Decimal], bool]] = MappingProxyType(
    {
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
        "==": lambda a, b: a == b,
        "!=": lambda a, b: a != b,
    }
)


@dataclass(frozen=True)
class Comparison(Node):
    """Two values compared; unknown when either is."""

    operator: str
    left: Node
    right: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)

    def type_in(self, variables: Mapping[str, Type]) -> Type:
        types = [self.left.type_in(variables), self.right.type_in(variables)]
        if TEXT in types or TRUTH in types:
            if types[0] != types[1] or self.operator not in ("==", "!="):
                raise ExpressionError(f"“{self.operator}” can not compare these")
        else:
            _common(types, f"“{self.operator}”")
        return TRUTH

    def evaluate(self, values: Mapping[str, Value]) -> Value:
        left, right = self.left.evaluate(values), self.right.evaluate(values)
        if left is None or right is None:
            return None
        if isinstance(left, Decimal) and isinstance(right, Decimal):
            return _COMPARISONS[self.operator](settled(left), settled(right))
        return (left == right) is (self.operator == "==")


@dataclass(frozen=True)
class Logic(Node):
    """``and`` / ``or`` in three-valued logic."""

    operator: str
    left: Node
    right: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)

    def type_in(self, variables: Mapping[str, Type]) -> Type:
        if {self.left.type_in(variables), self.right.type_in(variables)} != {TRUTH}:
            raise ExpressionError(f"“{self.operator}” needs conditions on both sides")
        return TRUTH

    def evaluate(self, values: Mapping[str, Value]) -> Value:
        decisive = self.operator == "or"
        sides = (self.left.evaluate(values), self.right.evaluate(values))
        if decisive in sides:
            return decisive
        return None if None in sides else not decisive


@dataclass(frozen=True)
class Not(Node):
    """Negation; unknown stays unknown."""

    inner: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.inner,)

    def type_in(self, variables: Mapping[str, Type]) -> Type:
        if self.inner.type_in(variables) != TRUTH:
            raise ExpressionError("“not” needs a condition")
        return TRUTH

    def evaluate(self, values: Mapping[str, Value]) -> Value:
        inner = self.inner.evaluate(values)
        return None if inner is None else not inner


def _clamp(x: Decimal, low: Decimal, high: Decimal) -> Decimal:
    return max(low, min(x, high))


ROUNDING = frozenset({"floor", "ceil", "round"})

# name → (fewest arguments, most, what it does)
FUNCTIONS: Mapping[str, tuple[int, int, Callable[..., Decimal]]] = MappingProxyType(
    {
        "min": (2, 8, min),
        "max": (2, 8, max),
        "clamp": (3, 3, _clamp),
        "floor": (1, 1, lambda x: settled(x).to_integral_value(ROUND_FLOOR)),
        "ceil": (1, 1, lambda x: settled(x).to_integral_value(ROUND_CEILING)),
        "round": (1, 1, lambda x: settled(x).to_integral_value(ROUND_HALF_UP)),
    }
)


@dataclass(frozen=True)
class Call(Node):
    """A function of numbers."""

    function: str
    arguments: tuple[Node, ...]

    def parts(self) -> tuple[Node, ...]:
        return self.arguments

    def type_in(self, variables: Mapping[str, Type]) -> Type:
        fewest, most, _ = FUNCTIONS[self.function]
        if not fewest <= len(self.arguments) <= most:
            raise ExpressionError(f"{self.function}() takes {fewest} to {most} values")
        type_ = _common([a.type_in(variables) for a in self.arguments], f"{self.function}()")
        if self.function in ROUNDING and type_ not in (0, ZERO):
            raise ExpressionError(f"{self.function}() rounds plain numbers; divide by a unit first")
        return type_

    def evaluate(self, values: Mapping[str, Value]) -> Value:
        arguments = [argument.evaluate(values) for argument in self.arguments]
        if not all(isinstance(argument, Decimal) for argument in arguments):
            return None
        return FUNCTIONS[self.function][2](*arguments)


@dataclass(frozen=True)
class Choice(Node):
    """``if(condition, then, else)``; known when both ways agree, even if the condition is not."""

    condition: Node
    then: Node
    otherwise: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.condition, self.then, self.otherwise)

    def type_in(self, variables: Mapping[str, Type]) -> Type:
        if self.condition.type_in(variables) != TRUTH:
            raise ExpressionError("if() needs a condition first")
        return _common([self.then.type_in(variables), self.otherwise.type_in(variables)], "if()")

    def evaluate(self, values: Mapping[str, Value]) -> Value:
        condition = self.condition.evaluate(values)
        if condition is None:
            then, otherwise = self.then.evaluate(values), self.otherwise.evaluate(values)
            if isinstance(then, Decimal) and isinstance(otherwise, Decimal):
                return then if settled(then) == settled(otherwise) else None
            return None
        return (self.then if condition else self.otherwise).evaluate(values)


# --- reading ----------------------------------------------------------------------------------

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
        operator = self._accept(*_COMPARISONS)
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


def depth_of(node: Node) -> int:
    """How many nodes lie on the longest way down; counted without recursion."""
    depth, level = 0, [node]
    while level:
        depth += 1
        level = [part for one in level for part in one.parts()]
    return depth


def words_in(node: Node) -> frozenset[str]:
    """The quoted words of an expression."""
    own = {node.value} if isinstance(node, Text) else set()
    return frozenset(own).union(*(words_in(part) for part in node.parts()))


def bare_amounts(node: Node) -> Iterator[Number]:
    """The numbers without unit that would be the result itself, or a term of it.

    Factors and conditions are left out: in ``50 % + 2 % * (storeys - 4)`` there is none.
    """
    if isinstance(node, Number):
        if node.bare and node.value != 0:
            yield node
        return
    if isinstance(node, Arithmetic) and node.operator in "*/":
        return
    terms = node.parts()[1:] if isinstance(node, Choice) else node.parts()
    for term in terms:
        yield from bare_amounts(term)


def parse(text: str) -> Node:
    """The tree of an expression. Raises ExpressionError, saying what is wrong and where."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"longer than {MAX_LENGTH} characters")
    return _Parser(text).parse()
