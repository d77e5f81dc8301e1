"""Parcels: how a block is cut into lots, and what kind of lot each one turns out to be.

Every layout only proposes cutting lines. The lines and the block's outline are noded together, so
that the lots tile the block and neighbours share exactly the same vertices; leftovers without a
street are then joined to a neighbour.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon

from .geometry import (
    XY,
    Frame,
    lines_of,
    longest_axis,
    noded_faces,
    polygons_of,
    tidy_coordinates,
    unit,
)
from .streets import Street

OPEN_LAND = -1  # in place of a street: the edge of the town, the shore, the end of an alley
CORNER_RAD = math.radians(35.0)
STREET_TOLERANCE_M = 0.35
Edge = tuple[XY, XY]


@dataclass(frozen=True)
class Side:
    """One straight or gently bent street side of a lot."""

    street: int
    length_m: float
    start: XY
    end: XY


@dataclass(frozen=True)
class Lot:
    """A lot of one block. `kind`: interior, corner, through, flag, cul_de_sac or island."""

    polygon: Polygon
    kind: str
    edges: tuple[tuple[Edge, int | None], ...]  # each with its street, OPEN_LAND or a neighbour
    sides: tuple[Side, ...]


def cut_block(
    block: Polygon,
    *,
    streets: dict[int, Street],
    lot_size_m: tuple[float, float],
    organic: bool,
    flags: bool,
    rng: np.random.Generator,
) -> list[Lot]:
    """The lots of one block, in a stable order (north to south, then west to east)."""
    width, depth = lot_size_m
    stems = [street for street in streets.values() if street.role == "cul_de_sac"]
    stem = next((s for s in stems if s.line.distance(block) < s.gap_width_m), None)
    seeds: list[Point] = []
    if organic:
        cuts = _split_again_and_again(block, goal_m2=width * depth, rng=rng)
    elif stem is not None:
        cuts = _around_a_stem(block, stem, width=width, depth=depth)
    else:
        cuts, seeds = _rows(block, width=width, depth=depth, flags=flags, rng=rng)
    reach = block.buffer(0.25)
    lines = [cut.intersection(reach) for cut in cuts]
    faces = [
        face
        for face in noded_faces([block.boundary, *lines])
        if block.contains(face.representative_point())
    ]
    fabric = _Fabric(block, faces, streets)
    fabric.join_leftovers(smallest_m2=0.42 * width * depth, narrowest_m=min(3.2, width * 0.4))
    lots = fabric.lots(seeds)
    lots.sort(key=lambda lot: (-round(lot.polygon.centroid.y, 1), round(lot.polygon.centroid.x, 1)))
    return lots


# --- cutting lines ----------------------------------------------------------------------------


def _rows(
    block: Polygon, *, width: float, depth: float, flags: bool, rng: np.random.Generator
) -> tuple[list[LineString], list[Point]]:
    """Two rows back to back (one, when the block is shallow), with larger lots at the corners."""
    angle, length, across = longest_axis(block)
    frame = Frame((block.centroid.x, block.centroid.y), angle)
    u0, v0, u1, v1 = frame.to_local(block).bounds
    rows = max(1, round(across / depth))
    if rows > 2:
        return _grid_of_lots(frame, (u0, v0, u1, v1), width, depth, rng), []
    lines: list[LineString] = []
    seeds: list[Point] = []
    middle = (v0 + v1) / 2
    turned = rows == 2 and length > 3.2 * depth and rng.random() < 0.35
    left, right = (u0 + depth, u1 - depth) if turned else (u0, u1)
    if rows == 2:
        lines.append(
            LineString(
                [(left if turned else u0 - 1, middle), (right if turned else u1 + 1, middle)]
            )
        )
    if turned:
        lines += _turned_ends((u0, v0, u1, v1), (left, right), width)
    for low, high in ((v0, middle), (middle, v1)) if rows == 2 else ((v0, v1),):
        street_v, back_v = (low - 1, high) if low == v0 else (high + 1, low)
        if rows == 1:
            back_v = high + 1
        at = _lot_positions(left, right, width, corner=1.0 if turned else 1.22, rng=rng)
        flag = (
            int(rng.integers(1, len(at) - 2))
            if flags and rows == 2 and len(at) > 4 and rng.random() < 0.55
            else -1
        )
        for index, u in enumerate(at[1:-1], start=1):
            if index == flag:
                cuts, seed = _flag(at[index - 1], at[index + 1], street_v, back_v)
                lines += cuts
                seeds.append(seed)
            else:
                lines.append(LineString([(u, street_v), (u, back_v)]))
        if turned:
            lines += [LineString([(u, street_v), (u, back_v)]) for u in (left, right)]
    return [frame.to_world(line) for line in lines], [frame.to_world(seed) for seed in seeds]


def _lot_positions(
    left: float, right: float, width: float, *, corner: float, rng: np.random.Generator
) -> list[float]:
    count = max(1, round((right - left) / width))
    shares = rng.uniform(0.92, 1.08, size=count)
    if count > 2:
        shares[0] *= corner
        shares[-1] *= corner
    ends = left + (right - left) * np.cumsum(shares) / shares.sum()
    return [left, *(float(end) for end in ends)]


def _turned_ends(box, inner: XY, width: float) -> list[LineString]:
    """At both ends of a block the lots turn to face the cross street."""
    u0, v0, u1, v1 = box
    count = max(2, round((v1 - v0) / width))
    lines = []
    for a, b in ((u0 - 1, inner[0]), (inner[1], u1 + 1)):
        for step in range(1, count):
            v = v0 + (v1 - v0) * step / count
            lines.append(LineString([(a, v), (b, v)]))
    return lines


def _flag(
    left: float, right: float, street_v: float, back_v: float
) -> tuple[list[LineString], Point]:
    """Two lots become a front lot and a rear lot that reaches the street by a 4.5 m pole."""
    half = street_v + (back_v - street_v) * 0.52
    pole = right - 4.5
    lines = [
        LineString([(left, half), (pole, half)]),
        LineString([(pole, street_v), (pole, half)]),
    ]
    return lines, Point((pole + right) / 2, (street_v + half) / 2)


def _grid_of_lots(frame: Frame, box, width: float, depth: float, rng) -> list[LineString]:
    """Deep blocks: an outer row around an inner court of larger land."""
    u0, v0, u1, v1 = box
    lines = [LineString([(u0 - 1, v), (u1 + 1, v)]) for v in (v0 + depth, v1 - depth)]
    for street_v, back_v in ((v0 - 1, v0 + depth), (v1 + 1, v1 - depth)):
        for u in _lot_positions(u0, u1, width, corner=1.2, rng=rng)[1:-1]:
            lines.append(LineString([(u, street_v), (u, back_v)]))
    inner = v1 - v0 - 2 * depth
    across = max(1, round((u1 - u0) / max(inner, 1.6 * width)))
    parts = max(2, min(2 * across, round((u1 - u0) / (2.5 * width))))
    for step in range(1, parts):
        u = u0 + (u1 - u0) * step / parts
        lines.append(LineString([(u, v0 + depth), (u, v1 - depth)]))
    return [frame.to_world(line) for line in lines]


def _around_a_stem(block: Polygon, stem: Street, *, width: float, depth: float) -> list[LineString]:
    """Lots along a cul-de-sac, around its turning circle, and on the outer streets."""
    (x0, y0), (x1, y1) = stem.line.coords[0], stem.line.coords[-1]
    frame = Frame((x0, y0), math.atan2(y1 - y0, x1 - x0))
    u0, v0, u1, v1 = frame.to_local(block).bounds
    tip = math.dist((x0, y0), (x1, y1))
    back = max(tip + 16.0, u1 - depth)
    lines = [LineString([(back, v0 - 1), (back, v1 + 1)])]
    for v in _lot_positions_even(v0, v1, width):
        lines.append(LineString([(back, v), (u1 + 1, v)]))
    for outer, column in ((v0 - 1, (v0 - 5.0) / 2), (v1 + 1, (v1 + 5.0) / 2)):
        lines.append(LineString([(u0 - 1, column), (back, column)]))
        stop = tip - 8.0
        for u in [*_lot_positions_even(u0, stop, width), stop]:
            lines.append(LineString([(u, column), (u, 0.0)]))
        for u in _lot_positions_even(u0, back, width):
            lines.append(LineString([(u, outer), (u, column)]))
        reach = math.copysign(120.0, column)
        lines.append(LineString([(tip, 0.0), (tip + 120.0, reach)]))
    lines.append(LineString([(tip, 0.0), (back, 0.0)]))
    core = shapely.box(-10, (v0 - 5.0) / 2, back, (v1 + 5.0) / 2)
    trimmed = [
        line if _is_axis(line) else LineString(line.intersection(core).coords) for line in lines
    ]
    return [frame.to_world(line) for line in trimmed]


def _is_axis(line: LineString) -> bool:
    (a, b), (c, d) = line.coords[0], line.coords[-1]
    return abs(a - c) < 1e-9 or abs(b - d) < 1e-9


def _lot_positions_even(low: float, high: float, width: float) -> list[float]:
    count = max(1, round((high - low) / width))
    return [low + (high - low) * step / count for step in range(1, count)]


def _split_again_and_again(
    block: Polygon, *, goal_m2: float, rng: np.random.Generator
) -> list[LineString]:
    """Irregular lots: cut across the long side, a little askew, until each is small enough."""
    lines: list[LineString] = []
    pending = [block]
    while pending:
        piece = pending.pop()
        goal = goal_m2 * float(np.exp(rng.normal(0.28, 0.36)))
        if piece.area < goal:
            continue
        angle, length, across = longest_axis(piece)
        box = shapely.minimum_rotated_rectangle(piece).centroid
        frame = Frame((box.x, box.y), angle)
        at = float(rng.uniform(-0.13, 0.13)) * length
        lean = math.tan(math.radians(float(rng.uniform(-7, 7))))
        reach = across / 2 + 3
        cut = frame.to_world(LineString([(at - reach * lean, -reach), (at + reach * lean, reach)]))
        inside = lines_of(cut.intersection(piece.buffer(0.05)))
        lines += inside
        pending += polygons_of(piece.difference(cut.buffer(1e-6)), min_area_m2=4.0)
    return lines


# --- from faces to lots -----------------------------------------------------------------------


class _Fabric:
    """The faces of one block with their neighbours and streets."""

    def __init__(self, block: Polygon, faces: list[Polygon], streets: dict[int, Street]) -> None:
        self.streets = streets
        self.faces: dict[int, Polygon] = {i: _clean_ring(f) for i, f in enumerate(faces)}
        self.edges = {i: _edges_of(face) for i, face in self.faces.items()}
        self.street_of = self._street_edges(block)

    def _street_edges(self, block: Polygon) -> dict[Edge, int]:
        """Each edge on the block's outline with the street it faces, or OPEN_LAND."""
        edges: list[Edge] = []
        count: dict[Edge, int] = defaultdict(int)
        for edge in chain.from_iterable(self.edges.values()):
            count[_undirected(edge)] += 1
            edges.append(edge)
        outer = [edge for edge in edges if count[_undirected(edge)] == 1]
        if not outer or not self.streets:
            return dict.fromkeys(outer, OPEN_LAND)
        ids = list(self.streets)
        middles = shapely.points([((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in outer])
        lines = np.array([self.streets[i].line for i in ids], dtype=object)
        gaps = np.array([self.streets[i].gap_width_m / 2 for i in ids])
        away = np.abs(shapely.distance(middles[:, None], lines[None, :]) - gaps[None, :])
        for column, street_id in enumerate(ids):
            street = self.streets[street_id]
            if street.bulb_radius_m is not None:
                centre = Point(street.line.coords[-1])
                off = np.abs(shapely.distance(middles, centre) - street.bulb_radius_m)
                away[:, column] = np.minimum(away[:, column], off)
        for row, column in zip(*np.nonzero(away < STREET_TOLERANCE_M), strict=True):
            if not _runs_along(outer[row], self.streets[ids[column]]):
                away[row, column] += 0.2
        best = away.argmin(axis=1)
        return {
            edge: ids[int(k)] if away[row, k] < STREET_TOLERANCE_M else OPEN_LAND
            for row, (edge, k) in enumerate(zip(outer, best, strict=True))
        }

    def frontage_m(self, key: int) -> float:
        return sum(
            math.dist(*edge)
            for edge in self.edges[key]
            if self.street_of.get(edge, OPEN_LAND) != OPEN_LAND
        )

    def join_leftovers(self, *, smallest_m2: float, narrowest_m: float) -> None:
        """Join faces that are too small, too thin or away from any street to a neighbour."""
        refused: set[int] = set()
        while len(self.faces) > 1:
            poor = [
                (face.area, key)
                for key, face in self.faces.items()
                if key not in refused and self._is_poor(key, smallest_m2, narrowest_m)
            ]
            if not poor:
                return
            _, key = min(poor)
            host = self._best_neighbour(key)
            if host is None:
                refused.add(key)
                continue
            joined = shapely.union_all([self.faces[key], self.faces[host]])
            parts = polygons_of(joined)
            if len(parts) != 1 or parts[0].interiors:
                refused.add(key)
                continue
            self.faces[host] = _clean_ring(parts[0])
            self.edges[host] = _edges_of(self.faces[host])
            del self.faces[key], self.edges[key]

    def _is_poor(self, key: int, smallest_m2: float, narrowest_m: float) -> bool:
        face = self.faces[key]
        if face.area < smallest_m2 or self.frontage_m(key) < narrowest_m:
            return True
        if 2 * face.area / face.length > 2 * narrowest_m:
            return False  # plainly wide enough; spares the costlier look
        return face.buffer(-narrowest_m / 2).area < 0.2 * face.area

    def _best_neighbour(self, key: int) -> int | None:
        mine = {_undirected(edge): math.dist(*edge) for edge in self.edges[key]}
        best, best_score = None, 0.0
        for other, face in self.faces.items():
            if other == key:
                continue
            common = sum(mine.get(_undirected(edge), 0.0) for edge in self.edges[other])
            if common <= 0:
                continue
            score = common * (1.5 if self.frontage_m(other) > 0 else 1.0) / math.sqrt(face.area)
            if score > best_score:
                best, best_score = other, score
        return best

    def lots(self, seeds: list[Point]) -> list[Lot]:
        return [self._lot(key, seeds) for key in self.faces]

    def _lot(self, key: int, seeds: list[Point]) -> Lot:
        face = self.faces[key]
        edges = tuple((edge, self.street_of.get(edge)) for edge in self.edges[key])
        sides = _sides(edges)
        kind = _kind(sides, self.streets, enclosed=all(street is not None for _, street in edges))
        if kind in {"interior", "corner"} and any(face.contains(seed) for seed in seeds):
            kind = "flag"
        return Lot(polygon=face, kind=kind, edges=edges, sides=sides)


def _kind(sides: tuple[Side, ...], streets: dict[int, Street], *, enclosed: bool) -> str:
    if enclosed:
        return "island"
    if not sides:
        return "landlocked"
    if len(sides) == 1:
        return "cul_de_sac" if streets[sides[0].street].is_dead_end else "interior"
    for first, second in zip(sides, [*sides[1:], sides[0]], strict=True):
        if math.dist(first.end, second.start) < 0.01:
            return "corner"
    return "through"


def _sides(edges: tuple[tuple[Edge, int | None], ...]) -> tuple[Side, ...]:
    """Chains of street edges, parted where the outline turns by more than the corner angle."""
    count = len(edges)
    start = next((i for i in range(count) if _starts_side(edges, i)), None)
    if start is None:
        return ()
    sides: list[Side] = []
    for step in range(count):
        i = (start + step) % count
        (a, b), street = edges[i]
        if street in {None, OPEN_LAND}:
            continue
        if _starts_side(edges, i):
            sides.append(Side(street, math.dist(a, b), a, b))
        else:
            last = sides[-1]
            longest = street if math.dist(a, b) > last.length_m else last.street
            sides[-1] = Side(longest, last.length_m + math.dist(a, b), last.start, b)
    return tuple(side for side in sides if side.length_m > 1.5)


def _starts_side(edges: tuple[tuple[Edge, int | None], ...], index: int) -> bool:
    (a, b), street = edges[index]
    (p, q), before = edges[index - 1]
    if street in {None, OPEN_LAND}:
        return False
    if before in {None, OPEN_LAND}:
        return True
    (ax, ay), (bx, by) = unit(q[0] - p[0], q[1] - p[1]), unit(b[0] - a[0], b[1] - a[1])
    return abs(math.atan2(ax * by - ay * bx, ax * bx + ay * by)) > CORNER_RAD


def _runs_along(edge: Edge, street: Street) -> bool:
    """Whether the edge runs about the same way as the street beside it."""
    (ax, ay), (bx, by) = edge
    at = street.line.project(Point((ax + bx) / 2, (ay + by) / 2))
    p, q = street.line.interpolate(max(at - 1, 0)), street.line.interpolate(at + 1)
    (ex, ey), (sx, sy) = unit(bx - ax, by - ay), unit(q.x - p.x, q.y - p.y)
    return abs(ex * sx + ey * sy) > 0.8


def _edges_of(face: Polygon) -> list[Edge]:
    coords = list(face.exterior.coords)
    return list(pairwise(coords))


def _undirected(edge: Edge) -> Edge:
    return edge if edge[0] <= edge[1] else (edge[1], edge[0])


def _clean_ring(face: Polygon) -> Polygon:
    """Outer ring only, counter-clockwise, each coordinate the float nearest to its millimetre."""
    return shapely.orient_polygons(tidy_coordinates(Polygon(face.exterior)))
