"""Would a building of so many metres fit? A rectangle is placed inside an area, turned as needed.

The places where the middle of a rectangle may stand are the area less its complement swept by the
rectangle (a Minkowski difference), worked out on the geometry itself, never on a raster.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import affinity
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

# A rectangle may touch every side of the area; this much play keeps such a fit from noise.
PLAY_M = 0.0001
# Shorter edges (the chords of rounded corners) say nothing about how a building may be turned.
LEADING_EDGE_M = 1.0
# Turns tried when none along an edge fits.
FINE_TURN_DEGREES = 3.0


def place(area: BaseGeometry, length_m: float, width_m: float) -> Polygon | None:
    """A rectangle of this size inside the area (metric CRS, metres), or None where none fits.

    Tried are the directions of the area's edges, then turns of three degrees. Of several places
    the one inside the roomiest is taken, so the same area always gives the same answer.

    >>> place(box(0, 0, 12, 8), 12, 8).area
    96.0
    """
    for part in sorted(_polygons(area), key=lambda part: -part.area):
        if not _may_fit(part, length_m, width_m):
            continue
        for turn in _turns(part):
            found = _placed(part, length_m, width_m, turn)
            if found is not None:
                return found
    return None


def _polygons(area: BaseGeometry) -> list[Polygon]:
    return [part for part in shapely.get_parts(area).tolist() if isinstance(part, Polygon)]


def _may_fit(part: Polygon, length_m: float, width_m: float) -> bool:
    """What must hold whatever the turn: enough area, and room for the circle in the rectangle."""
    if part.area < (length_m - PLAY_M) * (width_m - PLAY_M):
        return False
    # A little less than the circle: buffers of what is just wide enough lose themselves in noise.
    radius_m = min(length_m, width_m) / 2 * 0.95
    return not shapely.buffer(part, -radius_m, quad_segs=16).is_empty


def _turns(part: Polygon) -> Iterator[float]:
    """Directions to try, in degrees: along the edges, the longest first, then all around."""
    tried: set[float] = set()
    corners = shapely.get_coordinates(part.exterior)
    along = np.diff(corners, axis=0)
    lengths = np.hypot(along[:, 0], along[:, 1])
    directions = np.degrees(np.arctan2(along[:, 1], along[:, 0]))
    for index in np.argsort(-lengths, kind="stable"):
        if lengths[index] < LEADING_EDGE_M:
            break
        for turn in (directions[index] % 180, (directions[index] + 90) % 180):
            if round(turn, 2) not in tried:
                tried.add(round(turn, 2))
                yield float(turn)
    yield from np.arange(0, 180, FINE_TURN_DEGREES).tolist()


def _placed(part: Polygon, length_m: float, width_m: float, turn: float) -> Polygon | None:
    """The rectangle with its length in the direction of the turn, or None."""
    pivot = part.centroid
    level = affinity.rotate(part, -turn, origin=pivot)
    middles = _shrunk(level, (length_m - PLAY_M) / 2, (width_m - PLAY_M) / 2)
    if middles.is_empty:
        return None
    roomiest = max(_polygons(middles), key=lambda one: one.area, default=None)
    if roomiest is None:
        return None
    middle = roomiest.representative_point()
    half_length, half_width = length_m / 2, width_m / 2
    rectangle = box(
        middle.x - half_length,
        middle.y - half_width,
        middle.x + half_length,
        middle.y + half_width,
    )
    return affinity.rotate(rectangle, turn, origin=pivot)


def _shrunk(part: Polygon, half_length_m: float, half_width_m: float) -> BaseGeometry:
    """Where the middle of a level rectangle may stand so that all of it lies inside the part."""
    west, south, east, north = part.bounds
    if east - west < 2 * half_length_m or north - south < 2 * half_width_m:
        return Polygon()
    frame = box(
        west - 3 * half_length_m,
        south - 3 * half_width_m,
        east + 3 * half_length_m,
        north + 3 * half_width_m,
    )
    outside = shapely.difference(frame, part)
    outside = _swept(outside, half_length_m, 0.0)
    outside = _swept(outside, 0.0, half_width_m)
    return shapely.difference(part, outside)


def _swept(geometry: BaseGeometry, dx: float, dy: float) -> BaseGeometry:
    """All that the geometry covers while it is moved from (−dx, −dy) to (+dx, +dy)."""
    step = np.array([dx, dy])
    strips = [strip for ring in _rings(geometry) for strip in _strips(ring, step)]
    ends = [affinity.translate(geometry, -dx, -dy), affinity.translate(geometry, dx, dy)]
    return shapely.union_all([*ends, *strips])


def _rings(geometry: BaseGeometry) -> Iterator[NDArray[np.float64]]:
    for polygon in _polygons(geometry):
        for ring in (polygon.exterior, *polygon.interiors):
            yield shapely.get_coordinates(ring)


def _strips(ring: NDArray[np.float64], step: NDArray[np.float64]) -> list[Polygon]:
    """The parallelogram that each edge of a ring sweeps; none for edges along the movement."""
    start, end = ring[:-1], ring[1:]
    corners = np.stack([start - step, end - step, end + step, start + step], axis=1)
    strips = np.atleast_1d(np.asarray(shapely.polygons(corners)))
    return [strip for strip in strips.tolist() if strip.area > 0]
