"""The vocabulary of parcel edges: kinds, sources, the records that go in and come out.

Pure: NumPy and Shapely only, no Django. All lengths are metres in one metric CRS.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from shapely.geometry import LineString

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
ObjectArray = npt.NDArray[np.object_]

# An edge below this confidence may not decide a rule: the engine answers "needs review".
CONFIDENCE_LIMIT = 0.5


class EdgeKind(StrEnum):
    """What lies beyond an edge, and which role that gives it in the yard rules."""

    FRONT = "front"
    SECONDARY_STREET = "secondary_street"
    INTERIOR_SIDE = "interior_side"
    REAR = "rear"
    OPEN_SPACE = "open_space"
    WATERCOURSE = "watercourse"
    # Never inferred from parcels: only imported data or building footprints can show it.
    PARTY_WALL = "party_wall"
    UNKNOWN = "unknown"


class EdgeSource(StrEnum):
    """What the label of an edge rests on."""

    STREET = "street"  # a centre line whose width is on record
    STREET_GAP = "street_gap"  # a centre line; the width is measured across the gap
    FABRIC_GAP = "fabric_gap"  # no centre line: nothing adjoins the edge
    ADJACENCY = "adjacency"  # land adjoins: another parcel, or the parcel's own other side
    LAND_COVER = "land_cover"  # open space or water lies along it


@dataclass(frozen=True, kw_only=True)
class Streets:
    """Street centre lines in the metric CRS.

    `width_m` is the width between property lines (planned, else existing), NaN where unknown.
    Segments with the same non-empty name count as one street. `other_names`, where given, holds
    further names of each (in other languages), under which an address may know it.
    """

    centre_lines: Sequence[Any] | ObjectArray
    width_m: Sequence[float] | FloatArray
    names: Sequence[str]
    other_names: Sequence[Sequence[str]] = ()

    def __post_init__(self) -> None:
        sizes = {len(self.centre_lines), len(self.width_m), len(self.names)}
        sizes |= {len(self.other_names)} if self.other_names else set()
        if len(sizes) > 1:
            raise ValueError("centre lines, widths and names of streets must have the same length")

    @classmethod
    def none(cls) -> "Streets":
        return cls(centre_lines=[], width_m=np.empty(0), names=[])


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What else may lie beyond an edge. Polygons in the metric CRS; empty where no data exist."""

    streets: Streets = field(default_factory=Streets.none)
    open_spaces: Sequence[Any] = ()
    watercourses: Sequence[Any] = ()


@dataclass(frozen=True)
class EdgeRecord:
    """One edge of one parcel. `line` runs with the parcel on its left-hand side."""

    parcel: int
    position: int
    line: LineString
    kind: EdgeKind
    street: int
    street_width_m: float
    confidence: float
    source: EdgeSource


@dataclass(frozen=True, kw_only=True)
class EdgeTable:
    """All edges of a fabric as parallel arrays, ordered by parcel and position.

    `street` is an index into the streets given, -1 for none; `street_width_m` is NaN where no
    street is faced or nothing is known of its width.
    """

    parcel: IntArray
    position: IntArray
    line: ObjectArray
    kind: ObjectArray
    street: IntArray
    street_width_m: FloatArray
    confidence: FloatArray
    source: ObjectArray

    def __len__(self) -> int:
        return len(self.parcel)

    def __iter__(self) -> Iterator[EdgeRecord]:
        return map(self.record, range(len(self)))

    def record(self, row: int) -> EdgeRecord:
        """One row of the table."""
        return EdgeRecord(
            int(self.parcel[row]),
            int(self.position[row]),
            self.line[row],
            self.kind[row],
            int(self.street[row]),
            float(self.street_width_m[row]),
            float(self.confidence[row]),
            self.source[row],
        )

    def of_parcel(self, parcel: int) -> list[EdgeRecord]:
        """The edges of one parcel in ring order."""
        first, end = np.searchsorted(self.parcel, (parcel, parcel + 1))
        return [self.record(row) for row in range(first, end)]
