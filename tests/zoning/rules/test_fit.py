"""A building of given sides is placed where it fits, turned as needed, and only there."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from zoning.rules.fit import Fit, fit

# 10 m wide arms, 30 m long: an L of which the whole is 30 × 30 m.
ELL = Polygon([(0, 0), (30, 0), (30, 10), (10, 10), (10, 30), (0, 30)])


def lies_inside(found: Polygon, area: BaseGeometry) -> bool:
    return bool(shapely.difference(found, area).area < 0.01)


@pytest.mark.parametrize(
    ("area", "length_m", "width_m"),
    [
        (box(0, 0, 12, 8), 12, 8),
        (box(0, 0, 8, 12), 12, 8),
        (ELL, 30, 10),
        (ELL, 20, 10),
        (MultiPolygon([box(0, 0, 5, 5), box(20, 0, 30, 9)]), 10, 9),
        (affinity.rotate(box(0, 0, 12, 8), 17.3), 12, 8),
        (Point(0, 0).buffer(5, quad_segs=64), 7, 7),
    ],
    ids=["exactly", "turned", "arm", "corner", "second part", "askew", "circle"],
)
def test_it_fits(area: BaseGeometry, length_m: float, width_m: float) -> None:
    found = fit(area, length_m, width_m)
    assert found is not None
    assert lies_inside(found.position, area)
    assert found.position.area == pytest.approx(length_m * width_m)


@pytest.mark.parametrize(
    ("area", "length_m", "width_m"),
    [
        (box(0, 0, 12, 8), 12, 8.01),
        (box(0, 0, 12, 8), 12.01, 8),
        (ELL, 30, 10.01),
        (ELL, 11, 11),
        (MultiPolygon([box(0, 0, 5, 5), box(20, 0, 30, 9)]), 10.01, 9),
        (box(0, 0, 20, 20).difference(box(9, 9, 11, 11)), 19, 12),
        (Point(0, 0).buffer(5, quad_segs=64), 7.1, 7.1),
        (Polygon(), 1, 1),
    ],
    ids=["too wide", "too long", "arm", "corner", "second part", "hole", "circle", "nothing"],
)
def test_it_does_not_fit(area: BaseGeometry, length_m: float, width_m: float) -> None:
    """The raster footprints of other systems said “fits” for some of these."""
    assert fit(area, length_m, width_m) is None


@pytest.mark.parametrize("side_m", [20.4, 20.5, 21, 60, 300])
def test_a_square_of_any_size_fits_into_its_equal(side_m: float) -> None:
    assert isinstance(fit(box(0, 0, side_m, side_m), side_m, side_m), Fit)


@given(
    st.floats(3, 60),
    st.floats(3, 60),
    st.floats(0, 180),
    st.floats(0.2, 1),
    st.floats(0.2, 1),
)
def test_what_is_cut_from_an_area_fits_into_it(
    length_m: float, width_m: float, turn: float, along: float, across: float
) -> None:
    area = affinity.rotate(box(0, 0, length_m, width_m), turn)
    found = fit(area, length_m * along, width_m * across)
    assert found is not None
    assert lies_inside(found.position, area)
