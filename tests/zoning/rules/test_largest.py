"""The greatest length beside a given width, to the decimetre, rounded down."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon, box

from tests.zoning.rules.test_fit import ELL
from zoning.rules.fit import Fit, fit
from zoning.rules.largest import longest


@pytest.mark.parametrize(
    ("area", "width_m", "length_m"),
    [
        (box(0, 0, 12, 8), 8, "12"),
        (box(0, 0, 12, 8), 12, "8"),
        (box(0, 0, 12, 8.19), 12, "8.1"),
        (box(0, 0, 12, 8), 12.01, "2.8"),  # 12 m and more fit turned by some 27°
        (box(0, 0, 12, 8), 14.5, None),  # the diagonal is 14.42 m
        (affinity.rotate(box(0, 0, 12, 8), 17.3), 8, "12"),
        (ELL, 10, "30"),
        (MultiPolygon([box(0, 0, 5, 5), box(20, 0, 30, 9)]), 9, "10"),
        (box(0, 0, 12, 0.09), 5, None),
        (Polygon(), 5, None),
    ],
    ids=[
        "length",
        "width",
        "down",
        "slanting",
        "too wide",
        "askew",
        "arm",
        "part",
        "flat",
        "nothing",
    ],
)
def test_the_longest_that_fits(area, width_m: float, length_m: str | None) -> None:
    expected = None if length_m is None else Decimal(length_m)
    assert longest(area, [width_m]) == [expected]


def test_several_widths_are_answered_together() -> None:
    assert longest(box(0, 0, 12, 8), [8, 12, 30]) == [12, 8, None]


@settings(deadline=None, max_examples=25)
@given(st.floats(3, 40), st.floats(3, 40), st.floats(0, 180), st.floats(1, 40))
def test_it_fits_and_one_step_more_does_not(
    length_m: float, width_m: float, turn: float, side_m: float
) -> None:
    area = affinity.rotate(box(0, 0, length_m, width_m), turn)
    (found,) = longest(area, [side_m])
    if found is not None:
        assert isinstance(fit(area, float(found), side_m), Fit)
    more = (found or Decimal(0)) + Decimal("0.1")
    assert not isinstance(fit(area, float(more), side_m), Fit)
