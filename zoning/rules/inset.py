"""What is left of parcels once a strip of its own width is taken off along every edge.

The boundary of a parcel runs with the land on its left. Each of its segments takes off the strip
of its width to the left, each corner the disc around it where a strip alone would fall short. Seen
as areas that are counted, the land less the strips and discs is the region that a curve winds
around: the segments shifted inward, joined at the corners. That curve is made with NumPy for
thousands of parcels at once, GEOS resolves its loops, and every result is then measured: where it
comes nearer to an edge than the edge's width, the parcel is done again the slow and certain way,
by taking true buffers off it.

Metric CRS; widths in metres. Corners are *rounded* (the true distance from the edge) or *mitred*
(shifted edges run straight until they meet; rounded where that lies too far out).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from zoning.rules.measure import polygons

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
ObjectArray = npt.NDArray[np.object_]
Area = Polygon | MultiPolygon

# An arc is drawn by chords that leave it by no more than this: half of the length tolerance.
SAGITTA_M = 0.0005
# How much nearer to an edge than its width a result may come: the tolerance of a drawn length.
NEARER_M = 0.001
# A mitred corner reaches at most this many times the width; a sharper one is rounded. Where the
# boundary hardly turns, the line of a wide setback would run far along a narrow one: less of it.
MITRE_LIMIT = 10.0
INWARD_LIMIT = 2.0
NOTHING = Polygon()
SIDES: tuple[Literal["left", "right"], ...] = ("left", "right")
# Lines of edges that meet within this are one boundary.
MEETS_M = 1e-6
# How far a boundary put together from edges may lie off the polygon's own, on average, in m.
OFF_M = 1e-4
# Between pieces that lie side by side rounding leaves slivers: parts smaller than this are none.
SLIVER_M2 = 1e-4
# How far beside a parcel the ballast of its ring lies, at the least.
BALLAST_OFF_M = 10.0
# Turns below this (in radians) are straight on; beyond the other the boundary turns back on itself.
STRAIGHT = 1e-9
SPIKE = np.pi - 1e-6


@dataclass(frozen=True)
class Boundaries:
    """The boundaries of many parcels as flat arrays, one row per corner.

    ``xy`` are corners in ring order, ``edge`` the edge that begins there, ``after`` the next corner
    of the ring, ``ring`` and ``parcel`` whose it is. ``whole`` says of each parcel whether its
    edges make up its boundary; the others have no rows. ``chosen`` are those that have rows here.
    """

    xy: FloatArray
    edge: IntArray
    after: IntArray
    ring: IntArray
    parcel: IntArray
    whole: BoolArray
    chosen: BoolArray

    @property
    def parcel_of_ring(self) -> IntArray:
        """The parcel of each ring, in order."""
        first = np.r_[True, self.ring[1:] != self.ring[:-1]]
        result: IntArray = self.parcel[first]
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
            chosen=chosen & self.whole,
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
        chosen=np.ones(number, dtype=bool),
    )
    return _only_whole(found, areas, closes)


def _unsolved(result: ObjectArray) -> BoolArray:
    """Which places of a result are still empty."""
    return np.array([one is None for one in result], dtype=bool)


def _no_boundaries(number: int) -> Boundaries:
    none = np.empty(0, dtype=np.int64)
    no = np.zeros(number, dtype=bool)
    return Boundaries(np.empty((0, 2)), none, none, none, none, no, no)


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


def inset(
    areas: Sequence[Area],
    lines: Sequence[BaseGeometry],
    owner: IntArray,
    width_m: FloatArray,
    corners: str,
) -> list[Area]:
    """What is left of each area once a strip of ``width_m`` is taken off along each line.

    ``lines`` are the edges of the areas, ``owner`` the index of each line's area, in order. Every
    part that is left is kept; nothing left is an empty polygon. Widths are zero or more.
    """
    found = np.asarray(areas, dtype=object)
    result = np.full(len(found), None, dtype=object)
    drawn = np.asarray(lines, dtype=object)
    bounds = boundaries(areas, lines, owner)
    result = _wound_around(bounds, width_m, corners, result)
    result = _verified(result, drawn, owner, width_m)
    left = _unsolved(result)
    mitres = _mitres(bounds.of(left & bounds.whole), width_m, corners)
    return list(_cut_out(found, drawn, owner, width_m, mitres, result))


@dataclass(frozen=True)
class Corners:
    """What happens at each corner of the boundaries, between the segment that arrives there and the
    one that leaves, of which each has its own width.

    ``turn`` is to the left. The shifted segments meet ``back`` m before the corner's perpendicular
    (along the arriving segment, negative) and ``ahead`` m along the leaving one. Where they do not,
    the corner's ``disc`` is needed from the angle ``begin`` down to ``end``, counted from the
    direction of arrival; ``mitre`` says that they meet beyond the strips, by the rule of corners.
    """

    xy: FloatArray
    arriving: FloatArray
    turn: FloatArray
    width_in: FloatArray
    width_out: FloatArray
    length_in: FloatArray
    length_out: FloatArray
    back: FloatArray
    ahead: FloatArray
    begin: FloatArray
    end: FloatArray
    disc: BoolArray
    mitre: BoolArray

    @property
    def widest(self) -> FloatArray:
        return np.maximum(self.width_in, self.width_out)

    def places(self, corner: IntArray, forth: FloatArray, across: FloatArray) -> FloatArray:
        """Points seen from corners: so far along the direction of arrival, so far to its left."""
        ahead = self.arriving[corner]
        left = np.column_stack((-ahead[:, 1], ahead[:, 0]))
        result: FloatArray = self.xy[corner] + forth[:, None] * ahead + across[:, None] * left
        return result

    def chords(self) -> IntArray:
        """How many chords draw the arc of each corner's disc; none where there is no disc."""
        swept = np.where(self.disc, self.begin - self.end, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            chord = 2 * np.arccos(np.clip(1 - SAGITTA_M / self.widest, -1, 1))
            number = np.nan_to_num(np.ceil(swept / chord), nan=1.0)
        result: IntArray = np.where(self.disc, np.maximum(number, 1), 0).astype(np.int64)
        return result

    def on_arc(
        self, corner: IntArray, nth: IntArray, chords: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """The nth point of the arc of each corner, seen from the corner: forth and across."""
        share = np.clip(nth / np.maximum(chords[corner], 1), 0, 1)
        angle = self.begin[corner] + share * (self.end - self.begin)[corner]
        radius = self.widest[corner]
        return radius * np.cos(angle), radius * np.sin(angle)


def _corners(bounds: Boundaries, width: FloatArray, rule: str) -> Corners:
    """Measure every corner. ``width`` is that of the segment which begins there."""
    step = bounds.xy[bounds.after] - bounds.xy
    length = np.hypot(*step.T)
    along = step / length[:, None]
    before = np.empty(len(length), dtype=np.int64)
    before[bounds.after] = np.arange(len(length))
    into, out = along[before], along
    width_in, width_out = width[before], width
    turn = np.arctan2(into[:, 0] * out[:, 1] - into[:, 1] * out[:, 0], (into * out).sum(axis=1))
    straight = np.abs(turn) < STRAIGHT
    widest = np.maximum(width_in, width_out)
    with np.errstate(divide="ignore", invalid="ignore"):
        share_in, share_out = (
            np.where(widest > 0, own / widest, 1.0) for own in (width_in, width_out)
        )
        back = (width_in * np.cos(turn) - width_out) / np.sin(turn)
    back = np.where(straight, 0.0, back)
    ahead = np.where(straight, 0.0, back * np.cos(turn) + width_in * np.sin(turn))
    begin = np.pi / 2 + np.arccos(share_in)
    end = turn + np.arcsin(share_out)
    beyond = (begin - end > STRAIGHT) & (widest > 0) & ~(straight & (width_in == width_out))
    mitre = np.zeros(len(turn), dtype=bool)
    if rule == "mitred":
        limit = np.where(turn > 0, INWARD_LIMIT, MITRE_LIMIT)
        near = np.hypot(back, width_in) <= limit * widest
        mitre = beyond & ~straight & near & ((turn > 0) | ((back >= 0) & (ahead <= 0)))
    return Corners(
        xy=bounds.xy,
        arriving=into,
        turn=turn,
        width_in=width_in,
        width_out=width_out,
        length_in=length[before],
        length_out=length,
        back=back,
        ahead=ahead,
        begin=begin,
        end=end,
        disc=beyond & ~mitre,
        mitre=mitre,
    )


# --- the quick way: a shifted boundary, and what it winds around ----------------------------------


def _wound_around(
    bounds: Boundaries, width_m: FloatArray, rule: str, result: ObjectArray
) -> ObjectArray:
    """Fill in the regions that the shifted boundaries wind around."""
    if not len(bounds.xy):
        return result
    xy, ring = _shifted(bounds, _corners(bounds, width_m[bounds.edge], rule))
    parcel = bounds.parcel_of_ring
    # The shifted rings of a boundary with holes would have to be wound together.
    once = np.bincount(parcel, minlength=len(result)) == 1
    keep = once[parcel][ring]
    if not keep.any():
        return result
    parcel = parcel[once[parcel]]
    _, ring = np.unique(ring[keep], return_inverse=True)
    xy, ring, right_of = _ballasted(xy[keep], ring)
    rings = np.asarray(shapely.linearrings(xy, indices=ring), dtype=object)
    found, of_ring = shapely.get_parts(
        shapely.buffer(shapely.polygons(rings), 0), return_index=True
    )
    land = shapely.bounds(found)[:, 0] < right_of[of_ring]
    return _with_parts(result, parcel, found[land], of_ring[land])


def _ballasted(xy: FloatArray, ring: IntArray) -> tuple[FloatArray, IntArray, FloatArray]:
    """Rings that run forward as a whole, and the x beyond which only their ballast lies.

    GEOS takes a ring for the way round in which it encloses more. One whose shifted edges have
    turned it inside out gets a square of land far to the right, tied on by a line.
    """
    first = np.flatnonzero(np.r_[True, ring[1:] != ring[:-1]])
    signed = _signed_areas(xy, ring)
    inverted = np.flatnonzero(signed <= 0)
    right_of = np.full(len(signed), np.inf)
    if not len(inverted):
        return xy, ring, right_of
    begin = xy[first[inverted]]
    right = np.maximum.reduceat(xy[:, 0], first)[inverted] + BALLAST_OFF_M
    right_of[inverted] = right - BALLAST_OFF_M / 2
    side = np.sqrt(2 * np.abs(signed[inverted]) + BALLAST_OFF_M**2)
    low, high = begin[:, 1], begin[:, 1] + side
    square = np.stack(
        [
            begin,
            np.column_stack((right, low)),
            np.column_stack((right + side, low)),
            np.column_stack((right + side, high)),
            np.column_stack((right, high)),
            np.column_stack((right, low)),
        ],
        axis=1,
    )
    at = np.repeat(first[inverted], square.shape[1])
    return (
        np.insert(xy, at, square.reshape(-1, 2), axis=0),
        np.insert(ring, at, np.repeat(inverted, square.shape[1])),
        right_of,
    )


def _signed_areas(xy: FloatArray, ring: IntArray) -> FloatArray:
    last = np.r_[ring[1:] != ring[:-1], True]
    start = np.flatnonzero(np.r_[True, last[:-1]])
    following = np.arange(len(xy)) + 1
    following[last] = start
    origin = xy[start][ring]
    u, v = xy - origin, xy[following] - origin
    cross = (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / 2
    return np.bincount(ring, weights=cross).astype(np.float64)


def _shifted(bounds: Boundaries, at: Corners) -> tuple[FloatArray, IntArray]:
    """The corners of the shifted boundaries, and the number of the ring of each.

    At each corner: where the shifted segments meet, or the arc of its disc; and where neither lies
    on the segments, the way from one to the other by the corner itself.
    """
    widest = at.widest
    kept_in = np.sqrt(np.maximum(widest**2 - at.width_in**2, 0))
    kept_out = np.sqrt(np.maximum(widest**2 - at.width_out**2, 0))
    on_strips = (at.back <= STRAIGHT) & (at.ahead >= -STRAIGHT)
    trimmed = np.where(
        at.disc,
        (kept_in <= at.length_in) & (kept_out <= at.length_out),
        (np.abs(at.turn) < STRAIGHT)
        | (at.mitre | on_strips) & (-at.back <= at.length_in) & (at.ahead <= at.length_out),
    )
    trimmed &= np.abs(at.turn) < SPIKE
    chords = at.chords()
    # Of a disc: one point more than chords. Untrimmed: the shifted ends and the corner around it.
    middle = np.where(at.disc, chords + 1, 1 + (at.mitre & ~trimmed) * 2)
    around = np.where(trimmed, 0, np.where(at.disc | at.mitre, 2, 1))
    count = middle + 2 * around
    corner = np.repeat(np.arange(len(count)), count)
    nth = np.arange(len(corner)) - np.repeat(np.cumsum(count) - count, count)
    inside = nth - around[corner]
    forth, across = at.on_arc(corner, inside, chords)
    # The corner itself is what is left: it is there where neither an arc nor a meeting is.
    disc, mitre, cut = at.disc[corner], at.mitre[corner], trimmed[corner]
    arc = disc & (inside >= 0) & (inside < middle[corner])
    meets = ~disc & (cut | (mitre & (inside == 1)))
    leaves_in = ~cut & (nth == 0)
    leaves_out = ~cut & (nth == count[corner] - 1)
    turn = at.turn[corner]
    forth = np.select(
        [leaves_in, leaves_out, meets, arc],
        [0.0, -at.width_out[corner] * np.sin(turn), at.back[corner], forth],
        0.0,
    )
    across = np.select(
        [leaves_in, leaves_out, meets, arc],
        [at.width_in[corner], at.width_out[corner] * np.cos(turn), at.width_in[corner], across],
        0.0,
    )
    points = at.places(corner, forth, across)
    looped = ~cut & mitre & ~disc
    for place, ends in zip((0, 2), _ends(at, corner[looped]), strict=True):
        chosen = looped & (inside == place)
        points[chosen] = ends[chosen[looped]]
    _, ring = np.unique(bounds.ring, return_inverse=True)
    return points, ring[corner].astype(np.int64)


# --- the sure way: true bands as holes ------------------------------------------------------------


def _cut_out(
    areas: ObjectArray,
    lines: ObjectArray,
    owner: IntArray,
    width_m: FloatArray,
    also: tuple[ObjectArray, IntArray],
    result: ObjectArray,
) -> ObjectArray:
    """Fill in the parcels that are still open, with a hole for the true band along every line.

    GEOS resolves overlapping holes as what they are together; ``also`` is what else goes, and from
    which parcel.
    """
    open_ = np.flatnonzero(_unsolved(result))
    if not len(open_):
        return result
    mine = np.flatnonzero(np.isin(owner, open_) & (width_m > 0))
    taken = np.r_[_bands(lines[mine], width_m[mine]), also[0]]
    of_taken = np.r_[owner[mine], also[1]]
    # A band around a whole ring has a hole of its own, which can not be a hole's.
    simple = shapely.get_num_interior_rings(taken) == 0
    hard = np.unique(of_taken[~simple])
    for parcel in hard.tolist():
        gone = shapely.union_all(taken[of_taken == parcel])
        result[parcel] = polygons(shapely.difference(areas[parcel], gone))
    open_ = np.setdiff1d(open_, hard)
    order = np.argsort(of_taken, kind="stable")
    holes, of_hole = (
        np.asarray(shapely.get_exterior_ring(taken), dtype=object)[order],
        of_taken[order],
    )
    parts, part_of = shapely.get_parts(areas[open_], return_index=True)
    own, own_part = shapely.get_rings(parts, return_index=True)
    # Every part gets the holes of its whole parcel: a band may reach from one into another.
    first, last = (np.searchsorted(of_hole, open_[part_of], side=side) for side in SIDES)
    number = last - first
    hole = np.repeat(first - (np.cumsum(number) - number), number) + np.arange(number.sum())
    rings = np.r_[own, holes[hole]]
    index = np.r_[own_part, np.repeat(np.arange(len(parts)), number)]
    order = np.argsort(index, kind="stable")
    cut = shapely.buffer(shapely.polygons(rings[order], indices=index[order]), 0)
    found, of_part = shapely.get_parts(cut, return_index=True)
    return _with_parts(result, open_, found, part_of[of_part])


def _bands(lines: ObjectArray, width_m: FloatArray) -> ObjectArray:
    """The true band along each line, drawn as finely as its own width needs and no finer.

    So a parcel comes out the same whatever others are cut out with it.
    """
    found = np.empty(len(lines), dtype=object)
    quarter = np.array([quarter_segments(width) for width in width_m.tolist()], dtype=np.int64)
    for number in np.unique(quarter).tolist():
        own = quarter == number
        found[own] = shapely.buffer(lines[own], width_m[own], quad_segs=number)
    return found


def _with_parts(
    result: ObjectArray, parcels: IntArray, parts: ObjectArray, of_parcel: IntArray
) -> ObjectArray:
    """Fill in the parcels with all of their parts; slivers are rounding, not land."""
    real = shapely.area(parts) > SLIVER_M2
    found, of_parcel = parts[real], of_parcel[real]
    result[parcels] = NOTHING
    alone = (np.bincount(of_parcel, minlength=len(parcels)) == 1)[of_parcel]
    result[parcels[of_parcel[alone]]] = found[alone]
    several = found[~alone]
    if len(several):
        which, place = np.unique(of_parcel[~alone], return_inverse=True)
        order = np.argsort(place, kind="stable")
        result[parcels[which]] = shapely.multipolygons(several[order], indices=place[order])
    return result


def _kites(at: Corners, corner: IntArray) -> FloatArray:
    """The corners of the kites that mitres add, shape (n, 4, 2).

    Where a corner turns into the land, one of the shifted ends lies in the other segment's strip;
    the meeting place stands for it.
    """
    meeting = at.places(corner, at.back[corner], at.width_in[corner])
    arrives, leaves = _ends(at, corner)
    return np.stack((at.xy[corner], arrives, meeting, leaves), axis=1)


def _ends(at: Corners, corner: IntArray) -> tuple[FloatArray, FloatArray]:
    """Where the mitres of these corners begin and end, beside where the shifted segments meet."""
    turn, width_in, width_out = at.turn[corner], at.width_in[corner], at.width_out[corner]
    meeting = at.places(corner, at.back[corner], width_in)
    arrives = at.places(corner, np.zeros(len(corner)), width_in)
    leaves = at.places(corner, -width_out * np.sin(turn), width_out * np.cos(turn))
    inward = turn > 0
    arrives = np.where((inward & (at.ahead[corner] < 0))[:, None], meeting, arrives)
    leaves = np.where((inward & (at.back[corner] > 0))[:, None], meeting, leaves)
    return arrives, leaves


def _mitres(bounds: Boundaries, width_m: FloatArray, rule: str) -> tuple[ObjectArray, IntArray]:
    """What mitred corners take off beyond the true distance, and from which parcel."""
    if rule != "mitred" or not len(bounds.xy):
        return np.empty(0, dtype=object), np.empty(0, dtype=np.int64)
    at = _corners(bounds, width_m[bounds.edge], rule)
    corner = np.flatnonzero(at.mitre)
    kites = np.asarray(shapely.polygons(_kites(at, corner)), dtype=object)
    return kites, bounds.parcel[corner]


# --- measuring, and the slow way ------------------------------------------------------------------


def _verified(
    result: ObjectArray, lines: ObjectArray, owner: IntArray, width_m: FloatArray
) -> ObjectArray:
    """The results without those that come nearer to a line than its width."""
    drawn = ~_unsolved(result[owner])
    rows = np.flatnonzero(drawn & (width_m > 0))
    if len(rows):
        distance = shapely.distance(result[owner[rows]], lines[rows])
        # The distance to an empty area is no number, and no fault.
        near = distance < width_m[rows] - NEARER_M
        result[owner[rows[near]]] = None
    return result


def taken_off(
    area: Area,
    lines: Sequence[BaseGeometry],
    width_m: FloatArray,
    also: Sequence[BaseGeometry] = (),
) -> Area:
    """The area less the true band along each line, and less what is ``also`` to go."""
    taken = [*also]
    for width in np.unique(width_m[width_m > 0]).tolist():
        of_width = [line for line, own in zip(lines, width_m, strict=True) if own == width]
        taken.append(band(shapely.union_all(of_width), width))
    return polygons(shapely.difference(area, shapely.union_all(taken))) if taken else area


def band(line: BaseGeometry, width_m: float) -> BaseGeometry:
    """Everything within a distance of a line (metric CRS)."""
    return shapely.buffer(line, width_m, quad_segs=quarter_segments(width_m))


def quarter_segments(radius_m: float) -> int:
    """Chords of a quarter circle that leave it by no more than SAGITTA_M."""
    if radius_m <= SAGITTA_M:
        return 1
    return int(np.ceil(np.pi / 4 / np.arccos(1 - SAGITTA_M / radius_m)))
