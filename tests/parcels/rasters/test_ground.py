"""Slopes and the size of cells on the ground."""

from __future__ import annotations

import numpy as np
import pytest
from rasterio import Affine
from rasterio.crs import CRS

from gisapp.crs import WEB_MERCATOR_SRID, WGS84_SRID
from parcels.rasters.ground import cell_sides_m, gradients, slope_deg


def wkt(srid: int) -> str:
    return CRS.from_epsg(srid).to_wkt()


def test_a_metre_of_web_mercator_is_shorter_away_from_the_equator() -> None:
    """At 60° north the scale is 2 on a sphere; the ellipsoid differs by less than 1 %."""
    north = 8_399_737.9  # 60° in Web Mercator
    width, height = cell_sides_m(wkt(WEB_MERCATOR_SRID), Affine(10, 0, 0, 0, -10, north), 0, 0)
    assert width == pytest.approx(5, rel=0.01)
    assert height == pytest.approx(5, rel=0.01)


def test_a_degree_is_as_long_as_on_the_ellipsoid() -> None:
    """One thousandth of a degree at the equator: 111.320 m east, 110.574 m north (WGS84)."""
    width, height = cell_sides_m(wkt(WGS84_SRID), Affine(0.001, 0, 30, 0, -0.001, 0), 0, 0)
    assert width == pytest.approx(111.320, abs=0.001)
    assert height == pytest.approx(110.574, abs=0.001)


def test_a_plane_has_its_slope_everywhere() -> None:
    row, column = np.mgrid[:6, :7]
    heights = 3.0 * column - 4.0 * row  # 5 m over cells of 5 m: 45°
    slopes = slope_deg(heights, width_m=5.0, height_m=5.0)
    assert slopes.shape == (4, 5)
    assert slopes == pytest.approx(45.0)
    eastward, northward = gradients(heights, width_m=5.0, height_m=5.0)
    assert eastward == pytest.approx(0.6)
    assert northward == pytest.approx(0.8)


def test_narrow_cells_are_steeper() -> None:
    heights = np.mgrid[:3, :3][1] * 1.0
    assert slope_deg(heights, width_m=1.0, height_m=9.0) == pytest.approx(45.0)


def test_a_slope_needs_all_nine_heights() -> None:
    for place in ((1, 1), (0, 2)):
        heights = np.zeros((3, 3))
        heights[place] = np.nan
        assert np.isnan(slope_deg(heights, width_m=1.0, height_m=1.0)).all()
