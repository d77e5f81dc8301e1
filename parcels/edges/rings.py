"""Rings of many parcels as flat arrays, addressed by distance along the ring.

A place on the boundary is a pair (ring, s): s is metres from the ring's first vertex. Every ring
runs with its parcel on the left, so the outside is always to the right, for holes too.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from parcels.edges.kinds import BoolArray, FloatArray, IntArray

# Vertices closer than this are one vertex: import rounding, far below survey precision.
SAME_VERTEX_M = 0.005


@dataclass(frozen=True, kw_only=True)
class Rings:
    """Vertices of all rings, closing vertex left out.

    Per vertex: `xy`, `ring` and `s`. Per ring: `parcel`, `hole`, `start` (index of its first
    vertex), `count`, `perimeter_m`, and `base`, which makes base + s increase over all rings.
    """

    xy: FloatArray
    ring: IntArray
    s: FloatArray
    parcel: IntArray
    hole: BoolArray
    start: IntArray
    count: IntArray
    perimeter_m: FloatArray
    base: FloatArray

    def following(self, vertex: IntArray) -> IntArray:
        """Index of the next vertex of the same ring."""
        ring = self.ring[vertex]
        last = vertex == self.start[ring] + self.count[ring] - 1
        return np.where(last, self.start[ring], vertex + 1)

    def locate(self, ring: IntArray, s: FloatArray) -> IntArray:
        """Index of the last vertex at or before s."""
        key = self.base[self.ring] + self.s
        found = np.searchsorted(key, self.base[ring] + s, side="right") - 1
        first = self.start[ring]
        return np.clip(found, first, first + self.count[ring] - 1)

    def at(self, ring: IntArray, s: FloatArray) -> FloatArray:
        """Coordinates at distance s along the ring; s may lie before 0 or past the perimeter."""
        s = np.mod(s, self.perimeter_m[ring])
        before = self.locate(ring, s)
        after = self.following(before)
        end = np.where(after == self.start[ring], self.perimeter_m[ring], self.s[after])
        share = (s - self.s[before]) / (end - self.s[before])
        step = self.xy[after] - self.xy[before]
        result: FloatArray = self.xy[before] + step * np.clip(share, 0, 1)[:, None]
        return result


def read_rings(geometries: Any, parcel_index: IntArray) -> Rings:
    """Flatten polygons and multipolygons into rings.

    Empty and null geometries and collapsed rings give no ring. Raises ValueError for any geometry
    that is not a polygon or multipolygon, or that has a coordinate which is not finite.
    """
    geometries = np.asarray(geometries, dtype=object)
    kinds = shapely.get_type_id(geometries)
    wrong = ~np.isin(kinds, (-1, 3, 6)) & ~shapely.is_empty(geometries)
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise ValueError(f"parcel {at} is not a polygon: {geometries[at].geom_type}")
    if not np.isfinite(shapely.get_coordinates(geometries)).all():
        raise ValueError("a parcel has a coordinate that is not finite")
    parts, part_of = shapely.get_parts(geometries, return_index=True)
    ring_lines, ring_part = shapely.get_rings(
        shapely.orient_polygons(parts, exterior_cw=False), return_index=True
    )
    hole = np.r_[False, ring_part[1:] == ring_part[:-1]] if len(ring_part) else np.empty(0, bool)
    xy, ring = shapely.get_coordinates(ring_lines, return_index=True)
    keep = np.ones(len(xy), dtype=bool)
    if len(xy):
        # Comparing with the previous vertex drops repeats; the closing vertex goes as well.
        repeated = np.hypot(*(xy[1:] - xy[:-1]).T) < SAME_VERTEX_M
        keep[1:] = ~(repeated & (ring[1:] == ring[:-1]))
        keep[:-1] &= ring[1:] == ring[:-1]
        keep[-1] = False
    xy, ring = xy[keep], ring[keep]
    enough = np.bincount(ring, minlength=len(ring_lines)) >= 3
    xy, ring = xy[enough[ring]], (np.cumsum(enough) - 1)[ring[enough[ring]]]
    return _measured(xy, ring, parcel_index[part_of[ring_part[enough]]], hole[enough])


def _measured(xy: FloatArray, ring: IntArray, parcel: IntArray, hole: BoolArray) -> Rings:
    count = np.bincount(ring, minlength=len(parcel)).astype(np.int64)
    start = np.cumsum(count) - count
    following = np.arange(len(xy)) + 1
    following[start + count - 1] = start
    length = np.hypot(*(xy[following] - xy).T) if len(xy) else np.empty(0)
    perimeter: FloatArray = np.bincount(ring, weights=length, minlength=len(parcel)).astype(
        np.float64
    )
    run = np.cumsum(length) - length
    # One metre between rings keeps the keys of neighbouring rings apart.
    return Rings(
        xy=xy,
        ring=ring.astype(np.int64),
        s=run - run[start][ring],
        parcel=parcel,
        hole=hole,
        start=start,
        count=count,
        perimeter_m=perimeter,
        base=np.cumsum(perimeter + 1) - (perimeter + 1),
    )
