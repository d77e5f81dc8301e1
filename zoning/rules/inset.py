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
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from zoning.rules.measure import polygons

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Area = Polygon | MultiPolygon

# An arc is drawn by chords that leave it by no more than this: half of the length tolerance.
SAGITTA_M = 0.0005
# How much nearer to an edge than its width a result may come: the tolerance of a drawn length.
NEARER_M = 0.001
# A mitred corner reaches at most this many times the width; a sharper one is rounded.
MITRE_LIMIT = 10.0
# Lines of edges that meet within this are one boundary.
MEETS_M = 1e-6
# How far a boundary put together from edges may lie off the polygon's own, on average, in m.
OFF_M = 1e-4
# Turns below this (in radians) are straight on; beyond the other the boundary turns back on itself.
STRAIGHT = 1e-9
SPIKE = np.pi - 1e-6


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
    return Boundaries(np.empty((0, 2)), none, none, none, none, np.zeros(number, dtype=bool))


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
    keep = whole[found.parcel]
    renumbered = np.cumsum(keep) - 1
    return Boundaries(
        xy=found.xy[keep],
        edge=found.edge[keep],
        after=renumbered[found.after[keep]],
        ring=found.ring[keep],
        parcel=found.parcel[keep],
        whole=whole,
    )


def inset(
    areas: Sequence[Area],
    lines: Sequence[BaseGeometry],
    owner: IntArray,
    width_m: FloatArray,
    corners: str,
    *,
    known: Boundaries | None = None,
) -> list[Area]:
    """What is left of each area once a strip of ``width_m`` is taken off along each line.

    ``lines`` are the edges of the areas, ``owner`` the index of each line's area, in order. Every
    part that is left is kept; nothing left is an empty polygon. Widths are zero or more.
    """
    found = np.asarray(areas, dtype=object)
    result = np.full(len(found), None, dtype=object)
    bounds = boundaries(areas, lines, owner) if known is None else known
    quick = _wound(bounds, width_m, corners)
    for parcel, area in quick.items():
        result[parcel] = area
    result = _verified(result, lines, owner, width_m)
    for parcel in np.flatnonzero(np.equal(result, None)):
        mine = np.flatnonzero(owner == parcel) if len(found) > 1 else np.arange(len(owner))
        result[parcel] = taken_off(
            found[parcel], [lines[row] for row in mine], width_m[mine], corners
        )
    return list(result)


def _wound(bounds: Boundaries, width_m: FloatArray, corners: str) -> dict[int, Area]:
    """The regions that the shifted boundaries wind around, by parcel."""
    if not len(bounds.xy):
        return {}
    xy, ring = _shifted(bounds, width_m[bounds.edge], corners)
    rings = shapely.linearrings(xy, indices=ring)
    ring_parcel = bounds.parcel[np.searchsorted(bounds.ring, np.unique(bounds.ring))]
    signed = _signed_areas(xy, ring)
    # A boundary with holes, or one turned inside out, is not what GEOS's winding rule expects.
    once = np.bincount(ring_parcel, minlength=len(bounds.whole)) == 1
    usable = once[ring_parcel] & (signed > 0)
    resolved = shapely.buffer(shapely.polygons(rings[usable]), 0)
    return dict(zip(ring_parcel[usable].tolist(), resolved, strict=True))


def _signed_areas(xy: FloatArray, ring: IntArray) -> FloatArray:
    last = np.r_[ring[1:] != ring[:-1], True]
    start = np.flatnonzero(np.r_[True, last[:-1]])
    following = np.arange(len(xy)) + 1
    following[last] = start
    origin = xy[start][ring]
    u, v = xy - origin, xy[following] - origin
    cross = (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / 2
    return np.bincount(ring, weights=cross).astype(np.float64)


def _shifted(bounds: Boundaries, width: FloatArray, corners: str) -> tuple[FloatArray, IntArray]:
    """The corners of the shifted boundary, and the number of the ring of each.

    ``width`` is that of the segment which begins at each corner.
    """
    corner = bounds.xy
    step = corner[bounds.after] - corner
    length = np.hypot(*step.T)
    along = step / length[:, None]
    before = np.empty(len(corner), dtype=np.int64)
    before[bounds.after] = np.arange(len(corner))
    into, out = along[before], along
    d_in, d_out = width[before], width
    turn = np.arctan2(into[:, 0] * out[:, 1] - into[:, 1] * out[:, 0], (into * out).sum(axis=1))
    widest = np.maximum(d_in, d_out)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Angles are counted from the direction of the segment that arrives.
        begin = np.pi / 2 + np.arccos(np.clip(np.where(widest > 0, d_in / widest, 1), 0, 1))
        end = turn + np.arcsin(np.clip(np.where(widest > 0, d_out / widest, 1), 0, 1))
        back = (d_in * np.cos(turn) - d_out) / np.sin(turn)
    straight = np.abs(turn) < STRAIGHT
    back = np.where(straight, 0.0, back)
    ahead = np.where(straight, 0.0, back * np.cos(turn) + d_in * np.sin(turn))
    arc = (begin - end > STRAIGHT) & (widest > 0) & ~(straight & (d_in == d_out))
    if corners == "mitred":
        reach = np.hypot(back, d_in)
        beyond = np.where(turn > 0, True, (back >= 0) & (ahead <= 0))
        arc &= ~(beyond & ~straight & (reach <= MITRE_LIMIT * widest))
    room_in, room_out = length[before], length
    held_back = np.sqrt(np.maximum(widest**2 - d_in**2, 0))
    held_ahead = np.sqrt(np.maximum(widest**2 - d_out**2, 0))
    trimmed = np.where(
        arc,
        (held_back <= room_in) & (held_ahead <= room_out),
        straight
        | (turn < 0)
        | ((back <= STRAIGHT) & (-back <= room_in) & (ahead >= -STRAIGHT) & (ahead <= room_out))
        | (
            (corners == "mitred")
            & (back <= room_in)
            & (-back <= room_in)
            & (np.abs(ahead) <= room_out)
        ),
    )
    trimmed &= np.abs(turn) < SPIKE
    return _assembled(
        bounds, into, turn, (d_in, d_out, widest), (begin, end), back, arc=arc, trimmed=trimmed
    )


def _assembled(
    bounds: Boundaries,
    into: FloatArray,
    turn: FloatArray,
    widths: tuple[FloatArray, FloatArray, FloatArray],
    angles: tuple[FloatArray, FloatArray],
    back: FloatArray,
    *,
    arc: BoolArray,
    trimmed: BoolArray,
) -> tuple[FloatArray, IntArray]:
    """Write out the points of every corner: where the shifted segments meet, an arc, or, where
    neither lies on the segments, the way from one to the other by the corner itself."""
    d_in, d_out, widest = widths
    begin, end = angles
    swept = np.where(arc, begin - end, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        chord = 2 * np.arccos(np.clip(1 - SAGITTA_M / widest, -1, 1))
        chords = np.where(arc, np.ceil(swept / chord), 0)
    chords = np.maximum(np.nan_to_num(chords, nan=1), arc).astype(np.int64)
    # Of an arc: one point more than chords. Untrimmed: the shifted ends and the corner around it.
    middle = np.where(arc, chords + 1, 1)
    extra = np.where(trimmed, 0, np.where(arc, 2, 1))
    count = middle + 2 * extra
    index = np.repeat(np.arange(len(count)), count)
    nth = np.arange(len(index)) - np.repeat(np.cumsum(count) - count, count)
    here = nth - extra[index]
    share = np.clip(here / np.maximum(chords[index], 1), 0, 1)
    angle = begin[index] - share * swept[index]
    across, forth = widest[index] * np.sin(angle), widest[index] * np.cos(angle)
    meets = ~arc[index] & trimmed[index]
    across = np.where(meets, d_in[index], across)
    forth = np.where(meets, back[index], forth)
    corner_itself = ~trimmed[index] & ~arc[index]
    corner_itself |= ~trimmed[index] & arc[index] & ((here == -1) | (here == middle[index]))
    across, forth = np.where(corner_itself, 0.0, across), np.where(corner_itself, 0.0, forth)
    begins = ~trimmed[index] & (nth == 0)
    across, forth = np.where(begins, d_in[index], across), np.where(begins, 0.0, forth)
    finishes = ~trimmed[index] & (nth == count[index] - 1)
    across = np.where(finishes, d_out[index] * np.cos(turn[index]), across)
    forth = np.where(finishes, -d_out[index] * np.sin(turn[index]), forth)
    ahead = into[index]
    left = np.column_stack((-ahead[:, 1], ahead[:, 0]))
    points = bounds.xy[index] + forth[:, None] * ahead + across[:, None] * left
    _, ring = np.unique(bounds.ring, return_inverse=True)
    return points, ring[index].astype(np.int64)


def _verified(
    result: npt.NDArray[np.object_],
    lines: Sequence[BaseGeometry],
    owner: IntArray,
    width_m: FloatArray,
) -> npt.NDArray[np.object_]:
    """The results without those that come nearer to a line than its width."""
    drawn = ~np.equal(result[owner], None)
    rows = np.flatnonzero(drawn & (width_m > 0))
    if len(rows):
        distance = shapely.distance(result[owner[rows]], np.asarray(lines, dtype=object)[rows])
        # The distance to an empty area is no number, and no fault.
        near = distance < width_m[rows] - NEARER_M
        result[owner[rows[near]]] = None
    return result


def taken_off(area: Area, lines: Sequence[BaseGeometry], width_m: FloatArray, corners: str) -> Area:
    """The area less the true band along each line, those of one width taken together."""
    bands = [
        band(
            _joined([line for line, own in zip(lines, width_m, strict=True) if own == width]),
            width,
            corners,
        )
        for width in np.unique(width_m[width_m > 0]).tolist()
    ]
    return polygons(shapely.difference(area, shapely.union_all(bands))) if bands else area


def band(line: BaseGeometry, width_m: float, corners: str) -> BaseGeometry:
    """The strip within a distance of a line (metric CRS), with its corners rounded or mitred."""
    rounded = shapely.buffer(line, width_m, quad_segs=quarter_segments(width_m))
    if corners == "rounded" or width_m == 0:
        return rounded
    mitred = shapely.buffer(
        line, width_m, cap_style="flat", join_style="mitre", mitre_limit=MITRE_LIMIT
    )
    return shapely.union(rounded, mitred)


def quarter_segments(radius_m: float) -> int:
    """Chords of a quarter circle that leave it by no more than SAGITTA_M."""
    if radius_m <= SAGITTA_M:
        return 1
    return int(np.ceil(np.pi / 4 / np.arccos(1 - SAGITTA_M / radius_m)))


def _joined(lines: Sequence[BaseGeometry]) -> BaseGeometry:
    """Lines joined end to end, so that mitred corners are drawn between them."""
    joined = shapely.union_all(lines)
    return shapely.line_merge(joined) if shapely.get_dimensions(joined) == 1 else joined
