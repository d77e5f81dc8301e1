"""Take in a raster: check it, make our own file of it, and put it in the place of the old one."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from django.contrib.gis.db.models import Extent, QuerySet
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gisapp.crs import metric_srid, transformer
from gisapp.geometry import multipolygon, to_shapely
from gisapp.models import Municipality
from gisapp.translated import texts
from parcels.models import Parcel, Raster
from parcels.raster_models import rasters_folder
from parcels.rasters.cog import checksum, look_through, write_cog
from parcels.rasters.files import BadRaster, open_source
from parcels.rasters.ground import cell_sides_m
from parcels.rasters.source import Progress, Reading, Source, name_of

EDGE_POINTS = 32


@dataclass(frozen=True)
class Credits:
    """What a map must say of a raster: title by language, whose it is, on what terms."""

    title: dict[str, str]
    attribution: str = ""
    licence: str = ""


@dataclass(frozen=True)
class Imported:
    """What an import brought. The row is not stored in a dry run."""

    raster: Raster
    replaced: bool
    share_of_municipality: float | None  # None where its boundary is not known
    share_known: float  # of the cells


def import_raster(
    path: Path,
    *,
    municipality: Municipality,
    reading: Reading,
    credit: Credits,
    dry_run: bool = False,
    progress: Progress = lambda done, total: None,
) -> Imported:
    """Import a GeoTIFF of one kind for one municipality.

    The file of an earlier import stays until the new one is committed; when anything fails, or the
    run is stopped, nothing remains of the new one. Raises BadRaster.
    """
    folder = rasters_folder() / municipality.slug
    with open_source(path) as dataset:
        source = Source(dataset, reading)
        raster = _row(source, path, municipality, credit)
        share = _share_of(municipality, raster, path)
        if dry_run:
            look_through(source, progress=progress)
            _fill_range(raster, source)
            return Imported(raster, _earlier(raster).exists(), share, _share_known(source))
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".incoming-") as incoming:
            cog = write_cog(source, Path(incoming), progress=progress)
            _fill_range(raster, source)
            replaced = _put(raster, cog)
        return Imported(raster, replaced, share, _share_known(source))


def _row(source: Source, path: Path, municipality: Municipality, credit: Credits) -> Raster:
    dataset, crs = source.dataset, source.crs.to_wkt()
    middle = dataset.width // 2, dataset.height // 2
    return Raster(
        municipality=municipality,
        kind=source.reading.kind,
        **texts("title", credit.title),
        attribution=credit.attribution,
        licence=credit.licence,
        source_file=path.name[:200],
        source_nodata=source.nodata_text(),
        crs=crs,
        crs_name=name_of(source.crs)[:200],
        width=dataset.width,
        height=dataset.height,
        resolution_m=sum(cell_sides_m(crs, source.grid, *middle)) / 2,
        extent=multipolygon(_extent(source, crs, path)),
        imported_at=timezone.now(),
    )


def _extent(source: Source, crs: str, path: Path) -> shapely.Polygon:
    """The outline of the raster in the metric CRS, where a straight edge may be a curve."""
    outline = shapely.segmentize(
        shapely.box(*source.dataset.bounds),
        max(
            source.dataset.bounds.right - source.dataset.bounds.left,
            source.dataset.bounds.top - source.dataset.bounds.bottom,
        )
        / EDGE_POINTS,
    )
    into = transformer(crs, metric_srid())
    metric = shapely.transform(
        outline, lambda xy: np.column_stack(into.transform(xy[:, 0], xy[:, 1]))
    )
    if not np.isfinite(metric.bounds).all() or not metric.is_valid:
        raise BadRaster(
            _(
                "The raster reaches to where the city's coordinates end. "
                "Cut it to the municipality first: gdalwarp -te"
            ),
            pointer=str(path),
        )
    return metric


def _share_of(municipality: Municipality, raster: Raster, path: Path) -> float | None:
    """The share of the municipality that the raster covers. Raises BadRaster for none of it."""
    if municipality.boundary is not None:
        place = to_shapely(municipality.boundary)
    else:
        land = Parcel.objects.filter(municipality=municipality)
        box = land.aggregate(box=Extent("geometry"))["box"]
        if box is None:
            return None
        place = shapely.box(*box)
    extent = to_shapely(raster.extent)
    if not shapely.intersects(extent, place):
        west, south, east, north = extent.bounds
        raise BadRaster(
            _(
                "The raster does not touch %(town)s. It covers x %(west).0f to %(east).0f and "
                "y %(south).0f to %(north).0f in the city's coordinates; is its coordinate "
                "reference system right?"
            )
            % {
                "town": municipality,
                "west": west,
                "east": east,
                "south": south,
                "north": north,
            },
            pointer=str(path),
        )
    if municipality.boundary is None:
        return None
    return float(shapely.area(shapely.intersection(extent, place)) / shapely.area(place))


def _fill_range(raster: Raster, source: Source) -> None:
    if not source.is_picture:
        raster.minimum, raster.maximum = source.seen.least, source.seen.greatest


def _share_known(source: Source) -> float:
    return source.seen.known / (source.dataset.width * source.dataset.height)


def _earlier(raster: Raster) -> QuerySet:
    return Raster.objects.filter(municipality=raster.municipality_id, kind=raster.kind)


def _put(raster: Raster, cog: Path) -> bool:
    """Move the file to its place and store the row, together or not at all.

    Says whether there was an earlier raster of this kind; its file goes once all is committed.
    """
    # A name that was never used before: whoever still reads the old file is not disturbed.
    raster.file = f"{raster.municipality.slug}/{raster.kind}-{uuid.uuid4().hex}.tif"
    raster.size_bytes, raster.checksum = cog.stat().st_size, checksum(cog)
    os.replace(cog, raster.path)
    try:
        with transaction.atomic():
            # Two imports at once must not both find the same predecessor.
            Municipality.objects.select_for_update().get(pk=raster.municipality_id)
            old = _earlier(raster).first()
            if old is not None:
                raster.pk = old.pk
            raster.save(force_update=old is not None)
            if old is not None:
                transaction.on_commit(_removal(old.path))
    except BaseException:
        raster.path.unlink(missing_ok=True)
        raise
    return old is not None


def _removal(path: Path) -> Callable[[], None]:
    return lambda: path.unlink(missing_ok=True)
