"""Numbers that can not both be kept, and numbers that never decide; the engine says the same."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from shapely.geometry import box

from tests.zoning.rules.conftest import ON, rulebook_of
from tests.zoning.rules.lint.conftest import codes, only
from zoning.rules.engine import evaluate
from zoning.rules.findings import Reason
from zoning.rules.lint import Severity
from zoning.rules.site import Proposal

HEIGHT: dict[str, Any] = {"kind": "height", "bound": "max", "unit": "m", "value": 9}
FRONT: dict[str, Any] = {"kind": "setback", "bound": "min", "unit": "m", "value": 3}
FRONT["edges"] = ["front"]

CONTRADICTIONS = {
    "a minimum above a maximum": (HEIGHT, {**HEIGHT, "bound": "min", "value": 12}),
    "two mandatory lines": ({**FRONT, "bound": "exact"}, {**FRONT, "bound": "exact", "value": 0}),
    "a mandatory line short of a minimum": ({**FRONT, "bound": "exact", "value": 0}, FRONT),
    "a mandatory line beyond a maximum": (
        {**FRONT, "bound": "exact"},
        {**FRONT, "bound": "max", "value": 2},
    ),
    "other units": (HEIGHT, {**HEIGHT, "bound": "min", "value": 30, "unit": "ft"}),
    "one common district": (
        {**HEIGHT, "scope": {"districts": ["R1"]}},
        {**HEIGHT, "bound": "min", "value": 12, "scope": {"districts": ["R1", "R2"]}},
    ),
}
TWO_DISTRICTS = {code: {"ar": "نص", "en": code, "fr": code} for code in ("R1", "R2")}


@pytest.mark.parametrize("pair", CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_numbers_that_can_not_both_be_kept_are_an_error(
    pair: tuple[dict[str, Any], dict[str, Any]], site: Any
) -> None:
    if "districts" in str(pair):
        found = only("contradiction", *pair, districts=TWO_DISTRICTS)
    else:
        found = only("contradiction", *pair)
    assert (found.severity, found.rule_id) == (Severity.ERROR, "rule-2")
    assert found.facts["other"] == "rule-1"
    drawn = Proposal(footprint=box(2, 3, 18, 20), height_m=Decimal(10))
    judged = evaluate(site, drawn, rulebook_of(*pair), on=ON)
    assert Reason.CONFLICT in {finding.reason for finding in judged.findings}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (HEIGHT, {**HEIGHT, "bound": "min"}),
        ({**FRONT, "bound": "exact"}, {**FRONT, "value": 2}),
        (FRONT, {**FRONT, "bound": "exact", "value": 0, "edges": ["interior_side"]}),
        (HEIGHT, {**HEIGHT, "bound": "min", "value": 12, "when": "storeys > 3"}),
        (HEIGHT, {**HEIGHT, "bound": "min", "value": 12, "scope": {"districts": ["R1"]}}),
        (
            {**HEIGHT, "valid": {"to": "2024-01-01"}},
            {**HEIGHT, "bound": "min", "value": 12, "valid": {"from": "2024-01-01"}},
        ),
        (
            {**HEIGHT, "datum": "kerb"},
            {**HEIGHT, "bound": "min", "value": 12, "datum": "mean_grade"},
        ),
        (
            {"kind": "projection", "bound": "max", "unit": "m", "value": 1.5, "edges": ["front"]},
            {"kind": "projection", "bound": "min", "unit": "m", "value": 4, "edges": ["front"]},
        ),
    ],
    ids=["equal", "kept", "edges", "condition", "level", "days", "datum", "two measures"],
)
def test_numbers_that_can_both_be_kept_are_none(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    assert codes(first, second) == []


def test_a_minimum_that_a_later_one_replaced_contradicts_nothing() -> None:
    old = {**HEIGHT, "bound": "min", "value": 12}
    new = {**old, "value": 6, "valid": {"from": "2024-01-01"}}
    since = {**HEIGHT, "valid": {"from": "2024-01-01"}}
    assert "contradiction" not in codes(old, new, since)


def test_the_looser_of_two_limits_of_one_day_never_decides() -> None:
    found = only("rule_looser", {**HEIGHT, "value": 12}, HEIGHT)
    assert (found.rule_id, found.facts) == ("rule-1", {"by": "rule-2"})
    yards = {**FRONT, "value": 2, "edges": ["front"]}, {**FRONT, "edges": ["front", "rear"]}
    assert only("rule_looser", *yards).rule_id == "rule-1"


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": {"districts": ["R1"]}},
        {"valid": {"to": "2024-01-01"}},
        {"at_discretion": "15"},
        {"combine": "least_restrictive"},
    ],
    ids=["place", "days", "discretion", "combine"],
)
def test_a_looser_limit_with_a_place_or_days_of_its_own_decides(changes: dict[str, Any]) -> None:
    looser = {**HEIGHT, "value": 12}
    if "valid" in changes:
        assert codes(looser, {**HEIGHT, **changes}) == []
    else:
        assert codes({**looser, **changes}, HEIGHT) == []
