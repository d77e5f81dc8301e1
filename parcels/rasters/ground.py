"""The shape of the ground from heights on a grid: how steep it is, and how large a cell is.

Pure: arrays in, arrays out. Heights and cell sides are metres on the ground, never units of a map
projection; rows run from north to south. NaN is a height that is not known.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from pyproj import Geod
from rasterio import Affine

from gisapp.crs import WGS84_SRID, transformer

Side = float | np.ndarray

_EARTH = Geod(ellps="WGS84")


@lru_cache(maxsize=4096)
def cell_sides_m(crs: str, grid: Affine, column: int, row: int) -> tuple[float, float]:
    """Width and height of one cell on the ground in m, along the ellipsoid.

    ``crs`` is a definition (WKT) of any CRS in which the grid is not turned: degrees, feet and Web
    Mercator, whose metre is shorter on the ground the farther it is from the equator.
    """
    corners = [grid @ (column + right, row + down) for right, down in ((0, 0), (1, 0), (0, 1))]
    x, y = zip(*corners, strict=True)
    lon, lat = transformer(crs, WGS84_SRID).transform(x, y)
    _forth, _back, sides = _EARTH.inv([lon[0]] * 2, [lat[0]] * 2, lon[1:], lat[1:])
    return float(sides[0]), float(sides[1])


def gradients(heights_m: np.ndarray, *, width_m: Side, height_m: Side) -> tuple[np.ndarray, ...]:
    """Rise to the east and to the north in m for each m, one cell smaller on every side.

    Differences over three rows and three columns, the middle one twice (B. K. P. Horn, "Hill
    shading and the reflectance map", Proceedings of the IEEE 69(1), 1981). NaN where any of the
    nine heights is not known. The sides may differ from row to row, as a column of numbers.
    """
    h = heights_m
    east = h[:-2, 2:] + 2 * h[1:-1, 2:] + h[2:, 2:]
    west = h[:-2, :-2] + 2 * h[1:-1, :-2] + h[2:, :-2]
    north = h[:-2, :-2] + 2 * h[:-2, 1:-1] + h[:-2, 2:]
    south = h[2:, :-2] + 2 * h[2:, 1:-1] + h[2:, 2:]
    middle = h[1:-1, 1:-1] * 0  # what has no height itself has no slope
    return (east - west) / (8 * width_m) + middle, (north - south) / (8 * height_m) + middle


def slope_deg(heights_m: np.ndarray, *, width_m: Side, height_m: Side) -> np.ndarray:
    """Steepness in degrees (0 is level), one cell smaller on every side than the heights."""
    eastward, northward = gradients(heights_m, width_m=width_m, height_m=height_m)
    return np.asarray(np.degrees(np.arctan(np.hypot(eastward, northward))))
