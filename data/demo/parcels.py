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
from shapely.geometry import Point, Polygon
from shapely.geometry.polygon import orient

from .cuts import around_a_stem, rows, split_again_and_again
from .geometry import (
    XY,
    noded_faces,
    polygons_of,
    tidy_coordinates,
    unit,
    vertices,
)
from .streets import Street

OPEN_LAND = -1  # in place of a street: the edge of the town, the shore, the end of an alley
POLE_AT_MOST_M = 7.0  # a wider mouth is a frontage of its own, even at an odd angle
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


@dataclass(frozen=True)
class Parcel:
    """A lot with its number in its block, its district and its two recorded areas in m²."""

    block: int
    number: int
    lot: Lot
    district: str
    quarter: int
    face: int
    registered_area_m2: float
    surveyed_area_m2: float | None

    @property
    def reference(self) -> str:
        return f"{self.block}/{self.number}"


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
        cuts = split_again_and_again(block, goal_m2=width * depth, rng=rng)
    elif stem is not None:
        cuts = around_a_stem(block, stem, width=width, depth=depth)
    else:
        cuts, seeds = rows(block, width=width, depth=depth, flags=flags, rng=rng)
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
        frontage = sum(side.length_m for side in sides)
        if frontage < POLE_AT_MOST_M and any(face.contains(seed) for seed in seeds):
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
    corners = vertices(face)
    return list(pairwise([*corners, corners[0]]))


def _undirected(edge: Edge) -> Edge:
    return edge if edge[0] <= edge[1] else (edge[1], edge[0])


def _clean_ring(face: Polygon) -> Polygon:
    """Outer ring only, counter-clockwise, each coordinate the float nearest to its millimetre."""
    return orient(tidy_coordinates(Polygon(face.exterior)))
