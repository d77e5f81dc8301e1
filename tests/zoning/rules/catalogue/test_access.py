"""Access: the stated width of the way in against the least."""

from __future__ import annotations

from decimal import Decimal

import pytest

from zoning.rules.findings import Outcome

RULE = {"kind": "access", "bound": "min", "value": 4, "unit": "m"}


@pytest.mark.parametrize(
    ("stated_m", "outcome"), [("4", Outcome.COMPLIES), ("3.99", Outcome.BREACHES)]
)
def test_either_side_of_the_limit(find, stated_m, outcome):
    assert find(RULE, access_width_m=Decimal(stated_m)).outcome == outcome


def test_not_stated_is_never_a_pass(find):
    found = find(RULE)
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("access_width",))
