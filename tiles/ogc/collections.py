"""The collections: the layers of the allow-list, in words and with what may be asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import QuerySet
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gisapp.errors import NotThere
from tiles.layers import LAYERS, Column, Layer
from tiles.scope import Scope

DESCRIPTIONS = {
    "boundary": gettext_lazy("The area that each municipality administers."),
    "zones": gettext_lazy(
        "The zoning districts of the plans in force today, or on the day that “datetime” names."
    ),
    "overlays": gettext_lazy(
        "Heritage, flood, easements and other restrictions that lie over the zones; "
        "“datetime” asks for another day than today."
    ),
    "parcels": gettext_lazy("The parcels of the cadastre, by block and number."),
    "buildings": gettext_lazy("Existing buildings, with their storeys and present use."),
    "streets": gettext_lazy("Centre lines of streets, with planned or existing widths."),
    "parcel_edges": gettext_lazy("The sides of each parcel and what they face."),
    "applications": gettext_lazy(
        "The public register of building applications; staff see every file of their municipality. "
        "Each is a point on its first parcel."
    ),
    "conformance": gettext_lazy(
        "The verdict on each parcel in the newest check against the plan; "
        "“datetime” asks for the plan of another day."
    ),
    "places": gettext_lazy("Named places: mosques, schools, squares."),
}

# The geometry that a shape promises, by the names of OGC API – Features Part 5.
FORMATS = {
    "POINT": "geometry-point",
    "LINESTRING": "geometry-linestring",
    "POLYGON": "geometry-polygon",
    "MULTIPOLYGON": "geometry-multipolygon",
}


@dataclass(frozen=True)
class Collection:
    """One layer as a collection of features."""

    name: str
    layer: Layer

    @property
    def title(self) -> str:
        """Its title in the active language."""
        return str(self.layer.title)

    @property
    def description(self) -> str:
        """What it holds, in a sentence of the active language."""
        return str(DESCRIPTIONS.get(self.name, self.layer.title))

    @property
    def columns(self) -> dict[str, Column]:
        """Its properties under their public names; these and no others may be asked about."""
        return self.layer.columns

    def rows(self, scope: Scope, *, within: Any = None) -> QuerySet:
        """The features that the person may see, with their columns.

        ``within`` (metric CRS) leaves out early, by the spatial index, what can not meet it.
        """
        chosen = self.layer.rows(scope) if within is None else self.layer.rows_within(scope, within)
        return self.with_columns(chosen)

    def with_columns(self, rows: QuerySet) -> QuerySet:
        """Rows of the layer with each column annotated under ``alias(name)``, for conditions."""
        sources = {
            alias(name): F(column.source) if isinstance(column.source, str) else column.source
            for name, column in self.columns.items()
        }
        return rows.annotate(**sources)

    def geometry_format(self, scope: Scope) -> str:
        """The kind of geometry, in the words of Part 5."""
        field: Any = self.layer.rows(scope).query.resolve_ref(self.layer.geometry).output_field
        promised = "POINT" if self.layer.shape == "point" else field.geom_type
        return FORMATS.get(promised, "geometry-any")

    def personal(self, scope: Scope) -> bool:
        """Whether the answer depends on who asks."""
        return self.layer.personal or scope.personal


def alias(column: str) -> str:
    """The name of a column within queries, where the model may have a field of the public name."""
    return f"column_{column}"


def all_collections() -> list[Collection]:
    """Every collection, in the order of the allow-list."""
    return [Collection(name, layer) for name, layer in LAYERS.items()]


def find(name: str) -> Collection:
    """The collection of this name. Raises NotThere."""
    if name not in LAYERS:
        raise NotThere(
            _("There is no collection “%(name)s”. There are: %(known)s.")
            % {"name": name[:60], "known": ", ".join(LAYERS)},
            pointer="/collectionId",
        )
    return Collection(name, LAYERS[name])
