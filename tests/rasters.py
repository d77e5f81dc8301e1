"""Small rasters for tests, written by rasterio and placed by metres from the town's origin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.crs import CRS

from gisapp.crs import metric_srid
from gisapp.models import Municipality
from parcels.actions.import_raster import Credits, import_raster
from parcels.models import Raster
from parcels.rasters.source import Reading
from tests.town import ORIGIN


def write_tif(
    path: Path,
    values: np.ndarray,
    *,
    west: float = -10,
    north: float = 35,
    cell: float = 2,
    crs: CRS | None = None,
    **profile: Any,
) -> Path:
    """A GeoTIFF of these values (rows and columns, or bands before them)."""
    bands = values[None] if values.ndim == 2 else values
    with rasterio.open(
        path,
        "w",
        **{
            "driver": "GTiff",
            "count": len(bands),
            "height": bands.shape[1],
            "width": bands.shape[2],
            "dtype": bands.dtype.name,
            "crs": CRS.from_epsg(metric_srid()) if crs is None else crs,
            "transform": rasterio.Affine(cell, 0, ORIGIN[0] + west, 0, -cell, ORIGIN[1] + north),
            **profile,
        },
    ) as file:
        file.write(bands)
    return path


def take_in(
    path: Path, municipality: Municipality, kind: str = "terrain", **reading: Any
) -> Raster:
    """Import the file as this kind of raster."""
    return import_raster(
        path,
        municipality=municipality,
        reading=Reading(kind=Raster.Kind(kind), **reading),
        credit=Credits({"ar": "الأرض", "en": "Ground", "fr": "Sol"}, "Survey office", "CC0"),
    ).raster


def plane(rows: int = 100, columns: int = 100, *, east: float = 0, south: float = 0) -> np.ndarray:
    """Heights of 10 m that rise by so much from column to column and from row to row."""
    row, column = np.mgrid[:rows, :columns]
    return (10 + east * column + south * row).astype("float32")
