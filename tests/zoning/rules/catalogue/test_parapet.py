"""Parapet: its stated height against the greatest."""

from __future__ import annotations

from decimal import Decimal

import pytest

from zoning.rules.findings import Outcome

RULE = {"kind": "parapet", "bound": "max", "value": "1.2", "unit": "m"}


@pytest.mark.parametrize(
    ("stated_m", "outcome"), [("1.2", Outcome.COMPLIES), ("1.21", Outcome.BREACHES)]
)
def test_either_side_of_the_limit(find, stated_m, outcome):
    assert find(RULE, parapet_m=Decimal(stated_m)).outcome == outcome


def test_not_stated_is_never_a_pass(find):
    found = find(RULE)
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("parapet",))
