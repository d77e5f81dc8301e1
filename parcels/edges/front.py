"""Choose the front of each parcel among the edges that face streets or gaps."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from parcels.edges.facing import street_keys
from parcels.edges.kinds import BoolArray, FloatArray, IntArray, Streets
from parcels.edges.names import address_names_street, street_words
from parcels.edges.sides import Sides

# Edges on one street belong to one front when their directions differ by less than this.
SAME_FRONT_COS = np.cos(np.radians(60.0))
# A street edge shorter than this share of the parcel's longest is a remnant, not a frontage.
MIN_FRONTAGE_SHARE = 0.2
# The address street needs no more than room for a person and a cart.
MIN_ACCESS_M = 1.5
# Widths closer than this do not decide which street is the wider.
KNOWN_WIDTH_TOLERANCE_M = 0.5
MEASURED_WIDTH_TOLERANCE_M = 2.0
# Frontages closer than this share do not clearly decide either.
NEAR_TIE = 0.8
# Compared to the millimetre, so that equal streets stay equal however the map is turned.
DECIMALS_M = 3

CERTAINTY_ONLY = 1.0
CERTAINTY_ADDRESS = 1.0
CERTAINTY_WIDER = 0.9
CERTAINTY_WIDER_MEASURED = 0.75
CERTAINTY_SHORTEST = 0.7
CERTAINTY_NEAR_TIE = 0.55


@dataclass(frozen=True, kw_only=True)
class Choice:
    """`front` marks edges. Per parcel: certainty (0: no front), and the front's outward unit
    normal and mean point, both weighted by length (zero where there is no front)."""

    front: BoolArray
    certainty: FloatArray
    normal: FloatArray
    middle: FloatArray


def choose_front(
    sides: Sides, candidate: BoolArray, streets: Streets, addresses: Sequence[str] | None
) -> Choice:
    """Address street first, then the widest street, then the shortest frontage."""
    number = sides.parcels
    edge = np.flatnonzero(candidate)
    parcel = sides.parcel[edge]
    street = sides.facing.street[edge]
    key = street_keys(streets)[street]
    mate_of, mate = _mates(sides, edge, parcel, key)
    length: FloatArray = np.round(sides.length_m[edge], DECIMALS_M).astype(np.float64)
    summed = np.bincount(mate_of, weights=length[mate], minlength=len(edge))
    frontage: FloatArray = np.round(summed, DECIMALS_M).astype(np.float64)
    width = np.where(np.isfinite(sides.facing.width_m[edge]), sides.facing.width_m[edge], 0.0)
    width = np.round(_greatest(mate_of, width[mate], len(edge)), DECIMALS_M).astype(np.float64)
    measured = sides.facing.measured[edge]

    alive = frontage >= MIN_FRONTAGE_SHARE * _greatest(parcel, frontage, number)[parcel]
    # The pole of a flag lot may be a small share of its street edges, and yet its address.
    words = _addressed(parcel, street, streets, addresses) * (frontage >= MIN_ACCESS_M)
    # "Gore Street Place" also holds the name of Gore Street: the longer name is meant.
    addressed = (words > 0) & (words == _greatest(parcel, words, number)[parcel])
    alive |= addressed
    several = _differ(parcel, mate_of, mate, alive, number)
    by_address = _any(parcel, addressed, number)
    alive &= addressed | ~by_address[parcel]

    vague = _any(parcel, measured & alive, number)
    tolerance = np.where(vague, MEASURED_WIDTH_TOLERANCE_M, KNOWN_WIDTH_TOLERANCE_M)
    widest = _greatest(parcel, np.where(alive, width, 0.0), number)
    wide = alive & (width >= (widest - tolerance)[parcel])
    by_width = _any(parcel, alive & ~wide, number) & ~_differ(parcel, mate_of, mate, wide, number)

    at = np.flatnonzero(wide)
    # Last write wins: the shortest frontage, and within it the longest edge.
    at = at[np.lexsort((length[at], -frontage[at], parcel[at]))]
    seed = np.full(number, -1, dtype=np.int64)
    seed[parcel[at]] = at
    is_seed = np.zeros(len(edge), dtype=bool)
    is_seed[seed[seed >= 0]] = True
    in_front = np.zeros(len(edge), dtype=bool)
    in_front[mate[is_seed[mate_of]]] = True

    other = np.full(number, np.inf)
    rest = wide & ~in_front
    np.minimum.at(other, parcel[rest], frontage[rest])
    chosen = frontage[np.maximum(seed, 0)] if len(edge) else np.zeros(number)
    certainty = np.where(chosen <= NEAR_TIE * other, CERTAINTY_SHORTEST, CERTAINTY_NEAR_TIE)
    certainty[by_width] = np.where(vague[by_width], CERTAINTY_WIDER_MEASURED, CERTAINTY_WIDER)
    settled = by_address & ~_differ(parcel, mate_of, mate, addressed, number)
    certainty[settled] = CERTAINTY_ADDRESS
    certainty[~several] = CERTAINTY_ONLY
    certainty[seed < 0] = 0.0
    front = np.zeros(len(sides.parcel), dtype=bool)
    front[edge[in_front]] = True
    return _described(sides, front, certainty)


def _mates(
    sides: Sides, edge: IntArray, parcel: IntArray, key: IntArray
) -> tuple[IntArray, IntArray]:
    """Pairs of candidates of one parcel on one street that look the same way (self included)."""
    order = np.lexsort((key, parcel))
    p, k = parcel[order], key[order]
    new = np.r_[True, (p[1:] != p[:-1]) | (k[1:] != k[:-1])] if len(p) else np.empty(0, bool)
    first = np.flatnonzero(new)
    size = np.diff(np.r_[first, len(p)])
    first, size = np.repeat(first, size), np.repeat(size, size)
    row = np.repeat(np.arange(len(p)), size)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
    a, b = order[row], order[first[row] + nth]
    cosine = (sides.normal[edge[a]] * sides.normal[edge[b]]).sum(axis=1)
    same = (cosine > SAME_FRONT_COS) | (a == b)
    return a[same], b[same]


def _addressed(
    parcel: IntArray, street: IntArray, streets: Streets, addresses: Sequence[str] | None
) -> FloatArray:
    """For each candidate, the number of words of its street's name found in the address."""
    found = np.zeros(len(parcel))
    if addresses is None:
        return found
    others = streets.other_names or [()] * len(streets.names)
    names = [
        {street_words(name or "") for name in (main, *other)}
        for main, other in zip(streets.names, others, strict=True)
    ]
    address_words = {int(p): street_words(addresses[p] or "") for p in np.unique(parcel)}
    for i, (p, s) in enumerate(zip(parcel.tolist(), street.tolist(), strict=True)):
        if s >= 0 and address_words[p]:
            held = (len(n) for n in names[s] if address_names_street(address_words[p], n))
            found[i] = max(held, default=0)
    return found


def _greatest(group: IntArray, value: FloatArray, number: int) -> FloatArray:
    result = np.zeros(number)
    np.maximum.at(result, group, value)
    return result


def _any(group: IntArray, flag: BoolArray, number: int) -> BoolArray:
    result = np.zeros(number, dtype=bool)
    result[group[flag]] = True
    return result


def _differ(
    parcel: IntArray, mate_of: IntArray, mate: IntArray, alive: BoolArray, number: int
) -> BoolArray:
    """Parcels with two live candidates that are not mates: there is something to choose."""
    live = np.bincount(parcel[alive], minlength=number)
    both = alive[mate_of] & alive[mate]
    mates = np.bincount(mate_of[both], minlength=len(parcel))
    return _any(parcel, alive & (mates < live[parcel]), number)


def _described(sides: Sides, front: BoolArray, certainty: FloatArray) -> Choice:
    number = len(certainty)
    parcel, weight = sides.parcel[front], sides.length_m[front]

    def weighed(values: FloatArray) -> FloatArray:
        """Sums by parcel of the front edges' values times their lengths."""
        sums = [np.bincount(parcel, weight * values[front, axis], number) for axis in (0, 1)]
        return np.column_stack(sums).astype(np.float64)

    normal = weighed(sides.normal)
    total: FloatArray = np.bincount(parcel, weights=weight, minlength=number).astype(np.float64)
    middle = weighed(sides.middle) / np.maximum(total, 1e-9)[:, None]
    size = np.maximum(np.hypot(*normal.T), 1e-9)[:, None]
    return Choice(front=front, certainty=certainty, normal=normal / size, middle=middle)
