"""The small typed language of rulebooks: arithmetic, comparison and logic over named variables.

A text such as ``min(1.5 * street_width, 24 m)`` is parsed once into a tree and never run as code.
Every node has a type: a dimension (exponent of length), truth, or text. Adding metres to square
metres, or a bare number to metres, is an error when the rulebook is loaded. Values are decimals in
SI; ``None`` is *unknown*, and logic is three-valued (Kleene), so that a missing answer never
becomes a yes or a no by accident.
"""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from types import MappingProxyType

from zoning.rules.quantities import ANGLE, settled

Value = Decimal | bool | str | None
Type = int | str  # a dimension, or TRUTH, TEXT, or ZERO (which fits every dimension)

TRUTH = "truth"
TEXT = "text"
ZERO = "zero"


class ExpressionError(ValueError):
    """The text is not in the language; the message says what and at which character."""


@dataclass(frozen=True)
class Node(ABC):
    """A part of an expression."""

    @abstractmethod
    def type_in(self, variables: Mapping[str, Type]) -> Type:
        """The node's type, given the types of the variables. Raises ExpressionError."""

    @abstractmethod
    def evaluate(self, values: Mapping[str, Value]) -> Value:
        """The node's value in SI; None where something needed is not known."""

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
    names: dict[Type, str] = {
        0: "a plain number",
        1: "a length",
        2: "an area",
        -2: "a number to the area",
        ANGLE: "an angle",
    }
    return names.get(type_, f"a {type_}" if isinstance(type_, str) else f"length^{type_}")


@dataclass(frozen=True)
class Pair(Node):
    """Two nodes joined by an operator."""

    operator: str
    left: Node
    right: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)


ARITHMETIC: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = MappingProxyType(
    {"+": operator.add, "-": operator.sub, "*": operator.mul}
)


@dataclass(frozen=True)
class Arithmetic(Pair):
    """Two numbers joined by + - * /."""

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
        return ARITHMETIC[self.operator](left, right)


COMPARISONS: Mapping[str, Callable[[Decimal, Decimal], bool]] = MappingProxyType(
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
class Comparison(Pair):
    """Two values compared; unknown when either is."""

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
            return COMPARISONS[self.operator](settled(left), settled(right))
        return (left == right) is (self.operator == "==")


@dataclass(frozen=True)
class Logic(Pair):
    """``and`` / ``or`` in three-valued logic."""

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
        known: list[Decimal] = []
        for argument in self.arguments:
            value = argument.evaluate(values)
            if not isinstance(value, Decimal):
                return None
            known.append(value)
        return FUNCTIONS[self.function][2](*known)


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
