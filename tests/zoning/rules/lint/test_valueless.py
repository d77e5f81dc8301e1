"""Limits that no building can ever have."""

from __future__ import annotations

from typing import Any

import pytest

from tests.zoning.rules.lint.conftest import codes, height, only
from zoning.rules.lint import Severity

LIMIT: dict[str, Any] = {"kind": "height", "bound": "max", "unit": "m", "value": 12}
YARD: dict[str, Any] = {"kind": "setback", "bound": "min", "unit": "m", "value": 3}


def test_a_formula_that_never_gives_a_number_is_an_error() -> None:
    assert only("no_value", {**LIMIT, "value": "12 m / 0"}).severity == Severity.ERROR
    assert codes(height(("[0 m, 8 m)", "9 m / 0"), ("[8 m, inf)", 12))) == ["no_value"]
    assert codes({**LIMIT, "value": "12 m / storeys"}) == []


@pytest.mark.parametrize("combine", ["add", "subtract"])
def test_an_addition_to_nothing_is_an_error(combine: str) -> None:
    more = {**LIMIT, "value": 2, "combine": combine}
    assert only("no_base", more).severity == Severity.ERROR
    assert codes(more, {**LIMIT, "scope": {"nation": True}}) == []
    assert "no_base" in codes(more, {**LIMIT, "bound": "min", "value": 3})


def test_the_base_of_a_yard_is_one_of_the_same_edges() -> None:
    more = {**YARD, "value": 1, "combine": "add", "edges": ["front"]}
    assert codes(more, {**YARD, "edges": ["rear"], "scope": {"nation": True}}) == ["no_base"]
    assert codes(more, {**YARD, "edges": ["front"], "scope": {"nation": True}}) == []


def test_a_discretion_on_the_strict_side_of_the_limit_gives_nothing() -> None:
    idle = only("discretion_idle", {**LIMIT, "at_discretion": "10"})
    assert idle.facts == {"reach": "10 m", "limit": "12 m"}
    assert codes({**LIMIT, "at_discretion": "15"}) == []
    yard = {**YARD, "edges": ["front"]}
    assert codes({**yard, "at_discretion": "4"}) == ["discretion_idle"]
    assert codes({**yard, "at_discretion": "2"}) == []
