"""What lies beyond the boundary of a parcel: probes of a step, and rays across the gap."""

from enum import IntEnum
from typing import Any

import numpy as np
import shapely

from parcels.edges.kinds import FloatArray, IntArray, ObjectArray

# Two parcels adjoin when less than this lies between them: digitising gaps, not alleys.
ADJOINING_GAP_M = 0.8
# How far a gap in the fabric is followed to the other side.
MAX_GAP_M = 60.0
# A stream or park that starts a little off the boundary still lies along it.
OPEN_LAND_GAP_M = 3.0


class Beyond(IntEnum):
    """What a probe met. Where it met several things the highest counts."""

    NOTHING = 0
    OWN_PARCEL = 1
    PARCEL = 2
    OPEN_SPACE = 3
    WATERCOURSE = 4


class OpenLand:
    """Polygons of one sort of open land, and which parcels are themselves part of them."""

    def __init__(self, polygons: ObjectArray, parcels: ObjectArray) -> None:
        self.tree = shapely.STRtree(polygons)
        self.number = len(polygons)
        inner = shapely.point_on_surface(parcels if self.number else parcels[:0])
        self.parcel, self.land = self.tree.query(inner, predicate="intersects")
        self.part = self.pairs(self.number, offset=0)

    def pairs(self, number: int, *, offset: int) -> IntArray:
        """A key for each parcel and the land it is part of: parcel * number + land + offset."""
        result: IntArray = self.parcel * number + self.land + offset
        return result

    def met(self, probes: ObjectArray, own: IntArray) -> IntArray:
        """Indices of the probes that meet open land which their own parcel is not part of."""
        if not self.number:
            return np.empty(0, dtype=np.int64)
        probe_index, land = self.tree.query(probes, predicate="intersects")
        foreign = ~np.isin(own[probe_index] * self.number + land, self.part)
        return np.unique(probe_index[foreign])


class Fabric:
    """Spatial indexes of one fabric of parcels and the open land around it, made once."""

    def __init__(
        self, parcels: ObjectArray, open_spaces: ObjectArray, watercourses: ObjectArray
    ) -> None:
        self.parcels = parcels
        self.tree = shapely.STRtree(parcels)
        self.open_land = OpenLand(open_spaces, parcels)
        self.water = OpenLand(watercourses, parcels)
        obstacles = np.r_[parcels, open_spaces, watercourses]
        self.wall, self.wall_owner = segments_of(shapely.boundary(obstacles))
        self.obstacles = len(obstacles)
        # A park's own outline, drawn a little wider than its parcel, is no far side of a street.
        self.no_obstacle = np.r_[
            self.open_land.pairs(self.obstacles, offset=len(parcels)),
            self.water.pairs(self.obstacles, offset=len(parcels) + len(open_spaces)),
        ]
        self.wall_tree = shapely.STRtree(as_lines(self.wall))


def segments_of(lines: Any) -> tuple[FloatArray, IntArray]:
    """Two-point segments of lines, shape (n, 2, 2), and the index of the line of each."""
    parts, part_of = shapely.get_parts(np.asarray(lines, dtype=object), return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    same = part[1:] == part[:-1]
    segments = np.stack((xy[:-1][same], xy[1:][same]), axis=1)
    return segments, part_of[part[:-1][same]]


def probe(fabric: Fabric, own: IntArray, middle: FloatArray, normal: FloatArray) -> IntArray:
    """What lies one step outward of each place: values of Beyond. `own` is the parcel index."""
    found = np.full(len(own), Beyond.NOTHING, dtype=np.int64)
    step = _rays(middle, normal, 0.02, ADJOINING_GAP_M)
    probe_index, parcel = fabric.tree.query(step, predicate="intersects")
    other = parcel != own[probe_index]
    found[probe_index[~other]] = Beyond.OWN_PARCEL
    found[probe_index[other]] = Beyond.PARCEL
    for land, kind in (
        (fabric.open_land, Beyond.OPEN_SPACE),
        (fabric.water, Beyond.WATERCOURSE),
    ):
        # A parcel between the edge and the open land takes the edge.
        far = land.met(_rays(middle, normal, 0.5, OPEN_LAND_GAP_M), own)
        found[far[found[far] != Beyond.PARCEL]] = kind
        found[land.met(as_points(middle + 0.5 * normal), own)] = kind
    return found


def _rays(origin: FloatArray, direction: FloatArray, near_m: float, far_m: float) -> ObjectArray:
    ends = np.stack((origin + near_m * direction, origin + far_m * direction), axis=1)
    return as_lines(ends)


def as_lines(coordinates: FloatArray) -> ObjectArray:
    """One LineString per row of coordinates, shape (n, positions, 2)."""
    return np.asarray(shapely.linestrings(coordinates), dtype=object)


def as_points(coordinates: FloatArray) -> ObjectArray:
    """One Point per row of coordinates, shape (n, 2)."""
    return np.asarray(shapely.points(coordinates), dtype=object)


def measure_gap(
    fabric: Fabric, own: IntArray, origin: FloatArray, normal: FloatArray
) -> tuple[FloatArray, IntArray]:
    """Distance in metres along the normal to the first boundary met, and whose it is:
    a parcel index, or a higher number for open land.

    Infinite (and -1) where nothing is met within MAX_GAP_M.
    """
    gap = np.full(len(own), np.inf)
    owner = np.full(len(own), -1, dtype=np.int64)
    # The ray starts off the boundary, or it would meet the parcel's own edge.
    start_m = 0.1
    ray, wall = fabric.wall_tree.query(
        _rays(origin, normal, start_m, MAX_GAP_M), predicate="intersects"
    )
    if len(fabric.no_obstacle):
        stops = ~np.isin(own[ray] * fabric.obstacles + fabric.wall_owner[wall], fabric.no_obstacle)
        ray, wall = ray[stops], wall[stops]
    a, b = fabric.wall[wall, 0], fabric.wall[wall, 1]
    along = b - a
    to = a - origin[ray]
    cross = normal[ray, 0] * along[:, 1] - normal[ray, 1] * along[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = (to[:, 0] * along[:, 1] - to[:, 1] * along[:, 0]) / cross
    # A wall along the ray is met at its nearer end.
    lengthwise = np.abs(cross) < 1e-9 * np.hypot(*along.T)
    ends = np.minimum((to * normal[ray]).sum(axis=1), ((b - origin[ray]) * normal[ray]).sum(axis=1))
    distance = np.where(lengthwise, ends, distance)
    distance = np.clip(distance, start_m, None)
    order = np.lexsort((-distance, ray))
    # The last write wins: the nearest wall of each ray.
    gap[ray[order]] = distance[order]
    owner[ray[order]] = fabric.wall_owner[wall[order]]
    return gap, owner
