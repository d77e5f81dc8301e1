"""Values that are not plausible for their kind, and the unit in which they would be."""

from __future__ import annotations

from typing import Any

import pytest

from tests.zoning.rules.lint.conftest import codes, height, only
from zoning.rules.catalogue import KINDS
from zoning.rules.lint import Severity
from zoning.rules.lint.ranges import PLAUSIBLE, check


def rule(kind: str, value: object, unit: str, **changes: Any) -> dict[str, Any]:
    bound = "min" if kind in {"setback", "lot_area", "frontage", "open_space"} else "max"
    edges = {"edges": ["front"]} if kind == "setback" else {}
    return {"kind": kind, "bound": bound, "value": value, "unit": unit, **edges, **changes}


@pytest.mark.parametrize(
    ("kind", "value", "unit", "instead"),
    [
        ("height", 1050, "m", "cm"),
        ("height", 3, "ft", "m"),
        ("height", 12, "cm", "ft"),
        ("setback", 300, "m", "cm"),
        ("coverage", "0.6", "%", "ratio"),
        ("floor_area_ratio", 150, "ratio", "%"),
        ("lot_area", 5000000, "m2", "ft2"),
        ("frontage", "0.02", "m", "km"),
    ],
)
def test_a_slip_of_the_unit_is_told_with_the_unit_that_would_fit(
    kind: str, value: object, unit: str, instead: str
) -> None:
    found = only("implausible_unit", rule(kind, value, unit))
    assert found.facts["value"] == f"{value} {unit}"
    assert found.facts["instead"] == instead


def test_more_than_the_whole_is_an_error() -> None:
    for kind in ("coverage", "open_space"):
        assert only("above_whole", rule(kind, 120, "%")).severity == Severity.ERROR
        assert only("above_whole", rule(kind, 60, "ratio")).facts["value"] == "60 ratio"


def test_a_term_of_a_formula_may_be_more_than_the_whole() -> None:
    shrinking = rule("coverage", "120 % - 10 % * storeys", "%")
    assert only("implausible", shrinking).severity == Severity.WARNING


def test_a_value_that_fits_no_unit_is_told_all_the_same() -> None:
    found = only("implausible", rule("storeys", 400, "count"))
    assert (found.facts["low"], found.facts["high"]) == ("1 count", "150 count")


@pytest.mark.parametrize(
    ("kind", "value", "unit"),
    [
        ("height", 2, "m"),
        ("height", 35, "ft"),
        ("setback", 0, "m"),
        ("coverage", 100, "%"),
        ("coverage", "0.6", "ratio"),
        ("lot_area", 1, "acre"),
        ("floor_area_ratio", "0.5", "ratio"),
    ],
)
def test_plausible_values_are_left_alone(kind: str, value: object, unit: str) -> None:
    assert codes(rule(kind, value, unit)) == []


def test_rows_and_amounts_within_formulas_are_looked_at() -> None:
    rows = height(("[0 m, 8 m)", 900), ("[8 m, inf)", 1200))
    assert codes(rows) == ["implausible_unit", "implausible_unit"]
    assert codes(rule("height", "max(900 m, 2 * street_width)", "m")) == ["implausible_unit"]
    assert codes(rule("height", "street_width + 1 m * 2000 / 100", "m")) == []
    assert codes(rule("height", "if(street_width > 900 m, 12 m, 9 m)", "m")) == []


def test_what_adds_to_another_limit_may_be_small() -> None:
    added = rule("height", 1, "m", combine="add", scope={"districts": ["R1"]})
    assert codes(rule("height", 12, "m"), added) == []
    assert codes(rule("height", 12, "m"), {**added, "value": 800}) == ["implausible_unit"]


def test_every_range_is_of_a_kind_and_has_its_reason() -> None:
    assert set(PLAUSIBLE) <= set(KINDS)
    reasons = (check.__globals__["__doc__"]).lower().replace("-", " ").replace("\n", " ")
    for kind in PLAUSIBLE:
        assert kind.replace("_", " ") in reasons, kind
    assert all(known.low < known.high for known in PLAUSIBLE.values())
