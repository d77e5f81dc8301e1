"""How much of each cell of a grid an area covers, and what the cells under it say.

Pure: one grid, one area, both in the raster's own CRS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import shapely
from rasterio import Affine
from shapely.geometry.base import BaseGeometry

GRAZED = 0.01
"""A cell of which less than this share is covered does not set the least or the greatest value."""


def cell_cover(area: BaseGeometry, grid: Affine, *, shape: tuple[int, int]) -> np.ndarray:
    """The share of each cell (0 to 1) that the area covers, exact also on its boundary.

    ``grid`` places the cells of an array of this shape, north row first and not turned. The area is
    a valid Polygon or MultiPolygon; what of it lies outside the array is left out.

    Each piece of boundary inside one cell covers what lies to its right: a part of its own cell and
    all cells beyond. Down-going boundary adds, up-going takes away; a running sum along each row
    gives the cover. (Drawing programs fill outlines of letters in this way.)
    """
    rows, columns = shape
    start, end = _pieces(area, grid)
    across = (start[:, 0] + end[:, 0]) / 2
    down = end[:, 1] - start[:, 1]
    row = np.floor((start[:, 1] + end[:, 1]) / 2).astype(int)
    column = np.clip(np.floor(across), -1, columns).astype(int)
    beyond = np.where(column < 0, 1.0, across - column)  # of its own cell, to the piece's left
    steps = np.zeros((rows, columns + 3))  # one column more on the left, two on the right
    inside = (row >= 0) & (row < rows)
    row, column, down, beyond = row[inside], column[inside], down[inside], beyond[inside]
    np.add.at(steps, (row, column + 1), down * (1 - beyond))
    np.add.at(steps, (row, column + 2), down * beyond)
    return np.asarray(np.clip(np.cumsum(steps, axis=1)[:, 1:-2], 0.0, 1.0))


def _pieces(area: BaseGeometry, grid: Affine) -> tuple[np.ndarray, np.ndarray]:
    """The boundary cut at every line of the grid: starts and ends, counted in cells.

    Outer rings run against the clock as seen on a map, holes with it.
    """
    rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(area)))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    places = np.column_stack(~grid @ (corners[:, 0], corners[:, 1]))
    joined = ring[1:] == ring[:-1]
    start, end = places[:-1][joined], places[1:][joined]
    way = end - start
    sides = np.arange(len(start))
    owners, shares = [sides, sides], [np.zeros(len(start)), np.ones(len(start))]
    for axis in (0, 1):
        low, high = np.minimum(start, end)[:, axis], np.maximum(start, end)[:, axis]
        first = np.floor(low) + 1
        count = np.maximum(np.ceil(high) - first, 0).astype(int)
        owner = np.repeat(sides, count)
        line = first[owner] + np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        owners.append(owner)
        shares.append((line - start[owner, axis]) / way[owner, axis])
    owner, share = np.concatenate(owners), np.concatenate(shares)
    order = np.lexsort((share, owner))
    owner, share = owner[order], share[order]
    points = start[owner] + way[owner] * share[:, None]
    same = owner[1:] == owner[:-1]
    return points[:-1][same], points[1:][same]


@dataclass(frozen=True)
class Tally:
    """What cells say, weighted by their cover; several tallies add up to one."""

    weight: float = 0.0  # of the cells with a value, in cells
    total: float = 0.0
    least: float = float("inf")
    greatest: float = float("-inf")
    cells: int = 0

    @classmethod
    def of(cls, values: np.ndarray, share: np.ndarray) -> Self:
        """The tally of cells whose value is known."""
        known = (share > 0) & np.isfinite(values)
        weights, found = share[known], values[known].astype("float64")
        full = found[weights >= GRAZED]
        return cls(
            weight=float(weights.sum()),
            total=float((weights * found).sum()),
            least=float(full.min(initial=np.inf)),
            greatest=float(full.max(initial=-np.inf)),
            cells=int(full.size),
        )

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.weight + other.weight,
            self.total + other.total,
            min(self.least, other.least),
            max(self.greatest, other.greatest),
            self.cells + other.cells,
        )
