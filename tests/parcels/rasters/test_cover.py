"""The share of cells under an area is exact, whatever the area."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from rasterio import Affine
from shapely.geometry import Polygon, box

from parcels.rasters.cover import Tally, cell_cover

GRID = Affine(2, 0, 100, 0, -2, 200)  # 20 × 20 cells of 2 m from (100, 200) downward
SHAPE = (20, 20)


def test_a_rectangle_across_cells() -> None:
    share = cell_cover(box(101, 197, 104, 200), GRID, shape=SHAPE)
    expected = np.zeros(SHAPE)
    expected[:2, :2] = [[0.5, 1.0], [0.25, 0.5]]
    assert share == pytest.approx(expected)


coordinates = st.integers(0, 400).map(lambda tenth: tenth / 10)
points = st.tuples(coordinates.map(lambda x: 100 + x), coordinates.map(lambda y: 160 + y))


@given(st.lists(points, min_size=3, max_size=9, unique=True))
def test_the_cells_add_up_to_the_area(ring: list[tuple[float, float]]) -> None:
    area = shapely.make_valid(Polygon(ring))
    area = shapely.union_all([part for part in shapely.get_parts(area) if part.area > 0])
    if area.is_empty:
        return
    share = cell_cover(area, GRID, shape=SHAPE)
    assert share.sum() * 4 == pytest.approx(area.area, rel=1e-6, abs=1e-6)
    assert share.min() >= 0
    assert share.max() <= 1 + 1e-9


@given(st.lists(points, min_size=3, max_size=9, unique=True))
def test_each_cell_has_its_own_share(ring: list[tuple[float, float]]) -> None:
    """Also where the area reaches beyond the array on every side."""
    area = shapely.convex_hull(shapely.MultiPoint(ring))
    if area.area == 0:
        return
    grid, shape = Affine(3, 0, 110, 0, -2, 190), (10, 5)
    row, column = np.mgrid[:10, :5]
    west, north = 110 + 3 * column, 190 - 2 * row
    cells = shapely.box(west, north - 2, west + 3, north)
    expected = shapely.area(shapely.intersection(cells, area)) / 6
    assert cell_cover(area, grid, shape=shape) == pytest.approx(expected, abs=1e-6)


def test_several_parts_are_covered_together() -> None:
    parts = shapely.MultiPolygon([box(100, 198, 102, 200), box(130, 170, 131, 172)])
    share = cell_cover(parts, GRID, shape=SHAPE)
    assert (share[0, 0], share[14, 15]) == (1.0, 0.5)
    assert share.sum() == pytest.approx(1.5)


def test_a_hole_is_left_out() -> None:
    ring = Polygon(box(100, 160, 140, 200).exterior, [box(110, 170, 130, 190).exterior])
    assert cell_cover(ring, GRID, shape=SHAPE).sum() * 4 == pytest.approx(1200)


def test_a_tally_weighs_by_cover_and_leaves_out_what_is_not_known() -> None:
    values = np.array([[1.0, 5.0, np.nan, 100.0]])
    share = np.array([[1.0, 0.5, 1.0, 0.0]])
    tally = Tally.of(values, share)
    assert tally.total / tally.weight == pytest.approx((1 + 2.5) / 1.5)
    assert (tally.least, tally.greatest, tally.cells) == (1, 5, 2)


def test_a_cell_that_is_only_grazed_does_not_set_the_greatest() -> None:
    tally = Tally.of(np.array([[1.0, 99.0]]), np.array([[1.0, 0.005]]))
    assert tally.greatest == 1
