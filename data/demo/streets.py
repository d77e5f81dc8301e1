"""Streets, and the street pattern each quarter lays out for itself."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import split

from .geometry import (
    XY,
    Box,
    Frame,
    band,
    disc,
    extended,
    largest_polygon,
    lines_of,
    longest_axis,
    polygons_of,
)
from .names import Name

OVERSHOOT_M = 0.5  # local streets are drawn a little past the street they end on


@dataclass(frozen=True)
class Street:
    """A centre line with its widths in metres.

    `gap_width_m` is the strip that the parcels leave free. It equals the planned width, except
    where the plan widens a street into the parcels: there it is the existing width.
    """

    line: LineString
    role: str
    street_class: str  # arterial, collector, local, alley
    planned_width_m: float
    gap_width_m: float
    existing_width_m: float | None = None
    bulb_radius_m: float | None = None  # turning circle at the end of a cul-de-sac
    quarter: int | None = None
    name: Name = field(default_factory=lambda: Name("", "", ""))
    number: int = 0

    @property
    def is_dead_end(self) -> bool:
        return self.role in {"cul_de_sac", "dead_end_alley"}

    @cached_property
    def right_of_way(self) -> Polygon:
        """The strip taken by the street in the parcel fabric, turning circle included."""
        strip = band(self.line, self.gap_width_m)
        if self.bulb_radius_m is None:
            return strip
        x, y = self.line.coords[-1]
        return largest_polygon(strip.union(disc((x, y), self.bulb_radius_m)))


@dataclass(frozen=True)
class Pattern:
    """How a quarter is cut: blocks (length and depth between streets) and street widths, in m."""

    style: str  # grid, staggered, culs_de_sac, organic, whole
    block_length_m: float = 0.0
    block_depth_m: float = 0.0
    width_along_m: float = 12.0
    width_across_m: float = 12.0
    collector_every: int = 0
    collector_width_m: float = 20.0
    bow: float = 0.0  # how much the long streets curve (0 = straight)


PATTERNS: dict[str, Pattern] = {
    "old_core": Pattern("organic", block_depth_m=3_000.0),
    "souq": Pattern("organic", block_depth_m=1_500.0),
    "dense": Pattern("grid", 118, 50, 14, 12, 4, 20),
    "dense_staggered": Pattern("staggered", 96, 50, 14, 12, 5, 20),
    "medium": Pattern("grid", 150, 54, 12, 12, 4, 20),
    "medium_staggered": Pattern("staggered", 130, 54, 12, 10, 4, 20),
    "medium_crescent": Pattern("staggered", 140, 54, 12, 12, 5, 20, bow=0.10),
    "villas": Pattern("culs_de_sac", 142, 122, 12, 12, 4, 16),
    "villas_crescent": Pattern("staggered", 170, 66, 12, 10, 4, 16, bow=0.16),
    "centre": Pattern("grid", 84, 76, 16, 16, 3, 24),
    "industry": Pattern("grid", 220, 104, 20, 16, 3, 30),
    "logistics": Pattern("grid", 260, 190, 25, 20),
    "campus": Pattern("grid", 240, 200, 16, 16),
    "groves": Pattern("staggered", 420, 210, 8, 8),
    "special": Pattern("grid", 180, 130, 20, 16, 3, 30),
    "shore": Pattern("shore", 170, 0, 12, 12),
    "whole": Pattern("whole"),
}


def lay_streets(
    polygon: Polygon, pattern: Pattern, *, quarter: int, rng: np.random.Generator
) -> list[Street]:
    """The local streets of one quarter."""
    if pattern.style == "whole":
        return []
    if pattern.style == "organic":
        return _crooked_lanes(polygon, pattern.block_depth_m, quarter=quarter, rng=rng)
    if pattern.style == "shore":
        return _shore_lanes(polygon, pattern, quarter=quarter)
    return _grid(polygon, pattern, quarter=quarter, rng=rng)


def _class_of(width_m: float) -> str:
    if width_m >= 30:
        return "arterial"
    if width_m >= 16:
        return "collector"
    return "local" if width_m >= 10 else "alley"


def _street(line: LineString, width_m: float, role: str, quarter: int) -> Street:
    return Street(
        line=line,
        role=role,
        street_class=_class_of(width_m),
        planned_width_m=width_m,
        gap_width_m=width_m,
        quarter=quarter,
    )


# --- grids ------------------------------------------------------------------------------------


def _positions(low: float, high: float, block_m: float, widths: list[float]) -> list[float]:
    """Centre lines between two street edges, blocks stretched so that none is a leftover."""
    span, width = high - low, float(np.mean(widths))
    blocks = max(1, round((span - width) / (block_m + width)))
    return [low + span * step / blocks for step in range(1, blocks)]


def _grid(
    polygon: Polygon, pattern: Pattern, *, quarter: int, rng: np.random.Generator
) -> list[Street]:
    angle = _grain(polygon, rng)
    centre = polygon.centroid
    frame = Frame((centre.x, centre.y), angle)
    local = frame.to_local(polygon)
    u0, v0, u1, v1 = local.bounds
    along = _positions(v0, v1, pattern.block_depth_m, [pattern.width_along_m])
    streets: list[tuple[LineString, float, str]] = []
    phase = int(rng.integers(0, 3))

    def bowed(u: float, v: float) -> tuple[float, float]:
        share = (u - u0) / max(u1 - u0, 1.0)
        return u, v + pattern.bow * (u1 - u0) * 0.25 * math.sin(math.pi * share) * 4 * share * (
            1 - share
        )

    def width_of(index: int, usual: float) -> float:
        every = pattern.collector_every
        return pattern.collector_width_m if every and index % every == phase % every else usual

    steps = np.linspace(u0 - 5, u1 + 5, 2 if not pattern.bow else 14)
    for index, v in enumerate(along):
        line = LineString([bowed(float(u), v) for u in steps])
        streets.append((line, width_of(index + 1, pattern.width_along_m), "grid"))
    streets += _cross_streets(pattern, (u0, v0, u1, v1), along, bowed, width_of, rng)
    if pattern.style == "culs_de_sac":
        streets += _stems(pattern, (u0, v0, u1, v1), along, local, rng)
    return _clipped(streets, frame, polygon, quarter)


def _corners(polygon: Polygon, tolerance_m: float) -> list[XY]:
    """The outline with slight bends straightened, the first corner repeated at the end."""
    return [(x, y) for x, y in polygon.exterior.simplify(tolerance_m).coords]


def _grain(polygon: Polygon, rng: np.random.Generator) -> float:
    """The direction of the quarter's blocks: along its longest street, now and then turned."""
    coords = _corners(polygon, 12.0)
    sides = [(math.dist(a, b), a, b) for a, b in itertools.pairwise(coords)]
    _, a, b = max(sides)
    angle = math.atan2(b[1] - a[1], b[0] - a[0])
    if rng.random() < 0.25:
        angle += math.radians(rng.uniform(8, 22) * rng.choice((-1, 1)))
    if rng.random() < 0.35:
        angle += math.pi / 2
    return angle


def _cross_streets(
    pattern: Pattern,
    box: Box,
    along: list[float],
    bowed: Callable[[float, float], XY],
    width_of: Callable[[int, float], float],
    rng: np.random.Generator,
) -> list[tuple[LineString, float, str]]:
    u0, v0, u1, v1 = box
    across = _positions(u0, u1, pattern.block_length_m, [pattern.width_across_m])
    rows = [v0 - 5.0, *along, v1 + 5.0]
    streets = []
    for index, u in enumerate(across):
        width = width_of(index, pattern.width_across_m)
        if pattern.style != "staggered" or width > pattern.width_across_m:
            points = [bowed(u, v) for v in rows]
            line = LineString([points[0], points[-1]]) if not pattern.bow else LineString(points)
            streets.append((line, width, "grid"))
            continue
        for low, high in itertools.pairwise(rows):
            here = u + float(rng.uniform(-0.22, 0.22)) * pattern.block_length_m
            line = extended(LineString([bowed(here, low), bowed(here, high)]), OVERSHOOT_M)
            streets.append((line, width, "grid"))
    return streets


def _stems(
    pattern: Pattern,
    box: Box,
    along: list[float],
    local: Polygon,
    rng: np.random.Generator,
) -> list[tuple[LineString, float, str]]:
    """A cul-de-sac into every whole villa block; a lane through the middle of the cut-off ones."""
    u0, v0, u1, v1 = box
    across = _positions(u0, u1, pattern.block_length_m, [pattern.width_across_m])
    across = [u0, *across, u1]
    inner = local.buffer(-6.0)
    streets = []
    for low, high in zip([v0, *along], [*along, v1], strict=True):
        for left, right in itertools.pairwise(across):
            block = shapely.box(left, low, right, high)
            if not inner.contains(block) or right - left < 110 or high - low < 105:
                half = (low + high) / 2
                lane = LineString([(left - OVERSHOOT_M, half), (right + OVERSHOOT_M, half)])
                if high - low > 80:
                    streets.append((lane, 10.0, "grid"))
                continue
            middle = (left + right) / 2
            start, end, way = (low, high, 1.0) if rng.random() < 0.5 else (high, low, -1.0)
            tip = end - way * 58.0
            line = LineString([(middle, start - way * OVERSHOOT_M), (middle, tip)])
            streets.append((line, 10.0, "cul_de_sac"))
    return streets


def _clipped(
    streets: list[tuple[LineString, float, str]],
    frame: Frame,
    polygon: Polygon,
    quarter: int,
) -> list[Street]:
    reach = polygon.buffer(OVERSHOOT_M)
    laid = []
    for line, width, role in streets:
        for part in lines_of(frame.to_world(line).intersection(reach), min_length_m=12.0):
            street = _street(part, width, role, quarter)
            laid.append(replace(street, bulb_radius_m=11.0) if role == "cul_de_sac" else street)
    return laid


def _shore_lanes(polygon: Polygon, pattern: Pattern, *, quarter: int) -> list[Street]:
    """Lanes from the corniche to the beach, across a long strip."""
    angle, length, depth = longest_axis(polygon)
    frame = Frame((polygon.centroid.x, polygon.centroid.y), angle)
    local = frame.to_local(polygon)
    u0, v0, u1, v1 = local.bounds
    lines = [
        (LineString([(u, v0 - 5), (u, v1 + 5)]), pattern.width_along_m, "beach_lane")
        for u in _positions(u0, u1, pattern.block_length_m, [pattern.width_along_m])
    ]
    return _clipped(lines, frame, polygon, quarter) if length > 1.5 * depth else []


# --- the old core -----------------------------------------------------------------------------


def _crooked_lanes(
    polygon: Polygon, block_area_m2: float, *, quarter: int, rng: np.random.Generator
) -> list[Street]:
    """Cut the quarter again and again with bent lanes until the blocks are small."""
    streets: list[Street] = []
    pending = [(polygon, 0)]
    while pending:
        piece, depth = pending.pop()
        goal = block_area_m2 * float(rng.uniform(0.75, 1.45))
        if piece.area < goal:
            if piece.area > 0.55 * block_area_m2 and rng.random() < 0.55:
                streets += _blind_alley(piece, quarter=quarter, rng=rng)
            continue
        lane = _bent_cut(piece, depth=depth, rng=rng)
        parts = polygons_of(split(piece, lane), min_area_m2=25.0)
        if len(parts) < 2:
            continue
        width = float(rng.choice(((10.0, 8.0), (8.0, 8.0), (6.0, 8.0))[min(depth // 2, 2)]))
        for part in lines_of(lane.intersection(piece.buffer(OVERSHOOT_M)), min_length_m=6.0):
            role = "souq_lane" if depth == 0 else "lane"
            streets.append(_street(part, width, role, quarter))
        pending += [(part, depth + 1) for part in parts]
    return streets


def _bent_cut(piece: Polygon, *, depth: int, rng: np.random.Generator) -> LineString:
    """A crooked line across the short side of a piece, near its middle."""
    angle, length, width = longest_axis(piece)
    box = shapely.minimum_rotated_rectangle(piece).centroid
    frame = Frame((box.x, box.y), angle)
    at = float(rng.uniform(-0.14, 0.14)) * length
    lean = math.tan(math.radians(float(rng.uniform(-13, 13))))
    bends = max(2, round(width / 32))
    sway = min(4.5, width * 0.05) * (0.5 if depth == 0 else 1.0)
    reach = width / 2 + 8
    points = []
    for step in range(bends + 1):
        v = -reach + 2 * reach * step / bends
        wobble = float(rng.uniform(-sway, sway)) if 0 < step < bends else 0.0
        points.append((at + v * lean + wobble, v))
    return frame.to_world(LineString(points))


def _blind_alley(piece: Polygon, *, quarter: int, rng: np.random.Generator) -> list[Street]:
    """A short alley from the longest side into the heart of a block."""
    coords = _corners(piece, 1.5)
    _, a, b = max((math.dist(a, b), a, b) for a, b in itertools.pairwise(coords))
    share = float(rng.uniform(0.35, 0.65))
    mouth = Point(a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
    heart = largest_polygon(piece.buffer(-8.0))
    if heart.is_empty or mouth.distance(heart.centroid) < 14:
        return []
    line = extended(LineString([mouth, heart.centroid]), 0.5)
    return [_street(line, 6.0, "dead_end_alley", quarter)]
