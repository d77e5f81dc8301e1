"""Writes our own copy of a raster: a cloud-optimised GeoTIFF, and looks whether it became one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import rasterio
import rasterio.shutil
from django.utils.translation import gettext as _
from rasterio.enums import ColorInterp

from parcels.rasters.files import ALONE, DRIVER, BadRaster
from parcels.rasters.source import Progress, Source

BLOCK_PX = 512
WEBP_QUALITY = 85


def write_cog(source: Source, folder: Path, *, progress: Progress) -> Path:
    """Read the whole source and write it into the folder. Gives the file's path.

    Raises BadRaster for what shows only while reading.
    """
    plain, cog = folder / "plain.tif", folder / "cog.tif"
    picture = source.is_picture
    layout = {"tiled": True, "blockxsize": BLOCK_PX, "blockysize": BLOCK_PX}
    with (
        rasterio.Env(**ALONE),
        rasterio.open(
            plain,
            "w",
            driver="GTiff",
            width=source.dataset.width,
            height=source.dataset.height,
            count=4 if picture else 1,
            dtype="uint8" if picture else "float32",
            nodata=None if picture else np.nan,
            crs=source.crs,
            transform=source.grid,
            BIGTIFF="IF_SAFER",
            **layout,
        ) as copy,
    ):
        if picture:
            copy.colorinterp = [
                ColorInterp.red,
                ColorInterp.green,
                ColorInterp.blue,
                ColorInterp.alpha,
            ]
        for strip in source.strips(progress):
            copy.write(strip.cells, window=strip.window)
    pressed = (
        {"compress": "WEBP", "quality": WEBP_QUALITY}
        if picture
        else {"compress": "DEFLATE", "predictor": "FLOATING_POINT"}
    )
    with rasterio.Env(**ALONE):
        rasterio.shutil.copy(
            plain,
            cog,
            driver="COG",
            blocksize=BLOCK_PX,
            overview_resampling="average",
            bigtiff="IF_SAFER",
            **pressed,
        )
    plain.unlink()
    check_cog(cog)
    return cog


def look_through(source: Source, *, progress: Progress) -> None:
    """Read the whole source and write nothing. Raises BadRaster as ``write_cog`` does."""
    for _strip in source.strips(progress):
        pass


def check_cog(path: Path) -> None:
    """Raise BadRaster for a file that is not laid out for reading in windows at every scale."""
    with rasterio.Env(**ALONE), rasterio.open(path, driver=DRIVER) as dataset:
        large = max(dataset.width, dataset.height) > BLOCK_PX
        sound = (
            dataset.tags(ns="IMAGE_STRUCTURE").get("LAYOUT") == "COG"
            and dataset.block_shapes[0] == (BLOCK_PX, BLOCK_PX)
            and bool(dataset.overviews(1)) is large
        )
    if not sound:
        raise BadRaster(
            _("The raster could not be written as a cloud-optimised GeoTIFF."), pointer=str(path)
        )


def checksum(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
