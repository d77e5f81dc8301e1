"""Rows as GeoJSON features or plain objects, put together by PostGIS as text.

The ORM chooses the rows (permissions and dates live there); one SQL step writes them. Geometry
goes from the table to the wire without becoming an object here. Coordinates are degrees (WGS84)
with seven decimals, about a centimetre; rings follow the right-hand rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import QuerySet
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import BinaryField, ExpressionWrapper, F, Q

from gisapp.crs import WGS84_SRID
from tiles.query.cursor import Place

DECIMALS = 7
ROWS_AT_ONCE = 500

SHAPE = (
    f"coalesce(ST_AsGeoJSON(ST_ForcePolygonCCW(ST_Transform(found.shape, {WGS84_SRID})), "
    f"{DECIMALS}), 'null')"
)


@dataclass(frozen=True)
class Page:
    """The objects of one page as text, with commas between, and where the next page begins."""

    objects: str
    count: int
    next: Place | None


@dataclass(frozen=True)
class Shown:
    """What of each row is shown: its geometry, and its columns by their public names."""

    geometry: Any
    columns: dict[str, Any]
    rank: Any = None  # an expression that rows go by before their key

    def page(self, rows: QuerySet, *, limit: int, after: Place | None, with_geometry: bool) -> Page:
        """The rows after a place, at most ``limit`` of them."""
        try:
            # PostgreSQL works out what is shown of a row after it has sorted and cut them off.
            features, parameters = self._features(
                self._ordered(rows, after), with_geometry=with_geometry, most=limit + 1
            )
        except EmptyResultSet:  # what Django knows to be empty without asking
            return Page("", 0, None)
        sql = f"""SELECT coalesce(string_agg({self._text(with_geometry)}, ',\n' ORDER BY nth)
                       FILTER (WHERE nth <= %s), ''),
                   count(*),
                   max(rank) FILTER (WHERE nth = %s), max(key) FILTER (WHERE nth = %s)
            FROM (
                SELECT found.*, row_number() OVER (ORDER BY found.rank, found.key) AS nth
                FROM ({features}) AS found
            ) AS found, {self._told()}
        """  # noqa: S608  the ORM's own SQL and names from code; values are bound
        with connection.cursor() as cursor:
            cursor.execute(sql, [limit, limit, limit, *parameters])
            objects, count, rank, key = cursor.fetchone()
        more = count > limit
        return Page(objects, min(count, limit), Place(rank, key) if more else None)

    def each(self, rows: QuerySet, *, with_geometry: bool = True) -> Iterator[str]:
        """Every row as text, in the order of keys, read from the database a few at a time."""
        try:
            features, parameters = self._features(
                self._ordered(rows, None), with_geometry=with_geometry
            )
        except EmptyResultSet:
            return
        sql = f"SELECT {self._text(with_geometry)} FROM ({features}) AS found, {self._told()}"  # noqa: S608
        with transaction.atomic(), connection.chunked_cursor() as cursor:
            cursor.execute(sql, parameters)
            while rows_read := cursor.fetchmany(ROWS_AT_ONCE):
                yield from (text for (text,) in rows_read)

    def _ordered(self, rows: QuerySet, after: Place | None) -> QuerySet:
        if self.rank is None:
            ranked = rows.order_by("pk")
            return ranked if after is None else ranked.filter(pk__gt=after.key)
        ranked = rows.alias(row_rank=self.rank).order_by("row_rank", "pk")
        if after is None:
            return ranked
        return ranked.filter(Q(row_rank__gt=after.rank) | Q(row_rank=after.rank, pk__gt=after.key))

    def _features(
        self, rows: QuerySet, *, with_geometry: bool, most: int | None = None
    ) -> tuple[str, tuple[Any, ...]]:
        """The rows, at most so many, as SQL with bound values: key, rank, shape, col_0, col_1, …"""
        columns = {f"col_{nth}": source for nth, source in enumerate(self.columns.values())}
        columns["key"] = F("pk")
        if self.rank is not None:
            columns["rank"] = self.rank
        if with_geometry:
            # As a plain field: Django would cast a geometry field to bytea in the SELECT list.
            columns["shape"] = ExpressionWrapper(F(self.geometry), output_field=BinaryField())
        query = rows.annotate(**columns).values(*columns)[:most].query
        sql, parameters = query.sql_with_params()
        if self.rank is None:
            sql = f"SELECT 0 AS rank, row.* FROM ({sql}) AS row"  # noqa: S608
        return sql, parameters

    def _told(self) -> str:
        """The columns of a row under their public names."""
        named = ", ".join(f'col_{nth} AS "{name}"' for nth, name in enumerate(self.columns))
        return f"LATERAL (SELECT {named}) AS told"

    def _text(self, with_geometry: bool) -> str:
        # Half as fast again as json_build_object, which looks up the type of each value anew.
        properties = "row_to_json(told)::text"
        if not with_geometry:
            return properties
        return (
            '\'{"type":"Feature","id":\' || found.key || \',"geometry":\' || '
            f"{SHAPE} || ',\"properties\":' || {properties} || '}}'"
        )
