"""Would a building of so much by so much fit, and where? Answered exactly, never on a raster.

At one angle the answer is exact: the places where the middle of a rectangle may lie are the area
less the rectangle swept along its boundary (see :mod:`sliding`). Over all angles it is found by
dividing: if a rectangle that lies within the building at every angle of an interval does not fit at
the interval's middle, the building fits at none of them; else the interval is halved. Directions of
the area's own edges are tried first.

Metric CRS, metres. Equal lengths fit: everything is read to the tolerance of a drawn length.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt
import shapely
from shapely import affinity
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from zoning.rules.boundaries import Area, FloatArray, IntArray, ObjectArray, rows_of
from zoning.rules.measure import without
from zoning.rules.sliding import Sliding, turned

# A building is taken to be this much shorter and narrower: a drawn length is read to a millimetre.
TOLERANCE_M = 0.001
# Places are told apart from rounding by lying inside the area with all corners, to this.
INSIDE_M = 1e-5
# Regions smaller than this are rounding: a building that fits has a millimetre each way to move.
NO_ROOM_M2 = 5e-7
# Edges whose directions differ by less than this, in degrees, are one direction.
SAME_DIRECTION_DEG = 0.01
# The first division of the half circle, in degrees, before intervals are halved.
FIRST_INTERVAL_DEG = 15.0
# At this half width the shrunken rectangle of a 100 m building lies within the tolerance.
FINEST_DEG = 0.0005
# Outlines are searched without their small bends first, down to intervals of so many degrees.
COARSE_M = 0.02
COARSE_DEG = 0.2
# A buffer inward that leaves less than about a ten-thousandth of its width comes out empty: where
# one only says what is out of the question, it is made narrower by this share.
BUFFER_SHARE = 0.001
# Quarter circles of buffers that only say where to look.
ARC_STEPS = 8
# So many of a part's longest edges are tried for their direction before angles are divided.
MOST_EDGES = 8
# With more intervals than this in which a building may hide, it is too close to tell.
MOST_INTERVALS = 150
# So many places at once: enough to be quick, little enough to stay in the cache.
CHUNK = 4_000


@dataclass(frozen=True)
class Fit:
    """Where the building fits: its outline, and the angle of its longer side, 0 (east) to 180."""

    position: Polygon
    angle_deg: float


class TooClose(Enum):
    """The answer where a building misses or makes it by less than can be told apart."""

    TO_TELL = "too_close_to_tell"


Answer = Fit | TooClose | None


def fit(area: Area, length_m: float, width_m: float) -> Answer:
    """A position in which a rectangle of length × width lies within one part of the area, or None.

    Raises ValueError for sides that are not positive.
    """
    return fit_many([area], [(length_m, width_m)])[0]


def fit_many(areas: Sequence[Area], sides_m: Sequence[tuple[float, float]]) -> list[Answer]:
    """For each area, where the rectangle of its sides fits; see :func:`fit`."""
    sides = np.array([(max(pair), min(pair)) for pair in sides_m], dtype=float).reshape(-1, 2)
    if (sides <= 0).any():
        raise ValueError("the sides of a building are more than zero")
    rooms = _Rooms(areas, np.maximum(sides - TOLERANCE_M, TOLERANCE_M))
    rooms.settle_roomy()
    for jobs in rooms.own_directions():
        rooms.attempt(*jobs)
    rooms.divide()
    return [
        _full_size(found, sides[index])
        if found is not None
        else TooClose.TO_TELL
        if index in rooms.unsettled
        else None
        for index, found in enumerate(rooms.found)
    ]


def _full_size(found: tuple[float, float, float], sides: FloatArray) -> Fit:
    """The outline of the building of full size around a place: x, y, angle in degrees."""
    x, y, angle = found
    half_l, half_w = sides / 2
    outline = shapely.box(x - half_l, y - half_w, x + half_l, y + half_w)
    turned = affinity.rotate(outline, angle, origin=(x, y))
    return Fit(turned, angle % 180.0)


class _Rooms:
    """The parts of many areas in which a building may fit, and the places found so far."""

    def __init__(self, areas: Sequence[Area], sides: FloatArray) -> None:
        self.sides = sides
        self.found: list[tuple[float, float, float] | None] = [None] * len(areas)
        self.unsettled: set[int] = set()
        parts, owner = shapely.get_parts(np.asarray(areas, dtype=object), return_index=True)
        keep = _may_hold(parts, sides[owner])
        order = np.lexsort((-shapely.area(parts[keep]), owner[keep]))
        self.parts: ObjectArray = parts[keep][order]
        self.owner: IntArray = owner[keep][order]
        self.centre = shapely.get_coordinates(shapely.centroid(self.parts))
        self.draw(COARSE_M)

    def draw(self, coarse_m: float) -> None:
        """Take the outlines of the parts, with bends smaller than this left out.

        A building that fits fits in the coarse outline too once it is twice that much smaller, and
        every place that is found is tried on the part itself.
        """
        self.coarse_m = coarse_m
        shapes = shapely.simplify(self.parts, coarse_m) if coarse_m else self.parts
        rings, of_ring = shapely.get_rings(shapes, return_index=True)
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        same = ring[1:] == ring[:-1]
        self.begin, self.end = xy[:-1][same], xy[1:][same]
        self.of_segment: IntArray = of_ring[ring[:-1][same]]
        self.sliding = Sliding(shapes, self.centre)

    def settle_roomy(self) -> None:
        """Find places at once where the building could stand turned in any way: along the longest
        edge, around a point that keeps half of its diagonal from the boundary."""
        sides = self.sides[self.owner]
        # The chords of the buffer's arcs lie nearer by the cosine of half an arc's step.
        reach = np.hypot(sides[:, 0], sides[:, 1]) / 2 / math.cos(math.pi / (4 * ARC_STEPS))
        far = shapely.buffer(self.parts, -reach, quad_segs=ARC_STEPS)
        step = self.end - self.begin
        length = np.hypot(*step.T)
        for part in np.flatnonzero(~shapely.is_empty(far)).tolist():
            owner = int(self.owner[part])
            if self.found[owner] is not None:
                continue
            first, last = np.searchsorted(self.of_segment, (part, part + 1))
            along = step[first + int(np.argmax(length[first:last]))]
            place = shapely.point_on_surface(far[part])
            angle = math.degrees(math.atan2(along[1], along[0]))
            self.found[owner] = (place.x, place.y, angle % 180.0)

    def own_directions(self) -> Iterator[tuple[IntArray, FloatArray]]:
        """Rounds of parts with an angle each: the directions of their edges, long ones first."""
        step = self.end - self.begin
        length = np.hypot(*step.T)
        angle = np.degrees(np.arctan2(step[:, 1], step[:, 0])) % 90.0
        lists: list[list[float]] = []
        for part in range(len(self.parts)):
            first, last = np.searchsorted(self.of_segment, (part, part + 1))
            order = np.argsort(-length[first:last], kind="stable")
            longest = angle[first:last][order][:MOST_EDGES].tolist()
            lists.append(_distinct(longest))
        most = max((len(own) for own in lists), default=0)
        for turn in range(most):
            chosen = [part for part, own in enumerate(lists) if len(own) > turn]
            base = np.array([lists[part][turn] for part in chosen])
            for quarter in (0.0, 90.0):
                yield np.array(chosen, dtype=np.int64), base + quarter

    def open_(self, parts: IntArray) -> npt.NDArray[np.bool_]:
        """Which of the parts belong to areas for which no place has been found yet."""
        return np.array([self.found[owner] is None for owner in self.owner[parts]], dtype=bool)

    def attempt(self, parts: IntArray, angles: FloatArray) -> None:
        """Look for a place in each part at its angle, for areas that have none yet."""
        wanted = self.open_(parts)
        parts, angles = parts[wanted], angles[wanted]
        for first in range(0, len(parts), CHUNK):
            chunk = slice(first, first + CHUNK)
            sides = self.sides[self.owner[parts[chunk]]]
            for part, angle, place in zip(
                parts[chunk],
                angles[chunk],
                self._places(parts[chunk], angles[chunk], sides),
                strict=True,
            ):
                owner = int(self.owner[part])
                if place is not None and self.found[owner] is None:
                    self.found[owner] = (*place, float(angle))

    def divide(self) -> None:
        """Settle what the edges' own directions have not: halve intervals of angles until no
        building can hide in one."""
        number = round(180 / FIRST_INTERVAL_DEG)
        open_ = np.flatnonzero(self.open_(np.arange(len(self.parts))))
        parts = np.repeat(open_, number)
        angles = np.tile((np.arange(number) + 0.5) * FIRST_INTERVAL_DEG, len(open_))
        half = FIRST_INTERVAL_DEG / 2
        while len(parts) and half >= FINEST_DEG:
            if self.coarse_m and half <= COARSE_DEG:
                self.draw(0.0)
            alive = self._may_hide(parts, angles, half)
            parts, angles = self._few_enough(parts[alive], angles[alive])
            self.attempt(parts, angles)
            wanted = self.open_(parts)
            half /= 2
            parts = np.repeat(parts[wanted], 2)
            angles = (angles[wanted][:, None] + np.array([-half, half])).ravel()

    def _few_enough(self, parts: IntArray, angles: FloatArray) -> tuple[IntArray, FloatArray]:
        """The intervals without those of parts that have too many: a disc in a disc is so near to
        fitting at every angle that halving would never end."""
        number = np.bincount(parts, minlength=len(self.parts))
        many = (number > MOST_INTERVALS)[parts]
        self.unsettled.update(self.owner[np.unique(parts[many])].tolist())
        return parts[~many], angles[~many]

    def _may_hide(
        self, parts: IntArray, angles: FloatArray, half_deg: float
    ) -> npt.NDArray[np.bool_]:
        """Whether a building may fit at some angle within ``half_deg`` of each of these."""
        sides = self.sides[self.owner[parts]] - 2 * self.coarse_m
        alive = self._reaches(parts, angles, sides * math.cos(math.radians(half_deg)))
        rows = np.flatnonzero(alive)
        cores = np.array(
            [_common_core(length, width, half_deg) for length, width in sides[rows].tolist()]
        )
        cores = cores.reshape(-1, 2)
        solid = (cores > TOLERANCE_M).all(axis=1)
        rows, cores = rows[solid], cores[solid]
        for first in range(0, len(rows), CHUNK):
            chunk = slice(first, first + CHUNK)
            free = self.sliding.free(parts[rows[chunk]], angles[rows[chunk]], cores[chunk])
            alive[rows[chunk]] = shapely.area(free) > NO_ROOM_M2
        return alive

    def _reaches(
        self, parts: IntArray, angles: FloatArray, least: FloatArray
    ) -> npt.NDArray[np.bool_]:
        """Whether each part reaches at least so far along the angle, and so far across it."""
        if not len(parts):
            return np.zeros(0, dtype=bool)
        job, corner = rows_of(parts, self.of_segment)
        angle = np.radians(angles)[job]
        place = turned(self.begin[corner], np.cos(angle), -np.sin(angle))
        starts = np.searchsorted(job, np.arange(len(parts)))
        extent = np.maximum.reduceat(place, starts) - np.minimum.reduceat(place, starts)
        return np.asarray((extent >= least - INSIDE_M).all(axis=1), dtype=bool)

    def _places(
        self, parts: IntArray, angles: FloatArray, sides: FloatArray
    ) -> list[tuple[float, float] | None]:
        """For each part and angle, a place for the middle of a rectangle of these sides."""
        places: list[tuple[float, float] | None] = [None] * len(parts)
        free = self.sliding.free(parts, angles, sides)
        for row in np.flatnonzero(shapely.area(free) > NO_ROOM_M2).tolist():
            angle = math.radians(angles[row])
            places[row] = self._place_in(
                free[row], int(parts[row]), math.cos(angle), math.sin(angle), sides[row] / 2
            )
        return places

    def _place_in(
        self, region: BaseGeometry, part: int, cos: float, sin: float, half: Sequence[float]
    ) -> tuple[float, float] | None:
        """A place in a region that is no artefact of rounding: the rectangle there lies inside."""
        for piece in sorted(shapely.get_parts(region), key=lambda one: -one.area)[:4]:
            middle = shapely.centroid(piece)
            if not shapely.covers(piece, middle):
                middle = shapely.point_on_surface(piece)
            x = self.centre[part, 0] + cos * middle.x - sin * middle.y
            y = self.centre[part, 1] + sin * middle.x + cos * middle.y
            if self._lies_inside(part, x, y, cos, sin, half):
                return float(x), float(y)
        return None

    def _lies_inside(
        self, part: int, x: float, y: float, cos: float, sin: float, half: Sequence[float]
    ) -> bool:
        a, b = half[0] - INSIDE_M, half[1] - INSIDE_M
        corners = [
            (x + cos * u - sin * v, y + sin * u + cos * v)
            for u, v in ((-a, -b), (a, -b), (a, b), (-a, b))
        ]
        return bool(shapely.covers(self.parts[part], Polygon(corners)))


def _may_hold(parts: ObjectArray, sides: FloatArray) -> npt.NDArray[np.bool_]:
    """Which parts are not out of the question: large, wide and long enough.

    A circle around the part is one around the rectangle too. A rectangle holds the disc of its
    width anywhere along its middle line, so the points that keep half of the width from the
    boundary must reach as far as that line is long.
    """
    keep = shapely.area(parts) >= sides[:, 0] * sides[:, 1]
    around = shapely.minimum_bounding_radius(parts) if len(parts) else np.empty(0)
    keep &= 2 * around >= np.hypot(sides[:, 0], sides[:, 1]) - INSIDE_M
    rows = np.flatnonzero(keep)
    if len(rows):
        core = shapely.buffer(
            parts[rows], -sides[rows, 1] / 2 * (1 - BUFFER_SHARE), quad_segs=ARC_STEPS
        )
        reach = 2 * shapely.minimum_bounding_radius(core)
        line = sides[rows, 0] - sides[rows, 1]
        keep[rows] = ~shapely.is_empty(core) & (reach >= line - INSIDE_M)
    return np.asarray(keep, dtype=bool)


def _distinct(angles: Sequence[float]) -> list[float]:
    """The directions without those that come again, modulo a right angle."""
    kept: list[float] = []
    for angle in angles:
        if all(min(abs(angle - one), 90 - abs(angle - one)) > SAME_DIRECTION_DEG for one in kept):
            kept.append(angle)
    return kept


def _common_core(length: float, width: float, half_deg: float) -> tuple[float, float]:
    """The sides of a rectangle that lies within length × width turned by up to ``half_deg``.

    Zero where there is none. From its corner (x, y) staying within both strips at the greatest
    turn: x·cos + y·sin ≤ length ÷ 2 and x·sin + y·cos ≤ width ÷ 2.
    """
    cos, sin = math.cos(math.radians(half_deg)), math.sin(math.radians(half_deg))
    double = cos * cos - sin * sin
    if double <= 0:
        return 0.0, 0.0
    core_w = (width * cos - length * sin) / double
    core_l = min(length, (length * cos - width * sin) / double)
    if core_w <= 0 or core_l <= 0:
        return 0.0, 0.0
    # Turned less than the greatest turn, the corner may lie further out along the length.
    if core_w * cos > core_l * sin:
        return core_l, core_w
    diagonal = math.hypot(core_l, core_w)
    shrink = min(1.0, length / diagonal)
    return core_l * shrink, core_w * shrink


def nearest_move(area: Area, footprint: Area) -> tuple[float, float] | None:
    """The shortest way, as (dx, dy) in m, to move a footprint unturned so that it lies in the area.

    None where it fits nowhere unturned. Exact for any footprint: its convex pieces are swept along
    the boundary of the area.
    """
    anchor = shapely.get_coordinates(footprint)[0]
    shape = shapely.get_parts(shapely.buffer(footprint, -TOLERANCE_M / 2, join_style="mitre"))
    pieces = [piece for part in shape for piece in _convex_pieces(part)]
    best: tuple[float, float] | None = None
    for part in shapely.get_parts(area):
        free = _free_for(part, pieces, anchor)
        if free.is_empty:
            continue
        way = shapely.shortest_line(shapely.Point(anchor), free)
        there = shapely.get_coordinates(way)[-1] - anchor
        if best is None or math.hypot(*there) < math.hypot(*best):
            best = (float(there[0]), float(there[1]))
    return best


def _convex_pieces(part: Polygon) -> list[FloatArray]:
    """The corners of convex pieces that make up a polygon."""
    hull = shapely.convex_hull(part)
    if hull.area - part.area <= 1e-9 * hull.area:
        return [shapely.get_coordinates(hull)[:-1]]
    triangles = shapely.get_parts(shapely.constrained_delaunay_triangles(part))
    return [shapely.get_coordinates(one)[:-1] for one in triangles]


def _free_for(part: Polygon, pieces: Sequence[FloatArray], anchor: FloatArray) -> BaseGeometry:
    """Where the anchor may lie so that every piece, carried with it, stays within the part."""
    xy, ring = shapely.get_coordinates(shapely.get_rings(part), return_index=True)
    same = ring[1:] == ring[:-1]
    begin, end = xy[:-1][same], xy[1:][same]
    swept: list[BaseGeometry] = []
    for piece in pieces:
        away = anchor - piece
        points = np.concatenate((begin[:, None] + away[None], end[:, None] + away[None]), axis=1)
        swept += shapely.get_parts(shapely.convex_hull(shapely.multipoints(points))).tolist()
    # The anchor may lie outside the part when the footprint does not hold it; the sweeps do not
    # reach there, so the search is held to where the first piece's first corner is inside.
    held = affinity.translate(part, *(anchor - pieces[0][0]))
    return without(held, shapely.union_all(swept))
