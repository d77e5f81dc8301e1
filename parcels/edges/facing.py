"""Which street an open stretch of boundary faces, and how wide that street is."""

from dataclasses import dataclass

import numpy as np
import shapely

from parcels.edges.beyond import as_lines, segments_of
from parcels.edges.kinds import BoolArray, FloatArray, IntArray, Streets
from parcels.edges.names import street_words

# A centre line may be drawn off centre, and a planned width may not be built yet.
STREET_TOLERANCE_M = 4.0
# Reach where neither the width nor the far side of the gap is known: half of a 40 m street.
UNKNOWN_HALF_WIDTH_M = 20.0
MAX_HALF_WIDTH_M = 60.0
# Within this angle a street runs along the edge; beyond it only a dead end is accepted.
PARALLEL_COS = np.cos(np.radians(40.0))
AHEAD_COS = np.cos(np.radians(60.0))
DEAD_END_PENALTY_M = 15.0
DEAD_END_QUALITY = 0.85
# The turning circle at a dead end is wider than its street: up to this radius.
HEAD_RADIUS_M = 16.0
# A street that ends this near to another joins it.
JUNCTION_M = 1.0
# A street's width is the median over this many measurements or more, else each edge's own.
MIN_MEASUREMENTS = 3


@dataclass(frozen=True, kw_only=True)
class Facing:
    """Per stretch: the street (-1 none), how well it agrees (0..1), gap and width in metres.

    `gap_m` is infinite where the far side was not met, NaN where no ray was sent;
    `measured` says that the width was measured across the gap, not read from the street.
    """

    street: IntArray
    agreement: FloatArray
    gap_m: FloatArray
    width_m: FloatArray
    measured: BoolArray


@dataclass(frozen=True, kw_only=True)
class Views:
    """Places from which stretches look outward, with the gap measured from each."""

    stretch: IntArray
    origin: FloatArray
    normal: FloatArray
    gap_m: FloatArray


def match_streets(views: Views, streets: Streets, number: int) -> Facing:
    """Match `number` stretches to streets by the votes of their views."""
    street, quality = _street_of_view(views, streets)
    gap = _median_by(views.stretch, views.gap_m, number)
    seen = np.bincount(views.stretch, minlength=number)
    keys = street_keys(streets)
    # A street cut into segments is one street: its segments do not compete for votes.
    chosen, agreement = _elect(views.stretch, keys[street], quality, number)
    agreement = agreement / np.maximum(seen, 1)
    of_chosen = (street >= 0) & (keys[street] == chosen[views.stretch])
    chosen, _ = _elect(views.stretch[of_chosen], street[of_chosen], quality[of_chosen], number)
    width, measured = _widths(chosen, gap, agreement, streets)
    return Facing(street=chosen, agreement=agreement, gap_m=gap, width_m=width, measured=measured)


def street_keys(streets: Streets) -> IntArray:
    """A number per street, equal for segments of one name; the last entry, -1, is no street."""
    keys: dict[object, int] = {}
    found = [
        keys.setdefault(street_words(name or "") or index, len(keys))
        for index, name in enumerate(streets.names)
    ]
    return np.array([*found, -1], dtype=np.int64)


def _elect(
    voter: IntArray, vote: IntArray, weight: FloatArray, number: int
) -> tuple[IntArray, FloatArray]:
    """The vote with the greatest weight in each group of voters, and that weight; -1 abstains."""
    voting = vote >= 0
    size = int(vote.max(initial=0)) + 1
    pair, inverse = np.unique(voter[voting] * size + vote[voting], return_inverse=True)
    total = np.bincount(inverse, weights=weight[voting], minlength=len(pair))
    order = np.argsort(total, kind="stable")
    winner = np.full(number, -1, dtype=np.int64)
    won = np.zeros(number)
    # The last write wins.
    winner[pair[order] // size] = pair[order] % size
    won[pair[order] // size] = total[order]
    return winner, won


def _street_of_view(views: Views, streets: Streets) -> tuple[IntArray, FloatArray]:
    """Best street of each view (-1 none) and the quality of that match, 0..1."""
    best = np.full(len(views.stretch), -1, dtype=np.int64)
    quality = np.zeros(len(best))
    if not len(streets.centre_lines) or not len(best):
        return best, quality
    segment, street_of = segments_of(streets.centre_lines)
    tree = shapely.STRtree(as_lines(segment))
    dead_end = _dead_ends(segment, tree)
    reach, known_half = _reach(views, np.asarray(streets.width_m, dtype=float))
    view, which = tree.query(shapely.points(views.origin), predicate="dwithin", distance=reach)
    a, b = segment[which, 0], segment[which, 1]
    along = b - a
    length = np.maximum(np.hypot(*along.T), 1e-9)
    share = ((views.origin[view] - a) * along).sum(axis=1) / length**2
    share = np.clip(share, 0, 1)
    to = a + share[:, None] * along - views.origin[view]
    distance = np.hypot(*to.T)
    ahead = (to * views.normal[view]).sum(axis=1)
    across = np.abs((along * views.normal[view]).sum(axis=1)) / length
    parallel = np.sqrt(np.clip(1 - across**2, 0, 1))
    to_end = np.minimum(
        np.where(dead_end[which, 0], share * length, np.inf),
        np.where(dead_end[which, 1], (1 - share) * length, np.inf),
    )
    at_head = to_end <= HEAD_RADIUS_M
    half = known_half[street_of[which]]
    gap = np.where(np.isfinite(views.gap_m), views.gap_m, 2 * UNKNOWN_HALF_WIDTH_M)[view]
    limit = np.where(np.isfinite(half), half + STREET_TOLERANCE_M, np.maximum(gap, 5.0))
    limit = np.where(at_head, np.maximum(limit, HEAD_RADIUS_M), limit)
    good = (
        (ahead >= AHEAD_COS * distance)
        & (ahead <= limit)
        & (ahead <= views.gap_m[view] + 1.0)
        & ((parallel >= PARALLEL_COS) | at_head)
    )
    view, which, ahead, parallel = view[good], which[good], ahead[good], parallel[good]
    stray = np.where(parallel >= PARALLEL_COS, 0.0, DEAD_END_PENALTY_M)
    order = np.lexsort((which, -(ahead + stray), view))
    best[view[order]] = street_of[which[order]]
    quality[view[order]] = np.where(stray > 0, DEAD_END_QUALITY, parallel)[order]
    return best, quality


def _reach(views: Views, width_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """How far each view looks for centre lines, and half of each street's known width."""
    half = np.minimum(width_m / 2, MAX_HALF_WIDTH_M)
    widest = np.nanmax(half) if np.isfinite(half).any() else 0.0
    if np.isnan(half).any():
        widest = max(widest, 2 * UNKNOWN_HALF_WIDTH_M)
    # A street beyond the next parcel is not faced; its slant distance is at most twice that.
    nearest = np.minimum(max(widest + STREET_TOLERANCE_M, HEAD_RADIUS_M), views.gap_m + 1.0)
    return nearest / AHEAD_COS, half


def _dead_ends(segment: FloatArray, tree: shapely.STRtree) -> BoolArray:
    """For both ends of each segment: whether no other segment comes near."""
    ends = segment.reshape(-1, 2)
    end, _ = tree.query(shapely.points(ends), predicate="dwithin", distance=JUNCTION_M)
    result: BoolArray = (np.bincount(end, minlength=len(ends)) == 1).reshape(-1, 2)
    return result


def _median_by(group: IntArray, value: FloatArray, number: int) -> FloatArray:
    """Lower median of the values of each group; NaN for a group with none."""
    result = np.full(number, np.nan)
    order = np.lexsort((value, group))
    size = np.bincount(group, minlength=number)
    first = np.cumsum(size) - size
    some = size > 0
    result[some] = value[order][(first + (size - 1) // 2)[some]]
    return result


def _widths(
    chosen: IntArray, gap_m: FloatArray, agreement: FloatArray, streets: Streets
) -> tuple[FloatArray, BoolArray]:
    """Width of the street faced: on record, else the street's median gap, else the own gap."""
    gap = np.where(np.isfinite(gap_m), gap_m, np.nan)
    if not len(streets.centre_lines):
        return gap, np.ones(len(chosen), dtype=bool)
    on_record = np.asarray(streets.width_m, dtype=float)
    faced = (chosen >= 0) & np.isfinite(gap) & (agreement > 0.5)
    number = len(streets.centre_lines)
    typical = _median_by(chosen[faced], gap[faced], number)
    typical[np.bincount(chosen[faced], minlength=number) < MIN_MEASUREMENTS] = np.nan
    street = np.maximum(chosen, 0)
    known = np.where(chosen >= 0, on_record[street], np.nan)
    usual = np.where(chosen >= 0, typical[street], np.nan)
    width = np.where(np.isfinite(known), known, np.where(np.isfinite(usual), usual, gap))
    return width, ~np.isfinite(known)
