"""The boundaries of many parcels as flat arrays, put together from the lines of their edges.

The boundary of a parcel runs with the land on its left. Metric CRS, metres.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
ObjectArray = npt.NDArray[np.object_]
Area = Polygon | MultiPolygon

# Lines of edges that meet within this are one boundary.
MEETS_M = 1e-6
# How far a boundary put together from edges may lie off the polygon's own, on average, in m.
OFF_M = 1e-4


@dataclass(frozen=True)
class Boundaries:
    """The boundaries of many parcels as flat arrays, one row per corner.

    ``xy`` are corners in ring order, ``edge`` the edge that begins there, ``after`` the next corner
    of the ring, ``ring`` and ``parcel`` whose it is. ``whole`` says of each parcel whether its
    edges make up its boundary; the others have no rows.
    """

    xy: FloatArray
    edge: IntArray
    after: IntArray
    ring: IntArray
    parcel: IntArray
    whole: BoolArray

    @property
    def parcel_of_ring(self) -> IntArray:
        """The parcel of each ring, in order."""
        result: IntArray = self.parcel[first_of(self.ring)]
        return result

    def of(self, chosen: BoolArray) -> Boundaries:
        """The boundaries of the chosen parcels alone."""
        keep = chosen[self.parcel]
        renumbered = np.cumsum(keep) - 1
        return Boundaries(
            xy=self.xy[keep],
            edge=self.edge[keep],
            after=renumbered[self.after[keep]],
            ring=self.ring[keep],
            parcel=self.parcel[keep],
            whole=self.whole,
        )


def boundaries(areas: Sequence[Area], lines: Sequence[BaseGeometry], owner: IntArray) -> Boundaries:
    """Put the boundaries of parcels together from the lines of their edges.

    ``owner`` gives the parcel of each line; lines of one parcel stand together in ring order.
    """
    xy, line = shapely.get_coordinates(np.asarray(lines, dtype=object), return_index=True)
    number = len(areas)
    if not len(xy):
        return _no_boundaries(number)
    last = np.r_[line[1:] != line[:-1], True]
    first = np.r_[True, last[:-1]]
    of_line = owner[line]
    # The end of a line is the start of the next one of its ring, or of the ring's first.
    ends, starts = np.flatnonzero(last), np.flatnonzero(first)
    following = np.r_[starts[1:], starts[:1]]
    joined = (np.hypot(*(xy[ends] - xy[following]).T) < MEETS_M) & (
        of_line[ends] == of_line[following]
    )
    joined[-1] = False
    opens = np.r_[True, ~joined[:-1]]
    ring_of_line = np.cumsum(opens) - 1
    ring_start = starts[opens]
    closes = np.hypot(*(xy[ends[~joined]] - xy[ring_start]).T) < MEETS_M
    keep = ~last
    corner = np.cumsum(keep) - 1
    ring = ring_of_line[np.cumsum(first) - 1][keep]
    after = np.arange(keep.sum()) + 1
    ring_end = np.r_[ring[1:] != ring[:-1], True]
    after[ring_end] = corner[ring_start]
    found = Boundaries(
        xy=xy[keep],
        edge=line[keep],
        after=after,
        ring=ring,
        parcel=of_line[keep],
        whole=np.ones(number, dtype=bool),
    )
    return _only_whole(found, areas, closes)


def _no_boundaries(number: int) -> Boundaries:
    none = np.empty(0, dtype=np.int64)
    no = np.zeros(number, dtype=bool)
    return Boundaries(np.empty((0, 2)), none, none, none, none, no)


def _only_whole(found: Boundaries, areas: Sequence[Area], closes: BoolArray) -> Boundaries:
    """Leave out parcels whose edges do not close, or do not enclose what the polygon does."""
    number = len(areas)
    a, b = found.xy, found.xy[found.after]
    # Counted from a corner of its own, or far coordinates would swallow the area.
    origin = a[np.searchsorted(found.ring, np.arange(found.ring[-1] + 1))][found.ring]
    u, v = a - origin, b - origin
    enclosed = np.bincount(
        found.parcel, weights=(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / 2, minlength=number
    )
    length = np.hypot(*(b - a).T)
    perimeter = np.bincount(found.parcel, weights=length, minlength=number)
    whole = (np.abs(enclosed - shapely.area(areas)) <= OFF_M * perimeter) & (perimeter > 0)
    ring_parcel = found.parcel[np.searchsorted(found.ring, np.arange(len(closes)))]
    whole[ring_parcel[~closes]] = False
    whole[found.parcel[length < MEETS_M]] = False
    return replace(found, whole=whole).of(whole)


def signed_areas_m2(xy: FloatArray, ring: IntArray) -> FloatArray:
    """The area that each ring encloses, in m²; negative where it runs clockwise."""
    last = np.r_[ring[1:] != ring[:-1], True]
    start = np.flatnonzero(np.r_[True, last[:-1]])
    following = np.arange(len(xy)) + 1
    following[last] = start
    origin = xy[start][ring]
    u, v = xy - origin, xy[following] - origin
    cross = (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / 2
    return np.bincount(ring, weights=cross).astype(np.float64)


def first_of(owner: IntArray) -> BoolArray:
    """Which rows are the first of their owner, whose rows stand together."""
    first = np.ones(len(owner), dtype=bool)
    first[1:] = owner[1:] != owner[:-1]
    return first


def rows_of(chosen: IntArray, owner: IntArray) -> tuple[IntArray, IntArray]:
    """The rows of a table, sorted by owner, that belong to each of the chosen owners in turn.

    Gives the place in ``chosen`` and the row in the table.
    """
    first = np.searchsorted(owner, chosen, side="left")
    count = np.searchsorted(owner, chosen, side="right") - first
    place = np.repeat(np.arange(len(chosen)), count)
    return place, np.repeat(first - (np.cumsum(count) - count), count) + np.arange(len(place))
