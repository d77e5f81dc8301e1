"""Looks at a raster of somebody else before it is taken in, and reads it as metres.

What is missing or strange is refused, with the option that would say what is meant; nothing about
the ground is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from rasterio import Affine
from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from rasterio.io import DatasetReader
from rasterio.windows import Window

from parcels.raster_models import Raster
from parcels.rasters.files import BadRaster

MOST_CELLS = 1_000_000_000
LARGEST_BLOCK_BYTES = 512 * 1024 * 1024
CELLS_AT_ONCE = 4_000_000

UNITS_M = {"m": 1.0, "dm": 0.1, "cm": 0.01, "mm": 0.001, "ft": 0.3048, "us-ft": 1200 / 3937}
"""The units that measurements may be in, in metres."""
UNIT_NAMES = {
    "metre": "m",
    "metres": "m",
    "meter": "m",
    "meters": "m",
    "centimetre": "cm",
    "centimeter": "cm",
    "foot": "ft",
    "feet": "ft",
    "us survey foot": "us-ft",
    "ussurveyfoot": "us-ft",
    "us_survey_foot": "us-ft",
}

PLAUSIBLE_M = {Raster.Kind.TERRAIN: (-500.0, 9_000.0), Raster.Kind.FLOOD_DEPTH: (0.0, 100.0)}
"""What can be a height above the sea, or a depth of water, on Earth."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Reading:
    """How a file is to be read, where it does not say so itself.

    ``nodata`` are values that mean "not known", besides the file's own. ``all_measured`` says that
    every other value is a measurement, however strange. ``crs`` is given only where the file names
    none. ``unit`` is one of ``UNITS_M``. ``dry_where_unknown`` takes flood depth as zero wherever
    the file says nothing.
    """

    kind: Raster.Kind
    nodata: tuple[float, ...] = ()
    all_measured: bool = False
    crs: CRS | None = None
    unit: str | None = None
    dry_where_unknown: bool = False


@dataclass
class Seen:
    """What was met while reading: the range in m, cells with and without a value."""

    least: float = float("inf")
    greatest: float = float("-inf")
    known: int = 0
    strange: dict[float, int] = field(default_factory=dict)

    def note(self, values: np.ndarray) -> None:
        """Take in a strip of measurements, NaN where not known."""
        known = values[np.isfinite(values)]
        self.known += int(known.size)
        if known.size:
            self.least = min(self.least, float(known.min()))
            self.greatest = max(self.greatest, float(known.max()))

    def note_strange(self, raw: np.ndarray) -> None:
        """Count values that can not be measurements, as they stand in the file."""
        found, counts = np.unique(raw, return_counts=True)
        for value, count in zip(found.tolist(), counts.tolist(), strict=True):
            if value in self.strange or len(self.strange) < 100:
                self.strange[value] = self.strange.get(value, 0) + count


class Strip(NamedTuple):
    """Some rows of the raster, as they are to be stored: bands, rows, columns."""

    window: Window
    cells: np.ndarray


class Source:
    """A raster of somebody else, looked at. Raises BadRaster for what can not be taken in."""

    def __init__(self, dataset: DatasetReader, reading: Reading) -> None:
        self.dataset = dataset
        self.reading = reading
        self.seen = Seen()
        self.is_picture = reading.kind == Raster.Kind.ORTHOPHOTO
        self._check_size()
        self._check_bands()
        self.crs = self._crs()
        self._check_grid()
        self.factor = 1.0 if self.is_picture else self._factor()
        self.nodata = self._nodata()

    @property
    def grid(self) -> Affine:
        """The place of the cells in the raster's CRS."""
        return self.dataset.transform

    def strips(self, progress: Progress) -> Iterator[Strip]:
        """All of the raster from north to south: metres, or red, green, blue and opacity."""
        rows = self.dataset.height
        block = self.dataset.block_shapes[0][0]
        step = max(1, CELLS_AT_ONCE // self.dataset.width)
        if step > block:
            step -= step % block
        for first in range(0, rows, step):
            window = Window(0, first, self.dataset.width, min(step, rows - first))
            yield Strip(window, self._picture(window) if self.is_picture else self._metres(window))
            progress(min(first + step, rows), rows)
        self._check_seen()

    # --- reading -------------------------------------------------------------------------------

    def _metres(self, window: Window) -> np.ndarray:
        raw = self.dataset.read(1, window=window)
        values = raw.astype("float64")
        for value in self.nodata:
            # Fill values are often written with fewer digits than the file's type holds.
            values[np.isclose(values, value, rtol=1e-6, atol=0)] = np.nan
        values[~np.isfinite(values)] = np.nan
        metres = (values * self.dataset.scales[0] + self.dataset.offsets[0]) * self.factor
        if not self.reading.all_measured:
            low, high = PLAUSIBLE_M[self.reading.kind]
            strange = (metres < low) | (metres > high)
            if strange.any():
                self.seen.note_strange(raw[strange])
                metres[strange] = np.nan
        if self.reading.dry_where_unknown:
            metres[np.isnan(metres)] = 0.0
        self.seen.note(metres)
        return metres.astype("float32")[None]

    def _picture(self, window: Window) -> np.ndarray:
        colours = self.dataset.read([1, 2, 3], window=window)
        opacity = self.dataset.dataset_mask(window=window)
        for value in self.reading.nodata:
            opacity[(colours == value).all(axis=0)] = 0
        self.seen.known += int(np.count_nonzero(opacity))
        return np.concatenate([colours, opacity[None]])

    # --- checks --------------------------------------------------------------------------------

    def _refuse(self, sentence: str) -> BadRaster:
        return BadRaster(sentence, pointer=self.dataset.name)

    def _check_size(self) -> None:
        width, height = self.dataset.width, self.dataset.height
        if width < 2 or height < 2:
            raise self._refuse(
                _("The raster has %(width)d × %(height)d cells; at least 2 × 2 are needed.")
                % {"width": width, "height": height}
            )
        if width * height > MOST_CELLS:
            raise self._refuse(
                _(
                    "The raster declares %(width)d × %(height)d cells; at most %(most)d are taken. "
                    "Cut it to the municipality first (gdalwarp -te), or make its cells larger."
                )
                % {"width": width, "height": height, "most": MOST_CELLS}
            )
        rows, columns = self.dataset.block_shapes[0]
        if rows * columns * np.dtype(self.dataset.dtypes[0]).itemsize > LARGEST_BLOCK_BYTES:
            raise self._refuse(
                _(
                    "The raster is stored in blocks too large to be read one by one. "
                    "Store it in tiles first: gdal_translate -co TILED=YES FROM TO"
                )
            )

    def _check_bands(self) -> None:
        types = set(self.dataset.dtypes)
        if self.is_picture:
            if self.dataset.count not in (3, 4) or types != {"uint8"}:
                raise self._refuse(
                    _(
                        "An orthophoto has 3 or 4 bands of 8 bits (red, green, blue, opacity); "
                        "this has %(count)d of %(types)s."
                    )
                    % {"count": self.dataset.count, "types": ", ".join(sorted(types))}
                )
            if self.dataset.count == 4 and self.dataset.colorinterp[3] != ColorInterp.alpha:
                raise self._refuse(
                    _(
                        "The fourth band of an orthophoto is its opacity, and this is none. "
                        "Leave it out: gdal_translate -b 1 -b 2 -b 3 FROM TO"
                    )
                )
        elif self.dataset.count != 1 or np.dtype(min(types)).kind not in "iuf":
            raise self._refuse(
                _("Such a raster has one band of numbers; this has %(count)d of %(types)s.")
                % {"count": self.dataset.count, "types": ", ".join(sorted(types))}
            )

    def _crs(self) -> CRS:
        told, given = self.dataset.crs, self.reading.crs
        if told is None and given is None:
            raise self._refuse(
                _(
                    "The file does not say in which coordinate reference system it is. "
                    "Say it with --assign-crs EPSG:…"
                )
            )
        if told is not None and given is not None and told != given:
            raise self._refuse(
                _(
                    "The file says that it is in %s; --assign-crs is for files that say nothing. "
                    "To convert it: gdalwarp -t_srs EPSG:… FROM TO"
                )
                % name_of(told)
            )
        crs: CRS = told or given
        if not (crs.is_projected or crs.is_geographic):
            raise self._refuse(
                _("The coordinate reference system “%s” has no place on Earth.") % name_of(crs)
            )
        return crs

    def _check_grid(self) -> None:
        grid = self.dataset.transform
        if grid == Affine.identity():
            raise self._refuse(
                _("The file does not say where its cells lie. Georeference it first.")
            )
        if grid.b or grid.d or grid.a <= 0 or grid.e >= 0:
            raise self._refuse(
                _(
                    "The raster is turned or mirrored: its rows do not run from west to east and "
                    "from north to south. Straighten it first: gdalwarp FROM TO"
                )
            )

    def _factor(self) -> float:
        told = (self.dataset.units[0] or "").strip().lower()
        unit = self.reading.unit or UNIT_NAMES.get(told, told) or "m"
        if unit not in UNITS_M:
            raise self._refuse(
                _("The file gives its values in “%(unit)s”. Say what that is: --unit %(known)s")
                % {"unit": told, "known": " | ".join(UNITS_M)}
            )
        return UNITS_M[unit]

    def _nodata(self) -> tuple[float, ...]:
        own = self.dataset.nodata
        values = [*([] if own is None else [float(own)]), *self.reading.nodata]
        return tuple(dict.fromkeys(value for value in values if np.isfinite(value)))

    def _check_seen(self) -> None:
        strange = self.seen.strange
        if strange:
            value = max(strange, key=lambda one: strange[one])
            low, high = PLAUSIBLE_M[self.reading.kind]
            raise self._refuse(
                _(
                    "%(cells)d cells hold values that can not be %(kind)s in metres "
                    "(%(low)g to %(high)g), most of them %(value)s. If that means “no data”: "
                    "--nodata %(value)s. If the values are in another unit: --unit. "
                    "If they are right: --no-nodata."
                )
                % {
                    "cells": sum(strange.values()),
                    "kind": Raster.Kind(self.reading.kind).label,
                    "low": low,
                    "high": high,
                    "value": f"{value:.10g}",
                }
            )
        if not self.seen.known:
            raise self._refuse(_("The raster is empty: no cell has a value."))

    def nodata_text(self) -> str:
        """The values that meant "no data", for the record."""
        text = pgettext("list", ", ").join(f"{value:.10g}" for value in self.nodata)
        return text[:100]


def name_of(crs: CRS) -> str:
    """A CRS as people know it: its code, else the name in its definition."""
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.to_wkt().split('"')[1]
