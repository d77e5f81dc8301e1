"""What is left of parcels once a strip of its own width is taken off along every edge.

The boundary of a parcel runs with the land on its left. Each of its segments takes off the strip
of its width to the left, each corner the disc around it where a strip alone would fall short. Seen
as areas that are counted, the land less the strips and discs is the region that a curve winds
around: the segments shifted inward, joined at the corners. That curve is made with NumPy for
thousands of parcels at once, GEOS resolves its loops, and every result is then measured. Where it
comes nearer to a line than the line's width (a wide strip reaches around a short segment beside
it), the true band of that line is taken off too; where even that is not enough, the parcel is done
again the slow and certain way, by taking the true bands of all of its lines off it.

Metric CRS; widths in metres. Corners are *rounded* (the true distance from the edge) or *mitred*
(shifted edges run straight until they meet; rounded where that lies too far out).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from zoning.rules.boundaries import (
    Area,
    BoolArray,
    Boundaries,
    FloatArray,
    IntArray,
    ObjectArray,
    boundaries,
    first_of,
    rows_of,
    signed_areas_m2,
)
from zoning.rules.corners import (
    SAGITTA_M,
    SPIKE,
    STRAIGHT,
    Corners,
    corners_of,
    mitres,
    runs_on,
    shifted_ends,
)
from zoning.rules.cutting import areas_less_rings
from zoning.rules.measure import GRID_M, without

# How much nearer to an edge than its width a result may come: the tolerance of a drawn length.
NEARER_M = 0.001
NOTHING = Polygon()
# Between pieces that lie side by side rounding leaves slivers: parts smaller than this are none.
SLIVER_M2 = 1e-4
# Areas that are counted in two ways differ by less than this.
LOST_M2 = 1e-3
# How far beside a parcel the ballast of its ring lies, at the least.
BALLAST_OFF_M = 10.0


def _unsolved(result: ObjectArray) -> BoolArray:
    """Which places of a result are still empty."""
    return np.array([one is None for one in result], dtype=bool)


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
    quick = result.copy()
    every = np.ones(len(found), dtype=bool)
    short = _fallen_short(result, every, drawn, owner, width_m)
    bands = _bands(drawn[short], width_m[short])
    again = _unsolved(result)
    result = _less(quick, np.unique(owner[short]), bands, owner[short], result)
    _fallen_short(result, again, drawn, owner, width_m)
    left = _unsolved(result)
    mitred, of_mitre = _mitres(bounds.of(left & bounds.whole), width_m, corners)
    for index in np.flatnonzero(left).tolist():
        own = owner == index
        also = mitred[of_mitre == index].tolist()
        result[index] = taken_off(found[index], drawn[own].tolist(), width_m[own], also)
    return list(result)


# --- the quick way: a shifted boundary, and what it winds around ----------------------------------


def _wound_around(
    bounds: Boundaries, width_m: FloatArray, rule: str, result: ObjectArray
) -> ObjectArray:
    """Fill in the regions that the shifted boundaries wind around."""
    if not len(bounds.xy):
        return result
    xy, ring, plain = _shifted(bounds, corners_of(bounds, width_m[bounds.edge], rule))
    # The shifted rings of a boundary with holes would have to be wound together.
    parcel = bounds.parcel_of_ring
    _, ring_before = np.unique(bounds.ring, return_inverse=True)
    with_holes = np.zeros(len(result), dtype=bool)
    with_holes[parcel[signed_areas_m2(bounds.xy, ring_before) <= 0]] = True
    keep = ~with_holes[parcel]
    if not keep.any():
        return result
    parcel, plain = parcel[keep], plain[keep]
    xy = xy[keep[ring]]
    _, ring = np.unique(ring[keep[ring]], return_inverse=True)
    enclosed_m2 = signed_areas_m2(xy, ring)
    xy, ring, right_of = _ballasted(xy, ring, enclosed_m2)
    whole = np.asarray(shapely.polygons(shapely.linearrings(xy, indices=ring)), dtype=object)
    # A ring that does not cross itself and runs forward winds around itself, and around no more.
    alone = plain & (enclosed_m2 > 0)
    alone[alone] = shapely.is_valid(whole[alone])
    whole[~alone] = shapely.buffer(whole[~alone], 0)
    found, of_ring = shapely.get_parts(whole, return_index=True)
    land = shapely.bounds(found)[:, 0] < right_of[of_ring]
    # What a ring winds around is no smaller than all it encloses, counted: else GEOS lost some.
    kept_m2 = np.bincount(of_ring, weights=shapely.area(found) * land, minlength=len(enclosed_m2))
    lost = kept_m2 < enclosed_m2 - LOST_M2
    whose, of_whose = np.unique(parcel, return_inverse=True)
    result = _with_parts(result, whose, found[land], of_whose[of_ring[land]])
    result[parcel[lost]] = None
    return result


def _ballasted(
    xy: FloatArray, ring: IntArray, signed: FloatArray
) -> tuple[FloatArray, IntArray, FloatArray]:
    """Rings that run forward as a whole, and the x beyond which only their ballast lies.

    GEOS takes a ring for the way round in which it encloses more. One whose shifted edges have
    turned it inside out gets a square of land far to the right, tied on by a line.
    """
    first = np.flatnonzero(first_of(ring))
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


def _shifted(bounds: Boundaries, at: Corners) -> tuple[FloatArray, IntArray, BoolArray]:
    """The corners of the shifted boundaries, the number of the ring of each, and which rings are
    plain: without a corner at which the boundary is gone back to, so that they hardly ever cross.

    At each corner: where the shifted segments meet, or the arc of its disc; and where neither lies
    on the segments, the way from one to the other by the corner itself, around what its mitre adds.
    """
    widest = at.widest
    kept_in = np.sqrt(np.maximum(widest**2 - at.width_in**2, 0))
    kept_out = np.sqrt(np.maximum(widest**2 - at.width_out**2, 0))
    on_strips = (at.back <= STRAIGHT) & (at.ahead >= -STRAIGHT)
    # Strips that run on must do so along the other segment alone.
    inward = at.inward
    sine = np.where(inward, np.sin(at.turn), 1.0)
    reach_in = np.where(inward, at.width_out / sine, -at.back)
    reach_out = np.where(inward, at.width_in / sine, at.ahead)
    trimmed = np.where(
        at.disc,
        (kept_in <= at.length_in) & (kept_out <= at.length_out),
        (np.abs(at.turn) < STRAIGHT)
        | (at.mitre | on_strips) & (reach_in <= at.length_in) & (reach_out <= at.length_out),
    )
    both = at.disc & at.mitre
    trimmed &= (np.abs(at.turn) < SPIKE) & ~both
    chords = at.chords()
    # Of a disc: one point more than chords. Untrimmed: the shifted ends and the corner around it,
    # where the meeting place has its kite; the corner again between the kite and a disc. Between
    # the shifted ends at an inward mitre: how far they run on, the corner between the two.
    runs = inward & ~trimmed
    kite = at.mitre & ~trimmed & ~runs
    ahead_of_arc = 4 * both
    middle = np.where(at.disc, ahead_of_arc + chords + 1, 1 + (kite | runs) * 2)
    around = np.where(trimmed, 0, np.where(at.disc | kite, 2, 1))
    count = middle + 2 * around
    corner = np.repeat(np.arange(len(count)), count)
    nth = np.arange(len(corner)) - np.repeat(np.cumsum(count) - count, count)
    inside = nth - around[corner]
    on_arc = inside - ahead_of_arc[corner]
    forth, across = at.on_arc(corner, on_arc, chords)
    # The corner itself is what is left: it is there where neither an arc nor a meeting is.
    disc, looped, cut = at.disc[corner], kite[corner], trimmed[corner]
    arc = disc & (on_arc >= 0) & (inside < middle[corner])
    meets = (~disc & cut) | (looped & (inside == 1))
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
    ran = runs[corner]
    for chosen, ends in (
        (looped, shifted_ends(at, corner[looped])),
        (ran, runs_on(at, corner[ran])),
    ):
        for place, end in zip((0, 2), ends, strict=True):
            here = chosen & (inside == place)
            points[here] = end[here[chosen]]
    _, ring = np.unique(bounds.ring, return_inverse=True)
    plain = np.bincount(ring, weights=~trimmed) == 0
    return points, ring[corner].astype(np.int64), plain


# --- what the quick way left: true bands as holes -------------------------------------------------


def _less(
    areas: ObjectArray,
    chosen: IntArray,
    pieces: ObjectArray,
    of_piece: IntArray,
    result: ObjectArray,
) -> ObjectArray:
    """Fill in the chosen parcels, less the pieces of each.

    A band around a whole ring has a hole of its own, which can not be a hole's: such stay open.
    """
    simple = shapely.get_num_interior_rings(pieces) == 0
    chosen = np.setdiff1d(chosen, of_piece[~simple])
    if not len(chosen):
        return result
    order = np.argsort(of_piece, kind="stable")
    holes = np.asarray(shapely.get_exterior_ring(pieces), dtype=object)[order]
    of_hole = of_piece[order]
    parts, part_of = shapely.get_parts(areas[chosen], return_index=True)
    # Every part gets the holes of its whole parcel: a band may reach from one into another.
    part, hole = rows_of(chosen[part_of], of_hole)
    own, of_own = shapely.get_rings(parts, return_index=True)
    cut = areas_less_rings(own, of_own, holes[hole], part)
    found, of_part = shapely.get_parts(cut, return_index=True)
    return _with_parts(result, chosen, found, part_of[of_part])


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


def _mitres(bounds: Boundaries, width_m: FloatArray, rule: str) -> tuple[ObjectArray, IntArray]:
    """What mitred corners take off beyond the true distance, and from which parcel."""
    if rule != "mitred" or not len(bounds.xy):
        return np.empty(0, dtype=object), np.empty(0, dtype=np.int64)
    at = corners_of(bounds, width_m[bounds.edge], rule)
    pieces, owners = zip(*mitres(at), strict=True)
    found = [np.asarray(shapely.polygons(piece), dtype=object) for piece in pieces]
    return np.concatenate(found), bounds.parcel[np.concatenate(owners)]


# --- measuring, and the certain way ---------------------------------------------------------------


def _fallen_short(
    result: ObjectArray,
    looked_at: BoolArray,
    lines: ObjectArray,
    owner: IntArray,
    width_m: FloatArray,
) -> IntArray:
    """The lines that a result that is looked at comes nearer to than their width.

    Such results are taken back, and those that are no sound areas.
    """
    sound = looked_at.copy()
    sound[looked_at] = shapely.is_valid(result[looked_at])
    result[looked_at & ~sound] = None
    rows = np.flatnonzero(sound[owner] & (width_m > 0))
    if not len(rows):
        return rows
    distance = shapely.distance(result[owner[rows]], lines[rows])
    # The distance to an empty area is no number, and no fault.
    short = rows[distance < width_m[rows] - NEARER_M]
    result[owner[short]] = None
    return short


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
    return without(area, shapely.union_all(taken, grid_size=GRID_M)) if taken else area


def band(line: BaseGeometry, width_m: float) -> BaseGeometry:
    """Everything within a distance of a line (metric CRS)."""
    quarter = quarter_segments(width_m)
    found = shapely.buffer(line, width_m, quad_segs=quarter)
    if shapely.is_valid(found):
        return found
    # GEOS now and then joins the hole of a ring's band wrongly: segment by segment it can not.
    xy, part = shapely.get_coordinates(shapely.get_parts(line), return_index=True)
    within = part[1:] == part[:-1]
    segments = shapely.linestrings(np.stack((xy[:-1][within], xy[1:][within]), axis=1))
    return shapely.union_all(shapely.buffer(segments, width_m, quad_segs=quarter), grid_size=GRID_M)


def quarter_segments(radius_m: float) -> int:
    """Chords of a quarter circle that leave it by no more than SAGITTA_M."""
    if radius_m <= SAGITTA_M:
        return 1
    return int(np.ceil(np.pi / 4 / np.arccos(1 - SAGITTA_M / radius_m)))
