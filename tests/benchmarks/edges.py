"""Classifying the edges of 13,000 parcels on one core, without the database."""

from __future__ import annotations

import math
import time

import numpy as np
from shapely import LineString, Polygon

from parcels.edges import Streets, Surroundings, classify_edges

BLOCKS = 650
LOTS_PER_BLOCK = 20
LOT_M = (18.0, 32.0)
STREET_M = 14.0


def run() -> dict[str, float]:
    """A made-up town of slightly crooked blocks; seconds are of the processor, not the clock."""
    lots, lines = _town(np.random.default_rng(7))
    around = Surroundings(
        streets=Streets(
            centre_lines=lines, width_m=[math.nan] * len(lines), names=[""] * len(lines)
        )
    )
    started, clock = time.process_time(), time.perf_counter()
    table = classify_edges(lots, surroundings=around)
    seconds = time.process_time() - started
    return {
        "parcels": float(len(lots)),
        "edges": float(len(table)),
        "processor_s": seconds,
        "clock_s": time.perf_counter() - clock,
        "parcels_per_s": len(lots) / seconds,
    }


def _town(random: np.random.Generator) -> tuple[list[Polygon], list[LineString]]:
    """Blocks of two rows of ten lots, on streets that cross; corners shifted by up to a metre."""
    columns = math.isqrt(BLOCKS)
    rows = math.ceil(BLOCKS / columns)
    width, depth = LOTS_PER_BLOCK / 2 * LOT_M[0], 2 * LOT_M[1]
    step = (width + STREET_M, depth + STREET_M)
    lots: list[Polygon] = []
    for block in range(BLOCKS):
        corner = np.array([block % columns * step[0], block // columns * step[1]])
        grid = corner + np.stack(
            np.meshgrid(np.arange(11) * LOT_M[0], np.arange(3) * LOT_M[1], indexing="ij"), axis=-1
        )
        grid += random.uniform(-1, 1, grid.shape)
        lots += [
            Polygon([grid[i, j], grid[i + 1, j], grid[i + 1, j + 1], grid[i, j + 1]])
            for i in range(10)
            for j in range(2)
        ]
    east, north = columns * step[0], rows * step[1]
    half = STREET_M / 2
    across = [y * step[1] - half for y in range(rows + 1)]
    along = [x * step[0] - half for x in range(columns + 1)]
    lines = [LineString([(-half, y), (east, y)]) for y in across]
    lines += [LineString([(x, -half), (x, north)]) for x in along]
    return lots, lines
