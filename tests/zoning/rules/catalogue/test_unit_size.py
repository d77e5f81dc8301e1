"""Size of dwellings: the smallest one decides."""

from __future__ import annotations

from decimal import Decimal

import pytest

from zoning.rules.findings import Outcome

RULE = {"kind": "unit_size", "bound": "min", "value": 60, "unit": "m2"}


@pytest.mark.parametrize(
    ("smallest_m2", "outcome"), [("60", Outcome.COMPLIES), ("59.9", Outcome.BREACHES)]
)
def test_the_smallest_dwelling_decides(find, smallest_m2, outcome):
    assert find(RULE, smallest_dwelling_m2=Decimal(smallest_m2)).outcome == outcome


def test_a_building_without_dwellings_is_not_concerned(find):
    assert find(RULE, dwelling_units=Decimal(0)).outcome == Outcome.NOT_APPLICABLE


def test_not_stated_is_never_a_pass(find):
    found = find(RULE, dwelling_units=Decimal(3))
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("smallest_dwelling",))
