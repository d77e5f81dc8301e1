"""Vector tiles over HTTP against the raw query that pgbench runs: ratios, eight connections.

Raw is ``ST_AsMVT(ST_AsMVTGeom(…))`` over a copy of the parcels in Web Mercator, in the order of a
curve and indexed, without HTTP, compression or Python.
"""

from __future__ import annotations

import math
import os
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from gisapp.crs import WEB_MERCATOR_SRID
from tests.benchmarks._load import INSTALL, Load, Ranges, over_http, raw_tiles, tiles_script
from tests.benchmarks._peers import MAPSERVER_PATH, TIPG_PATH, mapserver, tipg
from tests.benchmarks._server import served
from tiles.grid import HALF_WORLD_M
from tiles.kept import ensure

NEAR, FAR = range(14, 19), range(12, 14)
PATH = "/tiles/parcels/{z}/{x}/{y}.mvt"
RAW_TABLE = "bench_parcels"
LAYER_FOLLOWS = b"\x1a"
"""Field 3, of a length: how each layer of a vector tile begins (MVT 2.1, 4.1)."""
PEERS = (("tipg", tipg, TIPG_PATH), ("mapserver", mapserver, MAPSERVER_PATH))
RAW = (
    "SELECT ST_AsMVT(tile, 'parcels', 4096, 'shape', 'id') FROM ("
    " SELECT id, reference,"
    " ST_AsMVTGeom(shape, ST_TileEnvelope(:z, :x, :y), 4096, 64, true) AS shape"
    " FROM bench_parcels WHERE shape && ST_TileEnvelope(:z, :x, :y, margin => 0.015625)"
    " ) AS tile WHERE shape IS NOT NULL"
)


def run() -> dict[str, float]:
    """Tiles per second of ours and of the raw query, and their ratios."""
    ensure()
    figures: dict[str, float] = {}
    with _raw_copy():
        near, far = _ranges(NEAR), _ranges(FAR)
        with _memory(0), served() as base:
            over_http(base, tiles_script(PATH, near), seconds=2)  # connections, plans, caches
            for name, ranges in (("uncached", near), ("overview", far)):
                limit, ours = _side_by_side(base, ranges)
                figures |= _figures(name, ours, limit)
        for name, peer, path in PEERS:
            with peer() as base:
                if base is None:
                    print(f"  {name} is left out: {INSTALL}, with a network", flush=True)
                    continue
                over_http(base, tiles_script(path, near), seconds=2)
                limit, theirs = _side_by_side(base, near, path)
                figures |= _figures(f"{name}_uncached", theirs, limit)
        with served() as base:
            few = _ranges(NEAR, share=0.05)
            limit, _ = _side_by_side(base, few)
            figures |= _figures("cached", over_http(base, tiles_script(PATH, few)), limit)
    return figures


def _prove(base: str, path: str, ranges: Ranges) -> None:
    """Raise where the tile in the middle of the city is none: pages of errors are fast too."""
    x, y = (ranges.west + ranges.east) // 2, (ranges.north + ranges.south) // 2
    address = base + path.format(z=ranges.zoom, x=x, y=y)
    with urllib.request.urlopen(address, timeout=20) as answer:
        content = answer.read()
    if not content.startswith(LAYER_FOLLOWS):
        raise RuntimeError(f"{address} is no tile with parcels: {content[:200]!r}")


def _side_by_side(base: str, ranges: list[Ranges], path: str = PATH) -> tuple[Load, Load]:
    """Raw and a server by turns, so that a machine that is busy is so for both."""
    _prove(base, path, ranges[0])
    turns = [
        (raw_tiles(RAW, ranges, seconds=4), over_http(base, tiles_script(path, ranges), seconds=4))
        for _ in range(2)
    ]
    both = []
    for loads in zip(*turns, strict=True):
        both.append(
            Load(
                sum(load.per_s for load in loads) / len(loads),
                max(load.p95_ms for load in loads),
                sum(load.failed for load in loads),
            )
        )
    return both[0], both[1]


def _figures(name: str, ours: Load, limit: Load) -> dict[str, float]:
    print(f"  {name}: {ours.per_s / limit.per_s:.2f} of raw", flush=True)
    return {
        f"{name}_tiles_per_s": ours.per_s,
        f"{name}_raw_per_s": limit.per_s,
        f"{name}_ratio": ours.per_s / limit.per_s,
        f"{name}_p95_ms": ours.p95_ms,
        f"{name}_failed": float(ours.failed),
    }


@contextmanager
def _memory(megabytes: int) -> Iterator[None]:
    """Servers started meanwhile keep so much in memory."""
    os.environ["TILE_MEMORY_MB"] = str(megabytes)
    try:
        yield
    finally:
        del os.environ["TILE_MEMORY_MB"]


@contextmanager
def _raw_copy() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {RAW_TABLE}")
        cursor.execute(
            f"CREATE TABLE {RAW_TABLE} AS SELECT id, reference,"  # noqa: S608  names of our own
            f" ST_Transform(geometry, {WEB_MERCATOR_SRID})"
            f"::geometry(MultiPolygon, {WEB_MERCATOR_SRID}) AS shape"
            " FROM parcels_parcel ORDER BY geometry"
        )
        cursor.execute(f"ALTER TABLE {RAW_TABLE} ADD PRIMARY KEY (id)")
        cursor.execute(f"CREATE INDEX ON {RAW_TABLE} USING gist (shape)")
        cursor.execute(f"ANALYZE {RAW_TABLE}")
        try:
            yield
        finally:
            cursor.execute(f"DROP TABLE {RAW_TABLE}")


def _ranges(zooms: range, *, share: float = 1.0) -> list[Ranges]:
    """The tiles over the middle of the city; over all of it, or a share of its width and height."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e)"  # noqa: S608
            f" FROM (SELECT ST_Extent(shape) AS e FROM {RAW_TABLE}) AS whole"
        )
        west, south, east, north = cursor.fetchone()
    x, y = (west + east) / 2, (south + north) / 2
    half_x, half_y = (east - west) / 2 * share, (north - south) / 2 * share
    found = []
    for zoom in zooms:
        side = 2 * HALF_WORLD_M / 2**zoom
        found.append(
            Ranges(
                zoom,
                math.floor((x - half_x + HALF_WORLD_M) / side),
                math.floor((x + half_x + HALF_WORLD_M) / side),
                math.floor((HALF_WORLD_M - y - half_y) / side),
                math.floor((HALF_WORLD_M - y + half_y) / side),
            )
        )
    return found
