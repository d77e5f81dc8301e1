"""The role of each edge: front, secondary street, side, rear, and how sure that is.

The convention and the formula of the confidence are told in docs/explanation/parcel-edges.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from parcels.edges.beyond import Beyond
from parcels.edges.corners import turn_rad
from parcels.edges.front import Choice, choose_front
from parcels.edges.kinds import (
    BoolArray,
    EdgeKind,
    EdgeSource,
    FloatArray,
    IntArray,
    ObjectArray,
    Streets,
)
from parcels.edges.sides import Sides

# Gaps narrower than this are seams of the drawing: the land beyond is a neighbour's.
MIN_STREET_GAP_M = 1.5
# A corner cut longer than this is a side of its own.
MAX_CHAMFER_M = 8.0
# Jogs in a street line shorter than this go with the edges beside them.
MAX_JOG_M = 2.0
CHAMFER_TURN_RAD = (np.radians(25.0), np.radians(65.0))
REAR_COS_DEG = 45.0
# Where nothing lies within REAR_COS_DEG, the most opposite edge within this angle is the rear.
REAR_LAST_DEG = 55.0
REAR_DEPTH_SHARE = 0.5
# A front narrower than this share of the parcel's mean width is the pole of a flag.
FLAG_SHARE = 0.4

EVIDENCE = {
    EdgeSource.STREET: 1.0,
    EdgeSource.STREET_GAP: 0.9,
    EdgeSource.FABRIC_GAP: 0.7,
    EdgeSource.ADJACENCY: 1.0,
    EdgeSource.LAND_COVER: 0.9,
}
# Factors: across a gap no far side was met; there are streets, but none runs here; the edge
# faces its own parcel.
NO_FAR_SIDE = 0.6
OWN_LAND = 0.6
STREETLESS = 0.6
FLAG_FACTOR = 0.8
UNDECIDED = 0.3
NO_FRONT = 0.2


@dataclass(frozen=True, kw_only=True)
class Roles:
    kind: ObjectArray
    source: ObjectArray
    confidence: FloatArray
    street: IntArray
    width_m: FloatArray


def assign_roles(
    sides: Sides, streets: Streets, addresses: Sequence[str] | None, area_m2: FloatArray
) -> Roles:
    """Decide the role of every edge. `area_m2` is per parcel."""
    source, open_side, own = _sources(sides)
    connector = _connectors(sides, open_side)
    candidate = open_side & ~connector & ~_streetless(sides, open_side)
    choice = choose_front(sides, candidate, streets, addresses)
    street = np.where(open_side, sides.facing.street, -1)
    width = np.where(open_side, sides.facing.width_m, np.nan)
    kind = np.empty(len(sides.parcel), dtype=object)
    kind[:] = EdgeKind.UNKNOWN
    kind[candidate] = EdgeKind.SECONDARY_STREET
    kind[choice.front] = EdgeKind.FRONT
    _join_connectors(sides, connector, kind, street, width)
    lie = _lie(sides, choice)
    interior = (source == EdgeSource.ADJACENCY) & ~sides.hole
    rear = _rear(sides, lie, interior, open_side)
    has_front = choice.certainty[sides.parcel] > 0
    kind[interior & has_front] = EdgeKind.INTERIOR_SIDE
    kind[rear & has_front] = EdgeKind.REAR
    kind[sides.hole] = EdgeKind.INTERIOR_SIDE
    kind[sides.beyond == Beyond.OPEN_SPACE] = EdgeKind.OPEN_SPACE
    kind[sides.beyond == Beyond.WATERCOURSE] = EdgeKind.WATERCOURSE
    confidence = _confidence(sides, source, kind, choice, lie, area_m2, streets)
    confidence[own] *= OWN_LAND
    return Roles(kind=kind, source=source, confidence=confidence, street=street, width_m=width)


def _sources(sides: Sides) -> tuple[ObjectArray, BoolArray, BoolArray]:
    """Source of each edge; which edges lie open to a street or gap; which face their own land."""
    matched = sides.facing.street >= 0
    narrow = ~matched & (sides.facing.gap_m < MIN_STREET_GAP_M)
    nothing = (sides.beyond == Beyond.NOTHING) & ~sides.hole
    own = (sides.beyond == Beyond.OWN_PARCEL) | (nothing & sides.gap_own & ~matched)
    open_side = nothing & ~narrow & ~own
    source = np.empty(len(sides.parcel), dtype=object)
    source[:] = EdgeSource.ADJACENCY
    source[open_side] = EdgeSource.FABRIC_GAP
    source[open_side & matched] = EdgeSource.STREET_GAP
    source[open_side & matched & ~sides.facing.measured] = EdgeSource.STREET
    source[sides.beyond >= Beyond.OPEN_SPACE] = EdgeSource.LAND_COVER
    return source, open_side, own


def _streetless(sides: Sides, open_side: BoolArray) -> BoolArray:
    """Gaps without a street on parcels that do face a street elsewhere: rail, yards, alleys."""
    matched = open_side & (sides.facing.street >= 0)
    served = np.zeros(sides.parcels, dtype=bool)
    served[sides.parcel[matched]] = True
    return open_side & ~matched & served[sides.parcel]


def _neighbours(sides: Sides) -> tuple[IntArray, IntArray]:
    following = sides.stretches.next
    previous = np.empty_like(following)
    previous[following] = np.arange(len(following))
    return previous, following


def _connectors(sides: Sides, open_side: BoolArray) -> BoolArray:
    """Corner cuts and jogs: short open edges between longer open edges."""
    previous, following = _neighbours(sides)
    longer = np.minimum(sides.length_m[previous], sides.length_m[following])
    between = (
        open_side
        & open_side[previous]
        & open_side[following]
        & (sides.length_m < longer)
        & (previous != following)
    )
    into = turn_rad(sides.ending[previous], sides.starting)
    out_of = turn_rad(sides.ending, sides.starting[following])
    low, high = CHAMFER_TURN_RAD
    cut = (into >= low) & (into <= high) & (out_of >= low) & (out_of <= high)
    unmatched = (sides.facing.street < 0) & (sides.facing.street[previous] >= 0)
    short = sides.length_m <= MAX_CHAMFER_M
    return between & ((short & (cut | unmatched)) | (sides.length_m <= MAX_JOG_M))


def _join_connectors(
    sides: Sides,
    connector: BoolArray,
    kind: ObjectArray,
    street: IntArray,
    width: FloatArray,
) -> None:
    """Give corner cuts and jogs the kind and street of a neighbour, the front before others."""
    previous, following = _neighbours(sides)
    for _ in range(2):  # a cut may lie beside a jog
        for wanted in (EdgeKind.FRONT, EdgeKind.SECONDARY_STREET):
            for beside in (previous, following):
                take = np.flatnonzero(
                    connector & (kind == EdgeKind.UNKNOWN) & (kind[beside] == wanted)
                )
                kind[take] = wanted
                street[take] = street[beside[take]]
                width[take] = width[beside[take]]


@dataclass(frozen=True, kw_only=True)
class Lie:
    """How an edge lies to the front: angle of its normal to straight away, and depth share."""

    angle_deg: FloatArray
    depth_share: FloatArray


def _lie(sides: Sides, choice: Choice) -> Lie:
    away = -choice.normal[sides.parcel]
    cosine = np.clip((sides.normal * away).sum(axis=1), -1, 1)
    depth = ((sides.middle - choice.middle[sides.parcel]) * away).sum(axis=1)
    deepest = np.full(len(choice.certainty), 1e-9)
    np.maximum.at(deepest, sides.parcel, depth)
    return Lie(angle_deg=np.degrees(np.arccos(cosine)), depth_share=depth / deepest[sides.parcel])


def _rear(sides: Sides, lie: Lie, interior: BoolArray, open_side: BoolArray) -> BoolArray:
    far = lie.depth_share >= REAR_DEPTH_SHARE
    opposite = far & (lie.angle_deg <= REAR_COS_DEG)
    rear = interior & opposite
    taken = np.zeros(sides.parcels, dtype=bool)
    # A street opposite makes a through lot, which needs no rear.
    taken[sides.parcel[rear | (open_side & opposite)]] = True
    last = np.flatnonzero(interior & far & (lie.angle_deg <= REAR_LAST_DEG) & ~taken[sides.parcel])
    order = last[np.argsort(-lie.angle_deg[last], kind="stable")]
    best = np.full(len(taken), -1, dtype=np.int64)
    best[sides.parcel[order]] = order
    rear[best[best >= 0]] = True
    return rear


def _confidence(
    sides: Sides,
    source: ObjectArray,
    kind: ObjectArray,
    choice: Choice,
    lie: Lie,
    area_m2: FloatArray,
    streets: Streets,
) -> FloatArray:
    """evidence x agreement x certainty of the front x clearness of the shape."""
    evidence = np.array([EVIDENCE[s] for s in source], dtype=float)
    gap = source == EdgeSource.FABRIC_GAP
    evidence[gap & ~np.isfinite(sides.facing.gap_m)] *= NO_FAR_SIDE
    if len(streets.centre_lines):
        evidence[gap] *= STREETLESS
    matched = np.isin(source, (EdgeSource.STREET, EdgeSource.STREET_GAP))
    agreement = np.where(matched, np.minimum(sides.share, sides.facing.agreement), sides.share)
    role = np.isin(
        kind,
        (EdgeKind.FRONT, EdgeKind.SECONDARY_STREET, EdgeKind.INTERIOR_SIDE, EdgeKind.REAR),
    )
    certainty = np.where(role & ~sides.hole, choice.certainty[sides.parcel], 1.0)
    yard = np.isin(kind, (EdgeKind.INTERIOR_SIDE, EdgeKind.REAR)) & ~sides.hole
    angle_margin = np.clip(np.abs(lie.angle_deg - REAR_COS_DEG) / 15, 0, 1)
    depth_margin = np.clip(np.abs(lie.depth_share - REAR_DEPTH_SHARE) / 0.1, 0, 1)
    # The depth matters only to edges that look the right way, the angle to edges far enough.
    near = lie.depth_share < REAR_DEPTH_SHARE
    sideways = lie.angle_deg > REAR_LAST_DEG
    margin = np.where(near, np.where(sideways, 1.0, depth_margin), angle_margin)
    clear = np.where(yard, 0.5 + 0.5 * margin, 1.0)
    flag = _flags(sides, kind, choice, area_m2)
    clear = np.where(flag[sides.parcel] & role, clear * FLAG_FACTOR, clear)
    result = evidence * agreement * certainty * clear
    unknown = kind == EdgeKind.UNKNOWN
    result[unknown] = np.minimum(result[unknown], UNDECIDED)
    frontless = choice.certainty[sides.parcel] == 0
    result[unknown & frontless] = np.minimum(result[unknown & frontless], NO_FRONT)
    return np.clip(result, 0.0, 1.0)


def _flags(sides: Sides, kind: ObjectArray, choice: Choice, area_m2: FloatArray) -> BoolArray:
    """Parcels whose front is much narrower than the parcel: area over depth."""
    front = kind == EdgeKind.FRONT
    number = len(choice.certainty)
    frontage = np.bincount(sides.parcel[front], weights=sides.length_m[front], minlength=number)
    depth = np.full(number, 1e-9)
    away = -choice.normal[sides.parcel]
    reach = ((sides.middle - choice.middle[sides.parcel]) * away).sum(axis=1)
    np.maximum.at(depth, sides.parcel, reach)
    result: BoolArray = (frontage > 0) & (frontage < FLAG_SHARE * area_m2 / depth)
    return result
