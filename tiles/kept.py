"""Shapes kept beforehand in the pixel grid of the tiles that show them.

For every layer with ``kept`` there is a table ``tile_<layer>``: the features' public columns, and
their shape once for each grid, in whole units of a tile (4096 to a side) counted from the
south-west corner of the world. A tile then is a translation away. Statement triggers keep the table
with the rows it is made of, in the transaction that changes them, and note in ``tile_change`` which
part of which layer that transaction has changed. Parcels have one more table, ``tile_blocks``:
a shape for each block, for the zooms at which single parcels are less than a few pixels.

All of it is derived: ``rebuild`` makes it anew from the rows, and a definition that has changed is
made anew after migrations (:mod:`tiles.apps`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.gis.db.models import QuerySet
from django.db import connection, transaction
from django.db.models import F
from psycopg2.sql import SQL, Identifier

from gisapp.crs import WEB_MERCATOR_SRID
from parcels.models import Parcel
from tiles.grid import HALF_WORLD_M, Tile
from tiles.layers import LAYERS, Kept, Layer
from tiles.sql import statement

EXTENT = 4096
# The zooms that have a grid of their own; nearer ones are multiples of the last, without rounding:
# at zoom 18 a unit is less than four centimetres.
GRIDS = (14, 15, 16, 17, 18)
INDEXED = GRIDS[-1]
# Farther out parcels are shown by their blocks, in these grids.
BLOCK_GRIDS = (12, 13)
BLOCKS = "blocks"
# Corners closer than this to the line that their neighbours make are left out, in units: well below
# half a pixel. Nearer than zoom 16 nothing is left out.
SIMPLIFIED_UNITS = {12: 8, 13: 8, 14: 6, 15: 4}

Progress = Callable[[str, int], None]


def table_of(name: str) -> str:
    """The table of a layer's kept shapes."""
    return f"tile_{name}"


def placed(tile: Tile, grid: int) -> tuple[float, float, float]:
    """West, south and side of a tile, in units of the grid of a zoom."""
    side = EXTENT * 2.0 ** (grid - tile.z)
    return tile.x * side, (2**tile.z - 1 - tile.y) * side, side


def kept_layers() -> list[tuple[str, Layer, Kept]]:
    """The layers that are kept, by name."""
    return [(name, layer, layer.kept) for name, layer in LAYERS.items() if layer.kept is not None]


def features(layer: Layer, rows: QuerySet) -> tuple[str, tuple[Any, ...]]:
    """The rows as SQL with bound values: tile_id, tile_shape, tile_0, tile_1, …, and the column
    that says which of them are shown."""
    sources = (
        F(column.source) if isinstance(column.source, str) else column.source
        for column in layer.tile_columns.values()
    )
    columns = {f"tile_{position}": source for position, source in enumerate(sources)}
    if layer.kept is not None and layer.kept.shown_by:
        columns["tile_shown_by"] = F(layer.kept.shown_by)
    query = rows.annotate(tile_id=F("pk"), tile_shape=layer.stored_shape, **columns).order_by()
    return query.values("tile_id", "tile_shape", *columns).query.sql_with_params()


# --- definition -----------------------------------------------------------------------------------


def _grids(zooms: tuple[int, ...], shape: str) -> str:
    return ",\n    ".join(
        f"tile_grid({shape}, {zoom}, {SIMPLIFIED_UNITS.get(zoom, 0)}) AS g{zoom}" for zoom in zooms
    )


def _source(layer: Layer, kept: Kept) -> str:
    """The kept rows as they follow from the layer's own."""
    sql, parameters = features(layer, kept.model._default_manager.all())
    with connection.cursor() as cursor:
        rows = cursor.mogrify(sql, parameters)
    named = [f'feature.tile_{place} AS "{name}"' for place, name in enumerate(layer.tile_columns)]
    if kept.shown_by:
        named.append("feature.tile_shown_by AS shown_by")
    return statement("kept_source").format(
        columns="".join(f"{column},\n    " for column in named),
        grids=_grids(GRIDS, "placed.mercator"),
        features=rows.decode() if isinstance(rows, bytes) else rows,
        mercator=WEB_MERCATOR_SRID,
    )


def _layer(name: str, layer: Layer, kept: Kept) -> Iterator[str]:
    """A layer's table, and the triggers that keep it."""
    table, own, source = table_of(name), kept.model._meta.db_table, _source(layer, kept)
    yield statement("kept_table").format(
        table=table, source=source, key="id", indexed=f"g{INDEXED}"
    )
    # The rows that a change concerns: its own, or those that point to what has changed.
    concerned: dict[str, tuple[str, tuple[str, ...]]] = {
        own: ("SELECT id FROM changed", ("INSERT", "UPDATE", "DELETE"))
    }
    for other, column in kept.follows:
        ids = " ".join(("SELECT id FROM", own, "WHERE", column, "IN (SELECT id FROM changed)"))
        concerned[other] = (ids, ("UPDATE",))
    for on_table, (ids, events) in concerned.items():
        function = f"{table}_follow_{on_table}"
        yield statement("kept_follow").format(
            function=function,
            layer=name,
            table=table,
            source=source,
            ids=ids,
            indexed=f"g{INDEXED}",
        )
        for event in events:
            yield statement("kept_trigger").format(
                function=function,
                event=event,
                age="OLD" if event == "DELETE" else "NEW",
                on_table=on_table,
            )
    yield statement("kept_empty").format(table=table, on_table=own, layer=name)


def _blocks(among: str = "") -> str:
    return statement("kept_blocks").format(
        grids=_grids(BLOCK_GRIDS, "block.mercator"), mercator=WEB_MERCATOR_SRID, among=among
    )


def _block_layer() -> Iterator[str]:
    table = table_of(BLOCKS)
    yield statement("kept_table").format(
        table=table,
        source=_blocks(),
        key="municipality_id, block",
        indexed=f"g{BLOCK_GRIDS[-1]}",
    )
    for event, ages in (("INSERT", ("NEW",)), ("UPDATE", ("NEW", "OLD")), ("DELETE", ("OLD",))):
        touched = " UNION ".join(
            " ".join(("SELECT DISTINCT municipality_id, block FROM", f"{age.lower()}_rows"))
            for age in ages
        )
        yield statement("kept_blocks_follow").format(
            function=f"{table}_follow_{event.lower()}",
            event=event,
            referencing=" ".join(f"{age} TABLE AS {age.lower()}_rows" for age in ages),
            touched=touched,
            source=_blocks(f"JOIN ({touched}) AS touched USING (municipality_id, block)"),
        )
    yield statement("kept_empty").format(
        table=table, on_table=Parcel._meta.db_table, layer="parcels"
    )


def _statements() -> Iterator[str]:
    yield statement("kept_common").format(half_world=HALF_WORLD_M, extent=EXTENT)
    for name, layer, kept in kept_layers():
        yield from _layer(name, layer, kept)
    yield from _block_layer()


# --- making it ------------------------------------------------------------------------------------


def ensure(*, progress: Progress = lambda name, rows: None) -> bool:
    """Make the tables, if their definition is not the one that the database has; whether it did."""
    definition = "\n".join(_statements())
    digest = hashlib.sha256(definition.encode()).hexdigest()
    with transaction.atomic(), connection.cursor() as cursor:
        # Two servers that start at once must not make the same tables.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('umran tiles'))")
        cursor.execute("SELECT obj_description(to_regclass('tile_blocks'), 'pg_class')")
        if cursor.fetchone()[0] == digest:
            return False
        cursor.execute(definition)
        _fill(cursor, progress)
        cursor.execute("COMMENT ON TABLE tile_blocks IS %s", [digest])
    return True


def rebuild(*, progress: Progress = lambda name, rows: None) -> None:
    """Make all kept shapes anew from the rows they follow."""
    if not ensure(progress=progress):
        with transaction.atomic(), connection.cursor() as cursor:
            for name, _ in _sources():
                cursor.execute(SQL("TRUNCATE {}").format(Identifier(table_of(name))))
            _fill(cursor, progress)
    with connection.cursor() as cursor:
        for name, _ in _sources():
            cursor.execute(SQL("ANALYZE {}").format(Identifier(table_of(name))))


def _sources() -> list[tuple[str, str]]:
    """The name and the rows of every table."""
    return [
        *((name, _source(layer, kept)) for name, layer, kept in kept_layers()),
        (BLOCKS, _blocks()),
    ]


def _fill(cursor: Any, progress: Progress) -> None:
    for name, source in _sources():
        grid = BLOCK_GRIDS[-1] if name == BLOCKS else INDEXED
        # Along a curve, so that what is drawn together lies together: geometries sort by it.
        rows = SQL(source.replace("{", "{{").replace("}", "}}") + " ORDER BY {}").format(
            Identifier(f"g{grid}")
        )
        cursor.execute(SQL("INSERT INTO {} {}").format(Identifier(table_of(name)), rows))
        progress(name, cursor.rowcount)
        cursor.execute("INSERT INTO tile_change (layer) VALUES (%s)", [name])
