"""Faces between centre lines, and the blocks that remain when the streets are taken out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import Polygon

from .geometry import noded_faces, polygons_of, tidy_coordinates, to_millimetre
from .layout import Quarter
from .streets import Street

SMALLEST_BLOCK_M2 = 120.0


@dataclass(frozen=True)
class Face:
    """The land between street centre lines. Faces tile the town; zones are made of whole faces."""

    index: int
    polygon: Polygon
    quarter: Quarter
    street_ids: tuple[int, ...]  # streets that touch it


@dataclass(frozen=True)
class Block:
    """A face without its streets: the land that parcels divide."""

    number: int
    polygon: Polygon
    face: int
    street_ids: tuple[int, ...]


def faces_between(
    *, scope: Polygon, streets: list[Street], quarters: tuple[Quarter, ...]
) -> list[Face]:
    """Cut the scope by all centre lines, quarter by quarter, in a stable order."""
    polygons = noded_faces([scope.boundary, *(street.line for street in streets)])
    inside = [polygon.representative_point() for polygon in polygons]
    tree = shapely.STRtree([quarter.polygon for quarter in quarters])
    at, within = tree.query(inside, predicate="within")
    home = {int(face): quarters[int(quarter)] for face, quarter in zip(at, within, strict=True)}
    order = sorted(
        (i for i in range(len(polygons)) if i in home),
        key=lambda i: (home[i].index, -round(inside[i].y, 2), round(inside[i].x, 2)),
    )
    touching = _streets_touching([polygons[i] for i in order], streets)
    return [Face(index, polygons[i], home[i], touching[index]) for index, i in enumerate(order)]


def _streets_touching(polygons: list[Polygon], streets: list[Street]) -> list[tuple[int, ...]]:
    tree = shapely.STRtree([street.right_of_way for street in streets])
    faces, ids = tree.query(np.array(polygons, dtype=object), predicate="intersects")
    touching: list[list[int]] = [[] for _ in polygons]
    for face, street in zip(faces, ids, strict=True):
        touching[int(face)].append(int(street))
    return [tuple(sorted(ids)) for ids in touching]


def blocks_of(faces: list[Face], streets: list[Street]) -> list[Block]:
    """The blocks of all faces, numbered from 101 in the order of the faces."""
    blocks: list[Block] = []
    for face in faces:
        taken = shapely.union_all([streets[i].right_of_way for i in face.street_ids])
        rest = to_millimetre(face.polygon.difference(taken))
        for part in polygons_of(rest, min_area_m2=SMALLEST_BLOCK_M2):
            polygon = tidy_coordinates(Polygon(part.exterior))
            blocks.append(Block(101 + len(blocks), polygon, face.index, face.street_ids))
    return blocks
