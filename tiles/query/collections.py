"""The page of a question as a response: GeoJSON features or a table, with the way to the next."""

from __future__ import annotations

import json
from typing import Any, Literal
from urllib.parse import urlencode

from django.contrib.gis.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from gisapp.responses import JSON, kept
from tiles.limits import bounded, timeout_ms_of
from tiles.query import cursor as cursors
from tiles.query.columns import Metres, parcel_columns
from tiles.query.features import Shown
from tiles.query.selection import Selection
from tiles.tilejson import attributions

Format = Literal["geojson", "json"]

GEOJSON = "application/geo+json; charset=utf-8"
MOST = 1_000
USUAL = 100
COUNTED = 10_000
"""What matches is counted up to here; beyond, the number is left out."""


def shown(*, rank: Any = None, name: str = "", longest_first: bool = False) -> Shown:
    """Parcels with their columns, and where rows go by a measure, that measure under its name."""
    columns = parcel_columns()
    if rank is not None:
        columns[name] = Metres(rank)
        rank = -rank if longest_first else rank
    return Shown(geometry="geometry", columns=columns, rank=rank)


def answer(
    request: HttpRequest,
    selection: Selection,
    what: Shown,
    *,
    limit: int,
    cursor: str,
    f: Format,
) -> HttpResponse:
    """One page of the selection. Raises BadInput for a strange cursor, and TookTooLong."""
    after = cursors.read(cursor, selection.question)
    with_geometry = f == "geojson"
    with bounded(timeout_ms_of(request.user)):
        page = what.page(selection.rows, limit=limit, after=after, with_geometry=with_geometry)
        matched = None
        if after is None:
            matched = page.count if page.next is None else counted(selection.rows)
        sources = attributions()
    head: dict[str, Any] = {"type": "FeatureCollection"} if with_geometry else {}
    if matched is not None:
        head["numberMatched"] = matched
    head["numberReturned"] = page.count
    head["links"] = [_link(request, "self", cursor, f)]
    if page.next is not None:
        following = cursors.write(page.next, selection.question)
        head["links"].append(_link(request, "next", following, f))
    head["attribution"] = sources
    name = "features" if with_geometry else "parcels"
    text = f'{json.dumps(head, ensure_ascii=False)[:-1]}, "{name}": [\n{page.objects}\n]}}\n'
    return kept(request, text.encode(), content_type=GEOJSON if with_geometry else JSON)


def counted(rows: QuerySet) -> int | None:
    """How many there are; None beyond COUNTED."""
    found = rows.order_by().values("pk")[: COUNTED + 1].count()
    return found if found <= COUNTED else None


def _link(request: HttpRequest, rel: str, cursor: str, f: Format) -> dict[str, str]:
    asked = {name: value for name, value in request.GET.items() if name != "cursor"}
    if cursor:
        asked["cursor"] = cursor
    query = f"?{urlencode(asked)}" if asked else ""
    kind = GEOJSON if f == "geojson" else JSON
    href = request.build_absolute_uri(request.path) + query
    return {
        "rel": rel,
        "href": href,
        "type": kind.partition(";")[0],
        "method": request.method or "",
    }
