"""Reads features: chosen by the ORM, written as GeoJSON by PostGIS."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.contrib.gis.db.models import QuerySet
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q

from gisapp.crs import metric_srid
from tiles.limits import TookTooLong, bounded
from tiles.ogc.collections import Collection, alias
from tiles.ogc.params import Box, Cursor
from tiles.ogc.reference_systems import ReferenceSystem
from tiles.scope import Scope

COUNTING_TIMEOUT_MS = 1_500


@dataclass(frozen=True)
class Page:
    """Some features as JSON text, joined by commas.

    ``matched`` is None where counting would have taken too long; ``next`` is None on the last page.
    """

    features: str
    returned: int
    matched: int | None
    next: Cursor | None


@cache
def _statement() -> str:
    return (Path(__file__).parent / "sql" / "features.sql").read_text(encoding="utf-8")


def choose(collection: Collection, scope: Scope, *, box: Box | None, where: Q) -> QuerySet:
    """The rows that the person may see, in the box, and for which the condition holds."""
    if box is None:
        return collection.rows(scope).filter(where)
    if box.area is None:
        return collection.rows(scope).none()
    rows = collection.rows(scope, within=box.area.envelope)
    return rows.filter(where, **{f"{collection.layer.geometry}__intersects": box.area})


def read_page(
    collection: Collection,
    rows: QuerySet,
    *,
    system: ReferenceSystem,
    limit: int,
    cursor: Cursor | None,
) -> Page:
    """One page of the rows, in the order of their keys. Raises TookTooLong."""
    matched = cursor.matched if cursor is not None else _count(rows)
    after = rows.filter(pk__gt=cursor.after) if cursor is not None else rows
    text, last, found = _read(collection, after.order_by("pk")[: limit + 1], system, limit)
    more = found > limit
    return Page(
        features=text,
        returned=min(found, limit),
        matched=matched,
        next=Cursor(last, matched) if more else None,
    )


def read_feature(
    collection: Collection, rows: QuerySet, key: int, *, system: ReferenceSystem
) -> str | None:
    """The feature with this key as JSON text; None if it is not among the rows."""
    text, _last, _found = _read(collection, rows.filter(pk=key).order_by("pk"), system, 1)
    return text or None


def _count(rows: QuerySet) -> int | None:
    """How many there are in all, unless that takes too long to find out."""
    try:
        with bounded(COUNTING_TIMEOUT_MS):
            return rows.order_by().count()
    except TookTooLong:
        return None


def _read(
    collection: Collection, rows: QuerySet, system: ReferenceSystem, limit: int
) -> tuple[str, int, int]:
    """The features' text, the last key, and how many rows were found (one more if there are)."""
    names = list(collection.columns)
    shape = collection.layer.stored_shape
    values = {f"value_{place}": F(alias(name)) for place, name in enumerate(names)}
    query = rows.annotate(key=F("pk"), shape=shape, **values).values("key", "shape", *values)
    try:
        features, parameters = query.query.sql_with_params()
    except EmptyResultSet:  # a condition that nothing can meet
        return "", 0, 0
    sql = _statement().format(
        features=features,
        geometry=_geometry(system),
        properties=", ".join(
            f"'{name}', feature.value_{place}" for place, name in enumerate(names)
        ),
    )
    with bounded(), connection.cursor() as cursor:
        cursor.execute(sql, [system.decimals, limit, limit, *parameters])
        text, last, found = cursor.fetchone()
    return text or "", last or 0, found


def _geometry(system: ReferenceSystem) -> str:
    """The SQL of the geometry in the CRS: rings by the right-hand rule, axes in its order."""
    sql = "feature.shape"
    if system.srid != metric_srid():
        sql = f"ST_Transform({sql}, {system.srid})"
    sql = f"ST_ForcePolygonCCW({sql})"
    return f"ST_FlipCoordinates({sql})" if system.flipped else sql
