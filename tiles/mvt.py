"""Vector tiles (MVT 2.1): kept shapes are moved into place, others cut, all encoded by PostGIS.

A shape that lies within a tile's length of the tile is kept as it is: clients clip what they draw.
Larger ones are cut, so that coordinates stay small. Where single features would be too many for a
tile, the smallest are left out until it is light enough; what a click asks for comes from the
server's own answer (:mod:`tiles.identify`), so nothing that can be clicked is lost by that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import connection

from gisapp.crs import WEB_MERCATOR_SRID
from tiles.grid import TILE_PX, Tile
from tiles.kept import BLOCK_GRIDS, BLOCKS, EXTENT, GRIDS, features, placed, table_of
from tiles.layers import LAYERS, Kept, Layer
from tiles.limits import bounded
from tiles.scope import Scope
from tiles.sql import statement

UNITS_PER_PX = EXTENT / TILE_PX
SIMPLIFY_PX = 0.4
# Farther out than the kept grids, corners nearer than this to the line of their neighbours go.
SIMPLIFY_UNITS = SIMPLIFY_PX * UNITS_PER_PX
# A tile of more bytes is made again with larger features alone.
MOST_BYTES = 500_000
LEAVE_OUT_PX2 = (1, 4, 16, 64, 256)

Run = Callable[[str], bytes]


def render(names: Sequence[str], tile: Tile, scope: Scope) -> bytes:
    """The layers that are shown at the tile's zoom, one after another; empty where all are empty.

    Layers of a vector tile may simply follow each other in the bytes, so a tile of several layers
    is the sum of its parts. Raises TookTooLong.
    """
    shown = [name for name in names if LAYERS[name].shown_at(tile.z)]
    with bounded():
        kept = render_kept([name for name in shown if LAYERS[name].kept], tile, scope, _run)
        others = [_cut(name, tile, scope) for name in shown if not LAYERS[name].kept]
    return b"".join((kept, *others))


def _run(sql: str) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return bytes(cursor.fetchone()[0] or b"")


# --- kept shapes ----------------------------------------------------------------------------------


def render_kept(names: Sequence[str], tile: Tile, scope: Scope, run: Run) -> bytes:
    """The named layers, all of them kept and shown at this zoom; ``run`` asks the database."""
    if not names:
        return b""
    found = run(one_statement(names, tile, scope))
    for least_px2 in LEAVE_OUT_PX2:
        if len(found) <= MOST_BYTES:
            break
        found = run(one_statement(names, tile, scope, least_px2=least_px2))
    return found


def one_statement(names: Sequence[str], tile: Tile, scope: Scope, *, least_px2: float = 0) -> str:
    """The statement that gives the kept layers of a tile, without values to bind.

    Nothing of a request is in it but whole numbers and a date.
    """
    layers = (
        _kept(name, layer, layer.kept, tile, scope, least_px2)
        for name in names
        if (layer := LAYERS[name]).kept is not None
    )
    return "SELECT " + " || ".join(f"coalesce(({layer}), '')" for layer in layers)


def _kept(name: str, layer: Layer, kept: Kept, tile: Tile, scope: Scope, least_px2: float) -> str:
    blocks = kept.blocks and tile.z < GRIDS[0]
    grids = BLOCK_GRIDS if blocks else GRIDS
    grid = min(max(tile.z, grids[0]), grids[-1])
    indexed = grids[-1]
    # Units of this tile to one of the grid.
    scale = 2.0 ** (tile.z - grid)
    west, south, side = placed(tile, grid)
    margin_px = layer.margin_px(tile)
    margin = margin_px * UNITS_PER_PX / scale
    conditions = []
    if kept.shown is not None:
        conditions.append(f"(shown_by {kept.shown(scope)})")
    if layer.thin_out is not None and (thinned := layer.thin_out(tile.z)):
        conditions.append(f"({thinned})")
    coarse = tile.z < layer.exact_from
    least_px2 = max(least_px2 if layer.shape == "polygon" else 0, layer.smallest_px2 * coarse)
    if least_px2:
        conditions.append(f"ST_Area(g{grid}) >= {least_px2 * (UNITS_PER_PX / scale) ** 2!r}")
    exact = tile.z >= grids[0]
    columns = ("block",) if blocks else tuple(layer.tile_columns)
    return statement("kept_tile").format(
        layer=name,
        table=table_of(BLOCKS if blocks else name),
        columns="".join(f'"{column}", ' for column in columns),
        grid=f"g{grid}" if exact else f"ST_Simplify(g{grid}, {SIMPLIFY_UNITS / scale!r}, true)",
        indexed=f"g{indexed}",
        near=_box(west, south, side, margin, 2.0 ** (indexed - grid)),
        # Only what stays in the grid's whole units can be moved: farther out all is cut.
        whole=_box(west, south, side, side if exact else -side, 2.0 ** (indexed - grid)),
        west=repr(-west),
        north=repr(-(south + side)),
        scale=repr(scale),
        tile=_box(west, south, side, 0, 1),
        margin=round(margin_px * UNITS_PER_PX),
        conditions="".join(f"\n        AND {condition}" for condition in conditions),
    )


def _box(west: float, south: float, side: float, margin: float, scale: float) -> str:
    """The square with a margin, in a grid that is so much finer."""
    corners = (west - margin, south - margin, west + side + margin, south + side + margin)
    return f"ST_MakeEnvelope({', '.join(repr(corner * scale) for corner in corners)})"


# --- shapes that are not kept ---------------------------------------------------------------------


def _cut(name: str, tile: Tile, scope: Scope) -> bytes:
    """A layer that is another one for everybody, cut from its rows."""
    layer = LAYERS[name]
    margin_px = layer.margin_px(tile)
    rectangle = tile.bounds_metric(margin_px=margin_px)
    if rectangle is None:
        return b""
    coarse = tile.z < layer.exact_from
    smallest_m2 = layer.smallest_px2 * tile.pixel_m**2 if coarse else 0
    rows, parameters = features(layer, layer.rows_within(scope, rectangle))
    sql = statement("tile").format(
        features=rows,
        columns="".join(
            f'feature.tile_{position} AS "{column}",\n        '
            for position, column in enumerate(layer.tile_columns)
        ),
        mercator=WEB_MERCATOR_SRID,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            [
                name,
                SIMPLIFY_PX * tile.pixel_m if coarse else 0,
                tile.z,
                tile.x,
                tile.y,
                round(margin_px * UNITS_PER_PX),
                *parameters,
                smallest_m2,
                smallest_m2,
            ],
        )
        return bytes(cursor.fetchone()[0] or b"")
