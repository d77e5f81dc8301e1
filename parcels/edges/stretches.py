"""Stretches of the boundary between two cuts, the pieces they are sampled by, and their lines."""

from dataclasses import dataclass

import numpy as np
import shapely

from parcels.edges.kinds import FloatArray, IntArray, ObjectArray
from parcels.edges.rings import Rings

# Pieces are short enough to see a lane of a flag lot, and few enough on a mile of rail land.
PIECE_M = 2.5
MIN_PIECES, MAX_PIECES = 3, 80
# Two cuts nearer than this are one: below any real edge, above rounding.
SAME_CUT_M = 0.001


@dataclass(frozen=True, kw_only=True)
class Stretches:
    """Stretches from s0 to s1 along their ring (s1 may pass the perimeter), in ring order.

    `next` is the stretch that follows in the same ring (itself where the ring has only one).
    """

    ring: IntArray
    s0: FloatArray
    s1: FloatArray
    next: IntArray

    @property
    def length_m(self) -> FloatArray:
        return self.s1 - self.s0


@dataclass(frozen=True, kw_only=True)
class Pieces:
    """Equal pieces of the stretches: the middle of each, and the outward normal there."""

    stretch: IntArray
    ring: IntArray
    s: FloatArray
    length_m: FloatArray
    middle: FloatArray
    normal: FloatArray


def cut(rings: Rings, ring: IntArray, s: FloatArray) -> Stretches:
    """Cut every ring at the places given; a ring with no cut is one stretch from its start."""
    uncut = np.setdiff1d(np.arange(len(rings.count)), ring)
    ring, s = np.r_[ring, uncut], np.r_[s, np.zeros(len(uncut))]
    # A cut a hair before the ring's start is at the start.
    s = np.where(s > rings.perimeter_m[ring] - SAME_CUT_M, 0.0, s)
    order = np.lexsort((s, ring))
    ring, s = ring[order], s[order]
    twice = np.zeros(len(ring), dtype=bool)
    twice[1:] = (ring[1:] == ring[:-1]) & (s[1:] - s[:-1] < SAME_CUT_M)
    ring, s = ring[~twice], s[~twice]
    first = np.flatnonzero(np.r_[True, ring[1:] != ring[:-1]]) if len(ring) else ring
    size = np.diff(np.r_[first, len(ring)])
    following = np.arange(len(ring)) + 1
    following[first + size - 1] = first
    s1 = s[following]
    s1 = np.where(s1 <= s, s1 + rings.perimeter_m[ring], s1)
    return Stretches(ring=ring, s0=s, s1=s1, next=following)


def sample(rings: Rings, stretches: Stretches) -> Pieces:
    """Divide each stretch into equal pieces of about PIECE_M."""
    number = np.ceil(stretches.length_m / PIECE_M).astype(np.int64)
    number = np.clip(number, MIN_PIECES, MAX_PIECES)
    stretch = np.repeat(np.arange(len(number)), number)
    nth = np.arange(len(stretch)) - np.repeat(np.cumsum(number) - number, number)
    length = (stretches.length_m / number)[stretch]
    s = stretches.s0[stretch] + (nth + 0.5) * length
    ring = stretches.ring[stretch]
    middle, normal = look_out(rings, ring, s, length)
    return Pieces(stretch=stretch, ring=ring, s=s, length_m=length, middle=middle, normal=normal)


def look_out(
    rings: Rings, ring: IntArray, s: FloatArray, length_m: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Places on the boundary and the outward unit normals of the chords around them."""
    chord = rings.at(ring, s + length_m / 2) - rings.at(ring, s - length_m / 2)
    size = np.maximum(np.hypot(*chord.T), 1e-9)
    normal = np.column_stack((chord[:, 1], -chord[:, 0])) / size[:, None]
    return rings.at(ring, s), normal


def lines_of(rings: Rings, stretches: Stretches) -> ObjectArray:
    """LineStrings of the stretches, with every vertex of the ring between their ends.

    Neighbouring lines share their end coordinates exactly.
    """
    ring, per = stretches.ring, rings.perimeter_m[stretches.ring]
    ends = rings.at(ring, stretches.s0)
    inside = rings.locate(ring, np.mod(stretches.s0, per)) + 1
    # Vertices are counted through a second round of the ring for stretches past its start.
    lap = np.where(stretches.s1 > per, rings.count[ring], 0)
    s_end = np.where(stretches.s1 > per, stretches.s1 - per, stretches.s1)
    last = rings.locate(ring, s_end)
    # An end that is itself a vertex is added from `ends`, not from the inside.
    last = np.where(rings.s[last] >= s_end - 1e-7, last - 1, last)
    number = np.maximum(last + lap - inside + 1, 0)
    index = np.repeat(np.arange(len(number)), number + 2)
    nth = np.arange(len(index)) - np.repeat(np.cumsum(number + 2) - (number + 2), number + 2)
    vertex = inside[index] + nth - 1
    first = rings.start[ring[index]]
    vertex = first + np.mod(vertex - first, rings.count[ring[index]])
    xy = rings.xy[vertex]
    xy[nth == 0] = ends
    xy[nth == number[index] + 1] = ends[stretches.next]
    lines: ObjectArray = shapely.linestrings(xy, indices=index)
    return lines
