"""What the rasters say of the ground under a parcel or at a point.

Elevation and flood depth are metres, slopes degrees. A value that is not known is never a zero:
it is absent, with the reason.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from gisapp.crs import metric_srid, transformer
from parcels.raster_models import Raster
from parcels.rasters.cover import Tally, cell_cover
from parcels.rasters.files import RasterGone, gone, open_own
from parcels.rasters.ground import cell_sides_m, slope_deg

log = logging.getLogger(__name__)

CELLS_AT_ONCE = 4_000_000
WHOLE = 0.99
"""From this share on an area counts as wholly covered by data; the rest is drawing noise."""


class Measure(StrEnum):
    """What is measured of the ground."""

    ELEVATION = "elevation"
    SLOPE = "slope"
    FLOOD_DEPTH = "flood_depth"


KIND_OF = {
    Measure.ELEVATION: Raster.Kind.TERRAIN,
    Measure.SLOPE: Raster.Kind.TERRAIN,
    Measure.FLOOD_DEPTH: Raster.Kind.FLOOD_DEPTH,
}


class Unknown(StrEnum):
    """Why nothing is known."""

    NO_RASTER = "no_raster"
    OUTSIDE = "outside"
    NO_DATA = "no_data"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Found:
    """What a raster says of an area: in m, or degrees for a slope.

    ``covered`` is the share of the area (0 to 1) of which something is known. Without ``cells``
    the area is smaller than one cell, and the one value was interpolated at a point inside it.
    Nothing known has no values and says why.
    """

    least: float | None = None
    mean: float | None = None
    greatest: float | None = None
    covered: float = 0.0
    cells: int = 0
    unknown: Unknown | None = None

    @property
    def is_interpolated(self) -> bool:
        return self.mean is not None and self.cells == 0

    @property
    def is_whole(self) -> bool:
        """Whether the values hold for all of the area."""
        return self.covered >= WHOLE


class Grid:
    """One measure on the grid of one open raster."""

    def __init__(self, raster: Raster, dataset: DatasetReader, measure: Measure) -> None:
        self._raster = raster
        self._dataset = dataset
        self._measure = measure
        self._into = transformer(metric_srid(), raster.crs)

    def over(self, area: BaseGeometry) -> Found:
        """What lies under an area (polygons in the metric CRS)."""
        here = shapely.transform(
            area, lambda xy: np.column_stack(self._into.transform(xy[:, 0], xy[:, 1]))
        )
        if not np.isfinite(here.bounds).all():
            return Found(unknown=Unknown.OUTSIDE)
        grid = self._dataset.transform
        area_cells = here.area / abs(grid.a * grid.e)
        if area_cells < 1:
            inside = here.centroid if here.contains(here.centroid) else here.representative_point()
            return self._one(self._sample(inside))
        tally = sum(self._strips(here), Tally())
        if not tally.cells:
            return Found(unknown=self._why(here))
        return Found(
            least=tally.least,
            mean=tally.total / tally.weight,
            greatest=tally.greatest,
            covered=min(1.0, tally.weight / area_cells),
            cells=tally.cells,
        )

    def at(self, x: float, y: float) -> Found:
        """What a point (metric CRS) has, interpolated between the four nearest cells."""
        return self._one(self._sample(Point(*self._into.transform(x, y))))

    def _one(self, value: float | Unknown) -> Found:
        if isinstance(value, Unknown):
            return Found(unknown=value)
        return Found(value, value, value, covered=1.0)

    def _strips(self, area: BaseGeometry) -> Iterator[Tally]:
        """The cells under the area, some million at a time."""
        columns, rows = self._window(area)
        grid = self._dataset.transform
        step = max(1, CELLS_AT_ONCE // max(1, len(columns)))
        for first in rows[::step]:
            some = range(first, min(first + step, rows.stop))
            shape = (len(some), len(columns))
            if not all(shape):
                continue
            corner = grid @ grid.translation(columns.start, first)
            yield Tally.of(self._values(columns, some), cell_cover(area, corner, shape=shape))

    def _window(self, area: BaseGeometry) -> tuple[range, range]:
        """The columns and rows under an area, those outside the raster left out."""
        west, south, east, north = area.bounds
        left, top = ~self._dataset.transform @ (west, north)
        right, bottom = ~self._dataset.transform @ (east, south)
        width, height = self._dataset.width, self._dataset.height
        return (
            range(max(0, int(np.floor(left))), min(width, int(np.ceil(right)))),
            range(max(0, int(np.floor(top))), min(height, int(np.ceil(bottom)))),
        )

    def _values(self, columns: range, rows: range) -> np.ndarray:
        """The measure on a window; NaN where it is not known, also outside the raster."""
        if self._measure is not Measure.SLOPE:
            return self._read(columns, rows)
        around = self._read(
            range(columns.start - 1, columns.stop + 1), range(rows.start - 1, rows.stop + 1)
        )
        middle = (columns.start + columns.stop) // 2, (rows.start + rows.stop) // 2
        width_m, height_m = cell_sides_m(self._raster.crs, self._dataset.transform, *middle)
        return slope_deg(around, width_m=width_m, height_m=height_m)

    def _read(self, columns: range, rows: range) -> np.ndarray:
        values = np.full((len(rows), len(columns)), np.nan)
        left, right = max(0, columns.start), min(self._dataset.width, columns.stop)
        top, bottom = max(0, rows.start), min(self._dataset.height, rows.stop)
        if left < right and top < bottom:
            try:
                part = self._dataset.read(1, window=((top, bottom), (left, right)))
            except RasterioError as error:
                raise gone(self._raster) from error
            values[
                top - rows.start : bottom - rows.start, left - columns.start : right - columns.start
            ] = part
        return values

    def _sample(self, point: Point) -> float | Unknown:
        """Between the four nearest cells; the cell's own value where one of them has none."""
        if not (np.isfinite(point.x) and np.isfinite(point.y)):
            return Unknown.OUTSIDE
        column, row = ~self._dataset.transform @ (point.x, point.y)
        if not (0 <= column <= self._dataset.width and 0 <= row <= self._dataset.height):
            return Unknown.OUTSIDE
        left, top = int(np.floor(column - 0.5)), int(np.floor(row - 0.5))
        four = self._values(range(left, left + 2), range(top, top + 2))
        right_share, low_share = column - 0.5 - left, row - 0.5 - top
        if np.isfinite(four).all():
            upper, lower = four @ (1 - right_share, right_share)
            return float(upper * (1 - low_share) + lower * low_share)
        own = four[int(low_share >= 0.5), int(right_share >= 0.5)]
        return float(own) if np.isfinite(own) else Unknown.NO_DATA

    def _why(self, area: BaseGeometry) -> Unknown:
        return Unknown.NO_DATA if all(map(len, self._window(area))) else Unknown.OUTSIDE


class Ground:
    """The rasters of a municipality, each opened once, asked for as many places as one likes."""

    def __init__(self, grids: dict[Measure, Grid | Unknown]) -> None:
        self._grids = grids

    def over(self, area: BaseGeometry) -> dict[Measure, Found]:
        """What each measure says of an area (polygons in the metric CRS)."""
        return self._ask(lambda grid: grid.over(area))

    def at(self, x: float, y: float) -> dict[Measure, Found]:
        """What each measure says of a point (metric CRS)."""
        return self._ask(lambda grid: grid.at(x, y))

    def _ask(self, question: Callable[[Grid], Found]) -> dict[Measure, Found]:
        found: dict[Measure, Found] = {}
        for measure, grid in self._grids.items():
            try:
                found[measure] = (
                    Found(unknown=grid) if isinstance(grid, Unknown) else question(grid)
                )
            except RasterGone as error:
                log.error("%s", error)
                found[measure] = Found(unknown=Unknown.UNREADABLE)
        return found


def ground_at(x: float, y: float) -> dict[Measure, Found]:
    """What the rasters of all municipalities say of a point (metric CRS)."""
    best = {measure: Found(unknown=Unknown.NO_RASTER) for measure in Measure}
    owners = Raster.objects.order_by("municipality").values_list("municipality", flat=True)
    for owner in owners.distinct():
        with open_ground(owner) as ground:
            for measure, found in ground.at(x, y).items():
                # "Outside" of one raster says more than that another municipality has none.
                if found.unknown is None or best[measure].unknown is Unknown.NO_RASTER:
                    best[measure] = found
    return best


@contextmanager
def open_ground(
    municipality_id: int, *, measures: Iterable[Measure] = tuple(Measure)
) -> Iterator[Ground]:
    """The ground of a municipality by these measures.

    A raster that was never imported, or whose file is gone, leaves its measures unknown.
    """
    rasters = {one.kind: one for one in Raster.objects.filter(municipality=municipality_id)}
    with ExitStack() as stack:
        opened: dict[str, DatasetReader | Unknown] = {}
        grids: dict[Measure, Grid | Unknown] = {}
        for measure in measures:
            raster = rasters.get(KIND_OF[measure])
            if raster is None:
                grids[measure] = Unknown.NO_RASTER
                continue
            if raster.kind not in opened:
                try:
                    opened[raster.kind] = stack.enter_context(open_own(raster))
                except RasterGone as error:
                    log.error("%s", error)
                    opened[raster.kind] = Unknown.UNREADABLE
            dataset = opened[raster.kind]
            grids[measure] = (
                dataset if isinstance(dataset, Unknown) else Grid(raster, dataset, measure)
            )
        yield Ground(grids)
