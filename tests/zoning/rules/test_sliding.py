"""Where the middle of a rectangle may lie is what its way along the outline leaves of the area."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import Point, Polygon, box

from zoning.rules.sliding import Sliding

GRID_M = 1e-9
ELL = Polygon([(0, 0), (30, 0), (30, 10), (10, 10), (10, 30), (0, 30)])


def free_m2(polygon: Polygon, angle_deg: float, length_m: float, width_m: float) -> float:
    polygons = np.array([polygon], dtype=object)
    sliding = Sliding(polygons, shapely.get_coordinates(shapely.centroid(polygons)))
    sides = np.array([[length_m, width_m]])
    (found,) = sliding.free(np.array([0]), np.array([angle_deg]), sides)
    return float(shapely.area(found))


def left_m2(polygon: Polygon, angle_deg: float, length_m: float, width_m: float) -> float:
    """The same the long way: the area less what the rectangle covers along each side of it."""
    seen = affinity.rotate(polygon, -angle_deg, origin="centroid")
    half_l, half_w = length_m / 2, width_m / 2
    around = np.array([(i * half_l, j * half_w) for i in (-1, 1) for j in (-1, 1)])
    ways = []
    for ring in shapely.get_rings(seen):
        xy = shapely.get_coordinates(ring)
        ends = np.stack((xy[:-1], xy[1:]), axis=1)
        corners = (ends[:, :, None] + around).reshape(len(ends), -1, 2)
        ways += [shapely.MultiPoint(own).convex_hull for own in corners]
    swept = shapely.union_all(ways, grid_size=GRID_M)
    return float(shapely.difference(seen, swept, grid_size=GRID_M).area)


@pytest.mark.parametrize(
    ("polygon", "angle_deg", "length_m", "width_m", "expected_m2"),
    [
        (box(0, 0, 12, 8), 0, 10, 5, 2 * 3),
        (box(0, 0, 12, 8), 90, 7, 5, 7 * 1),
        (box(0, 0, 12, 8), 0, 12, 8, 0),
        (box(0, 0, 12, 8), 0, 16, 6, 0),
        (ELL, 0, 12, 4, 18 * 6),
        (ELL, 0, 5, 4, 25 * 6 + 5 * 20),
        # Two passages beside a well.
        (box(0, 0, 20, 20).difference(box(8, 8, 12, 12)), 0, 16, 6, 2 * (4 * 2)),
        # Walls all around a well, and rectangles that are too wide for them.
        (box(0, 0, 20, 20).difference(box(1, 1, 19, 19)), 0, 3, 2, 0),
        (Polygon([(0, 0), (10, 0), (0, 10)]), 0, 4, 4, 2),
    ],
    ids=["room", "across", "exactly", "longer", "arm", "bend", "well", "walls", "triangle"],
)
def test_known_room(
    polygon: Polygon, angle_deg: float, length_m: float, width_m: float, expected_m2: float
) -> None:
    assert free_m2(polygon, angle_deg, length_m, width_m) == pytest.approx(expected_m2, abs=1e-8)


def test_a_rectangle_that_holds_the_polygon_does_not_lie_in_it() -> None:
    assert free_m2(Point(0, 0).buffer(4), 30, 12, 11) == 0


@pytest.mark.parametrize(
    ("corners", "angle_deg", "length_m", "width_m"),
    [
        # Loops without width, in a row with others.
        (
            "12 10, 11 11, 6 12, 1 12, -3 2, -3 1, -13 -14, -2 -9, 10 -14, 14 -14, 4 -3, 12 10",
            0,
            9,
            1,
        ),
        # A loop without width reaches furthest to the east.
        (
            "-8.76 10, -16.46 4.95, -11.84 1.27, -3.63 0.05, -15.31 -2.54, -2.72 -14.05,"
            "4.04 -2.8, -8.76 10",
            59.06,
            6.4,
            1.2,
        ),
        # The curve passes through the corner that it turns at.
        (
            "0 0, 0.769 0.003, 0.739 6.645, 9.966 9.71, 14.143 -4.904, 2.957 -8.936, 0 0",
            105.95,
            12,
            7.5,
        ),
    ],
)
def test_it_is_what_the_way_along_the_outline_leaves(
    corners: str, angle_deg: float, length_m: float, width_m: float
) -> None:
    polygon = shapely.from_wkt(f"POLYGON (({corners}))")
    left = left_m2(polygon, angle_deg, length_m, width_m)
    assert left > 1
    assert free_m2(polygon, angle_deg, length_m, width_m) == pytest.approx(left, abs=1e-6)


@st.composite
def polygons(draw: st.DrawFn) -> Polygon:
    """A star on whole metres, at times with a well."""
    number = draw(st.integers(3, 9))
    turns = sorted(draw(st.lists(st.floats(0, 6.28), min_size=number, max_size=number)))
    reach = draw(st.lists(st.floats(4, 20), min_size=number, max_size=number))
    star = Polygon(
        [
            (round(far * math.cos(turn)), round(far * math.sin(turn)))
            for turn, far in zip(turns, reach, strict=True)
        ]
    )
    assume(star.is_valid and star.area > 20)
    if draw(st.booleans()):
        well = affinity.scale(star, 0.3, 0.4).intersection(star)
        star = star.difference(affinity.rotate(well, draw(st.floats(0, 30))))
    assume(isinstance(star, Polygon) and star.is_valid and star.area > 20)
    return star


@given(polygons(), st.integers(0, 20), st.booleans(), st.floats(0.5, 12), st.floats(0.5, 12))
@settings(max_examples=150)
def test_it_is_so_for_any_outline(
    polygon: Polygon, side: int, right: bool, length_m: float, width_m: float
) -> None:
    xy = shapely.get_coordinates(polygon)
    (x, y) = np.diff(xy, axis=0)[side % (len(xy) - 1)]
    angle_deg = math.degrees(math.atan2(y, x)) + 90 * right
    left = left_m2(polygon, angle_deg, length_m, width_m)
    assert free_m2(polygon, angle_deg, length_m, width_m) == pytest.approx(left, abs=1e-5)
