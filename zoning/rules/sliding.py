"""Where the middle of a rectangle may lie in a polygon, exactly, at a given angle; many at once.

A rectangle that slides along the outline, touching it from within, carries its middle along a
curve: every side of the outline shifted inward to the corner of the rectangle that reaches furthest
across it, and around the rectangle where the outline turns to the outside. How often that curve
runs around a place tells how a rectangle with its middle there lies: once where it lies within the
polygon, and once less for each separate piece of ground outside that it covers. GEOS resolves the
curve's loops.

The count holds while the rectangle does not hold the whole polygon; one of no greater area does
not. Around places where the rectangle meets the outline the curve may run less often than that, as
it makes no difference there; never more often.

The outline runs with the land on its left. Metric CRS, metres; seen from the centre of each
polygon, and turned back by the angle.
"""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import Polygon

from zoning.rules.boundaries import FloatArray, IntArray, ObjectArray, first_of, rows_of
from zoning.rules.cutting import areas_less_rings

# Sides that turn by half a circle, but for this as a sine, are taken to turn to the outside: that
# way the curve runs around the rectangle, where the other may cut across it.
SHARPEST = 1e-9
# Turned places are read to this, so that sides along a rectangle's lie on one line with it, and a
# loop without width has none. A power of two, so that sums of such lengths are exact.
GRID_M = 2.0**-40
# How far east of a curve its ballast lies.
OFF_M = 1.0
# The corners of a rectangle as shares of its half sides, one for each quarter of the directions in
# which the land may lie.
CORNERS = np.array([(1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)])


def turned(xy: FloatArray, cos: FloatArray, sin: FloatArray) -> FloatArray:
    """Places turned around the origin, each by its own angle."""
    return np.column_stack((cos * xy[:, 0] - sin * xy[:, 1], sin * xy[:, 0] + cos * xy[:, 1]))


class Sliding:
    """The outlines of polygons, for rectangles to slide along."""

    def __init__(self, polygons: ObjectArray, centre: FloatArray) -> None:
        self.area_m2: FloatArray = np.asarray(shapely.area(polygons), dtype=float)
        filled = shapely.polygons(shapely.get_exterior_ring(polygons))
        self.filled_m2: FloatArray = np.asarray(shapely.area(filled), dtype=float)
        rings, of_ring = shapely.get_rings(shapely.orient_polygons(polygons), return_index=True)
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        xy = xy - centre[of_ring[ring]]
        same = ring[1:] == ring[:-1]
        self.begin, self.end = xy[:-1][same], xy[1:][same]
        self.ring: IntArray = ring[:-1][same]
        self.of_segment: IntArray = of_ring[self.ring]

    def free(self, parts: IntArray, angles_deg: FloatArray, sides_m: FloatArray) -> ObjectArray:
        """For each of these polygons, by index, where the middle of a rectangle may lie whose
        first side runs along the angle."""
        if not len(parts):
            return np.empty(0, dtype=object)
        cos, sin = np.cos(np.radians(angles_deg)), np.sin(np.radians(angles_deg))
        job, segment = rows_of(parts, self.of_segment)
        begin = _on_grid(turned(self.begin[segment], cos[job], -sin[job]))
        end = _on_grid(turned(self.end[segment], cos[job], -sin[job]))
        moves = (begin != end).any(axis=1)
        job, ring, begin, end = job[moves], self.ring[segment][moves], begin[moves], end[moves]
        opens = first_of(job) | first_of(ring)
        of_ring = job[opens]
        curves, of_place = _curves(begin, end, np.cumsum(opens) - 1, _on_grid(sides_m / 2)[job])
        outer = np.flatnonzero(first_of(of_ring))
        curves, of_place, ballast = _ballasted(curves, of_place, outer, self.filled_m2[parts])
        found = areas_less_rings(
            np.asarray(shapely.linearrings(ballast), dtype=object),
            np.arange(len(parts)),
            np.asarray(shapely.linearrings(curves, indices=of_place), dtype=object),
            of_ring,
        )
        found[self.area_m2[parts] < sides_m.prod(axis=1)] = Polygon()
        return found


def _on_grid(lengths: FloatArray) -> FloatArray:
    return np.round(lengths / GRID_M) * GRID_M


def _curves(
    begin: FloatArray, end: FloatArray, ring: IntArray, half: FloatArray
) -> tuple[FloatArray, IntArray]:
    """The curves along which rectangles of these half sides slide, and the ring of each place.

    ``begin`` and ``end`` are the sides of rings, of which each ends where the next one begins.
    """
    ahead = end - begin
    first = np.flatnonzero(first_of(ring))
    before = np.arange(len(ring)) - 1
    before[first] = np.r_[first[1:], len(ring)] - 1
    # Where the land lies as seen from a side: which of its quarters, counted to the left.
    x, y = -ahead[:, 1], ahead[:, 0]
    quarter = np.select([(x > 0) & (y >= 0), (x <= 0) & (y > 0), (x < 0) & (y <= 0)], [0, 1, 2], 3)
    turn = (quarter - quarter[before]) % 4
    behind = ahead[before]
    sine = behind[:, 0] * ahead[:, 1] - behind[:, 1] * ahead[:, 0]
    to_land = sine > SHARPEST * np.hypot(*behind.T) * np.hypot(*ahead.T)
    # The corner that slides along stays the same, is followed by the next one, or by the opposite
    # one: to the outside by way of the one between, towards the land straight.
    count = np.select([turn == 0, (turn == 2) & ~to_land], [1, 3], 2)
    at = np.repeat(np.arange(len(ring)), count)
    left = np.repeat(np.cumsum(count), count) - np.arange(len(at))
    corner = np.select([left == 1, left == count[at]], [quarter[at], quarter[before][at]], -1)
    between = corner < 0
    corner[between] = (quarter[at[between]] + 1) % 4
    return begin[at] + CORNERS[corner] * half[at], ring[at]


def _ballasted(
    curves: FloatArray, of_place: IntArray, outer: IntArray, least_m2: FloatArray
) -> tuple[FloatArray, IntArray, FloatArray]:
    """The curves with a triangle of more than the least area tied to each outer one, and those.

    GEOS takes a ring for the way round in which it encloses more. A curve with its triangle runs
    backward as a whole, however much of it is loops; the same triangle as land makes up for it. It
    lies east of the curve's easternmost place, where its tie meets nothing, and GEOS, which begins
    to count in the east, does not begin at the tip of a loop without width.
    """
    order = np.lexsort((-curves[:, 0], of_place))
    east = order[np.searchsorted(of_place, outer)]
    side = np.sqrt(2 * least_m2)
    tip = curves[east] + np.array([OFF_M, 0.0])
    high, low = tip + np.column_stack((side, side)), tip + np.column_stack((side, -side))
    tied = np.stack((tip, high, low, tip, curves[east]), axis=1)
    at = np.repeat(east + 1, tied.shape[1])
    return (
        np.insert(curves, at, tied.reshape(-1, 2), axis=0),
        np.insert(of_place, at, of_place[at - 1]),
        tied[:, :3],
    )
