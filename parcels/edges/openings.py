"""Cut stretches where a neighbour begins or ends, so that each faces one sort of thing."""

import numpy as np

from parcels.edges.beyond import Beyond, Fabric, probe
from parcels.edges.kinds import FloatArray, IntArray
from parcels.edges.rings import Rings
from parcels.edges.stretches import Pieces, Stretches, look_out

# A run shorter than this beside a longer one is noise of the drawing, not a change of neighbour.
MIN_RUN_M = 2.0
# A cut this near to a vertex of the ring is at the vertex.
SNAP_M = 0.3
HALVINGS = 6


def smooth(stretch: IntArray, met: IntArray, length_m: FloatArray) -> IntArray:
    """Give runs shorter than MIN_RUN_M to the longer of the runs beside them."""
    met = met.copy()
    starts = np.flatnonzero(np.r_[True, (stretch[1:] != stretch[:-1]) | (met[1:] != met[:-1])])
    if len(starts) == len(np.unique(stretch)):
        return met
    ends = np.r_[starts[1:], len(met)]
    total = np.add.reduceat(length_m, starts)
    owner = stretch[starts]
    for i in np.flatnonzero(total < MIN_RUN_M):
        before = total[i - 1] if i > 0 and owner[i - 1] == owner[i] else 0.0
        after = total[i + 1] if i + 1 < len(total) and owner[i + 1] == owner[i] else 0.0
        if max(before, after) < total[i]:
            continue
        donor = i - 1 if before >= after else i + 1
        met[starts[i] : ends[i]] = met[starts[donor]]
    return met


def find_changes(
    rings: Rings, stretches: Stretches, pieces: Pieces, met: IntArray, fabric: Fabric
) -> tuple[IntArray, FloatArray]:
    """Places (ring, s) inside stretches where what lies beyond changes.

    `met` is smoothed. Each place is found by halving the distance between two probes, to about
    4 cm, then moved to a vertex of the ring within SNAP_M.
    """
    left = np.flatnonzero((pieces.stretch[1:] == pieces.stretch[:-1]) & (met[1:] != met[:-1]))
    ring, low, high = pieces.ring[left], pieces.s[left].copy(), pieces.s[left + 1].copy()
    own = rings.parcel[ring]
    width = np.minimum(pieces.length_m[left], 0.5)
    for _ in range(HALVINGS if len(left) else 0):
        half = (low + high) / 2
        same = probe(fabric, own, *look_out(rings, ring, half, width)) == met[left]
        low, high = np.where(same, half, low), np.where(same, high, half)
    return ring, _snapped(rings, stretches, pieces.stretch[left], (low + high) / 2)


def _snapped(rings: Rings, stretches: Stretches, stretch: IntArray, s: FloatArray) -> FloatArray:
    """Cuts moved to a near vertex, but never onto the ends of their stretch."""
    ring = stretches.ring[stretch]
    per = rings.perimeter_m[ring]
    result = np.mod(s, per)
    vertex = rings.locate(ring, result)
    for candidate in (vertex, rings.following(vertex)):
        offset = np.mod(rings.s[candidate] - s + per / 2, per) - per / 2
        inside = (s + offset > stretches.s0[stretch] + SNAP_M) & (
            s + offset < stretches.s1[stretch] - SNAP_M
        )
        result = np.where((np.abs(offset) < SNAP_M) & inside, rings.s[candidate], result)
    return result


def majority(stretch: IntArray, met: IntArray, length_m: FloatArray, number: int) -> IntArray:
    """The value of Beyond met along most of each stretch."""
    weight = np.zeros((number, len(Beyond)))
    np.add.at(weight, (stretch, met), length_m)
    return np.argmax(weight, axis=1)
