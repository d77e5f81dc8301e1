"""Density: dwellings to the hectare of the lot."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.zoning.rules.conftest import in_districts, split
from zoning.rules.findings import Outcome

RULE = {"kind": "density", "bound": "max", "value": 50, "unit": "per_ha"}


@pytest.mark.parametrize(
    ("dwellings", "outcome"),
    [(3, Outcome.COMPLIES), (4, Outcome.BREACHES), (0, Outcome.NOT_APPLICABLE)],
)
def test_dwellings_to_the_hectare(find, dwellings, outcome):
    assert find(RULE, dwelling_units=Decimal(dwellings)).outcome == outcome


def test_the_finding_is_in_the_unit_of_the_law(find):
    found = find(RULE, dwelling_units=Decimal(3)).as_dict()
    assert (found["provided"], found["required"], found["unit"]) == ("50", "50", "per_ha")


@pytest.mark.parametrize(
    ("per_m2", "outcome"), [("0.005", Outcome.COMPLIES), ("0.00501", Outcome.BREACHES)]
)
def test_a_stated_density_is_judged(find, per_m2, outcome):
    assert find(RULE, declared={"density": Decimal(per_m2)}).outcome == outcome


def test_not_stated_is_never_a_pass(find):
    found = find(RULE)
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("dwelling_units",))


def test_the_drawn_area_may_say_otherwise(find, site):
    registered = replace(site, registered_area_m2=Decimal(500))
    found = find(RULE, on_site=registered, dwelling_units=Decimal(3))
    assert (found.outcome, found.other.outcome) == (Outcome.BREACHES, Outcome.COMPLIES)


def test_limits_of_two_districts_are_weighted_where_the_rules_say_so(find, site):
    weighted = {**RULE, "split": "area_weighted"}
    rules = [in_districts(weighted, "R1", value=40), in_districts(weighted, "R2", value=80)]
    found = find(*rules, on_site=split(site, R1=0.5, R2=0.5), dwelling_units=Decimal(3))
    assert (found.as_dict()["required"], found.outcome) == ("60", Outcome.COMPLIES)
