"""Picture tiles from the city's rasters: relief shading of the terrain, by rasterio.

The terrain is a GeoTIFF of heights in metres under ``var/terrain/<city>.tif``, in any CRS.
A city without one has no relief: the layer is not offered.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import rasterio
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.io import MemoryFile
from rasterio.vrt import WarpedVRT

from gisapp.crs import WEB_MERCATOR_SRID
from gisapp.errors import NotThere
from tiles.grid import TILE_PX, Tile

TITLES = {"hillshade": gettext_lazy("Relief")}
SUN_AZIMUTH_DEG = 315.0
SUN_ALTITUDE_DEG = 45.0
EXAGGERATION = 3.0
STRONGEST_ALPHA = 150
NO_HEIGHT = -32_768.0  # where the raster says nothing, also when it names no such value itself


def terrain_file() -> Path:
    """Where this city's terrain lies, whether or not it is there."""
    return Path(settings.VAR_DIR) / "terrain" / f"{settings.CITY.key}.tif"


def offered() -> list[str]:
    """The raster layers that this deployment has data for."""
    return ["hillshade"] if terrain_file().is_file() else []


def render(layer: str, tile: Tile) -> bytes:
    """The tile as PNG (256 × 256, black or white with transparency); empty outside the raster.

    Raises NotThere for a layer that is not offered.
    """
    if layer not in offered():
        raise NotThere(_("This city has no such raster layer."), pointer="/layer")
    source = terrain_file()
    return _hillshade_png(str(source), source.stat().st_mtime_ns, tile)


@lru_cache(maxsize=512)
def _hillshade_png(source: str, changed_ns: int, tile: Tile) -> bytes:
    heights_m = _heights(source, tile)
    if heights_m is None:
        return b""
    shade = hillshade(heights_m, pixel_m=tile.pixel_m)
    return _png(shade, tile)


def _heights(source: str, tile: Tile) -> np.ndarray | None:
    """Heights on the tile's pixels with one more pixel on each side; NaN where there is no value.

    None where the tile lies wholly outside the raster.
    """
    west, _south, _east, north = tile.bounds_mercator
    pixel = tile.side_m / TILE_PX
    size = TILE_PX + 2
    grid = rasterio.Affine(pixel, 0, west - pixel, 0, -pixel, north + pixel)
    with (
        rasterio.open(source) as terrain,
        WarpedVRT(
            terrain,
            crs=CRS.from_epsg(WEB_MERCATOR_SRID),
            transform=grid,
            width=size,
            height=size,
            resampling=Resampling.bilinear,
            nodata=NO_HEIGHT,
        ) as warped,
    ):
        heights = warped.read(1, masked=True).astype("float64").filled(np.nan)
    return None if np.isnan(heights).all() else heights


def hillshade(heights_m: np.ndarray, *, pixel_m: float) -> np.ndarray:
    """Brightness from 0 (away from the sun) to 1, one pixel smaller on each side than the heights.

    ``pixel_m`` is the side of a pixel on the ground. NaN where a neighbour has no height. Level
    ground gives the sine of the sun's altitude. Slopes by central differences.
    """
    eastward = EXAGGERATION * (heights_m[1:-1, 2:] - heights_m[1:-1, :-2]) / (2 * pixel_m)
    northward = EXAGGERATION * (heights_m[:-2, 1:-1] - heights_m[2:, 1:-1]) / (2 * pixel_m)
    azimuth, altitude = np.radians(SUN_AZIMUTH_DEG), np.radians(SUN_ALTITUDE_DEG)
    sun = np.array(
        [
            np.sin(azimuth) * np.cos(altitude),
            np.cos(azimuth) * np.cos(altitude),
            np.sin(altitude),
        ]
    )
    length = np.sqrt(eastward**2 + northward**2 + 1)
    return np.clip((-eastward * sun[0] - northward * sun[1] + sun[2]) / length, 0, 1)


def _png(shade: np.ndarray, tile: Tile) -> bytes:
    """Shadow as transparent black, light as transparent white, level ground as nothing."""
    level = np.sin(np.radians(SUN_ALTITUDE_DEG))
    known = np.isfinite(shade)
    difference = np.where(known, shade - level, 0.0)
    share = np.where(difference < 0, -difference / level, difference / (1 - level) * 0.6)
    grey = np.where(difference < 0, 0, 255).astype("uint8")
    alpha = (np.clip(share, 0, 1) * STRONGEST_ALPHA).astype("uint8")
    with MemoryFile() as memory:
        with memory.open(
            driver="PNG", width=TILE_PX, height=TILE_PX, count=2, dtype="uint8"
        ) as png:
            png.write(grey, 1)
            png.write(alpha, 2)
        return bytes(memory.read())
