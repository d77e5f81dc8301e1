"""What somebody wants to take away: a layer, a format, an area, a date."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.gis.db.models import QuerySet
from django.db.models import F, FloatField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gisapp.errors import BadInput, NotThere
from tiles.layers import LAYERS, Column, Layer, layer_called
from tiles.ogc import filters
from tiles.ogc.collections import Collection
from tiles.ogc.reference_systems import crs84
from tiles.query.columns import parcel_columns
from tiles.query.selection import Asked, parcels, place
from tiles.scope import Scope

FORMATS = {
    "gpkg": gettext_lazy("GeoPackage"),
    "geojson": gettext_lazy("GeoJSON"),
    "csv": gettext_lazy("CSV (table with coordinates of a point)"),
    "shp.zip": gettext_lazy("Shapefile (zipped)"),
}
KINDS = {
    "gpkg": "application/geopackage+sqlite3",
    "geojson": "application/geo+json; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "shp.zip": "application/zip",
}
STREAMED = ("csv", "geojson")


@dataclass(frozen=True)
class Part(Asked):
    """What of a layer is wanted: chosen as parcels are, and by a condition in CQL2."""

    filter: str = ""
    filter_lang: str = ""


@dataclass(frozen=True)
class Wanted:
    """A layer as this person may see it, in a format, whole or a part of it."""

    name: str
    format: str
    scope: Scope
    part: Part = Part()

    @property
    def layer(self) -> Layer:
        return LAYERS[self.name]

    @property
    def personal(self) -> bool:
        """Whether what comes out depends on who asks."""
        return self.layer.personal or self.scope.personal

    @property
    def file_name(self) -> str:
        return f"{self.name}-{self.scope.on:%Y-%m-%d}.{self.format}"

    @cached_property
    def rows(self) -> QuerySet:
        """The wanted rows, asked for once: permission and date are the layer's own.

        Raises BadInput, NotThere.
        """
        rows = self.layer.rows(self.scope)
        rows = parcels(rows, self.part) if self.name == "parcels" else self._placed(rows)
        if not self.part.filter:
            return rows
        collection = Collection(self.name, self.layer)
        language = self.part.filter_lang or filters.TEXT
        where = filters.condition(self.part.filter, language, collection=collection, system=crs84())
        return collection.with_columns(rows).filter(where)

    def _placed(self, rows: QuerySet) -> QuerySet:
        for name in ("block", "number", "reference", "references"):
            if name in self.part.given:
                raise BadInput(
                    _("Only parcels can be chosen by block and number."), pointer=f"/{name}"
                )
        where = place(self.part)
        if where is None:
            return rows
        if where.value is None:
            return rows.none()
        return self.layer.rows_where(rows, where.lookup, where.value)

    def columns(self) -> dict[str, Any]:
        """Query expressions by public name; of parcels more than a tile has room for."""
        if self.name == "parcels":
            return parcel_columns()
        return {name: _plain(column) for name, column in self.layer.columns.items()}

    def numbers(self) -> set[str]:
        """The names of the columns that hold numbers."""
        if self.name == "parcels":
            return {name for name in parcel_columns() if name.endswith("_m2")}
        return {name for name, column in self.layer.columns.items() if column.kind == "Number"}


def _plain(column: Column) -> Any:
    """A column as text or number; a length would come as an object of its own."""
    source = F(column.source) if isinstance(column.source, str) else column.source
    return Cast(source, FloatField()) if column.kind == "Number" else source


def read_name(name: str) -> tuple[str, str]:
    """Layer and format of a file's name such as ``parcels.shp.zip``. Raises NotThere."""
    layer, _dot, kind = name.partition(".")
    layer_called(layer)
    if kind not in FORMATS:
        raise NotThere(
            _("There is no format “%(name)s”. There are: %(known)s.")
            % {"name": kind[:60], "known": ", ".join(FORMATS)},
            pointer="/format",
        )
    return layer, kind
