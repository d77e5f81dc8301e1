"""Where the ring of a parcel turns a corner.

A corner is judged over a distance, not at a vertex: the direction one window length ahead
against the direction one window length behind. A row of small turns along a cul-de-sac head adds
up too slowly to reach the limit; a right angle, or one cut by a tiny digitised bevel, does.
"""

import numpy as np

from parcels.edges.kinds import BoolArray, FloatArray, IntArray
from parcels.edges.rings import Rings

CORNER_TURN_RAD = np.radians(35.0)
# The short window tells corners apart that lie as near as the end of a flag lot's pole. Drawings
# are stepped at about a metre, so what it finds must show in the longer windows too; the last alone
# finds the corners that were rounded (up to a radius of about 6.5 m) or bevelled.
SHORT_WINDOW_M = 1.0
MIDDLE_WINDOW_M = 2.0
LONG_WINDOW_M = 4.0
# A wide street corner: the edge turns this much in all, most of it within a short stretch.
SWEPT_CORNER_RAD = np.radians(60.0)
SWEPT_STRETCH = 0.5


def turn_rad(before: FloatArray, after: FloatArray) -> FloatArray:
    """Signed angle from one direction to another; positive to the left."""
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    dot = (before * after).sum(axis=1)
    result: FloatArray = np.arctan2(cross, dot)
    return result


def find_corners(rings: Rings) -> IntArray:
    """Indices of the corner vertices, ascending."""
    plain, middle, broad = (
        _turns(rings, window) for window in (SHORT_WINDOW_M, MIDDLE_WINDOW_M, LONG_WINDOW_M)
    )
    confirmed = (np.minimum(np.abs(middle), np.abs(broad)) >= CORNER_TURN_RAD) & (
        (plain * middle > 0) & (plain * broad > 0)
    )
    none = np.zeros(len(rings.xy), dtype=bool)
    sharp = _peaks(rings, SHORT_WINDOW_M, np.where(confirmed, np.abs(plain), 0.0), none)
    corners = _peaks(rings, LONG_WINDOW_M, np.abs(broad), sharp)
    return np.flatnonzero(corners | _swept_corners(rings, np.flatnonzero(corners)))


def _turns(rings: Rings, window_m: float) -> FloatArray:
    """Turn at each vertex, between the chords of one window behind and one ahead."""
    window = _window(rings, np.arange(len(rings.xy)), window_m)
    ahead = rings.at(rings.ring, rings.s + window) - rings.xy
    behind = rings.xy - rings.at(rings.ring, rings.s - window)
    return turn_rad(behind, ahead)


def _window(rings: Rings, vertex: IntArray, window_m: float) -> FloatArray:
    # A small ring gets a smaller window, or the window would see past the next corner.
    result: FloatArray = np.minimum(window_m, rings.perimeter_m[rings.ring[vertex]] / 12)
    return result


def _peaks(rings: Rings, window_m: float, turn: FloatArray, settled: BoolArray) -> BoolArray:
    """Vertices whose turn is over the limit and the largest within the window.

    Vertices within a window of a settled corner are part of that corner.
    """
    window = _window(rings, np.arange(len(rings.xy)), window_m)
    candidate = np.flatnonzero((turn >= CORNER_TURN_RAD) | settled)
    score = np.where(settled[candidate], np.inf, turn[candidate])
    beaten = np.zeros(len(candidate), dtype=bool)
    for offset in range(1, 64):
        other = _nth_in_ring(rings.ring[candidate], offset)
        along = np.mod(
            rings.s[candidate[other]] - rings.s[candidate],
            rings.perimeter_m[rings.ring[candidate]],
        )
        near = (along < window[candidate]) & (other != np.arange(len(candidate)))
        if not near.any():
            break
        beaten |= near & (score < score[other])
        # Of equal turns the earlier vertex stands.
        beaten[other[near & (score >= score[other])]] = True
    peaks = np.zeros(len(rings.xy), dtype=bool)
    peaks[candidate[~beaten]] = True
    return peaks | settled


def _nth_in_ring(ring: IntArray, offset: int) -> IntArray:
    """For rows sorted by ring: the row `offset` further, going round within the ring."""
    if not len(ring):
        return np.empty(0, dtype=np.int64)
    first = np.flatnonzero(np.r_[True, ring[1:] != ring[:-1]])
    size = np.diff(np.r_[first, len(ring)])
    first, size = np.repeat(first, size), np.repeat(size, size)
    result: IntArray = first + (np.arange(len(ring)) - first + offset) % size
    return result


def _swept_corners(rings: Rings, corners: IntArray) -> BoolArray:
    """Middles of wide convex curves that join two straight stretches: a street corner.

    Only left turns count: the head of a cul-de-sac bites into the parcel and turns right.
    """
    found = np.zeros(len(rings.xy), dtype=bool)
    every = np.arange(len(rings.xy))
    after = rings.following(every)
    step = rings.xy[after] - rings.xy
    previous = np.empty(len(every), dtype=np.int64)
    previous[after] = every
    turn = turn_rad(step[previous], step)
    turn[corners] = 0.0
    length = np.hypot(*step.T) if len(step) else np.empty(0)
    # A stretch is numbered by the corner it begins at; what precedes a ring's first corner
    # belongs to the ring's last one.
    stretch = np.searchsorted(corners, every, side="right") - 1
    begins = (
        np.where(stretch >= 0, corners[stretch], -1) if len(corners) else np.full(len(every), -1)
    )
    wraps = begins < rings.start[rings.ring]
    last = np.searchsorted(corners, rings.start + rings.count, side="left") - 1
    stretch = np.where(wraps, last[rings.ring], stretch)
    cornered = np.bincount(rings.ring[corners], minlength=len(rings.count)) > 0
    usable = cornered[rings.ring]
    if not usable.any():
        return found
    total = np.bincount(stretch[usable], weights=turn[usable], minlength=len(corners))
    for which in np.flatnonzero(total >= SWEPT_CORNER_RAD):
        first = corners[which]
        ring = rings.ring[first]
        start, count = rings.start[ring], rings.count[ring]
        size = np.count_nonzero(stretch[start : start + count] == which)
        members = start + (first - start + np.arange(size)) % count
        swept = np.cumsum(turn[members])
        along = np.cumsum(length[members]) - length[members]
        early, middle, late = np.searchsorted(swept, np.array([0.15, 0.5, 0.85]) * swept[-1])
        if along[late] - along[early] <= SWEPT_STRETCH * length[members].sum():
            found[members[middle]] = True
    return found
