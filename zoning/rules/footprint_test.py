"""A drawn footprint held against the buildable envelope as a whole.

Inside the strict envelope it keeps every distance whatever is still open. Outside the relaxed one
it breaches, by the largest intrusion in metres. Between the two it is as good as the findings on
its place are: a sum of both sides can be kept in more than one way, and what is open needs review.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from zoning.rules.case import Case
from zoning.rules.envelope import Envelope
from zoning.rules.findings import Finding, Outcome, geojson
from zoning.rules.measure import LENGTH_TOLERANCE_M, without
from zoning.rules.quantities import measured, plain

# The kinds that say where a building may stand.
PLACING = frozenset({"setback", "setback_sum", "exclusion"})
# How closely the outline is gone along for its furthest place: opposite an arc of 3 m a step of
# 2 cm misses less than a hundredth of a millimetre.
STEP_M = 0.02
MOST_STEPS = 5_000
# Of what a placing finding says, the worst first.
WORST_FIRST = (Outcome.BREACHES, Outcome.NEEDS_REVIEW, Outcome.CONDITIONAL)


@dataclass(frozen=True)
class FootprintTest:
    """The verdict, what stands outside the relaxed envelope (else outside the strict), and how far
    it reaches out, in m; None where there is no envelope to measure from."""

    outcome: Outcome
    overlap: BaseGeometry | None = None
    intrusion_m: Decimal | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON, geometry in the metric CRS."""
        return {
            "outcome": self.outcome.value,
            "intrusion_m": None if self.intrusion_m is None else plain(self.intrusion_m),
            "overlap": geojson(self.overlap),
        }


def footprint_test(case: Case, room: Envelope, findings: Iterable[Finding]) -> FootprintTest | None:
    """The test of the drawn footprint; None without a drawing."""
    footprint = case.proposal.footprint
    if footprint is None:
        return None
    outside, reach_m = _outside(footprint, room.strict)
    if outside is None:
        return FootprintTest(Outcome.COMPLIES)
    placing = {one.outcome for one in findings if one.kind in PLACING}
    beyond, beyond_m = _outside(footprint, room.relaxed)
    if beyond is not None:
        granted = Outcome.CONDITIONAL in placing and Outcome.BREACHES not in placing
        outcome = Outcome.CONDITIONAL if granted else Outcome.BREACHES
        return FootprintTest(outcome, beyond, beyond_m)
    worst = next((one for one in WORST_FIRST if one in placing), Outcome.COMPLIES)
    return FootprintTest(worst, outside, reach_m)


def _outside(
    footprint: Polygon | MultiPolygon, area: Polygon | MultiPolygon
) -> tuple[BaseGeometry | None, Decimal | None]:
    """What of the footprint stands outside an area, and how far; nothing within the tolerance."""
    outside = without(footprint, area)
    if outside.is_empty:
        return None, None
    if area.is_empty:
        return outside, None
    # Opposite an arc a wall reaches furthest somewhere along it, not at a corner.
    step_m = max(STEP_M, shapely.length(outside) / MOST_STEPS)
    places = shapely.points(shapely.get_coordinates(shapely.segmentize(outside, step_m)))
    reach_m = measured(float(shapely.distance(places, area).max()))
    return (None, None) if reach_m <= LENGTH_TOLERANCE_M else (outside, reach_m)
