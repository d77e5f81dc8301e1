"""Lot depth: how far the parcel reaches back from its street."""

from __future__ import annotations

import pytest

from tests.zoning.rules.conftest import doubted
from zoning.rules.findings import Outcome, Reason

RULE = {"kind": "lot_depth", "bound": "min", "unit": "m"}


@pytest.mark.parametrize(
    ("least_m", "outcome"), [(30, Outcome.COMPLIES), ("30.01", Outcome.BREACHES)]
)
def test_the_depth_is_measured_from_the_front(find, least_m, outcome):
    found = find({**RULE, "value": least_m})
    assert (found.outcome, found.provided) == (outcome, 30)


def test_a_front_that_is_not_sure_leaves_it_open(find, site):
    found = find({**RULE, "value": 1}, on_site=doubted(site, "front"))
    assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.LOW_CONFIDENCE)
