"""A drawn footprint held against the buildable envelope as a whole.

Inside the strict envelope it keeps every distance whatever is still open. Outside the relaxed one
it breaches, by the largest intrusion in metres. Between the two it is as good as the findings on
its place are: a sum of both sides can be kept in more than one way, and what is open needs review.
What stands on the land of others, on the ground or above it, breaches whatever has been granted.
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
from zoning.rules.measure import area_m2, outside, polygons, reach_m
from zoning.rules.quantities import plain

# The kinds that say where a building may stand.
PLACING = frozenset({"setback", "setback_sum", "exclusion"})
# Of what a placing finding says, the worst first.
WORST_FIRST = (Outcome.BREACHES, Outcome.NEEDS_REVIEW, Outcome.CONDITIONAL)


@dataclass(frozen=True)
class FootprintTest:
    """The verdict, what stands outside the relaxed envelope (else outside the strict), and how far
    it reaches out, in m; None where there is no envelope to measure from.

    ``off_parcel_m2`` is the area on the land of others, None where nothing stands there.
    """

    outcome: Outcome
    overlap: BaseGeometry | None = None
    intrusion_m: Decimal | None = None
    off_parcel_m2: Decimal | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON, geometry in the metric CRS."""
        return {
            "outcome": self.outcome.value,
            "intrusion_m": None if self.intrusion_m is None else plain(self.intrusion_m),
            "off_parcel_m2": None if self.off_parcel_m2 is None else plain(self.off_parcel_m2),
            "overlap": geojson(self.overlap),
        }


def footprint_test(case: Case, room: Envelope, findings: Iterable[Finding]) -> FootprintTest | None:
    """The test of the drawn building; None without a drawing."""
    footprint = case.proposal.footprint
    if footprint is None and not case.proposal.tiers:
        return None
    abroad = _abroad(case)
    if not abroad.is_empty:
        near = Polygon() if footprint is None else outside(footprint, room.relaxed)
        overlap = polygons(shapely.union(near, abroad))
        return _test(Outcome.BREACHES, overlap, room.relaxed, off_parcel_m2=area_m2(abroad))
    if footprint is None:
        return None
    over_strict = outside(footprint, room.strict)
    if over_strict.is_empty:
        return FootprintTest(Outcome.COMPLIES)
    placing = {one.outcome for one in findings if one.kind in PLACING}
    same = room.relaxed is room.strict
    over_relaxed = over_strict if same else outside(footprint, room.relaxed)
    if not over_relaxed.is_empty:
        granted = Outcome.CONDITIONAL in placing and Outcome.BREACHES not in placing
        outcome = Outcome.CONDITIONAL if granted else Outcome.BREACHES
        return _test(outcome, over_relaxed, room.relaxed)
    worst = next((one for one in WORST_FIRST if one in placing), Outcome.COMPLIES)
    return _test(worst, over_strict, room.strict)


def _abroad(case: Case) -> Polygon | MultiPolygon:
    """What of the building, its upper parts included, stands on or over the land of others."""
    if not case.proposal.tiers:
        return case.footprint_beyond
    upper = [outside(tier.footprint, case.site.geometry) for tier in case.proposal.tiers]
    return polygons(shapely.union_all([case.footprint_beyond, *upper]))


def _test(
    outcome: Outcome,
    overlap: Polygon | MultiPolygon,
    area: Polygon | MultiPolygon,
    *,
    off_parcel_m2: Decimal | None = None,
) -> FootprintTest:
    reach = None if area.is_empty else reach_m(overlap, area)
    return FootprintTest(outcome, overlap, reach, off_parcel_m2)
