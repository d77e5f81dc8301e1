"""What lies around a place, as GeoJSON in WGS84 for a small map: parcels, streets, buildings.

Read by the pages of a parcel and of an application. Coordinates carry seven decimals, about a
centimetre.
"""

from __future__ import annotations

import json
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON, Intersection, Transform
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db.models import F

from gisapp.crs import WGS84_SRID
from parcels.models import Building, Parcel, StreetSegment

DECIMALS = 7
MOST_FEATURES = 400


def wgs84(column: Any) -> AsGeoJSON:
    """A query expression: the geometry as GeoJSON text, longitude before latitude."""
    return AsGeoJSON(Transform(column, WGS84_SRID), precision=DECIMALS)


def feature(geometry: str | None, **properties: Any) -> dict[str, Any] | None:
    """One GeoJSON feature; None for an empty geometry."""
    shape = json.loads(geometry) if geometry else None
    if not shape or not shape.get("coordinates"):
        return None
    return {"type": "Feature", "geometry": shape, "properties": properties}


def around(
    place: GEOSGeometry, *, municipality_id: int, distance_m: float = 70.0
) -> dict[str, list[dict[str, Any]]]:
    """The neighbours of a place (metric CRS) within a frame that reaches ``distance_m`` beyond it.

    At most MOST_FEATURES of each sort; parcels keep their whole outline, streets are cut.
    """
    west, south, east, north = place.extent
    frame = Polygon.from_bbox(
        (west - distance_m, south - distance_m, east + distance_m, north + distance_m)
    )
    frame.srid = place.srid
    here = {"municipality": municipality_id}
    parcels = Parcel.objects.filter(geometry__bboverlaps=frame, **here).annotate(
        shape=wgs84(F("geometry"))
    )
    streets = (
        StreetSegment.objects.near(frame, distance_m=0)
        .filter(**here)
        .annotate(shape=wgs84(Intersection("centre_line", frame)))
    )
    buildings = Building.objects.filter(footprint__bboverlaps=frame, **here).annotate(
        shape=wgs84(F("footprint"))
    )
    return {
        "parcels": _features(
            feature(row.shape, reference=row.reference, url=row.get_absolute_url())
            for row in parcels.only("block", "number", "reference")[:MOST_FEATURES]
        ),
        "streets": _features(
            feature(row.shape, name=row.name, width_m=_number(row.planned_width_m))
            for row in streets[:MOST_FEATURES]
        ),
        "buildings": _features(feature(row.shape) for row in buildings.only("pk")[:MOST_FEATURES]),
    }


def edges_of(parcel: Parcel) -> list[dict[str, Any]]:
    """The parcel's edges as features with their kind and its label."""
    edges = parcel.edges.annotate(shape=wgs84(F("geometry")))
    return _features(
        feature(edge.shape, kind=edge.kind, label=edge.get_kind_display(), position=edge.position)
        for edge in edges
    )


def outline_of(parcel: Parcel) -> dict[str, Any] | None:
    """The parcel's boundary as a feature."""
    row = Parcel.objects.filter(pk=parcel.pk).annotate(shape=wgs84(F("geometry"))).get()
    return feature(row.shape, reference=parcel.reference)


def _features(found: Any) -> list[dict[str, Any]]:
    return [each for each in found if each is not None]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
