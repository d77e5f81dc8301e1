"""The large lines of the town: shore, wadi, ring roads, avenues, and the quarters between them.

The town lies on a west coast. Rings around the old core are cut by the corniche; avenues run out of
the core; a wadi comes down from the north-east and reaches the sea north of the core. The radius
follows the number of parcels asked for, and wide towns get more rings and more avenues, so quarters
keep a believable size.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon

from .geometry import XY, largest_polygon, lines_of, noded_faces, smooth_curve
from .streets import OVERSHOOT_M, Street

TOWN_CENTRE: XY = (459_400.0, 2_698_500.0)
RADIUS_OF_12000_PARCELS_M = 2_400.0
CORE_SHARE, INNER_RING_SHARE, RING_ROAD_SHARE = 0.16, 0.42, 0.82
SEAWARD_AVENUES_DEG = (150.0, 205.0)
MAIN_AVENUES_DEG = (-81.0, -48.0, -17.0, 13.0, 55.0, 80.0)
QUARTER_DEPTH_M = 620.0
QUARTER_ARC_M = 900.0


@dataclass(frozen=True)
class Quarter:
    """A piece of the town between large streets, before its own streets are laid."""

    index: int
    polygon: Polygon
    place: str  # core, plaza, strip (seaward), corridor (wadi), band, fringe
    band: int
    angle_deg: float
    distance_m: float


@dataclass(frozen=True)
class Layout:
    centre: XY
    radius_m: float
    scope: Polygon
    sea: Polygon  # as far as a map of the town shows it
    countryside: Polygon  # the land around the scope
    shore: LineString
    wadi: LineString
    corridor: Polygon
    streets: tuple[Street, ...]
    quarters: tuple[Quarter, ...]


class Plan:
    """The drawing board: shapes that the large lines are read off."""

    def __init__(self, *, parcels: int, rng: np.random.Generator) -> None:
        self.radius_m = RADIUS_OF_12000_PARCELS_M * math.sqrt(parcels / 12_000) + 20.0
        self.core_m = min(CORE_SHARE * self.radius_m, 460.0)
        self.small = self.radius_m < 900
        self._phase = rng.uniform(-0.5, 0.5, size=8)
        self._bends = rng.uniform(-0.10, 0.10, size=64)
        inland = max(0.28 * self.core_m, 30.0)
        self.corniche_x_m = -(self.core_m + inland)
        self.strip_m = float(np.clip(0.055 * self.radius_m, 44.0, 120.0))
        self.wadi_half_m = float(np.clip(0.022 * self.radius_m, 12.0, 52.0))

    def ring_radii_m(self) -> list[float]:
        """Core, inner ring, collector rings, ring road, municipal boundary."""
        inner, outer = INNER_RING_SHARE * self.radius_m, RING_ROAD_SHARE * self.radius_m
        between = max(2, round((outer - inner) / QUARTER_DEPTH_M))
        before = max(1, round((inner - self.core_m) / QUARTER_DEPTH_M))
        radii = [self.core_m + (inner - self.core_m) * i / before for i in range(before)]
        radii += [inner + (outer - inner) * i / between for i in range(between)]
        return [*radii, outer, self.radius_m]

    def polar(self, radius_m: float, angle_rad: float) -> XY:
        """A point of the warped polar grid: rings are no circles and drift inland as they grow."""
        p = self._phase
        warp = (
            1 + 0.07 * math.cos(2 * angle_rad + 0.5 + p[0]) + 0.04 * math.cos(3 * angle_rad + p[1])
        )
        if radius_m < self.core_m + 1:
            warp += 0.05 * math.cos(5 * angle_rad + p[6]) + 0.02 * math.cos(11 * angle_rad)
        if radius_m > RING_ROAD_SHARE * self.radius_m + 1:
            warp += 0.025 * math.cos(7 * angle_rad + p[5])
        r = radius_m * warp
        return (
            TOWN_CENTRE[0] + r * math.cos(angle_rad) + 0.06 * (radius_m - self.core_m),
            TOWN_CENTRE[1] + r * math.sin(angle_rad),
        )

    def ring(self, radius_m: float) -> LineString:
        count = max(24, round(2 * math.pi * radius_m / 110))
        points = [self.polar(radius_m, 2 * math.pi * i / count) for i in range(count)]
        return LineString([*points, points[0]])

    def avenue(self, angle_deg: float, start_m: float, end_m: float, bend: float) -> LineString:
        count = max(3, round((end_m - start_m) / 160))
        points = []
        for step in range(count + 1):
            r = start_m + (end_m - start_m) * step / count
            turn = bend * math.sin(math.pi * r / self.radius_m * 1.3)
            points.append(self.polar(r, math.radians(angle_deg) + turn))
        return LineString(points)

    def coast(self, offset_m: float) -> LineString:
        """The shore line moved inland by `offset_m`, from south to north."""
        p, points = self._phase, []
        reach = 1.35 * self.radius_m
        count = max(16, round(2 * reach / 75))
        for step in range(count + 1):
            y = -reach + 2 * reach * step / count
            t = y / self.radius_m
            wave = 0.05 * math.sin(2.6 * t + 0.8 + p[2]) + 0.02 * math.sin(6.3 * t + p[3])
            rest = 0.05 * math.sin(0.8 + p[2]) + 0.02 * math.sin(p[3])
            x = self.corniche_x_m - self.strip_m + offset_m
            fine = 0.004 * math.sin(19 * t + p[4]) if offset_m == 0 else 0.0
            x += self.radius_m * (wave - rest + 0.09 * t * t + fine)
            points.append((TOWN_CENTRE[0] + x, TOWN_CENTRE[1] + y))
        return LineString(points)

    def wadi(self) -> LineString:
        r, (x0, y0) = self.radius_m, TOWN_CENTRE
        knots = [(-0.62, 0.33), (-0.36, 0.315), (-0.17, 0.335), (0.03, 0.285), (0.22, 0.30)]
        knots += [(0.40, 0.345), (0.55, 0.36), (0.70, 0.46), (0.88, 0.53), (1.08, 0.70)]
        return smooth_curve([(x0 + x * r, y0 + y * r) for x, y in knots], step_m=45.0)


def plan_layout(*, parcels: int, rng: np.random.Generator) -> Layout:
    """Draw the large lines for a town of about `parcels` parcels."""
    plan = Plan(parcels=parcels, rng=rng)
    radii = plan.ring_radii_m()
    shore = plan.coast(0.0)
    scope = largest_polygon(
        Polygon(plan.ring(radii[-1])).intersection(_inland_of(shore, plan.radius_m))
    )
    scope = largest_polygon(shapely.set_precision(scope, 0.001))
    wadi = plan.wadi()
    corridor = largest_polygon(wadi.buffer(plan.wadi_half_m, quad_segs=2).intersection(scope))
    streets = _large_streets(plan, radii, scope, wadi)
    faces = noded_faces([scope.boundary, *(street.line for street in streets)])
    quarters = _name_places(plan, radii, faces, corridor)
    around = scope.buffer(150.0, quad_segs=4)
    sea, countryside = _around(scope, _inland_of(shore, plan.radius_m), around)
    return Layout(
        centre=TOWN_CENTRE,
        radius_m=plan.radius_m,
        scope=scope,
        sea=sea,
        countryside=countryside,
        shore=shore,
        wadi=wadi,
        corridor=corridor,
        streets=tuple(streets),
        quarters=tuple(quarters),
    )


def _inland_of(line: LineString, radius_m: float) -> Polygon:
    """Everything east of a south-north line, as far as the town can reach."""
    east = TOWN_CENTRE[0] + 3 * radius_m
    (_, south), (_, north) = line.coords[0], line.coords[-1]
    return Polygon([*line.coords, (east, north), (east, south)])


def _around(scope: Polygon, land: Polygon, around: Polygon) -> tuple[Polygon, Polygon]:
    """The sea and the countryside within a belt around the scope."""
    outside = around.difference(scope)
    return (
        largest_polygon(outside.difference(land)),
        largest_polygon(outside.intersection(land)),
    )


def _large_streets(
    plan: Plan, radii: list[float], scope: Polygon, wadi: LineString
) -> list[Street]:
    corniche = plan.coast(plan.strip_m)
    inland = largest_polygon(_inland_of(corniche, plan.radius_m).intersection(scope))
    narrow = plan.small
    core = Polygon(plan.ring(plan.core_m)).buffer(-OVERSHOOT_M)
    drawn: list[tuple[LineString, str, str, float]] = []

    def draw(line: LineString, area: Polygon, role: str, kind: str, width_m: float) -> None:
        for part in lines_of(shapely.line_merge(line.intersection(area)), min_length_m=25.0):
            drawn.append((part, role, kind, width_m))

    draw(corniche, scope, "corniche", "arterial", 30.0 if narrow else 36.0)
    last = len(radii) - 2
    for index, radius in enumerate(radii[:-1]):
        if index == 0:
            draw(plan.ring(radius), inland, "wall", "collector", 16.0 if narrow else 20.0)
        elif index == last:
            draw(plan.ring(radius), inland, "ring_road", "arterial", 32.0 if narrow else 40.0)
        elif abs(radius - INNER_RING_SHARE * plan.radius_m) < 1:
            draw(plan.ring(radius), inland, "inner_ring", "arterial", 22.0 if narrow else 30.0)
        else:
            draw(plan.ring(radius), inland, "ring", "collector", 18.0 if narrow else 24.0)
    for index, (angle, start, end, main) in enumerate(_avenues(plan, radii)):
        bend = float(plan._bends[index % len(plan._bends)])
        line = plan.avenue(angle, start - 12.0, end, bend if main else bend / 3)
        if start == plan.core_m:
            line = _outside(core, line)
        if main:
            width = 40.0 if index == 2 and not narrow else 30.0
            draw(line, inland, "avenue", "arterial", width)
        else:
            draw(line, inland, "side_avenue", "collector", 20.0 if narrow else 22.0)
    for angle in SEAWARD_AVENUES_DEG:
        line = plan.avenue(angle, plan.core_m - 12.0, 2.5 * plan.core_m + 60.0, 0.0)
        draw(_outside(core, line), inland, "seaward_avenue", "collector", 18.0 if narrow else 24.0)
    for side in (1, -1):
        bank = shapely.offset_curve(wadi, side * plan.wadi_half_m, join_style="round")
        for part in lines_of(bank):
            draw(
                part,
                scope,
                "wadi_bank",
                "local" if narrow else "collector",
                12.0 if narrow else 16.0,
            )
    return [
        Street(line=line, role=role, street_class=kind, planned_width_m=width, gap_width_m=width)
        for line, role, kind, width in drawn
    ]


def _outside(core: Polygon, line: LineString) -> LineString:
    """The part of an avenue beyond the old core."""
    return max(lines_of(line.difference(core)), key=lambda part: part.length)


def _avenues(plan: Plan, radii: list[float]) -> list[tuple[float, float, float, bool]]:
    """(angle, start radius, end radius, is a main avenue); wide bands get avenues in between."""
    end = radii[-1] + 60
    rows = [(angle, plan.core_m, end, True) for angle in MAIN_AVENUES_DEG]
    angles = sorted(MAIN_AVENUES_DEG)
    for inner in radii[1:-1]:
        gaps = list(itertools.pairwise(angles))
        for left, right in gaps:
            arc = math.radians(right - left) * inner * 1.15
            if arc > QUARTER_ARC_M:
                middle = (left + right) / 2
                rows.append((middle, inner, end if inner > radii[1] else radii[-2], False))
                angles.append(middle)
        angles.sort()
    return rows


def _name_places(
    plan: Plan, radii: list[float], faces: list[Polygon], corridor: Polygon
) -> list[Quarter]:
    rings = [Polygon(plan.ring(radius)) for radius in radii]
    seaward = plan.coast(plan.strip_m)
    inland = _inland_of(seaward, plan.radius_m)
    rows = []
    for face in faces:
        inside = face.representative_point()
        x, y = inside.x - TOWN_CENTRE[0], inside.y - TOWN_CENTRE[1]
        band = sum(1 for ring in rings if not ring.contains(inside))
        if not inland.contains(inside):
            place = "strip"
        elif corridor.contains(inside):
            place = "corridor"
        elif band == 0:
            place = "core"
        elif face.area < 30.0 * 30.0 or (band == 1 and x < -0.9 * plan.core_m):
            place = "plaza"
        else:
            place = "fringe" if band == len(radii) - 1 else "band"
        rows.append((face, place, band, math.degrees(math.atan2(y, x)), math.hypot(x, y)))
    rows.sort(key=lambda row: (row[2], round(row[3], 3), round(row[4], 3)))
    return [Quarter(index, *row) for index, row in enumerate(rows)]
