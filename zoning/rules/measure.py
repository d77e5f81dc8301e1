"""Measurements on geometry, with the tolerances that every comparison names.

All geometry is in the metric CRS; results are decimals in metres or square metres.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from zoning.rules.quantities import measured

# A drawn length is read to the millimetre: below that, survey and drawing say nothing.
LENGTH_TOLERANCE_M = Decimal("0.001")
# A drawn area is read to this: the millimetre along some ten metres of outline.
AREA_TOLERANCE_M2 = Decimal("0.01")
# Part of a parcel in a second zone smaller than this is drawing noise, not a split zone.
MINOR_PART_SHARE = 0.01
MINOR_PART_AREA_M2 = 1.0


def area_m2(geometry: BaseGeometry) -> Decimal:
    """Area in m²; lines and points have none."""
    return measured(shapely.area(geometry))


def length_m(lines: Iterable[LineString]) -> Decimal:
    """Total length in m."""
    return measured(float(np.sum(shapely.length(list(lines)))))


def distance_m(geometry: BaseGeometry, line: BaseGeometry) -> Decimal:
    """Shortest distance in m between a geometry and a line; 0 where they touch."""
    return measured(shapely.distance(geometry, line))


def depth_m(parcel: BaseGeometry, front: BaseGeometry) -> Decimal:
    """Greatest distance in m from the front to a corner of the parcel."""
    corners = shapely.points(shapely.get_coordinates(parcel))
    return measured(float(np.max(shapely.distance(corners, front))))


def sides_m(footprint: BaseGeometry) -> tuple[Decimal, Decimal]:
    """Longer and shorter side in m of the smallest rectangle around a footprint."""
    box = shapely.minimum_rotated_rectangle(footprint)
    if not isinstance(box, Polygon):  # a sliver without width
        return measured(shapely.length(box)), Decimal(0)
    corners = shapely.get_coordinates(box)
    sides = sorted(float(np.hypot(*(corners[i + 1] - corners[i]))) for i in (0, 1))
    return measured(sides[1]), measured(sides[0])


def polygons(geometry: BaseGeometry) -> Polygon | MultiPolygon:
    """Only the parts that have area; an empty polygon where none has."""
    parts = [
        part
        for part in shapely.get_parts(geometry, return_index=False)
        if isinstance(part, Polygon | MultiPolygon)
    ]
    merged = shapely.union_all(parts) if parts else Polygon()
    return merged if isinstance(merged, Polygon | MultiPolygon) else Polygon()
