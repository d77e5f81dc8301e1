"""How much of each cell of a grid an area covers, and what the cells under it say.

Pure: one grid, one area, both in the raster's own CRS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import shapely
from rasterio import Affine
from rasterio.features import rasterize
from shapely.geometry.base import BaseGeometry

GRAZED = 0.01
"""A cell of which less than this share is covered does not set the least or the greatest value."""


def cell_cover(area: BaseGeometry, grid: Affine, *, shape: tuple[int, int]) -> np.ndarray:
    """The share of each cell (0 to 1) that the area covers, exact on its boundary.

    ``grid`` places the cells of an array of this shape, north row first and not turned.
    """
    covered = rasterize([area], out_shape=shape, transform=grid, fill=0, dtype="uint8")
    line = rasterize(
        [shapely.boundary(area)], out_shape=shape, transform=grid, fill=0, all_touched=True
    )
    share = covered.astype("float64")
    rows, columns = np.nonzero(line)
    west, north = grid @ (columns, rows)
    east, south = grid @ (columns + 1, rows + 1)
    parts = shapely.intersection(shapely.box(west, south, east, north), area)
    share[rows, columns] = shapely.area(parts) / abs(grid.a * grid.e)
    return share


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
