"""Fit freshly classified edges around those that are locked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast

import shapely
from shapely.geometry import LineString
from shapely.ops import substring

from gisapp.geometry import to_shapely
from parcels.edges.along import Stretch, stretches_along
from parcels.models import ParcelEdge

# A locked line is on the boundary where the boundary runs within this of it.
ON_BOUNDARY_M = 0.2
# A remainder shorter than this is no edge: it goes to the locked line beside it.
MIN_REMAINDER_M = 0.3
# A line that lies this near to where it was has not moved.
SAME_PLACE_M = 0.001


@dataclass(frozen=True, kw_only=True)
class EdgeDraft:
    """An edge about to be stored; the fields are those of ParcelEdge."""

    line: shapely.LineString
    kind: str
    street_id: int | None
    street_width_m: Decimal | None
    confidence: float
    source: str


@dataclass(frozen=True)
class Kept:
    """A locked row that stays; ``line`` is where it lies on the boundary as it is now."""

    row: ParcelEdge
    line: LineString
    moved: bool

    @property
    def kind(self) -> str:
        return self.row.kind


def around_locked(
    drafts: Sequence[EdgeDraft], locked: Sequence[ParcelEdge]
) -> tuple[list[EdgeDraft | Kept], list[ParcelEdge]]:
    """The edges of one parcel in ring order, each locked row in place of what it covers.

    Drafts are cut where a locked line begins or ends, and a locked line follows a boundary that has
    shifted within the tolerance. A locked row less than half of which still lies on the boundary
    is given back in the second list: the land has changed under it.
    """
    if not locked:
        return list(drafts), []
    lines = [cast(LineString, to_shapely(row.geometry)) for row in locked]
    boundary = [draft.line for draft in drafts]
    beside = [
        fitted
        for one in stretches_along(boundary, lines, within_m=ON_BOUNDARY_M)
        if (fitted := _fitted(one, boundary[one.edge].length, lines[one.line].length))
    ]
    lying = [0.0] * len(locked)
    for one in beside:
        lying[one.line] += one.length_m
    stays = [on_m >= line.length / 2 for on_m, line in zip(lying, lines, strict=True)]
    taken: dict[int, list[Stretch]] = defaultdict(list)
    for one in beside:
        if stays[one.line]:
            taken[one.edge].append(one)
    places = _places(drafts, taken)
    kept = {
        index: _kept(row, lines[index], places[index])
        for index, row in enumerate(locked)
        if stays[index]
    }
    released = [row for row, remains in zip(locked, stays, strict=True) if not remains]
    return list(_in_ring_order(drafts, taken, kept)), released


def _fitted(one: Stretch, edge_m: float, line_m: float) -> Stretch | None:
    """The stretch up to the corners that it nearly reaches; None where it is a corner's touch."""
    least = min(MIN_REMAINDER_M, edge_m / 2, line_m / 2)
    start = 0.0 if one.start_m < least else one.start_m
    end = edge_m if edge_m - one.end_m < least else one.end_m
    return None if one.length_m < least else replace(one, start_m=start, end_m=end)


def _places(
    drafts: Sequence[EdgeDraft], taken: dict[int, list[Stretch]]
) -> dict[int, list[LineString]]:
    """By locked line, the parts of the boundary that it takes."""
    places: dict[int, list[LineString]] = defaultdict(list)
    for edge, stretches in taken.items():
        for one in stretches:
            places[one.line].append(_part(drafts[edge].line, one.start_m, one.end_m))
    return places


def _part(line: LineString, start_m: float, end_m: float) -> LineString:
    """The line between two places on it; the line itself, to the last bit, where that is all."""
    if (start_m, end_m) == (0, line.length):
        return line
    return cast(LineString, substring(line, start_m, end_m))


def _kept(row: ParcelEdge, old: LineString, places: list[LineString]) -> Kept:
    """The row on the boundary as it is now; where that is in several places, as it was drawn."""
    now = shapely.line_merge(shapely.MultiLineString(places), directed=True)
    if not isinstance(now, LineString) or now.hausdorff_distance(old) <= SAME_PLACE_M:
        return Kept(row, old, moved=False)
    return Kept(row, now, moved=True)


def _in_ring_order(
    drafts: Sequence[EdgeDraft], taken: dict[int, list[Stretch]], kept: dict[int, Kept]
) -> Iterator[EdgeDraft | Kept]:
    """What is left of each draft, and each locked row where it first takes of one."""
    waiting = dict(kept)
    for edge, draft in enumerate(drafts):
        here = sorted(taken[edge], key=lambda one: one.start_m)
        if not here:
            yield draft
            continue
        free_from_m = 0.0
        for one in here:
            yield from _rest(draft, free_from_m, one.start_m)
            free_from_m = max(free_from_m, one.end_m)
            if one.line in waiting:
                yield waiting.pop(one.line)
        yield from _rest(draft, free_from_m, draft.line.length)


def _rest(draft: EdgeDraft, start_m: float, end_m: float) -> Iterator[EdgeDraft]:
    if end_m - start_m >= MIN_REMAINDER_M:
        yield replace(draft, line=_part(draft.line, start_m, end_m))
