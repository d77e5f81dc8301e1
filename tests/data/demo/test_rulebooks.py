"""The town's rulebooks load, speak three languages, and say what the generator draws by."""

from __future__ import annotations

from decimal import Decimal

import pytest

from data.demo.standards import DISTRICTS, DISTRICTS_2016, District
from data.demo.zones import DRAFT, IN_FORCE, PREDECESSOR
from tests.data.demo.judged import rulebook
from zoning.rules.limits import amount
from zoning.rules.rulebook import Rulebook

WIDTHS_M = (6, 8, 10, 12, 14, 15.9, 16, 20, 24, 30, 36, 40)
IN_DISTRICT = {IN_FORCE: DISTRICTS, PREDECESSOR: DISTRICTS_2016}
CASES = [
    pytest.param(version, code, id=f"{version}-{code}")
    for version, table in IN_DISTRICT.items()
    for code in table
    if version == IN_FORCE or code not in {"MX", "SD", "LG", "EH", "SQ"}
]


def limit(book: Rulebook, rule_id: str, **values: float) -> float:
    """What one rule asks for, in metres, square metres or as a plain number."""
    rule = next(rule for rule in book.rules if rule.id == rule_id)
    found = amount(rule, {name: Decimal(str(value)) for name, value in values.items()})
    assert found.value is not None
    return float(found.value)


def setback(book: Rulebook, district: District, edge: str, **values: float) -> float:
    name = "setback" if district.front_m == 0 else edge
    return limit(book, f"{district.code}-{name}", **values)


@pytest.mark.parametrize("version", [PREDECESSOR, IN_FORCE, DRAFT])
def test_rulebooks_load_and_every_rule_speaks_three_languages(version: str) -> None:
    for rule in rulebook(version).rules:
        assert set(rule.rule.text) == {"ar", "en", "fr"}
        assert all(rule.rule.text.values())


@pytest.mark.parametrize(("version", "code"), CASES)
def test_limits_of_a_district_are_those_the_town_is_drawn_by(version: str, code: str) -> None:
    book, district = rulebook(version), IN_DISTRICT[version][code]
    assert limit(book, f"{code}-coverage") * 100 == pytest.approx(district.coverage_pct)
    assert limit(book, f"{code}-far") == pytest.approx(district.floor_area_ratio)
    assert limit(book, f"{code}-storeys") == district.storeys
    for width in WIDTHS_M:
        height = limit(book, f"{code}-height", street_width=width)
        assert height == pytest.approx(district.height_limit_m(width))
        front = setback(book, district, "front", street_width=width)
        assert front == pytest.approx(district.front_setback_m(width))
    assert setback(book, district, "second-street") == district.secondary_m
    for storeys in (1, 4, 5, 9):
        growth = district.growth_m(storeys)
        side = setback(book, district, "side", storeys=storeys)
        rear = setback(book, district, "rear", storeys=storeys)
        assert (side, rear) == (district.side_m + growth, district.rear_m + growth)


@pytest.mark.parametrize(("version", "code"), CASES)
def test_lot_sizes_are_those_the_town_is_drawn_by(version: str, code: str) -> None:
    district = IN_DISTRICT[version][code]
    if district.min_lot_m2:
        assert limit(rulebook(version), f"{code}-lot") == district.min_lot_m2
        assert limit(rulebook(version), f"{code}-frontage") == district.min_frontage_m


def test_medium_density_covers_more_from_july_2025() -> None:
    book = rulebook(IN_FORCE)
    before = next(rule for rule in book.rules if rule.id == "RM-coverage").rule.valid
    after = next(rule for rule in book.rules if rule.id == "RM-coverage-2025").rule.valid
    assert before.to == after.from_
    assert limit(book, "RM-coverage-2025") > limit(book, "RM-coverage")
