"""Edges of a fabric with what lies beyond each, before any is called front or rear."""

from dataclasses import dataclass

import numpy as np

from parcels.edges.beyond import Beyond, Fabric, measure_gap, probe
from parcels.edges.corners import find_corners
from parcels.edges.facing import Facing, Views, match_streets
from parcels.edges.kinds import BoolArray, FloatArray, IntArray, Streets
from parcels.edges.openings import find_changes, majority, smooth
from parcels.edges.rings import Rings
from parcels.edges.stretches import Pieces, Stretches, cut, sample

# Sight lines sent from one edge, spread over its length.
MAX_VIEWS = 5


@dataclass(frozen=True, kw_only=True)
class Sides:
    """Edges in ring order, one row each.

    `beyond` holds values of Beyond, `share` the part of the edge's length that agrees with it;
    `normal` is the outward unit normal of the edge's chord (zero for a closed one), `middle` the
    point half way along it; `gap_own` marks gaps on whose far side the same parcel lies.
    """

    stretches: Stretches
    parcels: int  # how many the fabric has, for arrays indexed by parcel
    parcel: IntArray
    hole: BoolArray
    length_m: FloatArray
    beyond: IntArray
    share: FloatArray
    normal: FloatArray
    middle: FloatArray
    starting: FloatArray
    ending: FloatArray
    facing: Facing
    gap_own: BoolArray


def survey(rings: Rings, fabric: Fabric, streets: Streets) -> Sides:
    """Cut the rings into edges and look beyond each.

    The rings may be those of a part of the fabric only.
    """
    corners = find_corners(rings)
    stretches = cut(rings, rings.ring[corners], rings.s[corners])
    pieces = sample(rings, stretches)
    met = probe(fabric, rings.parcel[pieces.ring], pieces.middle, pieces.normal)
    met = smooth(pieces.stretch, met, pieces.length_m)
    ring, s = find_changes(rings, stretches, pieces, met, fabric)
    if len(ring):
        stretches = cut(rings, np.r_[rings.ring[corners], ring], np.r_[rings.s[corners], s])
        pieces, met = _handed_over(rings, stretches, pieces, met)
    return _sides(rings, stretches, pieces, met, fabric, streets)


def _handed_over(
    rings: Rings, stretches: Stretches, pieces: Pieces, met: IntArray
) -> tuple[Pieces, IntArray]:
    """Give the pieces to the finer stretches that now hold their middles."""
    s = np.mod(pieces.s, rings.perimeter_m[pieces.ring])
    key = rings.base[stretches.ring] + stretches.s0
    stretch = np.searchsorted(key, rings.base[pieces.ring] + s, side="right") - 1
    # Before the first cut of a ring its last stretch is still running.
    last = np.searchsorted(stretches.ring, pieces.ring, side="right") - 1
    stretch = np.where((stretch < 0) | (stretches.ring[stretch] != pieces.ring), last, stretch)
    order = np.argsort(stretch, kind="stable")
    moved = Pieces(
        stretch=stretch[order],
        ring=pieces.ring[order],
        s=pieces.s[order],
        length_m=pieces.length_m[order],
        middle=pieces.middle[order],
        normal=pieces.normal[order],
    )
    return moved, met[order]


def _sides(
    rings: Rings,
    stretches: Stretches,
    pieces: Pieces,
    met: IntArray,
    fabric: Fabric,
    streets: Streets,
) -> Sides:
    number = len(stretches.ring)
    beyond = majority(pieces.stretch, met, pieces.length_m, number)
    agrees = met == beyond[pieces.stretch]
    total = np.bincount(pieces.stretch, weights=pieces.length_m, minlength=number)
    agreed = np.bincount(pieces.stretch, weights=pieces.length_m * agrees, minlength=number)
    views, gap_owner = _views(rings, pieces, beyond, fabric)
    own = rings.parcel[stretches.ring]
    seen_own = np.bincount(views.stretch, weights=gap_owner == own[views.stretch], minlength=number)
    seen = np.bincount(views.stretch, minlength=number)
    start, end, middle = (
        rings.at(stretches.ring, stretches.s0 + share * stretches.length_m)
        for share in (0.0, 1.0, 0.5)
    )
    chord = end - start
    size = np.hypot(*chord.T)
    normal = np.column_stack((chord[:, 1], -chord[:, 0])) / np.maximum(size, 1e-9)[:, None]
    normal[size < 1e-6] = 0.0
    reach = np.minimum(1.0, stretches.length_m / 3)
    return Sides(
        stretches=stretches,
        parcels=len(fabric.parcels),
        parcel=own,
        hole=rings.hole[stretches.ring],
        length_m=stretches.length_m,
        beyond=beyond,
        share=agreed / np.maximum(total, 1e-9),
        normal=normal,
        middle=middle,
        starting=rings.at(stretches.ring, stretches.s0 + reach) - start,
        ending=end - rings.at(stretches.ring, stretches.s1 - reach),
        facing=match_streets(views, streets, number),
        gap_own=seen_own > seen / 2,
    )


def _views(
    rings: Rings, pieces: Pieces, beyond: IntArray, fabric: Fabric
) -> tuple[Views, IntArray]:
    """Sight lines from the open edges, up to MAX_VIEWS each, and who owns the far side."""
    first = np.searchsorted(pieces.stretch, np.arange(len(beyond)))
    number = np.bincount(pieces.stretch, minlength=len(beyond))
    nth = np.arange(len(pieces.stretch)) - first[pieces.stretch]
    of = number[pieces.stretch]
    kept = np.minimum(of, MAX_VIEWS)
    # Piece n is kept when it is the first one past a step of an even spread.
    spread = (nth * kept) // of != ((nth - 1) * kept) // of
    chosen = np.flatnonzero(spread & (beyond[pieces.stretch] == Beyond.NOTHING))
    origin, normal = pieces.middle[chosen], pieces.normal[chosen]
    gap, owner = measure_gap(fabric, rings.parcel[pieces.ring[chosen]], origin, normal)
    views = Views(stretch=pieces.stretch[chosen], origin=origin, normal=normal, gap_m=gap)
    return views, owner
