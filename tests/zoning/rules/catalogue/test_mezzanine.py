"""Mezzanine: an area, or a share of the floor below it or of the lot."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.zoning.rules.conftest import rulebook_of
from zoning.rules.findings import Outcome, Reason
from zoning.rules.reading import RulebookError

SHARE = {"kind": "mezzanine", "bound": "max", "value": 50, "unit": "%", "base": "floor_below"}
AREA = {"kind": "mezzanine", "bound": "max", "value": 80, "unit": "m2"}


@pytest.mark.parametrize(
    ("mezzanine_m2", "outcome"), [("50", Outcome.COMPLIES), ("50.1", Outcome.BREACHES)]
)
def test_a_share_of_the_floor_below(find, mezzanine_m2, outcome):
    found = find(SHARE, mezzanine_m2=Decimal(mezzanine_m2), floor_below_m2=Decimal(100))
    assert found.outcome == outcome


@pytest.mark.parametrize(("floor_m2"), [None, Decimal(0)])
def test_a_floor_that_is_not_known_leaves_the_share_open(find, floor_m2):
    found = find(SHARE, mezzanine_m2=Decimal(0), floor_below_m2=floor_m2)
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("floor_below",))


def test_a_share_of_the_lot(find):
    found = find({**SHARE, "base": "registered"}, mezzanine_m2=Decimal(60))
    assert found.provided == Decimal("0.1")


@pytest.mark.parametrize(
    ("mezzanine_m2", "outcome"), [("80", Outcome.COMPLIES), ("81", Outcome.BREACHES)]
)
def test_an_area(find, mezzanine_m2, outcome):
    assert find(AREA, mezzanine_m2=Decimal(mezzanine_m2)).outcome == outcome


def test_not_stated_is_never_a_pass(find):
    found = find(AREA)
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("mezzanine",))


@pytest.mark.parametrize("combine", ["replace", "most_restrictive", "add"])
def test_an_area_and_a_share_are_never_compared(find, combine):
    share = {**SHARE, "base": "registered"}
    if combine != "replace":
        share |= {"scope": {"districts": ["R1"]}, "combine": combine}
    found = find(AREA, share, mezzanine_m2=Decimal(1))
    assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.CONFLICT)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"base": "roof"}, "a share names its base: floor_below or registered or net or gross"),
        ({"unit": "m2"}, "“base” says nothing for an area"),
        ({"unit": "m"}, "unit m does not fit mezzanine"),
    ],
)
def test_the_base_must_fit(changes, problem):
    with pytest.raises(RulebookError, match=problem):
        rulebook_of({**SHARE, **changes})


def test_a_share_must_name_its_base():
    with pytest.raises(RulebookError, match="a share names its base"):
        rulebook_of({key: value for key, value in SHARE.items() if key != "base"})
