"""Opens raster files: those of others with suspicion, our own by the row that names them.

GDAL chooses a driver by a file's content, and some drivers open further files or call web services
(see docs/decisions/0020). Only GeoTIFF is opened here, and nothing that lies beside it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rasterio
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rasterio.errors import NotGeoreferencedWarning, RasterioError, RasterioIOError
from rasterio.io import DatasetReader

from gisapp.errors import BadInput, UmranError
from parcels.raster_models import Raster

DRIVER = "GTiff"
SIGNATURES = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
# No look at the folder: no .aux.xml, .ovr or .msk of another format is opened with the file.
ALONE = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO"}


class BadRaster(BadInput):
    """A raster that can not be taken in."""

    code = "bad-raster"


class RasterGone(UmranError):
    """The row is there and its file is not, or is damaged."""

    status = 503
    code = "raster-gone"
    title = gettext_lazy("A raster can not be read")


def plain_file(path: Path) -> Path:
    """The file with its whole path. Raises BadRaster for what is no regular GeoTIFF file."""
    whole = path.resolve()
    if not whole.is_file():
        raise BadRaster(_("There is no such file."), pointer=str(path))
    try:
        with whole.open("rb") as file:
            begins = file.read(4)
    except OSError as error:
        raise BadRaster(
            _("The file can not be read: %s.") % error.strerror, pointer=str(path)
        ) from error
    if begins not in SIGNATURES:
        raise BadRaster(
            _("This is no GeoTIFF. Make one of it first: gdal_translate -of GTiff FROM TO.tif"),
            pointer=str(path),
        )
    return whole


@contextmanager
def open_source(path: Path) -> Iterator[DatasetReader]:
    """A file of somebody else, open for reading. Raises BadRaster where GDAL can not read it."""
    whole = plain_file(path)
    try:
        with rasterio.Env(**ALONE), warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(whole, driver=DRIVER) as source:
                yield source
    except RasterioError as error:
        # rasterio puts GDAL's own words into the cause.
        said = str(error.__cause__ or error).rstrip(".")
        raise BadRaster(
            _("The file is damaged or cut short: %s. Fetch or export it again.") % said,
            pointer=str(path),
        ) from error


@contextmanager
def open_own(raster: Raster) -> Iterator[DatasetReader]:
    """One of our own files, open for reading. Raises RasterGone."""
    try:
        # The environment ends here: it would else last as long as whoever reads on takes.
        with rasterio.Env(**ALONE):
            dataset = rasterio.open(raster.path, driver=DRIVER)
    except RasterioIOError as error:
        raise gone(raster) from error
    with dataset:
        yield dataset


def gone(raster: Raster) -> RasterGone:
    """What is said of a raster whose file can not be read."""
    return RasterGone(
        _("The file of the raster “%(title)s” is missing or damaged; import it again.")
        % {"title": raster.title}
    )
