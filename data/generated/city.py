"""A city of any size, made in seconds: for measuring, not for looking at.

Blocks of twenty lots in two rows stand in quarters that are turned a little each; the corners of
the lots are moved about, and neighbours share them. Metres; the same city for the same seed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

FloatArray = npt.NDArray[np.float64]

LOTS_ALONG = 10
LOTS_PER_BLOCK = 2 * LOTS_ALONG
LOT_WIDTH_M, LOT_DEPTH_M = 20.0, 30.0
STREET_M = 12.0
# Corners lie off the regular grid by up to this, in either direction.
JITTER_M = 1.5
BLOCKS_PER_QUARTER = 6
TURNED_DEG = 4.0
BLOCK_WIDTH_M = LOTS_ALONG * LOT_WIDTH_M + STREET_M
BLOCK_DEPTH_M = 2 * LOT_DEPTH_M + STREET_M


@dataclass(frozen=True)
class Block:
    """Lots in two rows, numbered from 1; the middle of the street south of it, and its ground."""

    number: int
    quarter: int
    lots: list[shapely.Polygon]
    street: shapely.LineString
    ground: shapely.Polygon


def blocks(parcels: int, *, origin: tuple[float, float], seed: int = 7) -> Iterator[Block]:
    """Blocks of twenty lots until there are so many; the last block may hold fewer."""
    random = np.random.default_rng(seed)
    number = math.ceil(parcels / LOTS_PER_BLOCK)
    columns = math.ceil(math.sqrt(number * BLOCK_DEPTH_M / BLOCK_WIDTH_M))
    turns = random.uniform(-TURNED_DEG, TURNED_DEG, number)
    quarters_along = math.ceil(columns / BLOCKS_PER_QUARTER)
    for index in range(number):
        row, column = divmod(index, columns)
        quarter = row // BLOCKS_PER_QUARTER * quarters_along + column // BLOCKS_PER_QUARTER
        place = np.add(origin, (column * BLOCK_WIDTH_M, row * BLOCK_DEPTH_M))
        middle = np.add(place, (BLOCK_WIDTH_M / 2, BLOCK_DEPTH_M / 2))
        count = min(LOTS_PER_BLOCK, parcels - index * LOTS_PER_BLOCK)
        yield _block(index, quarter, place, middle, math.radians(turns[quarter]), count, random)


def _block(
    index: int,
    quarter: int,
    place: FloatArray,
    middle: FloatArray,
    turn: float,
    count: int,
    random: np.random.Generator,
) -> Block:
    x, y = np.meshgrid(
        np.arange(LOTS_ALONG + 1) * LOT_WIDTH_M, np.arange(3) * LOT_DEPTH_M, indexing="ij"
    )
    corners = np.stack((x, y), axis=2) + STREET_M / 2
    corners += random.uniform(-JITTER_M, JITTER_M, corners.shape)

    def laid(points: FloatArray) -> FloatArray:
        """Points of the block, turned about its middle and put in their place."""
        away = points + place - middle
        cos, sin = math.cos(turn), math.sin(turn)
        return away @ np.array([[cos, sin], [-sin, cos]]) + middle

    corners = laid(corners)
    along, across = np.divmod(np.arange(count), 2)
    rings = np.stack(
        [
            corners[along, across],
            corners[along + 1, across],
            corners[along + 1, across + 1],
            corners[along, across + 1],
        ],
        axis=1,
    )
    width, depth = BLOCK_WIDTH_M, BLOCK_DEPTH_M
    return Block(
        number=index + 1,
        quarter=quarter,
        lots=[shapely.Polygon(ring) for ring in np.round(rings, 3)],
        street=shapely.LineString(laid(np.array([[0.0, 0.0], [width, 0.0]]))),
        ground=shapely.Polygon(np.array([(0, 0), (width, 0), (width, depth), (0, depth)]) + place),
    )
