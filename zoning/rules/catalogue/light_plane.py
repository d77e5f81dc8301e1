"""Light plane: the building may not rise above a plane inclined from an edge, in degrees.

Angle = how steeply the building is seen from the edge, or from a height over it where the rule
begins there (``above``): each tier by the height of its top and its distance from the edge; the
steepest counts, the worst edge of a class decides. Undecided when the footprint, the height or
the class of an edge is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from shapely.geometry import MultiPolygon, Polygon

from zoning.rules.case import Case
from zoning.rules.catalogue.base import EdgeLimitKind
from zoning.rules.light import steepness_deg
from zoning.rules.limits import further
from zoning.rules.measure import LENGTH_TOLERANCE_M, distance_m
from zoning.rules.provided import Measured
from zoning.rules.quantities import ANGLE
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, edge: int, rule: CompiledRule) -> Measured:
    """The steepest angle, in degrees, at which the building is seen from the edge."""
    footprint, height_m = case.proposal.footprint, case.value("height")
    if footprint is None or not isinstance(height_m, Decimal):
        missing = (("footprint", footprint), ("height", height_m))
        return Measured(None, missing=tuple(name for name, value in missing if value is None))
    start_m = Decimal(0)
    if "above" in rule.further:
        begins = further(rule, "above", case.values(district=case.district_codes[0], edge=edge))
        if begins.value is None:
            return Measured(None, missing=begins.missing, reason=begins.reason)
        start_m = begins.value
    own = case.site.edges[edge]
    boundary = case.boundary_of(own)
    seen = []
    for top_m, part in tops(case, footprint, height_m):
        rise_m = max(top_m - start_m, Decimal(0))
        away_m = distance_m(part, boundary)
        angle = steepness_deg(rise_m, away_m)
        # What the millimetre of a drawn distance makes of the angle.
        seen.append((angle, angle - steepness_deg(rise_m, away_m + LENGTH_TOLERANCE_M)))
    angle, tolerance = max(seen)
    return Measured(
        angle,
        inputs=case.told("height", height_m, "m", case.source("height")),
        tolerance=tolerance,
        geometry=own.line,
    )


def tops(
    case: Case, footprint: Polygon | MultiPolygon, height_m: Decimal
) -> Iterator[tuple[Decimal, Polygon | MultiPolygon]]:
    """Each part of the building with the height of its top, in m."""
    part = footprint
    for tier in sorted(case.proposal.tiers, key=lambda one: one.above_m):
        if tier.above_m >= height_m:
            break
        yield tier.above_m, part
        part = tier.footprint
    yield height_m, part


KIND = EdgeLimitKind("light_plane", dimension=ANGLE, unit="deg", measure=measure)
