"""Fit freshly classified edges around those a planner has corrected and locked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import shapely
from shapely.geometry.base import BaseGeometry

from gisapp.geometry import to_shapely
from parcels.models import ParcelEdge

# A locked line is on the boundary where the boundary runs within this of it.
ON_BOUNDARY_M = 0.2
# Remainders shorter than this are no edges; losses smaller than this are a neighbouring edge
# leaving the end of a locked line, still within the tolerance above.
MIN_REMAINDER_M = 0.3


@dataclass(frozen=True, kw_only=True)
class EdgeDraft:
    """An edge about to be stored; the fields are those of ParcelEdge."""

    line: shapely.LineString
    kind: str
    street_id: int | None
    street_width_m: Decimal | None
    confidence: float
    source: str


def around_locked(
    drafts: Sequence[EdgeDraft], locked: Sequence[ParcelEdge]
) -> tuple[list[EdgeDraft | ParcelEdge], list[ParcelEdge]]:
    """The edges of one parcel in ring order, each locked row in place of what it covers.

    Drafts are cut where a locked line begins or ends. A locked row less than half of which still
    lies on the boundary is given back in the second list: the land has changed under it.
    """
    if not locked:
        return list(drafts), []
    boundary = shapely.union_all([draft.line for draft in drafts]).buffer(ON_BOUNDARY_M)
    lines = {row.pk: to_shapely(row.geometry) for row in locked}
    kept = [
        row
        for row in locked
        if lines[row.pk].intersection(boundary).length >= lines[row.pk].length / 2
    ]
    released = [row for row in locked if row not in kept]
    # A flat cap covers the line and no more of the edges beyond its ends.
    cover = shapely.union_all(
        [lines[row.pk].buffer(ON_BOUNDARY_M, cap_style="flat") for row in kept]
    )
    pieces: list[EdgeDraft] = []
    for draft in drafts:
        pieces += _uncovered(draft, cover)
    return _in_ring_order(drafts, pieces, kept, lines), released


def _uncovered(draft: EdgeDraft, cover: shapely.Geometry) -> list[EdgeDraft]:
    rest = draft.line.difference(cover)
    if rest.length > draft.line.length - MIN_REMAINDER_M:
        return [draft]
    parts = [part for part in shapely.get_parts(rest) if part.length >= MIN_REMAINDER_M]
    return [replace(draft, line=part) for part in parts]


def _in_ring_order(
    drafts: Sequence[EdgeDraft],
    pieces: list[EdgeDraft],
    kept: list[ParcelEdge],
    lines: dict[int, BaseGeometry],
) -> list[EdgeDraft | ParcelEdge]:
    """Sort by where the middle of each line falls along the drafts laid end to end."""

    def place(line: BaseGeometry) -> tuple[int, float]:
        middle = line.interpolate(0.5, normalized=True)
        nearest = min(range(len(drafts)), key=lambda i: drafts[i].line.distance(middle))
        return nearest, float(drafts[nearest].line.project(middle))

    placed: list[tuple[tuple[int, float], EdgeDraft | ParcelEdge]] = []
    placed += [(place(piece.line), piece) for piece in pieces]
    placed += [(place(lines[row.pk]), row) for row in kept]
    return [item for _, item in sorted(placed, key=lambda pair: pair[0])]
