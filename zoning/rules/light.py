"""Light planes: inclined planes that rise inward from an edge and that no building may pierce.

A plane begins at a height above an edge and rises at an angle. At the height H it asks for the
distance (H − start) ÷ tan(angle) from the edge.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from parcels.edges import EdgeKind
from zoning.rules.case import Case
from zoning.rules.expressions import Value
from zoning.rules.limits import Limit, further, groups
from zoning.rules.quantities import measured


@dataclass(frozen=True)
class Plane:
    """One plane over an edge: where it begins, in m above the ground, and its limit in degrees."""

    edge: int
    start_m: Decimal
    limit: Limit

    @property
    def angle_deg(self) -> float:
        return float(self.limit.value or 0)

    def width_m(self, height_m: Decimal) -> float:
        """The distance that the plane asks for at a height, in m."""
        rise = float(height_m - self.start_m)
        if rise <= 0 or self.angle_deg >= 90:
            return 0.0
        return rise / math.tan(math.radians(self.angle_deg)) if self.angle_deg > 0 else math.inf


def steepness_deg(rise_m: Decimal, distance_m: Decimal) -> Decimal:
    """The angle, in degrees, at which something so much higher and so far away is seen."""
    return measured(math.degrees(math.atan2(float(rise_m), float(distance_m))))


def start_m(limit: Limit, values: dict[str, Value] | object) -> Decimal | None:
    """Where the plane of a rule begins, in m; at the ground where the rule does not say."""
    if "above" not in limit.rule.further:
        return Decimal(0)
    return further(limit.rule, "above", values).value  # type: ignore[arg-type]


def planes(case: Case) -> Iterator[Plane]:
    """Every plane over every edge whose angle and start are known."""
    if not case.rulebook.of_kind("light_plane"):
        return
    for index, edge in enumerate(case.site.edges):
        if edge.kind == EdgeKind.UNKNOWN:
            continue
        for part, here in groups(case, "light_plane", edge_kind=edge.kind):
            values = case.values(district=part.district, edge=index)
            for group in here:
                for limit in group.limits(values):
                    if limit is None or limit.value is None or limit.exempt:
                        continue
                    start = start_m(limit, values)
                    if start is not None:
                        yield Plane(index, start, limit)


def widths_at_m(case: Case, height_m: Decimal) -> list[float]:
    """What the planes ask for at a height, for each edge, in m."""
    widths = [0.0] * len(case.site.edges)
    for plane in planes(case):
        widths[plane.edge] = max(widths[plane.edge], plane.width_m(height_m))
    return widths
