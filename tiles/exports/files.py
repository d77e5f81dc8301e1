"""Exports that are files of many parts: GeoPackage, and shapefiles in a zip archive.

Both keep the metric CRS in which the data are stored. They are written a few thousand rows at a
time beside their place, and appear there whole or not at all.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Generator
from contextlib import closing
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas
import pandas
import pyogrio
import shapely
from django.db.models import BinaryField, ExpressionWrapper, F
from django.utils.translation import gettext as _

from gisapp.crs import metric_srid
from gisapp.errors import TooLarge
from tiles.exports.licence import Licence, licence_of
from tiles.exports.texts import lines_of
from tiles.exports.wanted import STREAMED, Wanted

ROWS_AT_ONCE = 2_000
LONGEST_NAME = 10
LARGEST_SHAPEFILE_BYTES = 2 * 1024**3 - 1
SHAPES = {0: "point", 1: "line", 2: "polygon"}

# Told how many rows are written; raises what is to stop the writing.
Progress = Callable[[int], None]


def write(wanted: Wanted, path: Path, *, progress: Progress = lambda done: None) -> None:
    """Write the export to a file. Raises TooLarge for more than a shapefile can hold, OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
        part = Path(folder) / path.name
        if wanted.format in STREAMED:
            _write_text(wanted, part, progress)
        elif wanted.format == "gpkg":
            _write_geopackage(wanted, part, progress)
        else:
            _write_shapefiles(wanted, part, progress)
        part.replace(path)


def _write_text(wanted: Wanted, path: Path, progress: Progress) -> None:
    # Closed at once where the writing is stopped: its cursor belongs to the transaction around it.
    with path.open("w", encoding="utf-8", newline="") as file, closing(lines_of(wanted)) as lines:
        for count, line in enumerate(lines):
            file.write(line)
            if count and count % ROWS_AT_ONCE == 0:
                progress(count)


def _write_geopackage(wanted: Wanted, path: Path, progress: Progress) -> None:
    said = licence_of(wanted).members()
    done = 0
    with closing(_frames(wanted)) as frames:
        for frame in frames:
            # The first frame is written even where it is empty, for the layer and its columns.
            _write_frame(frame, path, "GPKG", layer=wanted.name, first=done == 0, metadata=said)
            done += len(frame)
            progress(done)


def _write_shapefiles(wanted: Wanted, path: Path, progress: Progress) -> None:
    folder = path.parent / "shapefiles"
    folder.mkdir()
    names = short_names([*wanted.columns()])
    done = 0
    with closing(_frames(wanted)) as frames:
        for frame in frames:
            short = frame.rename(columns=names)
            dimensions = shapely.get_dimensions(short.geometry.values)
            for dimension, shape in SHAPES.items():
                alike = short[dimensions == dimension]
                file = folder / f"{wanted.name}_{shape}.shp"
                if len(alike):
                    _write_frame(alike, file, "ESRI Shapefile", first=not file.exists())
            done += len(frame)
            progress(done)
    _check_sizes(folder)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)
        archive.writestr("LICENCE.txt", licence_of(wanted).lines())
        archive.writestr("README.txt", _readme(licence_of(wanted), names))


def _check_sizes(folder: Path) -> None:
    for file in folder.iterdir():
        if file.stat().st_size > LARGEST_SHAPEFILE_BYTES:
            raise TooLarge(
                _("A shapefile holds at most 2 GB; ask for a smaller area or a GeoPackage.")
            )


def short_names(names: list[str]) -> dict[str, str]:
    """Names of at most ten signs, as a shapefile has them, each of its own."""
    short: dict[str, str] = {}
    for name in names:
        bare, count = name[:LONGEST_NAME], 1
        while bare in short.values():
            count += 1
            bare = f"{name[: LONGEST_NAME - len(str(count)) - 1]}_{count}"
        short[name] = bare
    return short


def _readme(licence: Licence, names: dict[str, str]) -> str:
    lines = [
        licence.lines(),
        _("Texts are UTF-8, as the .cpg file says, and cut after 254 bytes."),
        _("Shapefiles have names of ten signs; these columns were renamed:"),
        *(f"  {short} = {name}" for name, short in names.items() if short != name),
    ]
    return "\n".join(lines) + "\n"


def _write_frame(
    frame: geopandas.GeoDataFrame,
    path: Path,
    driver: str,
    *,
    first: bool,
    layer: str | None = None,
    metadata: dict[str, str] | None = None,
) -> None:
    more: dict[str, Any] = {"encoding": "UTF-8"} if driver == "ESRI Shapefile" else {}
    if first and metadata:
        more |= {"dataset_metadata": metadata, "layer_metadata": metadata}
    pyogrio.write_dataframe(
        frame,
        path,
        layer=layer,
        driver=driver,
        append=not first,
        promote_to_multi=True,
        geometry_type="Unknown" if layer else None,
        **more,
    )


def _frames(wanted: Wanted) -> Generator[geopandas.GeoDataFrame]:
    """The rows a few thousand at a time; one empty frame where there are none."""
    columns = wanted.columns()
    names = {f"col_{nth}": source for nth, source in enumerate(columns.values())}
    shape = ExpressionWrapper(F(wanted.layer.geometry), output_field=BinaryField())
    rows = wanted.rows.annotate(**names, col_shape=shape)
    listed = rows.order_by("pk").values_list("col_shape", *names).iterator(ROWS_AT_ONCE)
    first = True
    while chunk := list(islice(listed, ROWS_AT_ONCE)):
        first = False
        yield _frame(chunk, [*columns], wanted.numbers())
    if first:
        yield _frame([], [*columns], wanted.numbers())


def _frame(
    rows: list[tuple[Any, ...]], columns: list[str], numbers: set[str]
) -> geopandas.GeoDataFrame:
    frame = pandas.DataFrame([row[1:] for row in rows], columns=columns)
    for name in columns:
        frame[name] = frame[name].astype(float if name in numbers else object)
    geometry = shapely.from_wkb([row[0] for row in rows])
    return geopandas.GeoDataFrame(frame, geometry=geometry, crs=f"EPSG:{metric_srid()}")
