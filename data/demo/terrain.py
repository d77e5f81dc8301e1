"""The ground: a slope from the hills to the sea, cut by the wadi, roughened by our own noise."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
import shapely
from rasterio import Affine

from .layout import Layout

SEA_FLOOR_M = -12.0


@dataclass(frozen=True)
class Terrain:
    """Heights in m above the sea, north row first; `west` and `north` are the outer corner in m."""

    heights_m: np.ndarray
    west: float
    north: float
    cell_m: float


def draw_terrain(layout: Layout, *, rng: np.random.Generator) -> Terrain:
    """Heights for the scope and a margin around it, in cells of 5 m or more."""
    cell = max(5.0, round(layout.radius_m / 240))
    west, south, east, north = layout.scope.bounds
    margin = 0.15 * layout.radius_m
    west, north = np.floor(west - margin), np.ceil(north + margin)
    columns = int((east + margin - west) / cell) + 1
    rows = int((north - south + margin) / cell) + 1
    x = west + cell * (np.arange(columns) + 0.5)
    y = north - cell * (np.arange(rows) + 0.5)
    shore = np.asarray(layout.shore.coords)
    inland = x[None, :] - np.interp(y, shore[:, 1], shore[:, 0])[:, None]
    points = shapely.points(*np.meshgrid(x, y))
    shapely.prepare(layout.wadi)
    to_wadi = shapely.distance(points, layout.wadi)
    reach = layout.radius_m
    slope = 0.009 * inland + 34.0 * np.clip(inland / reach - 0.4, 0, None) ** 1.8
    rough = _noise(rows, columns, rng) * np.clip(inland / (0.35 * reach), 0.03, 1.6) * 6.5
    width = 2.2 * layout.corridor.area / max(layout.wadi.length, 1.0)
    valley = np.clip(4.0 + 9.0 * inland / reach, 0, 15) * np.exp(-((to_wadi / width) ** 2))
    land = np.clip(slope + rough - valley, 0.4, None) + np.clip(inland, 0, 60) * 0.02
    sea = np.clip(inland * 0.03, SEA_FLOOR_M, -0.1)
    heights = np.where(inland > 0, land, sea)
    return Terrain(np.round(heights, 2).astype("float32"), float(west), float(north), float(cell))


def _noise(rows: int, columns: int, rng: np.random.Generator) -> np.ndarray:
    """Four octaves of smooth value noise between about -1 and 1."""
    total = np.zeros((rows, columns))
    for octave, weight in enumerate((1.0, 0.5, 0.25, 0.12)):
        knots = 4 * 2**octave
        grid = rng.uniform(-1, 1, size=(knots + 2, knots + 2))
        v, u = np.linspace(0, knots, rows), np.linspace(0, knots, columns)
        i, j = np.minimum(v.astype(int), knots), np.minimum(u.astype(int), knots)
        fv, fu = _eased(v - i)[:, None], _eased(u - j)[None, :]
        top = grid[np.ix_(i, j)] * (1 - fu) + grid[np.ix_(i, j + 1)] * fu
        low = grid[np.ix_(i + 1, j)] * (1 - fu) + grid[np.ix_(i + 1, j + 1)] * fu
        total += weight * (top * (1 - fv) + low * fv)
    return total / 1.2


def _eased(t: np.ndarray) -> np.ndarray:
    return t * t * (3 - 2 * t)


def write_terrain(terrain: Terrain, path: Path, *, srid: int) -> None:
    """Write the heights as a cloud-optimised GeoTIFF in the metric CRS `srid`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows, columns = terrain.heights_m.shape
    profile = {
        "driver": "COG",
        "height": rows,
        "width": columns,
        "count": 1,
        "dtype": "float32",
        "crs": f"EPSG:{srid}",
        "transform": Affine(terrain.cell_m, 0, terrain.west, 0, -terrain.cell_m, terrain.north),
        "compress": "deflate",
        "predictor": 3,
    }
    with rasterio.open(path, "w", **profile) as raster:
        raster.write(terrain.heights_m, 1)
        raster.set_band_description(1, "height above the sea (m)")
