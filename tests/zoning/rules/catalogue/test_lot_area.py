"""Lot area: registered, else surveyed, else measured; in metric or customary units."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from zoning.rules.findings import Outcome

MIN_600 = {"kind": "lot_area", "bound": "min", "value": 600, "unit": "m2"}
ACRE_M2 = Decimal("4046.8564224")


@pytest.mark.parametrize(
    ("area_m2", "outcome"),
    [("600", Outcome.COMPLIES), ("600.001", Outcome.COMPLIES), ("599.999", Outcome.BREACHES)],
)
def test_an_area_of_record_is_taken_exactly(find, site, area_m2, outcome):
    assert (
        find(MIN_600, on_site=replace(site, registered_area_m2=Decimal(area_m2))).outcome == outcome
    )


@pytest.mark.parametrize(
    ("asked_m2", "outcome"), [("600.01", Outcome.COMPLIES), ("600.02", Outcome.BREACHES)]
)
def test_an_area_from_the_map_is_read_to_the_maps_tolerance(find, site, asked_m2, outcome):
    drawn = replace(site, registered_area_m2=None)
    assert find({**MIN_600, "value": asked_m2}, on_site=drawn).outcome == outcome


@pytest.mark.parametrize(
    ("value", "unit", "area_m2"),
    [
        ("0.25", "acre", ACRE_M2 / 4),
        ("5000", "ft2", Decimal(5000) * Decimal("0.3048") ** 2),
        ("0.06", "ha", Decimal(600)),
    ],
)
def test_units_convert_exactly(find, site, value, unit, area_m2):
    rule = {**MIN_600, "value": value, "unit": unit}
    just = replace(site, registered_area_m2=area_m2)
    short = replace(site, registered_area_m2=area_m2 - Decimal("0.0001"))
    assert find(rule, on_site=just).outcome == Outcome.COMPLIES
    assert find(rule, on_site=short).outcome == Outcome.BREACHES


def test_the_surveyed_area_counts_where_none_is_registered(find, site):
    surveyed = replace(site, registered_area_m2=None, surveyed_area_m2=Decimal(599))
    found = find(MIN_600, on_site=surveyed)
    assert (found.outcome, found.inputs[0].source) == (Outcome.BREACHES, "surveyed_area")


def test_a_greatest_area_can_be_asked(find):
    rule = {**MIN_600, "bound": "max"}
    assert find(rule).outcome == Outcome.COMPLIES
    assert find({**rule, "value": 599}).outcome == Outcome.BREACHES


def test_no_rule_in_this_district(find):
    assert find({**MIN_600, "scope": {"districts": ["R2"]}}).outcome == Outcome.NO_RULE
