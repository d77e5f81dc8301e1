"""Reading and writing GeoJSON geometry (RFC 7946), with errors that say where and what to do."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, cast

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

from gisapp import crs
from gisapp.errors import BadInput
from gisapp.geometry import to_shapely

MAX_VERTICES = 20_000


def write(geometry: BaseGeometry | None) -> dict[str, Any] | None:
    """The geometry (metric CRS) in longitude and latitude, rings by the right-hand rule.

    Coordinates have nine decimals, which is a tenth of a millimetre. Nothing for nothing.
    """
    if geometry is None or geometry.is_empty:
        return None
    wgs84 = shapely.transform(
        shapely.orient_polygons(crs.to_wgs84(geometry)), lambda points: points.round(9)
    )
    return dict(mapping(wgs84))


def stored(geometry: GEOSGeometry | None) -> dict[str, Any] | None:
    """A model's geometry (metric CRS) in longitude and latitude; nothing for nothing."""
    return None if geometry is None else write(to_shapely(geometry))


def read_area(body: Any, *, pointer: str, srid: int = crs.WGS84_SRID) -> Polygon | MultiPolygon:
    """A Polygon or MultiPolygon from GeoJSON, in the deployment's metric CRS.

    ``srid`` is the CRS that its coordinates are in. Raises BadInput, whose pointer names the
    place, for another type, further members, numbers that are not finite or out of range, open
    rings, too many vertices, and areas that cross themselves.
    """
    _check_members(body, pointer)
    positions = _positions(body["coordinates"], f"{pointer}/coordinates")
    for count, (place, position) in enumerate(positions, start=1):
        if count > MAX_VERTICES:
            raise BadInput(
                _("The shape has more than %(most)s corners; simplify it.")
                % {"most": MAX_VERTICES},
                pointer=pointer,
            )
        _check_position(position, place, srid)
    try:
        geometry = shape(body)
    except (ValueError, TypeError, IndexError, shapely.GEOSException) as error:
        raise BadInput(
            _("The coordinates make no rings: a ring has four positions, the last like the first."),
            pointer=f"{pointer}/coordinates",
        ) from error
    if geometry.is_empty:
        raise BadInput(_("The shape is empty."), pointer=pointer)
    if not geometry.is_valid:
        raise BadInput(
            _("The outline is not a valid area (%(reason)s). Draw it without crossing itself.")
            % {"reason": shapely.is_valid_reason(geometry)},
            pointer=pointer,
        )
    return cast(Polygon | MultiPolygon, crs.to_metric(geometry, source_srid=srid))


def _check_members(body: Any, pointer: str) -> None:
    if not isinstance(body, dict) or body.get("type") not in ("Polygon", "MultiPolygon"):
        raise BadInput(_("A GeoJSON Polygon or MultiPolygon is needed."), pointer=pointer)
    extra = sorted(set(body) - {"type", "coordinates"})
    if extra or "coordinates" not in body:
        raise BadInput(
            _("A geometry has exactly the members “type” and “coordinates”; found %(members)s.")
            % {"members": ", ".join(sorted(map(str, body)))},
            pointer=pointer,
        )


def _positions(nested: Any, pointer: str, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Every position of nested coordinates with its place."""
    if not isinstance(nested, list) or depth > 4:
        raise BadInput(_("Coordinates are lists of positions."), pointer=pointer)
    if nested and not isinstance(nested[0], list):
        yield pointer, nested
        return
    for index, inner in enumerate(nested):
        yield from _positions(inner, f"{pointer}/{index}", depth + 1)


def _check_position(position: list[Any], pointer: str, srid: int) -> None:
    numbers = all(isinstance(n, int | float) and not isinstance(n, bool) for n in position)
    if not numbers or len(position) not in (2, 3) or not all(map(math.isfinite, position)):
        raise BadInput(_("A position is two finite numbers."), pointer=pointer)
    if srid == crs.WGS84_SRID and not (abs(position[0]) <= 180 and abs(position[1]) <= 90):
        raise BadInput(
            _(
                "%(x)s, %(y)s is no longitude and latitude. "
                "Send degrees (WGS84), or say that the coordinates are metric."
            )
            % {"x": position[0], "y": position[1]},
            pointer=pointer,
        )
