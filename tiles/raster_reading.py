"""Windows of rasters on the grid of tiles, and pictures as bytes: what rio-tiler does for us.

Everything of rio-tiler that is needed is imported here and nowhere else. Its modules lean on each
other; two requests that each began with another of them would find them half loaded.
"""

from __future__ import annotations

import numpy as np
from rasterio.errors import RasterioError
from rio_tiler.errors import TileOutsideBounds
from rio_tiler.io import Reader
from rio_tiler.utils import render

from parcels.models import Raster
from parcels.rasters.files import gone, open_own
from tiles.grid import Tile
from tiles.raster import NEEDED_PX

BEYOND_PX = 3
"""How far beyond its border a tile is read. A slope needs one pixel more on each side; where the
outermost are averaged from finer cells, they lack those beyond."""


def read_pixels(
    rasters: list[Raster], tile: Tile, *, side_px: int, resampling: str
) -> np.ndarray | None:
    """The bands of a tile with a margin of one pixel, as floats; NaN where nothing is known.

    Of rasters that overlap, the first that knows something counts. None outside all of them.
    """
    together: np.ndarray | None = None
    for raster in rasters:
        with open_own(raster) as dataset:
            try:
                image = Reader(raster.file, dataset=dataset).tile(
                    tile.x,
                    tile.y,
                    tile.z,
                    tilesize=side_px,
                    buffer=BEYOND_PX,
                    resampling_method=resampling,
                    reproject_method=resampling,
                )
            except TileOutsideBounds:
                continue
            except RasterioError as error:
                raise gone(raster) from error
        trimmed = BEYOND_PX - NEEDED_PX
        found = np.ma.filled(image.array.astype("float64"), np.nan)[
            :, trimmed:-trimmed, trimmed:-trimmed
        ]
        together = found if together is None else np.where(np.isnan(together), found, together)
    return None if together is None or np.isnan(together).all() else together


def encode(picture: np.ndarray, *, form: str, lossless: bool) -> bytes:
    """Red, green, blue and opacity as a picture file; ``lossless`` matters to WebP alone."""
    options = {"LOSSLESS": "YES"} if form == "webp" and lossless else {}
    return bytes(render(picture[:3], picture[3], form, None, **options))
