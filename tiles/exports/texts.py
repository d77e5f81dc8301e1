"""Exports that are written while they are read: GeoJSON and CSV, however long."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from typing import Any

from django.contrib.gis.db.models.functions import PointOnSurface, Transform
from django.db.models import F, FloatField, Func

from gisapp.crs import WGS84_SRID
from tiles.exports.licence import licence_of
from tiles.exports.wanted import Wanted
from tiles.query.cells import csv_line
from tiles.query.features import Shown

ROWS_AT_ONCE = 500


def lines_of(wanted: Wanted) -> Generator[str]:
    """The export as text, piece by piece."""
    return geojson_lines(wanted) if wanted.format == "geojson" else csv_lines(wanted)


def geojson_lines(wanted: Wanted) -> Generator[str]:
    """A FeatureCollection, with licence, sources and dates as further members (RFC 7946, 6.1)."""
    head = {"type": "FeatureCollection", "name": wanted.name, **licence_of(wanted).members()}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [\n'
    separator = ""
    for feature in Shown(wanted.layer.geometry, wanted.columns()).each(wanted.rows):
        yield separator + feature
        separator = ",\n"
    yield "\n]}\n"


class _Coordinate(Func):
    """A coordinate of a point, in degrees with seven decimals."""

    template = "round(%(function)s(%(expressions)s)::numeric, 7)::float8"
    output_field = FloatField()


def csv_lines(wanted: Wanted) -> Generator[str]:
    """A table with the longitude and latitude of a point on each thing; formulas are defused."""
    columns = wanted.columns()
    yield csv_line(("id", *columns, "lon", "lat"))
    for row in table_rows(wanted, columns):
        yield csv_line(row)


def table_rows(wanted: Wanted, columns: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Key, columns, longitude, latitude of each row."""
    names = {f"col_{nth}": source for nth, source in enumerate(columns.values())}
    point = Transform(PointOnSurface(F(wanted.layer.geometry)), WGS84_SRID)
    rows = wanted.rows.annotate(
        **names,
        col_lon=_Coordinate(point, function="ST_X"),
        col_lat=_Coordinate(point, function="ST_Y"),
    )
    listed = rows.order_by("pk").values_list("pk", *names, "col_lon", "col_lat")
    yield from listed.iterator(chunk_size=ROWS_AT_ONCE)
