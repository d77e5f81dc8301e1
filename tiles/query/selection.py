"""What is meant: parcels by number, and things at a point, in a box or an area, near a parcel.

Areas and boxes select what has area or boundary in common with them. Lengths are metres.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, fields
from functools import cached_property
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
from parcels.finding import parcel_called
from parcels.models import Parcel
from tiles.identify import metric_point
from tiles.query import bodies
from tiles.query.numbers import read_numbers

FARTHEST_M = 2_000.0
"""How far “near a parcel” may reach."""
GAP_M = 0.05
"""Boundaries no farther apart than this are one and the same, drawn twice."""
MOST_NAMED = 5
"""So many numbers that are not known are named in an error."""
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


@dataclass(frozen=True)
class Asked:
    """How things are chosen, in the words of an address or a form; what is empty was not asked.

    ``references`` has a parcel's number on each line, ``within`` is a GeoJSON area, ``near`` a
    parcel's number. Coordinates are degrees (WGS 84).
    """

    block: str = ""
    number: str = ""
    reference: str = ""
    references: str = ""
    municipality: str = ""
    lon: float | None = None
    lat: float | None = None
    bbox: str = ""
    within: str = ""
    near: str = ""
    distance_m: float | None = None

    @cached_property
    def given(self) -> dict[str, Any]:
        """What was asked, as plain values by name."""
        every = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in every.items() if value not in ("", None)}

    @property
    def way(self) -> str:
        """The one way in which it chooses; empty where everything is meant. Raises BadInput."""
        ways = [way for way, names in WAYS.items() if self.given.keys() & names]
        if len(ways) > 1:
            raise BadInput(
                _("Choose in one way only; “%(first)s” and “%(second)s” are two.")
                % {"first": ways[0], "second": ways[1]},
                pointer=f"/{ways[1]}",
            )
        return ways[0] if ways else ""


WAYS = {
    "block": {"block", "number"},
    "reference": {"reference"},
    "references": {"references"},
    "lon": {"lon", "lat"},
    "bbox": {"bbox"},
    "within": {"within"},
    "near": {"near", "distance_m"},
}


@dataclass(frozen=True)
class Place:
    """Where things lie: how their geometry relates (a lookup) to a value in the metric CRS.

    No value is a place where nothing can be.
    """

    lookup: str
    value: Any

    def of(self, parcels: QuerySet) -> QuerySet:
        """Those that lie there."""
        if self.value is None:
            return parcels.none()
        return parcels.filter(**{f"geometry__{self.lookup}": self.value})


def place(asked: Asked) -> Place | None:
    """The place that is asked about; None where things are chosen in another way, or all are.

    Raises BadInput, NotThere.
    """
    way = asked.way
    if way == "bbox":
        return Place("intersects", metric_box(read_bbox(asked.bbox)))
    if way == "within":
        return _area(bodies.read_polygon(asked.within.encode(), pointer="/within"))
    if way == "near":
        return _near(_land(asked), asked.distance_m)
    if way != "lon":
        return None
    if asked.lon is None or asked.lat is None:
        missing = "/lat" if asked.lat is None else "/lon"
        raise BadInput(_("A point needs both lon and lat."), pointer=missing)
    return Place("intersects", metric_point(asked.lon, asked.lat))


def _area(area: Polygon | MultiPolygon) -> Place:
    return Place("intersects", from_shapely(area))


def _near(parcel: Parcel, distance_m: float | None) -> Place:
    if distance_m is None or not (math.isfinite(distance_m) and 0 <= distance_m <= FARTHEST_M):
        raise BadInput(
            _("A distance is a number of metres from 0 to %(most)s.") % {"most": int(FARTHEST_M)},
            pointer="/distance_m",
        )
    return Place("dwithin", (parcel.geometry, distance_m))


def _land(asked: Asked) -> Parcel:
    """The parcel near which things lie."""
    called = Parcel.objects.numbered(number_key(asked.near)).first()
    reference = asked.near if called is None else called.reference
    return parcel_called(reference, asked.municipality, pointer="/near")


def parcels(rows: Any, asked: Asked) -> QuerySet:
    """The parcels among these that are asked for. Raises BadInput, NotThere.

    The parcel that others are near to is not one of them.
    """
    way = asked.way
    if way == "near":
        return _neighbours(rows, _land(asked), asked.distance_m)
    if asked.municipality:
        rows = rows.filter(municipality__slug=asked.municipality)
    where = place(asked)
    if where is not None:
        return where.of(rows)
    if way == "block":
        if not asked.block:
            raise BadInput(_("A number needs its block beside it."), pointer="/block")
        rows = rows.filter(block=asked.block)
        return rows.filter(number=asked.number) if asked.number else rows
    if way == "reference":
        key = number_key(asked.reference)
        if not key:
            raise BadInput(
                _("Write the number as block/number, such as 125/7."), pointer="/reference"
            )
        return rows.numbered(key)
    return _listed(rows, asked.references) if way == "references" else rows


def _neighbours(rows: QuerySet, parcel: Parcel, distance_m: float | None) -> QuerySet:
    """The parcels among these that are no farther from one than that, without it."""
    return _near(parcel, distance_m).of(rows).exclude(pk=parcel.pk)


def _listed(rows: Any, references: str) -> QuerySet:
    """The parcels of a list of numbers. Raises BadInput for a number that there is not."""
    listed = {number_key(one.text): one.text for one in read_numbers(references.encode())}
    known = rows.numbered(*listed)
    missing = listed.keys() - set(known.values_list("key", flat=True))
    if missing:
        named = [text for key, text in listed.items() if key in missing]
        raise BadInput(
            _("There are no parcels of %(count)s of these numbers: %(numbers)s.")
            % {"count": len(named), "numbers": ", ".join(text[:40] for text in named[:MOST_NAMED])},
            pointer="/references",
        )
    return known


def by_parameters(asked: Asked) -> Selection:
    """The parcels that the parameters of an address choose. Raises BadInput unless one way does."""
    if not asked.way:
        raise BadInput(
            _("Choose parcels in one way: by block and number, reference, lon and lat, or bbox."),
            pointer="/reference",
        )
    return Selection(parcels(Parcel.objects.all(), asked), tuple(asked.given.items()))


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
    return Selection(_area(area).of(Parcel.objects.all()), ("within", digest))


def nearby(parcel: Parcel, *, distance_m: float) -> Selection:
    """The other parcels no farther away than that, with ``distance_m``. Raises BadInput."""
    near = _neighbours(Parcel.objects.all(), parcel, distance_m)
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
