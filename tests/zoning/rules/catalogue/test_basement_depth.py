"""Basement depth: the stated depth against the greatest; 0 states none."""

from __future__ import annotations

from decimal import Decimal

import pytest

from zoning.rules.findings import Outcome

RULE = {"kind": "basement_depth", "bound": "max", "value": 6, "unit": "m"}


@pytest.mark.parametrize(
    ("stated_m", "outcome"),
    [("6", Outcome.COMPLIES), ("6.01", Outcome.BREACHES), ("0", Outcome.COMPLIES)],
)
def test_either_side_of_the_limit(find, stated_m, outcome):
    assert find(RULE, basement_depth_m=Decimal(stated_m)).outcome == outcome


def test_not_stated_is_never_a_pass(find):
    found = find(RULE)
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("basement_depth",))
