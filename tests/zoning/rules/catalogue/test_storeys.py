"""Storeys: the stated number against the limit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.zoning.rules.conftest import in_districts, split
from zoning.rules.findings import Outcome

MAX_3 = {"kind": "storeys", "bound": "max", "value": 3, "unit": "count"}


@pytest.mark.parametrize(
    ("storeys", "outcome"),
    [("3", Outcome.COMPLIES), ("3.5", Outcome.BREACHES), ("4", Outcome.BREACHES)],
)
def test_either_side_of_the_threshold(find, storeys, outcome):
    assert find(MAX_3, storeys=Decimal(storeys)).outcome == outcome


def test_zero_storeys_are_a_statement_and_none_is_not(find):
    assert find(MAX_3, storeys=Decimal(0)).outcome == Outcome.COMPLIES
    assert find(MAX_3).outcome == Outcome.NEEDS_REVIEW


def test_a_least_number_can_be_asked(find):
    rule = {**MAX_3, "bound": "min"}
    assert find(rule, storeys=Decimal(2)).outcome == Outcome.BREACHES
    assert find(rule, storeys=Decimal(3)).outcome == Outcome.COMPLIES


def test_ground_that_no_zone_covers_needs_review(find, site):
    rule = in_districts(MAX_3, "R1")
    assert (
        find(rule, on_site=split(site, R1=0.6), storeys=Decimal(1)).outcome == Outcome.NEEDS_REVIEW
    )
    assert find(rule, on_site=split(site, R1=0.995), storeys=Decimal(1)).outcome == Outcome.COMPLIES
    bare = replace(site, zones=())
    assert find(rule, on_site=bare, storeys=Decimal(1)).outcome == Outcome.NO_RULE
