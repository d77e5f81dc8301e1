"""The query API over HTTP: identify under 8 connections, each kind of search, a box, a table."""

from __future__ import annotations

import http.client
import math
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from urllib.parse import quote, urlsplit

from django.db import connection

from gisapp.crs import WGS84_SRID, metric_srid, transformer
from parcels.models import Parcel
from tests.benchmarks._load import over_http, paths_script
from tests.benchmarks._server import served

WARMING_UP_S = 2
BOX_DEGREES = 0.004
SEARCHES = {
    "of_a_number_in_arabic_digits": ("١٢٥٠/٣", "٧٩/١٢"),
    "of_a_common_word": ("street", "شارع", "avenue"),
    "of_a_street": ("nile street", "شارع النيل", "independence avenue east"),
    "of_a_house": ("12 nile street", "شارع النيل ١٢", "olive lane 7"),
    "misspelt": ("nlie stret 12", "olve lane", "شارع النيب", "rue du nil"),
    "of_one_or_two_signs": ("n", "ش", "st", "1"),
    "that_finds_nothing": ("xyzzy", "qqqq wwww 12"),
}
"""What people type, by kind; the names are those of a generated city."""
TABLE_ROWS = 10_000
RAW = """
    SELECT json_build_object(
        'type', 'FeatureCollection', 'features', json_agg(ST_AsGeoJSON(t)::json))
    FROM (SELECT id, reference, land_use, address, ST_Transform(geometry, %s) AS geometry
          FROM parcels_parcel
          WHERE geometry && ST_Transform(ST_MakeEnvelope(%s, %s, %s, %s, %s), %s)
          LIMIT 1000) AS t
"""


def run() -> dict[str, float]:
    points, references = _places()
    identify = [f"/api/v1/identify?lon={lon:.7f}&lat={lat:.7f}" for lon, lat in points]
    search = [f"/api/v1/search?q={quote(text)}" for text in references]
    listed = "\n".join(Parcel.objects.values_list("reference", flat=True)[:TABLE_ROWS])
    lon, lat = _in_the_middle(points)
    box = (lon - BOX_DEGREES, lat - BOX_DEGREES, lon + BOX_DEGREES, lat + BOX_DEGREES)
    parcels = [f"/api/v1/parcels?limit=1000&bbox={','.join(map(str, box))}"]
    raw_ms = statistics.median(_timed(lambda: _raw(box), 20))
    connection.close()
    with served() as address:
        server = urlsplit(address).netloc
        over_http(address, paths_script(identify), seconds=WARMING_UP_S)
        at_once = over_http(address, paths_script(identify))
        if at_once.failed:
            raise RuntimeError(f"{at_once.failed} of the requests to identify failed")
        found = _one_by_one(server, search, each=60)
        searched = {kind: _searched(server, texts) for kind, texts in SEARCHES.items()}
        table = statistics.median(_timed(lambda: _table(server, listed), 5))
        boxed = _one_by_one(server, parcels, each=40)
    box_ms = statistics.median(boxed)
    return {
        "identify_8_connections_p95_ms": at_once.p95_ms,
        "identify_requests_per_s": at_once.per_s,
        "search_p50_ms": statistics.median(found),
        "search_p95_ms": _p95(found),
        **{
            f"search_{kind}_{name}_ms": figure(taken)
            for kind, taken in searched.items()
            for name, figure in (("p50", statistics.median), ("p95", _p95))
        },
        "table_of_10_000_parcels_ms": table,
        "parcels_in_a_box_ms": box_ms,
        "the_same_box_in_raw_sql_ms": raw_ms,
        "throughput_against_raw_sql": raw_ms / box_ms,
    }


def _places() -> tuple[list[tuple[float, float]], list[str]]:
    to_degrees = transformer(metric_srid(), WGS84_SRID)
    rows = list(Parcel.objects.order_by("pk")[:: max(Parcel.objects.count() // 300, 1)])
    inside = [row.geometry.point_on_surface for row in rows]
    points = [to_degrees.transform(point.x, point.y) for point in inside]
    return points, [row.reference for row in rows]


def _in_the_middle(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The place nearest to the middle of all: around it a box is full."""
    middle = [statistics.fmean(axis) for axis in zip(*points, strict=True)]
    return min(points, key=lambda point: math.dist(point, middle))


def _searched(server: str, texts: Sequence[str]) -> list[float]:
    paths = [f"/api/v1/search?q={quote(text)}" for text in texts]
    return _one_by_one(server, paths, each=40)


def _table(server: str, listed: str) -> None:
    line = http.client.HTTPConnection(server)
    line.request("POST", "/api/v1/parcels/table", listed, {"Content-Type": "text/csv"})
    answer = line.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status} {body[:200]!r}")
    line.close()


def _raw(box: Sequence[float]) -> None:
    with connection.cursor() as cursor:
        # As fast as it can be: of more rows than the limit the planner would look through all land.
        cursor.execute("SET enable_seqscan = off; SET jit = off")
        cursor.execute(RAW, [WGS84_SRID, *box, WGS84_SRID, metric_srid()])
        cursor.fetchall()


def _timed(work: Callable[[], None], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def _one_by_one(server: str, paths: Sequence[str], *, each: int) -> list[float]:
    """Milliseconds of so many requests over one connection, the paths in turn."""
    line = http.client.HTTPConnection(server)

    def ask(path: str) -> None:
        line.request("GET", path)
        answer = line.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {body[:200]!r}")

    taken = []
    for nth in range(each):
        path = paths[nth % len(paths)]
        taken += _timed(partial(ask, path), 1)
    line.close()
    return taken


def _p95(taken: Sequence[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95)]
