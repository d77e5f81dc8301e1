"""A lot as a designer sees it: its edges, the setbacks they ask for, the room that is left.

Lengths are in metres, areas in m².
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import Polygon

from .geometry import XY, clipped_by_half_plane, is_convex, largest_polygon, unit, vertices
from .parcels import OPEN_LAND, Lot
from .standards import District
from .streets import Street


@dataclass(frozen=True)
class LotEdge:
    """One edge of a lot and what it faces; `width_m` is the planned width of its street."""

    start: XY
    end: XY
    role: str  # front, secondary, side, rear, or "either": side or rear, as one reads the lot
    width_m: float = 0.0
    widening_m: float = 0.0  # what the plan takes from the lot along this edge


@dataclass(frozen=True)
class Site:
    """A lot as a designer sees it."""

    polygon: Polygon
    edges: tuple[LotEdge, ...]
    kind: str
    area_m2: float  # the smaller of deed and drawing, so that a percentage holds on both
    front_width_m: float
    front_angle_rad: float
    frontage_m: float
    height_cap_m: float = math.inf  # the lowest cap of the overlays on the lot

    def height_limit_m(self, district: District) -> float:
        """The tallest building that district, street and overlays allow here, in m."""
        return min(district.height_limit_m(self.front_width_m), self.height_cap_m)


def site_of(
    lot: Lot,
    streets: list[Street],
    *,
    registered_area_m2: float,
    height_cap_m: float = math.inf,
) -> Site | None:
    """Read a lot's front, other streets, sides and rear; None for a lot without a street."""
    if not lot.sides:
        return None
    front = max(
        lot.sides,
        key=lambda side: (streets[side.street].planned_width_m, -round(side.length_m, 2)),
    )
    wide = streets[front.street].planned_width_m
    along = unit(front.end[0] - front.start[0], front.end[1] - front.start[1])
    edges = []
    for (a, b), street in lot.edges:
        direction = unit(b[0] - a[0], b[1] - a[1])
        parallel = direction[0] * along[0] + direction[1] * along[1]
        if street is None or street == OPEN_LAND:
            if street is None and lot.kind != "interior":
                role = "either"
            else:
                role = "side" if street is None and parallel >= -0.8 else "rear"
            edges.append(LotEdge(a, b, role))
            continue
        planned = streets[street].planned_width_m
        role = "front" if planned > wide - 1.0 else "secondary"
        taken = (planned - streets[street].gap_width_m) / 2
        edges.append(LotEdge(a, b, role, planned, max(taken, 0.0)))
    return Site(
        polygon=lot.polygon,
        edges=tuple(edges),
        kind=lot.kind,
        area_m2=min(registered_area_m2, lot.polygon.area),
        front_width_m=wide,
        front_angle_rad=math.atan2(along[1], along[0]),
        frontage_m=front.length_m,
        height_cap_m=height_cap_m,
    )


def setbacks_m(
    site: Site, district: District, *, storeys: int, lenient: bool = False
) -> list[float]:
    """The setback the district asks of each edge, strip taken by street widening included.

    An edge that may be side or rear asks for the larger of the two, or, if `lenient`, the smaller.
    """
    either = min if lenient else max
    growth = district.growth_m(storeys)
    found = []
    for edge in site.edges:
        if edge.role == "front":
            asked = district.front_setback_m(edge.width_m)
        elif edge.role == "secondary":
            asked = district.secondary_m
        elif edge.role == "side":
            asked = district.side_m + growth
        elif edge.role == "rear":
            asked = district.rear_m + growth
        else:
            asked = either(district.side_m, district.rear_m) + growth
        found.append(asked + edge.widening_m)
    return found


def envelope(site: Site, setbacks: list[float]) -> Polygon:
    """The lot less a strip along each edge; its largest part."""
    if is_convex(site.polygon):
        ring: list[XY] = vertices(site.polygon)
        for edge, setback in zip(site.edges, setbacks, strict=True):
            if len(ring) < 3:
                return Polygon()
            if setback <= 0:
                continue
            dx, dy = unit(edge.end[0] - edge.start[0], edge.end[1] - edge.start[1])
            inward = (-dy, dx)  # lots run counter-clockwise
            point = (edge.start[0] + inward[0] * setback, edge.start[1] + inward[1] * setback)
            ring = clipped_by_half_plane(ring, point, inward)
        return Polygon(ring) if len(ring) >= 3 else Polygon()
    lines = shapely.linestrings([(edge.start, edge.end) for edge in site.edges])
    strips = shapely.buffer(lines, np.asarray(setbacks), quad_segs=6)
    return largest_polygon(site.polygon.difference(shapely.union_all(strips)))


def storeys_allowed(site: Site, district: District) -> int:
    by_height = int(site.height_limit_m(district) / district.storey_m + 1e-6)
    return max(1, min(district.storeys, by_height))
