"""Small geometric verbs the town is drawn with.

All input and output is in one metric CRS. Nothing here draws random numbers: the callers pass them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

MILLIMETRE_M = 0.001

XY = tuple[float, float]
Box = tuple[float, float, float, float]  # least u, least v, greatest u, greatest v
Shape = TypeVar("Shape", bound=BaseGeometry)


def polygons_of(geometry: BaseGeometry, *, min_area_m2: float = 0.0) -> list[Polygon]:
    """The polygons of any geometry larger than `min_area_m2`; lines and points are dropped."""
    parts = shapely.get_parts(geometry) if hasattr(geometry, "geoms") else [geometry]
    found: list[Polygon] = []
    for part in parts:
        if isinstance(part, Polygon) and part.area > min_area_m2:
            found.append(part)
        elif isinstance(part, MultiPolygon):
            found.extend(polygons_of(part, min_area_m2=min_area_m2))
    return found


def lines_of(geometry: BaseGeometry, *, min_length_m: float = 0.0) -> list[LineString]:
    """The line strings of any geometry longer than `min_length_m`."""
    parts = shapely.get_parts(geometry) if hasattr(geometry, "geoms") else [geometry]
    return [part for part in parts if isinstance(part, LineString) and part.length > min_length_m]


def largest_polygon(geometry: BaseGeometry) -> Polygon:
    """The largest polygon of a geometry, or an empty polygon where it has none."""
    return max(polygons_of(geometry), key=lambda polygon: polygon.area, default=Polygon())


def to_millimetre(geometry: Shape) -> Shape:
    """Snap every vertex to the millimetre grid, keeping the geometry valid."""
    return shapely.set_precision(geometry, MILLIMETRE_M)


def tidy_coordinates(geometry: Shape) -> Shape:
    """Write each coordinate as the float nearest to its millimetre: no 1.0000000000002."""
    return shapely.transform(geometry, lambda xy: np.round(xy, 3) + 0.0)


def noded_faces(lines: Iterable[BaseGeometry]) -> list[Polygon]:
    """The faces that the lines enclose, on the millimetre grid.

    The lines are noded together by snap rounding first, so two neighbouring faces carry exactly the
    same vertices along their common edge, T-junctions included.
    """
    noded = shapely.union_all(list(lines), grid_size=MILLIMETRE_M)
    return polygons_of(shapely.polygonize([noded]))


def vertices(polygon: Polygon) -> list[XY]:
    """The corners of the outer ring, the first one not repeated."""
    return [(x, y) for x, y in polygon.exterior.coords[:-1]]


def unit(dx: float, dy: float) -> XY:
    """The unit vector of a direction; (1, 0) for no direction at all."""
    length = math.hypot(dx, dy)
    return (dx / length, dy / length) if length else (1.0, 0.0)


class Frame:
    """A turned coordinate frame: `u` along the axis, `v` to its left."""

    def __init__(self, origin: XY, angle_rad: float) -> None:
        self.origin = origin
        self.angle_rad = angle_rad
        self._cos = math.cos(angle_rad)
        self._sin = math.sin(angle_rad)

    def to_local(self, geometry: Shape) -> Shape:
        x0, y0 = self.origin

        def turn(xy: np.ndarray) -> np.ndarray:
            dx, dy = xy[:, 0] - x0, xy[:, 1] - y0
            return np.column_stack(
                (dx * self._cos + dy * self._sin, -dx * self._sin + dy * self._cos)
            )

        return shapely.transform(geometry, turn)

    def to_world(self, geometry: Shape) -> Shape:
        x0, y0 = self.origin

        def turn(uv: np.ndarray) -> np.ndarray:
            u, v = uv[:, 0], uv[:, 1]
            return np.column_stack(
                (x0 + u * self._cos - v * self._sin, y0 + u * self._sin + v * self._cos)
            )

        return shapely.transform(geometry, turn)


def longest_axis(polygon: Polygon) -> tuple[float, float, float]:
    """(angle in radians, length, depth) of the smallest rectangle around the polygon."""
    box = shapely.minimum_rotated_rectangle(polygon)
    if not isinstance(box, Polygon):
        return 0.0, polygon.length / 2, 0.0
    (x0, y0), (x1, y1), (x2, y2) = list(box.exterior.coords)[:3]
    first, second = math.hypot(x1 - x0, y1 - y0), math.hypot(x2 - x1, y2 - y1)
    if first >= second:
        return math.atan2(y1 - y0, x1 - x0), first, second
    return math.atan2(y2 - y1, x2 - x1), second, first


def extended(line: LineString, by_m: float) -> LineString:
    """The line with both ends drawn out straight by `by_m`, so that it surely crosses its stop."""
    coords = list(line.coords)
    ax, ay = unit(coords[0][0] - coords[1][0], coords[0][1] - coords[1][1])
    bx, by = unit(coords[-1][0] - coords[-2][0], coords[-1][1] - coords[-2][1])
    head = (coords[0][0] + ax * by_m, coords[0][1] + ay * by_m)
    tail = (coords[-1][0] + bx * by_m, coords[-1][1] + by * by_m)
    return LineString([head, *coords[1:-1], tail])


def band(line: LineString, width_m: float) -> Polygon:
    """The strip of `width_m` along a line, with square ends and sharp bends."""
    strip = line.buffer(width_m / 2, cap_style="flat", join_style="mitre", mitre_limit=2.0)
    return largest_polygon(strip)


def smooth_curve(points: Sequence[XY], *, step_m: float) -> LineString:
    """A Catmull-Rom curve through the points, sampled about every `step_m` metres."""
    knots = np.asarray(points, dtype=float)
    padded = np.vstack((2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]))
    sampled: list[np.ndarray] = []
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        count = max(1, round(float(np.hypot(*(p2 - p1))) / step_m))
        t = (np.arange(count) / count)[:, None]
        sampled.append(
            0.5
            * (
                2 * p1
                + (p2 - p0) * t
                + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2
                + (3 * p1 - p0 - 3 * p2 + p3) * t**3
            )
        )
    return LineString(np.vstack((*sampled, knots[-1:])))


def clipped_by_half_plane(ring: list[XY], point: XY, normal: XY) -> list[XY]:
    """The part of a convex ring on the side of `point` that `normal` looks to.

    The ring is a list of vertices without the closing one; an empty list means nothing is left.
    """
    kept: list[XY] = []
    nx, ny = normal
    sides = [(x - point[0]) * nx + (y - point[1]) * ny for x, y in ring]
    for index, (x, y) in enumerate(ring):
        (px, py), before, here = ring[index - 1], sides[index - 1], sides[index]
        if (before < 0) != (here < 0):
            share = before / (before - here)
            kept.append((px + (x - px) * share, py + (y - py) * share))
        if here >= 0:
            kept.append((x, y))
    return kept


def ring_area(ring: Sequence[XY]) -> float:
    """The area of a ring of vertices in m² (never negative)."""
    total = 0.0
    for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], *ring[:1]], strict=True):
        total += x0 * y1 - x1 * y0
    return abs(total) / 2


def is_convex(polygon: Polygon, *, tolerance_rad: float = 0.02) -> bool:
    """Whether every corner of a polygon without holes turns the same way, within the tolerance."""
    if polygon.interiors:
        return False
    coords = list(shapely.normalize(polygon).exterior.coords)[:-1]
    for index, here in enumerate(coords):
        before, after = coords[index - 1], coords[(index + 1) % len(coords)]
        ax, ay = unit(here[0] - before[0], here[1] - before[1])
        bx, by = unit(after[0] - here[0], after[1] - here[1])
        if ax * by - ay * bx > tolerance_rad:  # normalised exteriors run clockwise
            return False
    return True


def disc(centre: XY, radius_m: float) -> Polygon:
    """A circle of 32 sides."""
    return Point(centre).buffer(radius_m, quad_segs=8)
