"""What somebody wants to take away: a layer, a format, an area, a date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import QuerySet
from django.contrib.gis.geos import Polygon
from django.db.models import F, FloatField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gisapp.errors import BadInput, NotThere
from gisapp.params import Bbox
from tiles.layers import LAYERS, Column, Layer, layer_called
from tiles.query.collections import parcel_columns
from tiles.query.selection import metric_box
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
class Wanted:
    """A layer as this person may see it, in a format, whole or in a box of degrees."""

    name: str
    format: str
    scope: Scope
    bbox: Bbox | None = None
    block: str = ""

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

    def rows(self) -> QuerySet:
        """The layer's rows: permission and date are the layer's own."""
        rows = self.layer.rows(self.scope)
        if self.block:
            rows = rows.filter(block=self.block)
        if self.bbox is None:
            return rows
        area = metric_box(self.bbox)
        if area is None:
            return rows.none()
        if self.layer.within is not None:
            rectangle = area if isinstance(area, Polygon) else Polygon.from_bbox(area.extent)
            return self.layer.within(rows, rectangle)
        return rows.filter(**{f"{self.layer.geometry}__intersects": area})

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


def check_block(layer: str, block: str) -> None:
    """Raise BadInput for a block asked of a layer that has none."""
    if block and layer != "parcels":
        raise BadInput(_("Only parcels can be chosen by block."), pointer="/block")
