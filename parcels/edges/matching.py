"""Which edges lines of another layer label: one line per edge, and never a guess.

Pure: Shapely, lengths in metres of one metric CRS.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from shapely.geometry import LineString

from parcels.edges.along import Piece, covered_m, joined, nearest, pieces_along

# A line lies along a parcel's boundary when this share of its length does. The rest may overhang
# a corner, or be drawn a little astray.
MOST_OF_A_LINE = 0.8
# An edge is labelled when this share of its length is covered, by one line or several that agree.
MOST_OF_AN_EDGE = 0.8
# Less of an edge than this is an overhang of the edge beside it.
OVERHANG = 0.2


class Unmatched(StrEnum):
    """Why a line labels no edge, or not all that it runs along."""

    NO_EDGE = "no_edge"
    SEVERAL_PARCELS = "several_parcels"
    PART_OF_EDGE = "part_of_edge"
    DISPUTED_EDGE = "disputed_edge"


@dataclass(frozen=True)
class DrawnLine:
    """A line of the layer: its parts, what it says, and the parcel it belongs to if it tells."""

    parts: Sequence[LineString]
    says: Hashable
    parcel: int | None = None


@dataclass(frozen=True)
class Doubt:
    """A line that is in doubt: why, at which edges or parcels, with the share or the other line."""

    line: int
    why: Unmatched
    edge: int = -1
    parcels: tuple[int, ...] = ()
    share: float = 0.0
    other: int = -1


@dataclass
class Matches:
    """By edge, the lines that label it and agree; and the lines in doubt."""

    labels: dict[int, tuple[int, ...]] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)


@dataclass(frozen=True)
class _Run:
    """How a line runs along one edge: where on the edge, in metres."""

    line: int
    intervals: list[tuple[float, float]]

    @property
    def length_m(self) -> float:
        return sum(end - start for start, end in self.intervals)


def match_lines(
    edges: Sequence[LineString],
    parcels: Sequence[int],
    lines: Sequence[DrawnLine],
    *,
    within_m: float,
) -> Matches:
    """The edges that the lines label, `parcels` being the parcel of each edge.

    A line belongs to the one parcel along whose edges most of it lies, or to the one it names. It
    labels each edge that it covers, alone or with others that say the same.
    """
    found = Matches()
    by_edge: dict[int, list[_Run]] = defaultdict(list)
    for line, runs in enumerate(_runs_of(edges, parcels, lines, within_m=within_m)):
        for edge, run in _of_one_parcel(line, lines[line], runs, parcels, found).items():
            by_edge[edge].append(run)
    for edge in sorted(by_edge):
        _label(edge, edges[edge].length, by_edge[edge], lines, found)
    return found


def _runs_of(
    edges: Sequence[LineString],
    parcels: Sequence[int],
    lines: Sequence[DrawnLine],
    *,
    within_m: float,
) -> list[dict[int, _Run]]:
    """By line, then by edge, where it runs along the edge."""
    parts = [part for line in lines for part in line.parts]
    owner = [index for index, line in enumerate(lines) for _ in line.parts]
    beside: dict[tuple[int, int], list[Piece]] = defaultdict(list)
    for piece in pieces_along(edges, parts, within_m=within_m):
        beside[piece.line, parcels[piece.edge]].append(piece)
    intervals: list[dict[int, list[tuple[float, float]]]] = [defaultdict(list) for _ in lines]
    for (part, _parcel), pieces in beside.items():
        for piece in nearest(pieces):
            intervals[owner[part]][piece.edge].append((piece.start_m, piece.end_m))
    return [
        {edge: _Run(index, joined(some, gap_m=within_m)) for edge, some in found.items()}
        for index, found in enumerate(intervals)
    ]


def _of_one_parcel(
    index: int,
    line: DrawnLine,
    runs: dict[int, _Run],
    parcels: Sequence[int],
    found: Matches,
) -> dict[int, _Run]:
    """The runs along the line's own parcel; none, and a doubt, where that is not one parcel."""
    along_m: dict[int, float] = defaultdict(float)
    for edge, run in runs.items():
        along_m[parcels[edge]] += run.length_m
    length_m = sum(part.length for part in line.parts)
    enough = [
        parcel
        for parcel, metres in sorted(along_m.items())
        if metres >= MOST_OF_A_LINE * length_m and line.parcel in (None, parcel)
    ]
    if len(enough) != 1:
        why = Unmatched.SEVERAL_PARCELS if enough else Unmatched.NO_EDGE
        best = max(
            (metres for parcel, metres in along_m.items() if line.parcel in (None, parcel)),
            default=0.0,
        )
        found.doubts.append(Doubt(index, why, parcels=tuple(enough), share=best / length_m))
        return {}
    return {edge: run for edge, run in runs.items() if parcels[edge] == enough[0]}


def _label(
    edge: int, length_m: float, runs: list[_Run], lines: Sequence[DrawnLine], found: Matches
) -> None:
    """Label the edge, or say of every line that means it why it is not labelled."""
    meant = [run for run in runs if _is_meant(run, length_m, lines[run.line])]
    said = {lines[run.line].says for run in meant}
    if len(said) > 1:
        for run in meant:
            other = next(o.line for o in meant if lines[o.line].says != lines[run.line].says)
            found.doubts.append(Doubt(run.line, Unmatched.DISPUTED_EDGE, edge=edge, other=other))
        return
    share = covered_m(piece for run in meant for piece in run.intervals) / length_m
    if share >= MOST_OF_AN_EDGE:
        found.labels[edge] = tuple(run.line for run in meant)
        return
    for run in meant:
        found.doubts.append(Doubt(run.line, Unmatched.PART_OF_EDGE, edge=edge, share=share))


def _is_meant(run: _Run, edge_m: float, line: DrawnLine) -> bool:
    """Whether the line means this edge, or only reaches round its corner."""
    line_m = sum(part.length for part in line.parts)
    return run.length_m >= OVERHANG * edge_m or run.length_m >= MOST_OF_A_LINE * line_m
