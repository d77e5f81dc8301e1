"""Reads one layer of one file into plain arrays: what stands there, not yet judged."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from django.utils.translation import gettext as _
from pyogrio.errors import DataLayerError, DataSourceError

from gisapp.crs import srid_of
from parcels.importer.drivers import keep_only_plain_formats
from parcels.importer.files import UnreadableFile, find_file, openable
from parcels.importer.layers import Layer


@dataclass(frozen=True)
class Source:
    """A layer as it stands in its file.

    ``geometries`` are in the CRS ``srid``, x before y, 2D; None for a table without any. An item
    of it is None where the feature has no geometry or one that can not be read.
    ``notes`` are remarks of the reader (an unclosed ring, a doubtful date).
    """

    numbers: np.ndarray
    columns: dict[str, np.ndarray]
    geometries: np.ndarray | None
    srid: int | None
    notes: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.numbers)

    def row(self, index: int) -> dict[str, Any]:
        """The cells of one feature, as Python values."""
        return {name: _plain(values[index]) for name, values in self.columns.items()}


@dataclass(frozen=True)
class Located:
    """A layer found in its file: the address and layer GDAL opens, and the columns to read."""

    address: str
    name: str
    columns: list[str]


def locate_source(layer: Layer, *, folder: Path, subfolder: str | None = None) -> Located:
    """Find a layer without reading its features.

    Raises UnreadableFile, with the file as pointer, when the file, layer or a column is not there
    or the file is broken.
    """
    keep_only_plain_formats()
    path = find_file(folder, layer.file, subfolder=subfolder)
    address = openable(path, member=layer.member)
    with warnings.catch_warnings(), _as_unreadable(layer):
        warnings.simplefilter("ignore")  # reading the features says it again, for the report
        name = _layer_name(address, layer)
        return Located(address, name, _present_columns(address, name, layer))


def read_source(layer: Layer, *, folder: Path, subfolder: str | None = None) -> Source:
    """Read the columns a layer needs.

    Raises UnreadableFile, with the file as pointer, when the file, layer or a column is not there,
    the file is broken, or the CRS is told by neither the file nor the profile.
    """
    found = locate_source(layer, folder=folder, subfolder=subfolder)
    options = {"WRITE_GFS": "NO"} if layer.file.lower().endswith(".gml") else {}
    with warnings.catch_warnings(record=True) as caught, _as_unreadable(layer):
        warnings.simplefilter("always")
        meta, numbers, geometry, values = pyogrio.raw.read(
            found.address,
            layer=found.name,
            columns=found.columns,
            encoding=layer.encoding,
            read_geometry=layer.geometry_kind is not None,
            force_2d=True,
            return_fids=True,
            datetime_as_string=True,
            **options,
        )
    columns = dict(zip(meta["fields"], values, strict=True))
    # Coordinates that are no numbers are looked for by ``prepare``, feature by feature.
    with np.errstate(invalid="ignore"):
        geometries = _geometries(layer, geometry, columns)
    if layer.geometry_kind is None:
        return Source(numbers, columns, None, None, _notes(caught))
    if geometries is None:
        raise UnreadableFile(
            _(
                "The layer has no geometry. For a table, name the column with `wkt:`, or those "
                "with `x:` and `y:`."
            ),
            pointer=layer.file,
        )
    if layer.axes == "yx":
        geometries = shapely.transform(geometries, lambda c: c[:, ::-1])
    return Source(numbers, columns, geometries, _srid(layer, meta["crs"]), _notes(caught))


@contextmanager
def _as_unreadable(layer: Layer) -> Iterator[None]:
    """Turn what GDAL and decoding raise into our own error, with the file as pointer."""
    try:
        yield
    except (DataSourceError, DataLayerError, UnicodeDecodeError) as error:
        raise UnreadableFile(_reason(error), pointer=layer.file) from error


def _reason(error: Exception) -> str:
    """What GDAL said, without its hint to force a driver."""
    first = str(error).split("; It might help")[0].strip().rstrip(".")
    return _("The file can not be read: %s. Check that it opens elsewhere, or export it again.") % (
        first
    )


def _layer_name(address: str, layer: Layer) -> str:
    names = [str(name) for name, _kind in pyogrio.list_layers(address)]
    if not names:
        raise UnreadableFile(
            _("No layer of the file can be read; a part of it may be missing (.shx, .dbf)."),
            pointer=layer.file,
        )
    if layer.layer is None and len(names) == 1:
        return names[0]
    if layer.layer in names:
        return str(layer.layer)
    there = ", ".join(names) or "–"
    if layer.layer is None:
        raise UnreadableFile(
            _("The file has several layers; say which with `layer:`. There are: %s.") % there,
            pointer=layer.file,
        )
    raise UnreadableFile(
        _("The file has no layer “%(name)s”. There are: %(there)s.")
        % {"name": layer.layer, "there": there},
        pointer=layer.file,
    )


def _present_columns(address: str, name: str, layer: Layer) -> list[str]:
    """The columns to read, each there exactly once."""
    there = [str(column) for column in pyogrio.read_info(address, layer=name)["fields"]]
    for column in layer.columns():
        if there.count(column) == 1:
            continue
        if column in there:
            raise UnreadableFile(
                _("The column “%s” stands there more than once; rename one in the file.") % column,
                pointer=layer.file,
            )
        close = difflib.get_close_matches(column, there, n=1) or [
            other for other in there if other.lower() == column.lower()
        ]
        hint = _(" Did you mean “%s”?") % close[0] if close else ""
        raise UnreadableFile(
            _("The layer “%(layer)s” has no column “%(column)s”.%(hint)s There are: %(there)s.")
            % {"layer": name, "column": column, "hint": hint, "there": ", ".join(there)},
            pointer=layer.file,
        )
    return layer.columns()


def _geometries(
    layer: Layer, wkb: np.ndarray | None, columns: dict[str, np.ndarray]
) -> np.ndarray | None:
    if layer.geometry_kind is None:
        return None
    if layer.wkt:
        text = np.array([str(cell or "") for cell in columns[layer.wkt]], dtype=object)
        return shapely.force_2d(shapely.from_wkt(text, on_invalid="ignore"))
    if layer.x and layer.y:
        x, y = (_numbers(columns[name]) for name in (layer.x, layer.y))
        return np.asarray(shapely.points(x, y))
    if wkb is None:
        return None
    return np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"))


def _numbers(cells: np.ndarray) -> np.ndarray:
    """Cells as floats; what is no number becomes NaN, and is rejected with its feature later."""

    def number(cell: Any) -> float:
        try:
            return float(cell)
        except (TypeError, ValueError):
            return float("nan")

    return np.array([number(cell) for cell in cells], dtype=float)


def _srid(layer: Layer, told: str | None) -> int:
    if layer.crs is not None:
        return layer.crs
    srid = srid_of(told) if told else None
    if srid is None:
        raise UnreadableFile(
            _(
                "Neither the file nor the profile tells the coordinate reference system; "
                "write `crs:` with its EPSG code in the layer (`import_edges`: --crs)."
            ),
            pointer=layer.file,
        )
    return srid


def _notes(caught: list[warnings.WarningMessage]) -> list[str]:
    """The reader's remarks, each once; a missing CRS is judged by itself."""
    said = dict.fromkeys(str(item.message).strip() for item in caught)
    return [note for note in said if "CRS" not in note and "crs" not in note]


def _plain(cell: Any) -> Any:
    return cell.item() if isinstance(cell, np.generic) else cell
