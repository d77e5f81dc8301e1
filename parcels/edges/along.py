"""Which stretches of an edge other lines run along.

Used where a line drawn by somebody else (a planner, an earlier survey, a layer of the city) is to
be recognised on the boundary. Lengths are metres in one metric CRS.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString

from parcels.edges.beyond import as_lines, segments_of
from parcels.edges.kinds import FloatArray, IntArray, ObjectArray

# Of a line that crosses an edge, or leaves its corner at more than 35° (the turn that makes a
# corner), less than this share runs along the edge.
PARALLEL = 0.82


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


def stretches_along(
    edges: Sequence[LineString], lines: Sequence[LineString], *, within_m: float
) -> list[Stretch]:
    """Where the lines run along the edges within a distance, by edge and start.

    The direction of a line does not matter. Stretches of one line on one edge are separate where
    more than the distance lies between them. Edges and lines are LineStrings of some length.

    >>> edge, line = LineString([(0, 0), (20, 0)]), LineString([(30, 0.1), (8, 0.1)])
    >>> stretches_along([edge], [line], within_m=0.2)
    [Stretch(edge=0, line=0, start_m=8.0, end_m=20.0)]
    """
    on = np.asarray(edges, dtype=object)
    segments, owner = segments_of(lines)
    drawn = as_lines(segments)
    edge, segment = shapely.STRtree(drawn).query(on, predicate="dwithin", distance=within_m)
    # A flat end covers the edge and nothing beyond its corners.
    strips = shapely.buffer(on, within_m, cap_style="flat")
    beside = shapely.intersection(drawn[segment], strips[edge])
    parts, pair = shapely.get_parts(beside, return_index=True)
    real = shapely.length(parts) > 0
    parts, pair = parts[real], pair[real]
    found: dict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
    for at, of, start, end in _projected(on, edge[pair], owner[segment[pair]], parts):
        found[at, of].append((start, end))
    return [
        Stretch(at, of, start, end)
        for (at, of), pieces in sorted(found.items())
        for start, end in _joined(pieces, gap_m=within_m)
    ]


def _projected(
    edges: ObjectArray, edge: IntArray, line: IntArray, parts: ObjectArray
) -> list[tuple[int, int, float, float]]:
    """Edge, line, and from where to where each straight part runs along its edge."""
    own = edges[edge]
    ends = np.sort(
        [shapely.line_locate_point(own, shapely.get_point(parts, end)) for end in (0, -1)], axis=0
    )
    start, end = (np.asarray(each, dtype=np.float64) for each in ends)
    length: FloatArray = shapely.length(parts)
    whole: FloatArray = shapely.length(own)
    parallel = (end - start >= PARALLEL * length) & (end - start <= length / PARALLEL)
    # Beside the place where a closed edge begins, a part lies at both its ends.
    around = whole - (end - start)
    wraps = shapely.is_closed(own) & (around >= PARALLEL * length) & (around <= length / PARALLEL)
    rows: list[tuple[int, int, float, float]] = []
    for i in np.flatnonzero(parallel | wraps):
        at, of = int(edge[i]), int(line[i])
        if parallel[i]:
            rows.append((at, of, float(start[i]), float(end[i])))
        else:
            rows.append((at, of, 0.0, float(start[i])))
            rows.append((at, of, float(end[i]), float(whole[i])))
    return rows


def _joined(pieces: list[tuple[float, float]], *, gap_m: float) -> list[tuple[float, float]]:
    """The pieces in order, those that meet or nearly meet as one."""
    pieces = sorted(pieces)
    joined = pieces[:1]
    for start, end in pieces[1:]:
        first, last = joined[-1]
        if start - last <= gap_m:
            joined[-1] = (first, max(last, end))
        else:
            joined.append((start, end))
    return joined
