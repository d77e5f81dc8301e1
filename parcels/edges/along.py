"""Which stretches of an edge other lines run along.

Used where a line drawn by somebody else (a planner, an earlier survey, a layer of the city) is to
be recognised on the boundary. Lengths are metres in one metric CRS.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString

from parcels.edges.beyond import as_lines, segments_of
from parcels.edges.kinds import FloatArray, IntArray, ObjectArray

# Of a line that crosses an edge, or leaves its corner at more than 35° (the turn that makes a
# corner), less than this share runs along the edge.
PARALLEL = 0.82
# Two edges are equally near when their distances differ by no more.
SAME_M = 0.001


@dataclass(frozen=True)
class Stretch:
    """From ``start_m`` to ``end_m`` along an edge a line runs beside it; both are indices."""

    edge: int
    line: int
    start_m: float
    end_m: float

    @property
    def length_m(self) -> float:
        return self.end_m - self.start_m


@dataclass(frozen=True)
class Piece(Stretch):
    """A straight piece of a line beside an edge: from where to where on the line, and how far off
    the edge it runs in the mean."""

    from_m: float
    to_m: float
    off_m: float


def stretches_along(
    edges: Sequence[LineString], lines: Sequence[LineString], *, within_m: float
) -> list[Stretch]:
    """Where the lines run along the edges of one parcel within a distance, by edge and start.

    The direction of a line does not matter; each bit of it belongs to the nearest edge, and to
    several that are equally near. Stretches of one line on one edge are separate where
    more than the distance lies between them. Edges and lines are LineStrings of some length.

    >>> edge, line = LineString([(0, 0), (20, 0)]), LineString([(30, 0.1), (8, 0.1)])
    >>> stretches_along([edge], [line], within_m=0.2)
    [Stretch(edge=0, line=0, start_m=8.0, end_m=20.0)]
    """
    beside: dict[int, list[Piece]] = defaultdict(list)
    for piece in pieces_along(edges, lines, within_m=within_m):
        beside[piece.line].append(piece)
    found: dict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
    for pieces in beside.values():
        for piece in nearest(pieces):
            found[piece.edge, piece.line].append((piece.start_m, piece.end_m))
    return [
        Stretch(edge, line, start, end)
        for (edge, line), intervals in sorted(found.items())
        for start, end in joined(intervals, gap_m=within_m)
    ]


def pieces_along(
    edges: Sequence[LineString], lines: Sequence[LineString], *, within_m: float
) -> list[Piece]:
    """The straight pieces of the lines that run along the edges within a distance."""
    on, drawn = (np.asarray(some, dtype=object) for some in (edges, lines))
    ends, owner = segments_of(drawn)
    segments = as_lines(ends)
    edge, segment = shapely.STRtree(segments).query(on, predicate="dwithin", distance=within_m)
    # A flat end covers the edge and nothing beyond its corners.
    strips = shapely.buffer(on, within_m, cap_style="flat")
    beside = shapely.intersection(segments[segment], strips[edge])
    parts, pair = shapely.get_parts(beside, return_index=True)
    real = shapely.length(parts) > 0
    parts, pair = parts[real], pair[real]
    return list(_parallel(on, edge[pair], segments, segment[pair], owner, parts))


def _parallel(
    edges: ObjectArray,
    edge: IntArray,
    segments: ObjectArray,
    segment: IntArray,
    owner: IntArray,
    parts: ObjectArray,
) -> Iterator[Piece]:
    """Those of the parts (each of a segment, beside an edge) that run along their edge."""
    own, whole = edges[edge], shapely.length(edges[edge])
    start, end, off = _between(own, parts)
    from_m, to_m, _none = _between(segments[segment], parts)
    run: FloatArray = shapely.length(segments)
    # Where each segment begins on its line: segments of a line follow each other.
    begins = np.cumsum(run) - run
    begins = (begins - begins[np.searchsorted(owner, owner)])[segment]
    length: FloatArray = shapely.length(parts)
    parallel = (end - start >= PARALLEL * length) & (end - start <= length / PARALLEL)
    # Beside the place where a closed edge begins, a part lies at both its ends.
    around = whole - (end - start)
    wraps = shapely.is_closed(own) & (around >= PARALLEL * length) & (around <= length / PARALLEL)
    for i in np.flatnonzero(parallel | wraps):
        places = [(start[i], end[i])] if parallel[i] else [(0.0, start[i]), (end[i], whole[i])]
        for low, high in places:
            yield Piece(
                int(edge[i]),
                int(owner[segment[i]]),
                float(low),
                float(high),
                float(begins[i] + from_m[i]),
                float(begins[i] + to_m[i]),
                float(off[i]),
            )


def _between(lines: ObjectArray, parts: ObjectArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """From where to where along its line each part runs, and how far off it in the mean."""
    ends = [shapely.get_point(parts, end) for end in (0, -1)]
    places = np.sort([shapely.line_locate_point(lines, end) for end in ends], axis=0)
    off = np.mean([shapely.distance(lines, end) for end in ends], axis=0)
    return places[0], places[1], off


def nearest(pieces: Iterable[Piece]) -> list[Piece]:
    """Of the pieces of one line beside one parcel, those that no nearer edge has already.

    At an acute corner, or beside a short edge, a line is within the distance of two edges.
    """
    kept: list[Piece] = []
    for piece in sorted(pieces, key=lambda one: one.off_m):
        taken = [
            (max(one.from_m, piece.from_m), min(one.to_m, piece.to_m))
            for one in kept
            if one.edge != piece.edge and one.off_m < piece.off_m - SAME_M
        ]
        if covered_m(taken) < (piece.to_m - piece.from_m) / 2:
            kept.append(piece)
    return kept


def covered_m(intervals: Iterable[tuple[float, float]]) -> float:
    """Length of the union of intervals; one that ends before it begins is none."""
    real = [(start, end) for start, end in intervals if end > start]
    return sum(end - start for start, end in joined(real, gap_m=0))


def joined(intervals: Iterable[tuple[float, float]], *, gap_m: float) -> list[tuple[float, float]]:
    """The intervals in order, those that meet or nearly meet as one."""
    ordered = sorted(intervals)
    found = ordered[:1]
    for start, end in ordered[1:]:
        first, last = found[-1]
        if start - last <= gap_m:
            found[-1] = (first, max(last, end))
        else:
            found.append((start, end))
    return found
