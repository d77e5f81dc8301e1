"""Trees: the number is a number, or follows from the lot."""

from __future__ import annotations

from decimal import Decimal

import pytest

from zoning.rules.findings import Outcome

RULE = {"kind": "trees", "bound": "min", "value": "ceil(lot_area / 100 m2)", "unit": "trees"}


@pytest.mark.parametrize(("trees", "outcome"), [(6, Outcome.COMPLIES), (5, Outcome.BREACHES)])
def test_the_number_follows_from_the_lot(find, trees, outcome):
    found = find(RULE, trees=Decimal(trees))
    assert (found.outcome, found.required) == (outcome, 6)


def test_a_plain_count_will_do(find):
    assert find({**RULE, "value": 2, "unit": "count"}, trees=Decimal(2)).outcome == Outcome.COMPLIES


def test_not_stated_is_never_a_pass(find):
    found = find(RULE)
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("trees",))
