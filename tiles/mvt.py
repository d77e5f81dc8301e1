"""Vector tiles (MVT 2.1): rows chosen by the ORM, geometry cut and encoded by PostGIS."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import BinaryField, ExpressionWrapper, F

from gisapp.crs import WEB_MERCATOR_SRID
from tiles.grid import Tile
from tiles.layers import LAYERS, Layer
from tiles.limits import bounded
from tiles.scope import Scope

EXTENT = 4096
UNITS_PER_PX = EXTENT / 256
LEAST_MARGIN_PX = 6
MOST_MARGIN_PX = 192
SIMPLIFY_PX = 0.4


@cache
def _statement() -> str:
    return (Path(__file__).parent / "sql" / "tile.sql").read_text(encoding="utf-8")


def render(names: list[str], tile: Tile, scope: Scope) -> bytes:
    """The layers that are shown at the tile's zoom, one after another; empty where all are empty.

    Layers of a vector tile may simply follow each other in the bytes, so a tile of several layers
    is the sum of its parts. Raises TookTooLong.
    """
    with bounded():
        return b"".join(
            _render_layer(name, LAYERS[name], tile, scope)
            for name in names
            if LAYERS[name].shown_at(tile.z)
        )


def _render_layer(name: str, layer: Layer, tile: Tile, scope: Scope) -> bytes:
    margin_px = min(max(LEAST_MARGIN_PX, layer.margin_m / tile.pixel_m), MOST_MARGIN_PX)
    rectangle = tile.bounds_metric(margin_px=margin_px)
    if rectangle is None:
        return b""
    rows = layer.rows_within(scope, rectangle)
    if layer.thin_out is not None:
        rows = layer.thin_out(rows, tile.z)
    coarse = tile.z < layer.exact_from
    smallest_m2 = layer.smallest_px2 * tile.pixel_m**2 if coarse else 0
    features, feature_parameters = _features(layer, rows)
    sql = _statement().format(
        features=features,
        columns="".join(
            f'feature.tile_{position} AS "{column}",\n        '
            for position, column in enumerate(layer.columns)
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
                *feature_parameters,
                smallest_m2,
                smallest_m2,
            ],
        )
        return bytes(cursor.fetchone()[0] or b"")


def _features(layer: Layer, rows: Any) -> tuple[str, tuple[Any, ...]]:
    """The rows as SQL with bound values: tile_id, tile_shape, tile_0, tile_1, …"""
    sources = (
        F(column.source) if isinstance(column.source, str) else column.source
        for column in layer.columns.values()
    )
    columns = {f"tile_{position}": source for position, source in enumerate(sources)}
    # As a plain field: Django would cast a geometry field to bytea in the SELECT list.
    shape = ExpressionWrapper(F(layer.geometry), output_field=BinaryField())
    query = rows.annotate(tile_id=F("pk"), tile_shape=shape, **columns).order_by()
    sql, parameters = query.values("tile_id", "tile_shape", *columns).query.sql_with_params()
    return sql, parameters
