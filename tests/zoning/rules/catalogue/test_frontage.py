"""Frontage: the length of the front edges."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.zoning.rules.conftest import doubted
from zoning.rules.findings import Outcome, Reason

MIN_20 = {"kind": "frontage", "bound": "min", "value": 20, "unit": "m"}


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("20", Outcome.COMPLIES),
        ("20.001", Outcome.COMPLIES),  # a drawn length is read to the millimetre
        ("20.002", Outcome.BREACHES),
    ],
)
def test_either_side_of_the_threshold(find, value, outcome):
    assert find({**MIN_20, "value": value}).outcome == outcome


def test_a_second_street_does_not_count(find, corner_site):
    assert find(MIN_20, on_site=corner_site).provided == Decimal(20)


def test_a_front_that_is_not_sure_needs_review(find, site):
    found = find(MIN_20, on_site=doubted(site, "front"))
    assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.LOW_CONFIDENCE)


def test_without_any_front_it_needs_review_or_is_taken_as_stated(find, site):
    inner = replace(site, edges=site.edges[1:])
    assert find(MIN_20, on_site=inner).outcome == Outcome.NEEDS_REVIEW
    found = find(MIN_20, on_site=inner, declared={"frontage": Decimal("19.9")})
    assert (found.outcome, found.inputs[0].source) == (Outcome.BREACHES, "application")
