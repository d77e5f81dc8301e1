"""The report of an import: a line for each feature that was left out, rejected, mended or doubted.

A line keeps a code and its figures, not a sentence, so that each reader gets it in their own
language; ``report_text`` has the sentences.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What became of the feature, or of what was stored."""

    LEFT_OUT = "left_out"
    REJECTED = "rejected"
    REPAIRED = "repaired"
    MERGED = "merged"
    VALUE = "value"
    WARNING = "warning"
    GONE = "gone"
    RELEASED = "released"


@dataclass(frozen=True)
class Line:
    """One feature that needed attention: what, where (WGS84 degrees), why, what was done."""

    kind: Kind
    code: str
    layer: str
    feature: int | None = None
    key: str = ""
    longitude: float | None = None
    latitude: float | None = None
    parameters: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Line:
        """The line that ``as_json`` wrote."""
        return cls(**{**kept, "kind": Kind(kept["kind"])})

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "kind": self.kind.value}


@dataclass
class Report:
    """The lines of one layer, as they come in."""

    layer: str
    lines: list[Line] = field(default_factory=list)

    def add(
        self,
        kind: Kind,
        code: str,
        *,
        feature: int | None = None,
        key: str = "",
        at: tuple[float, float] | None = None,
        **parameters: Any,
    ) -> None:
        """Add a line; ``at`` is longitude and latitude."""
        longitude, latitude = (round(at[0], 7), round(at[1], 7)) if at else (None, None)
        self.lines.append(
            Line(kind, code, self.layer, feature, key, longitude, latitude, parameters)
        )

    def counts(self) -> dict[str, int]:
        """How many lines of each kind."""
        return dict(Counter(line.kind.value for line in self.lines))
