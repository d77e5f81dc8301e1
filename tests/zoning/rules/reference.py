"""A second reading of the expression language, for tests: written apart from the engine's.

``render`` writes a tree as text with brackets everywhere; ``interpret`` computes it by one plain
function over the tree, in exact fractions, with None for what is not known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from zoning.rules.expressions import (
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Logic,
    Name,
    Node,
    Not,
    Number,
    Text,
)

SYMBOLS = {0: "", 1: " m", 2: " m2"}


def render(node: Node) -> str:
    """The tree as text, every inner node in brackets."""
    match node:
        case Number(value, dimension, _):
            return f"{value:f}{SYMBOLS[dimension]}"
        case Name(name):
            return name
        case Text(value):
            return f"'{value}'"
        case Arithmetic(operator, left, right) | Comparison(operator, left, right):
            return f"({render(left)} {operator} {render(right)})"
        case Logic(operator, left, right):
            return f"({render(left)} {operator} {render(right)})"
        case Not(inner):
            return f"(not {render(inner)})"
        case Call(function, arguments):
            return f"{function}({', '.join(map(render, arguments))})"
        case Choice(condition, then, otherwise):
            return f"if({render(condition)}, {render(then)}, {render(otherwise)})"
    raise AssertionError(node)


def interpret(node: Node, values: Mapping[str, Any]) -> Any:
    """The value in exact fractions; None for unknown."""
    inner = [interpret(part, values) for part in node.parts()]
    match node:
        case Number(value, _, _):
            return Fraction(value)
        case Text(value):
            return value
        case Name(name):
            value = values.get(name)
            return Fraction(value) if isinstance(value, Decimal) else value
        case Not(_):
            return None if inner[0] is None else not inner[0]
        case Logic("and", _, _):
            return False if False in inner else None if None in inner else True
        case Logic("or", _, _):
            return True if True in inner else None if None in inner else False
        case Choice(_, _, _):
            condition, then, otherwise = inner
            if condition is None:
                return then if then == otherwise else None
            return then if condition else otherwise
    return None if None in inner else _known(node, inner)


def _known(node: Node, inner: list[Any]) -> Any:
    match node:
        case Arithmetic("/", _, _):
            return None if inner[1] == 0 else inner[0] / inner[1]
        case Arithmetic(operator, _, _):
            a, b = inner
            return a + b if operator == "+" else a - b if operator == "-" else a * b
        case Comparison(operator, _, _):
            a, b = inner
            if operator in ("==", "!="):
                return (a == b) is (operator == "==")
            return (
                (a < b or (operator == "<=" and a == b))
                if "<" in operator
                else (a > b or (operator == ">=" and a == b))
            )
        case Call("clamp", _):
            return max(inner[1], min(inner[0], inner[2]))
        case Call("min" | "max" as function, _):
            return min(inner) if function == "min" else max(inner)
        case Call("floor", _):
            return Fraction(math.floor(inner[0]))
        case Call("ceil", _):
            return Fraction(math.ceil(inner[0]))
        case Call("round", _):  # half away from zero, as in law
            size = math.floor(abs(inner[0]) + Fraction(1, 2))
            return Fraction(size if inner[0] >= 0 else -size)
    raise AssertionError(node)


# --- trees that make sense --------------------------------------------------------------------

VARIABLES = {0: ["storeys", "dwelling_units"], 1: ["street_width", "height"], 2: ["lot_area"]}


def numbers(dimension: int) -> st.SearchStrategy[Node]:
    """Literals of a dimension and its variables."""
    values = st.decimals(0, 500, places=2, allow_nan=False)
    literal = values.map(lambda value: Number(value, dimension, bare=dimension == 0))
    return literal | st.sampled_from(VARIABLES[dimension]).map(Name)


def amounts(dimension: int, depth: int) -> st.SearchStrategy[Node]:
    """Trees of a dimension."""
    if depth == 0:
        return numbers(dimension)
    same, plain = amounts(dimension, depth - 1), amounts(0, depth - 1)
    trees = [
        numbers(dimension),
        st.builds(Arithmetic, st.sampled_from("+-"), same, same),
        st.builds(Arithmetic, st.just("*"), same, plain),
        st.builds(Arithmetic, st.just("/"), same, plain),
        st.builds(Call, st.sampled_from(["min", "max"]), st.tuples(same, same)),
        st.builds(Call, st.just("clamp"), st.tuples(same, same, same)),
        st.builds(Choice, truths(depth - 1), same, same),
    ]
    if dimension == 0:
        rounding = st.sampled_from(["floor", "ceil", "round"])
        trees.append(st.builds(Call, rounding, st.tuples(plain)))
        trees.append(st.builds(Arithmetic, st.just("/"), *(2 * (amounts(1, depth - 1),))))
    return st.one_of(trees)


def truths(depth: int) -> st.SearchStrategy[Node]:
    """Conditions."""
    comparisons = st.one_of(
        [
            st.builds(
                Comparison,
                st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
                *(2 * (amounts(dimension, max(depth - 1, 0)),)),
            )
            for dimension in (0, 1, 2)
        ]
    )
    leaves = comparisons | st.just(Name("corner_lot"))
    if depth == 0:
        return leaves
    deeper = truths(depth - 1)
    return st.one_of(
        leaves,
        st.builds(Logic, st.sampled_from(["and", "or"]), deeper, deeper),
        st.builds(Not, deeper),
    )


def known_or_not() -> st.SearchStrategy[dict[str, Any]]:
    """Values for the variables, each of which may be unknown."""
    number = st.none() | st.decimals(0, 500, places=2, allow_nan=False)
    names = [name for group in VARIABLES.values() for name in group]
    return st.fixed_dictionaries(
        {**dict.fromkeys(names, number), "corner_lot": st.none() | st.booleans()}
    )
