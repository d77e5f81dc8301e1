"""Which parcels are meant: by number, at a point, in a box, in an area, around a parcel.

Areas and boxes select what has area or boundary in common with them. Lengths are metres.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.db.models import QuerySet
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import F, FloatField, Func, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon, Polygon

from gisapp import crs
from gisapp.errors import BadInput
from gisapp.fields import MetricMultiPolygonField
from gisapp.folding import number_key
from gisapp.geometry import from_shapely
from gisapp.params import Bbox, read_bbox
from parcels.models import Parcel
from tiles.identify import metric_point

FARTHEST_M = 2_000.0
"""How far “near a parcel” may reach."""
GAP_M = 0.05
"""Boundaries no farther apart than this are one and the same, drawn twice."""
COMMON_LENGTH = (
    "(SELECT greatest(0, ST_Length(piece) - %(ends_m)s * ST_NumGeometries(piece)) "
    "FROM (SELECT ST_LineMerge(ST_CollectionExtract(ST_Intersection(%(expressions)s), 2)) "
    "AS piece) AS common)"
)
BEYOND_DEGREES = 1.0
"""How far beyond its CRS's area of use a city may reach."""


@dataclass(frozen=True)
class Selection:
    """Rows, and the question that chose them as plain values, which a cursor is bound to."""

    rows: QuerySet
    question: tuple[Any, ...]


def by_parameters(
    *,
    block: str,
    number: str,
    reference: str,
    municipality: str,
    lon: float | None,
    lat: float | None,
    bbox: str,
) -> Selection:
    """The parcels that the parameters of an address choose. Raises BadInput unless one way does."""
    asked = [
        name
        for name, given in (
            ("block", block or number),
            ("reference", reference),
            ("lon", lon is not None or lat is not None),
            ("bbox", bbox),
        )
        if given
    ]
    if len(asked) != 1:
        raise BadInput(
            _("Choose parcels in one way: by block and number, reference, lon and lat, or bbox."),
            pointer=f"/{asked[1]}" if asked else "/reference",
        )
    rows = Parcel.objects.all()
    if municipality:
        rows = rows.filter(municipality__slug=municipality)
    if asked == ["bbox"]:
        box = read_bbox(bbox)
        return Selection(in_box(rows, box), ("bbox", box, municipality))
    if asked == ["lon"]:
        if lon is None or lat is None:
            raise BadInput(
                _("A point needs both lon and lat."), pointer="/lat" if lat is None else "/lon"
            )
        return Selection(rows.at(metric_point(lon, lat)), ("at", lon, lat, municipality))
    if asked == ["block"]:
        return _in_block(rows, block, number, municipality)
    key = number_key(reference)
    if not key:
        raise BadInput(_("Write the number as block/number, such as 125/7."), pointer="/reference")
    return Selection(rows.numbered(key), ("reference", key, municipality))


def _in_block(rows: QuerySet, block: str, number: str, municipality: str) -> Selection:
    if not block:
        raise BadInput(_("A number needs its block beside it."), pointer="/block")
    chosen = rows.filter(block=block, **({"number": number} if number else {}))
    return Selection(chosen, ("block", block, number, municipality))


def in_box(rows: QuerySet, box: Bbox, *, geometry: str = "geometry") -> QuerySet:
    """Rows whose geometry meets the box (degrees)."""
    area = metric_box(box)
    if area is None:
        return rows.none()
    return rows.filter(**{f"{geometry}__intersects": area})


def metric_box(box: Bbox) -> GEOSGeometry | None:
    """A box of degrees in the metric CRS, its sides with the bend that they have there.

    What lies far outside the CRS's area of use is cut off, since no parcel is there and the CRS may
    have no coordinates for it; None where nothing is left.
    """
    west, south, east, north = crs.area_of_use_wgs84(crs.metric_srid())
    west, south = max(box[0], west - BEYOND_DEGREES), max(box[1], south - BEYOND_DEGREES)
    east, north = min(box[2], east + BEYOND_DEGREES), min(box[3], north + BEYOND_DEGREES)
    if west > east or south > north:
        return None
    if west == east or south == north:
        line = shapely.linestrings([(west, south), (east, north)])
        return _placed(crs.to_metric(line))
    side = max(east - west, north - south)
    bent = crs.to_metric(shapely.segmentize(shapely.box(west, south, east, north), side / 20))
    return _placed(bent)


def _placed(geometry: Any) -> GEOSGeometry | None:
    found: GEOSGeometry = from_shapely(geometry)
    return found if np.isfinite(shapely.get_coordinates(geometry)).all() else None


def within(area: Polygon | MultiPolygon, body: bytes) -> Selection:
    """The parcels that have area or boundary in common with an area (metric CRS)."""
    digest = hashlib.sha256(body).hexdigest()
    return Selection(Parcel.objects.touching(from_shapely(area)), ("within", digest))


def nearby(parcel: Parcel, *, distance_m: float) -> Selection:
    """The other parcels no farther away than that, with ``distance_m``. Raises BadInput."""
    if not (math.isfinite(distance_m) and 0 <= distance_m <= FARTHEST_M):
        raise BadInput(
            _("A distance is a number of metres from 0 to %(most)s.") % {"most": int(FARTHEST_M)},
            pointer="/distance_m",
        )
    rows = Parcel.objects.exclude(pk=parcel.pk)
    near = rows.filter(geometry__dwithin=(parcel.geometry, distance_m))
    return Selection(near, ("nearby", parcel.pk, distance_m))


def neighbours(parcel: Parcel) -> Selection:
    """The parcels that touch this one, be it at a corner."""
    rows = Parcel.objects.exclude(pk=parcel.pk)
    touching = rows.filter(geometry__dwithin=(parcel.geometry, GAP_M))
    return Selection(touching, ("neighbours", parcel.pk))


def distance_to(parcel: Parcel) -> Any:
    """A query expression: metres from the parcel."""
    return Cast(Distance("geometry", parcel.geometry), FloatField())


def common_boundary_m(parcel: Parcel) -> Any:
    """A query expression: the length of the boundary that a parcel shares with this one, in metres.

    It is the part of its boundary within GAP_M of this parcel, less what of each piece reaches
    around the corner at its two ends.
    """
    own = Value(parcel.geometry, output_field=MetricMultiPolygonField())
    close = Func(own, Value(GAP_M), Value("join=mitre"), function="ST_Buffer")
    return Func(
        Func(F("geometry"), function="ST_Boundary"),
        close,
        template=COMMON_LENGTH,
        ends_m=2 * GAP_M,
        output_field=FloatField(),
    )
