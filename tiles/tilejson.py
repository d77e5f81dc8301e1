"""TileJSON 3.0: what a client needs to know before it asks for tiles."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.gis.db.models import Extent
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gisapp.crs import WGS84_SRID, metric_srid, transformer
from gisapp.models import Municipality
from parcels.models import Building, Parcel, StreetSegment
from tiles.kept import GRIDS
from tiles.layers import LAYERS, Layer
from tiles.scope import Scope
from zoning.models import Zone

WORLD = (-180.0, -85.05, 180.0, 85.05)

Bbox = tuple[float, float, float, float]


def bounds_wgs84() -> Bbox | None:
    """West, south, east, north of the deployment in degrees; None while nothing is loaded.

    The municipality's boundary where it is known, else the land that has been imported.
    """
    asked = (
        (Municipality.objects.filter(boundary__isnull=False), "boundary"),
        (Parcel.objects.all(), "geometry"),
        (Zone.objects.all(), "geometry"),
        (StreetSegment.objects.all(), "centre_line"),
        (Building.objects.all(), "footprint"),
    )
    for rows, column in asked:
        box = rows.aggregate(box=Extent(column))["box"]
        if box is not None:
            west, south, east, north = transformer(metric_srid(), WGS84_SRID).transform_bounds(*box)
            return west, south, east, north
    return None


def attributions() -> list[str]:
    """The data sources that every map must name, in the active language."""
    language = get_language() or "en"
    lines: list[str] = []
    for listed in Municipality.objects.values_list("attribution", flat=True):
        for source in listed:
            text = (
                source.get(language) or source.get("en", "") if isinstance(source, dict) else source
            )
            if text and text not in lines:
                lines.append(str(text))
    return lines


def describe(names: list[str], scope: Scope, request: HttpRequest) -> dict[str, Any]:
    """The TileJSON document of one layer or of several in one tile."""
    chosen = [LAYERS[name] for name in names]
    bounds = bounds_wgs84() or WORLD
    least = min(layer.min_zoom for layer in chosen)
    return {
        "tilejson": "3.0.0",
        "name": ", ".join(str(layer.title) for layer in chosen),
        "version": "1.0.0",
        "scheme": "xyz",
        "tiles": [_address(names, scope, request)],
        "minzoom": least,
        "maxzoom": max(layer.max_zoom for layer in chosen),
        "bounds": [round(value, 6) for value in bounds],
        "center": [
            round((bounds[0] + bounds[2]) / 2, 6),
            round((bounds[1] + bounds[3]) / 2, 6),
            max(least, 13),
        ],
        "attribution": " · ".join(attributions()),
        "vector_layers": [_vector_layer(name, LAYERS[name]) for name in names],
        "legend": {name: legend(name, scope) for name in names},
    }


def legend(name: str, scope: Scope) -> list[dict[str, Any]]:
    """The legend of a layer as plain values, in the active language."""
    return [entry.as_dict() for entry in LAYERS[name].legend(scope)]


def _vector_layer(name: str, layer: Layer) -> dict[str, Any]:
    fields = {key: f"{column.kind}: {column.meaning}" for key, column in layer.tile_columns.items()}
    if layer.kept is not None and layer.kept.blocks:
        block = _("number of the block that stands for its parcels, up to zoom %(zoom)s")
        fields["block"] = f"String: {block % {'zoom': GRIDS[0] - 1}}"
    return {
        "id": name,
        "description": str(layer.title),
        "minzoom": layer.min_zoom,
        "maxzoom": layer.max_zoom,
        "fields": fields,
    }


def _address(names: list[str], scope: Scope, request: HttpRequest) -> str:
    path = reverse("tile", args=[",".join(names), "0", "0", "0"]).removesuffix("0/0/0.mvt")
    asked: dict[str, str] = {}
    if scope.version is not None:
        asked["version"] = str(scope.version.pk)
    elif "on" in request.GET:
        asked["on"] = scope.on.isoformat()
    query = f"?{urlencode(asked)}" if asked else ""
    return request.build_absolute_uri(path) + "{z}/{x}/{y}.mvt" + query
