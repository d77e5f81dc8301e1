"""Makes a geometry sound, or says why it can not be: one function per kind of geometry.

All work in the metric CRS (metres), after the coordinates have been found finite.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

REASON = re.compile(r"^(?P<reason>[^\[]+)\[(?P<x>\S+) (?P<y>\S+)\]")
POLYGON_TYPES = ("Polygon", "MultiPolygon")


@dataclass(frozen=True)
class Repaired:
    """A sound geometry, and a code with figures if it had to be changed.

    ``geometry`` is None when nothing usable is left; ``code`` then says why.
    ``where`` is the place of the fault (metric CRS), if known.
    """

    geometry: Any
    code: str = ""
    where: tuple[float, float] | None = None
    parameters: dict[str, Any] = field(default_factory=dict)


def repair_polygon(geometry: BaseGeometry | None, *, sliver_m2: float) -> Repaired:
    """A valid MultiPolygon of the geometry's polygon parts.

    Self-crossings are resolved by ``shapely.make_valid`` (structure method: each crossing loop
    keeps its area once). Lines and points in a collection are dropped, and parts smaller than
    ``sliver_m2`` too; a geometry with no part left is not usable.
    """
    if geometry is None or geometry.is_empty:
        return Repaired(None, "empty")
    parts, dropped = _polygon_parts(geometry)
    if not parts:
        return Repaired(None, "no_polygon", parameters={"type": geometry.geom_type})
    whole: BaseGeometry = MultiPolygon(parts) if len(parts) > 1 else parts[0]
    code, where, parameters = "", None, {}
    if not whole.is_valid:
        code, where = "made_valid", _fault(whole)[1]
        parameters = {"reason": _fault(whole)[0], "area_before_m2": round(whole.area, 2)}
        whole = shapely.make_valid(whole, method="structure", keep_collapsed=False)
        parts, _lost = _polygon_parts(whole)
    elif dropped:
        code, parameters = "other_parts_dropped", {"type": geometry.geom_type}
    kept = [part for part in parts if part.area >= sliver_m2]
    if not kept:
        return Repaired(
            None, "too_small", where, {"area_m2": round(whole.area, 4), "limit_m2": sliver_m2}
        )
    if len(kept) < len(parts):
        code = code or "slivers_dropped"
        parameters["slivers"] = len(parts) - len(kept)
    result = MultiPolygon(kept)
    if code:
        parameters["area_after_m2"] = round(result.area, 2)
    return Repaired(result, code, where, parameters)


def repair_line(geometry: BaseGeometry | None) -> Repaired:
    """A list of LineStrings longer than nothing: connected parts become one line."""
    if geometry is None or geometry.is_empty:
        return Repaired(None, "empty")
    found = shapely.get_parts(shapely.get_parts(geometry))
    lines = [g for g in found if g.geom_type in ("LineString", "LinearRing") and g.length > 0]
    if not lines:
        return Repaired(None, "no_line", parameters={"type": geometry.geom_type})
    if len(lines) == 1:
        return Repaired([LineString(lines[0])])
    merged = list(shapely.get_parts(shapely.line_merge(MultiLineString(lines))))
    if len(merged) == 1:
        return Repaired(merged)
    return Repaired(merged, "split_into_lines", parameters={"parts": len(merged)})


def repair_point(geometry: BaseGeometry | None) -> Repaired:
    """A Point: the point itself, or a point inside the area or on the line it was given as."""
    if geometry is None or geometry.is_empty:
        return Repaired(None, "empty")
    if isinstance(geometry, Point):
        return Repaired(geometry)
    point = geometry.representative_point() if geometry.is_valid else geometry.centroid
    return Repaired(point, "made_a_point", parameters={"type": geometry.geom_type})


def repair_any(geometry: BaseGeometry | None, *, sliver_m2: float) -> Repaired:
    """A valid geometry of its own dimension; polygons as in ``repair_polygon``."""
    if geometry is None or geometry.is_empty:
        return Repaired(None, "empty")
    if shapely.get_dimensions(geometry) == 2:
        return repair_polygon(geometry, sliver_m2=sliver_m2)
    if geometry.is_valid:
        return Repaired(geometry)
    reason, where = _fault(geometry)
    return Repaired(shapely.make_valid(geometry), "made_valid", where, {"reason": reason})


def _polygon_parts(geometry: BaseGeometry) -> tuple[list[Polygon], bool]:
    """The polygons in it, and whether anything else was in it."""
    found = shapely.get_parts(shapely.get_parts(geometry))
    polygons = [part for part in found if isinstance(part, Polygon) and not part.is_empty]
    return polygons, len(polygons) < len(found)


def _fault(geometry: BaseGeometry) -> tuple[str, tuple[float, float] | None]:
    """What is wrong, in GEOS's words, and where."""
    said = shapely.is_valid_reason(geometry)
    match = REASON.match(said)
    if match is None:
        return said, None
    return match["reason"].strip(), (float(match["x"]), float(match["y"]))
