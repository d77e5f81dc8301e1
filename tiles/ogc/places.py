"""Boxes and shapes sent by a client, carried into the stored CRS.

A client may ask for the whole world, which the deployment's metric CRS can not express; so what it
sends is first cut down to the surroundings of the CRS's area of use.
"""

from __future__ import annotations

import math
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _
from shapely.geometry import GeometryCollection, LineString, Point, box, shape
from shapely.geometry.base import BaseGeometry

from gisapp.crs import WGS84_SRID, area_of_use_wgs84, metric_srid, to_metric, transform
from gisapp.geometry import from_shapely
from tiles.ogc.errors import BadParameter
from tiles.ogc.reference_systems import ReferenceSystem

BEYOND_AREA_OF_USE_DEG = 5.0
HALF_WORLD_MERCATOR_M = 20_037_508.342789244
PIECES_PER_SIDE = 32
KINDS = (
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
)


def read_box(numbers: list[float], system: ReferenceSystem, *, pointer: str) -> GEOSGeometry | None:
    """The area of four or six numbers, in the stored CRS; heights do not count.

    The box's sides are straight in ``system``, so they are followed in small pieces. West may lie
    east of east in CRS84: the box then crosses the date line. None where no data can be.
    Raises BadParameter.
    """
    if len(numbers) not in (4, 6):
        raise BadParameter(
            _("A bounding box is four numbers: west, south, east, north (six with heights)."),
            pointer=pointer,
        )
    if not all(map(math.isfinite, numbers)):
        raise BadParameter(_("A bounding box is made of finite numbers."), pointer=pointer)
    half = len(numbers) // 2
    low, high = numbers[:2], numbers[half : half + 2]
    if system.flipped:
        low, high = low[::-1], high[::-1]
    (west, south), (east, north) = low, high
    crosses = system.in_degrees and west > east
    if south > north or (west > east and not crosses):
        raise BadParameter(
            _("The bounding box is turned round: write the south-western corner first."),
            pointer=pointer,
        )
    _check_range([west, east], [south, north], system, pointer)
    halves = [(west, east)] if not crosses else [(west, 180.0), (-180.0, east)]
    parts = [_rectangle(left, south, right, north) for left, right in halves]
    longest = max(north - south, *(right - left for left, right in halves))
    if longest > 0:
        parts = [shapely.segmentize(part, longest / PIECES_PER_SIDE) for part in parts]
    return _stored(shapely.union_all(parts), system, pointer)


def read_geometry(body: Any, system: ReferenceSystem, *, pointer: str) -> GEOSGeometry | None:
    """A GeoJSON geometry in the stored CRS; None where no data can be. Raises BadParameter."""
    _check(body, pointer)
    try:
        geometry = shape(body)
    except (ValueError, TypeError, IndexError, KeyError, shapely.GEOSException) as error:
        raise BadParameter(
            _("The coordinates make no %(kind)s.") % {"kind": body["type"]}, pointer=pointer
        ) from error
    if geometry.is_empty:
        raise BadParameter(_("The geometry is empty."), pointer=pointer)
    if not geometry.is_valid:
        raise BadParameter(
            _("The geometry is not valid: %(reason)s.")
            % {"reason": shapely.is_valid_reason(geometry)},
            pointer=pointer,
        )
    geometry = shapely.force_2d(geometry)
    if system.flipped:
        geometry = shapely.transform(geometry, lambda points: points[:, ::-1])
    west, south, east, north = geometry.bounds
    _check_range([west, east], [south, north], system, pointer)
    return _stored(geometry, system, pointer)


def _rectangle(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """A rectangle, or the line or point that it shrinks to."""
    if west < east and south < north:
        return box(west, south, east, north)
    corners = [(west, south), (east, north)]
    return Point(corners[0]) if corners[0] == corners[1] else LineString(corners)


def _check(body: Any, pointer: str) -> None:
    """The geometry, and each inside a collection, is of a known kind and its numbers are numbers.

    Rings end where they began; Shapely would close them itself. Raises BadParameter.
    """
    if not isinstance(body, dict) or body.get("type") not in KINDS:
        raise BadParameter(
            _("A geometry is one of: %(kinds)s.") % {"kinds": ", ".join(KINDS)}, pointer=pointer
        )
    if body["type"] == "GeometryCollection":
        parts = body.get("geometries")
        for part in parts if isinstance(parts, list) else [None]:
            _check(part, pointer)
        return
    nested = [body.get("coordinates")]
    while nested:
        inner = nested.pop()
        if not isinstance(inner, list):
            raise BadParameter(_("A position is made of finite numbers."), pointer=pointer)
        if all(_is_number(each) for each in inner):
            continue
        nested += inner
        ring = "Polygon" in body["type"] and isinstance(inner[0], list) and inner[0]
        if ring and _is_number(ring[0]) and inner[0] != inner[-1]:
            raise BadParameter(_("A ring ends where it began."), pointer=pointer)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _check_range(
    eastings: list[float], northings: list[float], system: ReferenceSystem, pointer: str
) -> None:
    if not system.in_degrees:
        return
    if max(map(abs, eastings)) > 180 or max(map(abs, northings)) > 90:
        raise BadParameter(
            _("Longitudes run from −180 to 180 and latitudes from −90 to 90, longitude first."),
            pointer=pointer,
        )


def _stored(geometry: BaseGeometry, system: ReferenceSystem, pointer: str) -> GEOSGeometry | None:
    """The geometry (east before north) in the stored CRS, cut down to where data can be."""
    if system.srid == metric_srid():
        return from_shapely(geometry)
    if not system.in_degrees:
        half = HALF_WORLD_MERCATOR_M
        world = box(-half, -half, half, half)
        geometry = transform(_cut(geometry, world), source_srid=system.srid, target_srid=WGS84_SRID)
    west, south, east, north = area_of_use_wgs84(metric_srid())
    surroundings = box(
        max(west - BEYOND_AREA_OF_USE_DEG, -180),
        max(south - BEYOND_AREA_OF_USE_DEG, -85),
        min(east + BEYOND_AREA_OF_USE_DEG, 180),
        min(north + BEYOND_AREA_OF_USE_DEG, 85),
    )
    near = to_metric(_cut(geometry, surroundings))
    if near.is_empty:
        return None
    if not all(map(math.isfinite, near.bounds)):
        raise BadParameter(_("This place lies too far from the municipality."), pointer=pointer)
    return from_shapely(near)


def _cut(geometry: BaseGeometry, area: BaseGeometry) -> BaseGeometry:
    """The part of the geometry inside the area, of the same dimension as the whole."""
    if shapely.covers(area, geometry):
        return geometry
    inside = shapely.intersection(geometry, area)
    if not isinstance(inside, GeometryCollection) or isinstance(geometry, GeometryCollection):
        return inside
    dimension = shapely.get_dimensions(geometry)
    return shapely.union_all(
        [part for part in inside.geoms if shapely.get_dimensions(part) == dimension]
    )
