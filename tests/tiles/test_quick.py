"""The short way to a tile: as Django draws it, true after every commit, and never in the way."""

from __future__ import annotations

import gzip
import io
from typing import Any

import psycopg2
import pytest
import shapely
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction

from gisapp.geometry import multipolygon
from parcels.models import Parcel
from tests.tiles import mvt_reader
from tests.tiles.conftest import tile_at
from tests.tiles.town import MapTown, build_town
from tests.town import here
from tiles import keeping, quick
from zoning.models import PlanVersion


@pytest.fixture
def town(transactional_db: None) -> MapTown:
    return build_town()


class Browser:
    """Asks a WSGI application as a browser would."""

    def __init__(self, application: Any) -> None:
        self.application = application

    def __call__(self, path: str, *, query: str = "", method: str = "GET", **headers: str) -> Any:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "HTTP_ACCEPT_ENCODING": "gzip",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
        told: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> None:
            told.update(status=int(status[:3]), headers=dict(headers))

        body = b"".join(self.application(environ, start))
        return told["status"], told["headers"], body


@pytest.fixture
def tiles(settings) -> quick.QuickTiles:
    settings.TILE_MEMORY_MB = 16
    made = quick.QuickTiles(get_wsgi_application())
    yield made
    made.close()


@pytest.fixture
def ask(tiles: quick.QuickTiles) -> Browser:
    return Browser(tiles)


def references(answer: Any) -> set[str]:
    status, headers, body = answer
    assert (status, headers["Content-Encoding"]) == (200, "gzip")
    features = mvt_reader.read(gzip.decompress(body))["parcels"]
    return {one.attributes["reference"] for one in features}


def test_it_draws_what_django_draws(town: MapTown, ask: Browser, client) -> None:
    for layers in ("parcels", "zones", "boundary,zones,overlays,parcels,buildings,streets"):
        for zoom in (12, 14, 16, 18, 20):
            path = f"/tiles/{layers}/{tile_at(zoom)}.mvt"
            status, headers, body = ask(path)
            answer = client.get(path)
            assert status == answer.status_code
            if status == 200:
                assert gzip.decompress(body) == answer.content, path
                assert headers["ETag"] == answer["ETag"]
                for name in ("Cache-Control", "Access-Control-Allow-Origin"):
                    assert headers[name] == answer[name]


def test_the_next_reader_sees_what_was_committed(town: MapTown, ask: Browser) -> None:
    path = f"/tiles/parcels/{tile_at(17)}.mvt"
    before = ask(path)
    assert "125/7" in references(before)
    assert ask(path, if_none_match=before[1]["ETag"])[0] == 304
    with transaction.atomic():
        town.parcel.number = "70"
        town.parcel.save()
        assert "125/7" in references(ask(path))
    after = ask(path, if_none_match=before[1]["ETag"])
    assert "125/70" in references(after)
    assert "125/7" not in references(after)


def test_a_change_far_away_lets_the_tile_stay(
    town: MapTown, ask: Browser, tiles: quick.QuickTiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/tiles/parcels/{tile_at(18)}.mvt"
    ask(path)
    made: list[str] = []
    monkeypatch.setattr(tiles, "_make", lambda address: made.append(path) or quick.answer_of(b""))
    Parcel.objects.create(
        municipality=town.municipality,
        block="800",
        number="1",
        geometry=multipolygon(here(shapely.box(9_000, 0, 9_020, 20))),
    )
    assert ask(path)[0] == 200
    assert not made
    town.parcel.save()
    assert ask(path)[0] == 204
    assert made


def test_a_plan_that_ceases_to_hold_takes_its_zones_away(town: MapTown, ask: Browser) -> None:
    path = f"/tiles/zones/{tile_at(16)}.mvt"
    assert ask(path)[0] == 200
    PlanVersion.objects.filter(pk=town.version.pk).update(validity=("2020-01-01", "2021-01-01"))
    assert ask(path)[0] == 204


def noted(where: str = "true") -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM tile_change WHERE {where}")  # noqa: S608
        return cursor.fetchone()[0]


def test_a_change_is_let_go_an_hour_after_it_was_first_seen(
    town: MapTown, ask: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/tiles/parcels/{tile_at(17)}.mvt"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tile_change")
    Parcel.objects.get(number="8").save()
    town.parcel.save()
    written = noted()
    assert written == noted("seen_at IS NULL") > 1
    ask(path)
    assert noted("seen_at IS NOT NULL") == written
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tile_change SET seen_at = now() - interval '61 minutes'")
    town.parcel.save()
    ask(path)
    assert noted() > written  # looked at a moment ago: not again
    monkeypatch.setattr(keeping, "TIDIED_AFTER_S", 0.0)
    monkeypatch.setattr(keeping, "MOST_TIDIED", written - 1)
    ask(path)
    assert noted("seen_at < now() - interval '1 hour'") == 1
    ask(path)
    assert noted("seen_at < now() - interval '1 hour'") == 0
    assert noted("seen_at IS NOT NULL") == noted() > 0


def test_an_empty_tile_has_no_body(town: MapTown, ask: Browser) -> None:
    assert ask("/tiles/parcels/17/0/0.mvt")[::2] == (204, b"")


def test_who_reads_no_gzip_gets_none(town: MapTown, ask: Browser) -> None:
    status, headers, body = ask(f"/tiles/parcels/{tile_at(16)}.mvt", accept_encoding="identity")
    assert status == 200
    assert "Content-Encoding" not in headers
    assert mvt_reader.read(body)["parcels"]


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/tiles/nothing/16/1/1.mvt", "", 404),
        ("/tiles/parcels/16/99999999/1.mvt", "", 404),
        ("/tiles/parcels/99/1/1.mvt", "", 404),
        ("/tiles/parcels/16/1/1.mvt", "on=yesterday", 422),
        ("/tiles/parcels/16/1/1.mvt", "nonsense=1", 400),
        ("/tiles/parcels/a/b/c.mvt", "", 400),
        ("/healthz", "", 200),
    ],
)
def test_all_else_goes_to_django(
    town: MapTown, ask: Browser, path: str, query: str, status: int
) -> None:
    assert ask(path, query=query)[0] == status


def test_personal_layers_go_to_django(town: MapTown, ask: Browser) -> None:
    _, headers, _ = ask(f"/tiles/parcels,applications/{tile_at(16)}.mvt")
    assert "private" in headers["Cache-Control"]


def test_a_lost_connection_is_made_again(town: MapTown, ask: Browser) -> None:
    path = f"/tiles/parcels/{tile_at(17)}.mvt"
    ask(path)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    town.parcel.number = "71"
    town.parcel.save()
    assert "125/71" in references(ask(path))
    assert "125/71" in references(ask(path))


def test_without_a_database_django_says_what_is_wrong(
    town: MapTown, ask: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> Any:
        raise psycopg2.OperationalError("no more connections")

    monkeypatch.setattr(quick, "connect", refuse)
    status, headers, body = ask(f"/tiles/parcels/{tile_at(16)}.mvt")
    assert status == 200
    assert mvt_reader.read(gzip.decompress(body) if "Content-Encoding" in headers else body)
