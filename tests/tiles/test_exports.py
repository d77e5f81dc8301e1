"""Layers taken away: every format, what the person may see, licence and date, at once or later."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyogrio
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone, translation
from django.utils.formats import date_format

from gisapp.crs import metric_srid
from gisapp.sending import Download, SentTooSlowly
from parcels.models import Parcel
from permits.models import Application
from tests.tiles.conftest import place
from tests.tiles.town import MapTown, staff
from tiles.exports import sending
from tiles.exports.files import short_names
from tiles.exports.jobs import make, remove_expired
from tiles.layers import LAYERS
from tiles.models import Export
from tiles.query.selection import parcels
from tiles.tasks import make_export
from zoning.models import PlanVersion

pytestmark = pytest.mark.usefixtures("shared_town")

EXPORT = "/api/v1/export"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path: Path) -> Path:
    settings.EXPORT_ROOT = tmp_path / "exports"
    settings.DATA_LICENCE = "CC BY 4.0"
    return settings.EXPORT_ROOT


def fetch(client: Client, name: str, query: str = "") -> bytes:
    answer = client.get(f"{EXPORT}/{name}{query}")
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("kind", ["gpkg", "geojson", "csv", "shp.zip"])
def test_every_layer_comes_in_every_format(
    town: MapTown, client: Client, layer: str, kind: str, tmp_path: Path
) -> None:
    data = fetch(client, f"{layer}.{kind}")
    if kind == "csv":
        assert data.startswith(b"id,")
        return
    if kind == "shp.zip":
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
        assert {"LICENCE.txt", "README.txt"} <= set(names)
        return
    path = tmp_path / f"{layer}.{kind}"
    path.write_bytes(data)
    assert pyogrio.read_info(path)["features"] == LAYERS[layer].rows(_everyone()).count()


def _everyone() -> Any:
    from django.contrib.auth.models import AnonymousUser

    from tiles.scope import Scope

    return Scope(user=AnonymousUser(), on=timezone.localdate())


def test_a_geopackage_keeps_metres_and_carries_its_licence(
    town: MapTown, client: Client, tmp_path: Path
) -> None:
    path = tmp_path / "parcels.gpkg"
    path.write_bytes(fetch(client, "parcels.gpkg"))
    frame = pyogrio.read_dataframe(path)
    assert frame.crs.to_epsg() == metric_srid()
    first = frame[frame.reference == "125/7"].iloc[0]
    assert first.geometry.area == pytest.approx(600)
    assert first.registered_area_m2 == 600
    said = pyogrio.read_info(path)["dataset_metadata"]
    assert said["licence"] == "CC BY 4.0"
    assert said["attribution"] == "Test data"
    assert said["as_of"] == timezone.localdate().isoformat()


def test_a_shapefile_has_short_names_utf_8_and_says_so(
    town: MapTown, client: Client, tmp_path: Path
) -> None:
    Parcel.objects.filter(pk=town.parcel.pk).update(address="شارع النخيل")
    archive = zipfile.ZipFile(io.BytesIO(fetch(client, "parcels.shp.zip")))
    assert archive.read("parcels_polygon.cpg").strip() == b"UTF-8"
    assert "CC BY 4.0" in archive.read("LICENCE.txt").decode()
    assert "registered_area_m2" in archive.read("README.txt").decode()
    archive.extractall(tmp_path)
    frame = pyogrio.read_dataframe(tmp_path / "parcels_polygon.shp")
    assert "شارع النخيل" in set(frame.address)
    assert all(len(name) <= 10 for name in frame.columns)


def test_short_names_stay_apart() -> None:
    names = ["registered_area_m2", "registered_area_ha", "registered_by", "x"]
    short = short_names(names)
    assert len(set(short.values())) == 4
    assert all(len(name) <= 10 for name in short.values())


def test_geojson_says_licence_sources_and_dates(town: MapTown, client: Client) -> None:
    body = json.loads(fetch(client, "zones.geojson", "?on=2026-01-01"))
    assert body["type"] == "FeatureCollection"
    assert (body["licence"], body["as_of"]) == ("CC BY 4.0", "2026-01-01")
    assert {one["properties"]["code"] for one in body["features"]} == {"R1", "R2"}


def test_csv_says_where_each_thing_is_and_defuses_formulas(town: MapTown, client: Client) -> None:
    Parcel.objects.filter(pk=town.parcel.pk).update(land_use="=1+1")
    answer = client.get(f"{EXPORT}/parcels.csv")
    rows = {row["reference"]: row for row in table(b"".join(answer.streaming_content))}
    assert rows["125/7"]["land_use"] == "'=1+1"
    lon, lat = place(10, 12)
    assert float(rows["125/7"]["lon"]) == pytest.approx(lon, abs=0.0003)
    assert float(rows["125/7"]["lat"]) == pytest.approx(lat, abs=0.0003)
    assert answer["X-Licence"] == "CC BY 4.0"


def test_date_and_area_narrow_it_down(town: MapTown, client: Client) -> None:
    assert table(fetch(client, "zones.csv", "?on=2020-01-01")) == []
    west, south = place(2, 2)
    east, north = place(18, 8)
    box = f"?bbox={west},{south},{east},{north}"
    assert [row["reference"] for row in table(fetch(client, "parcels.csv", box))] == ["125/7"]
    assert [row["number"] for row in table(fetch(client, "applications.csv", box))] == [
        town.public.number
    ]
    assert table(fetch(client, "parcels.csv", "?bbox=2,48,3,49")) == []
    assert len(table(fetch(client, "parcels.csv", "?block=125"))) == 4


def drawn(west: float, south: float, east: float, north: float) -> str:
    """A GeoJSON rectangle around metres from the town's origin, as text."""
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return json.dumps({"type": "Polygon", "coordinates": [[place(*corner) for corner in corners]]})


LON, LAT = place(10, 12)
IN_WAYS = [
    ("parcels", {"within": drawn(2, 2, 18, 8)}, ["125/7"]),
    ("parcels", {"lon": LON, "lat": LAT}, ["125/7"]),
    ("parcels", {"near": "125-7", "distance_m": 5}, ["125/8"]),
    ("parcels", {"near": "١٢٥/٧", "distance_m": 25}, ["125/8", "125/9"]),
    ("parcels", {"block": "125", "number": "8"}, ["125/8"]),
    ("parcels", {"reference": "125 9"}, ["125/9"]),
    ("parcels", {"references": "125/7\n125-10\n"}, ["125/7", "125/10"]),
    ("parcels", {"filter": "number IN ('7', '8')"}, ["125/7", "125/8"]),
    ("parcels", {"near": "125/7", "distance_m": 25, "filter": "number <> '8'"}, ["125/9"]),
    (
        "parcels",
        {
            "filter": '{"op": "=", "args": [{"property": "number"}, "9"]}',
            "filter-lang": "cql2-json",
        },
        ["125/9"],
    ),
    ("parcels", {"municipality": "elsewhere"}, []),
    ("buildings", {"within": drawn(2, 2, 18, 20)}, [1]),
    ("buildings", {"near": "125/7", "distance_m": 5}, [2]),
    ("zones", {"lon": LON, "lat": LAT}, ["R1"]),
    ("zones", {"filter": "code = 'R2'"}, ["R2"]),
    ("applications", {"within": drawn(2, 2, 18, 8)}, ["2026/BP/000123"]),
    ("applications", {"near": "125/7", "distance_m": 5}, ["2026/BP/000123", "2026/BP/000125"]),
    ("overlays", {"bbox": "2,48,3,49"}, []),
]
SHOWN = {"parcels": "reference", "zones": "code", "applications": "number"}


@pytest.mark.parametrize(("layer", "part", "found"), IN_WAYS)
def test_a_part_is_chosen_as_parcels_are_asked_for(
    town: MapTown, client: Client, layer: str, part: dict[str, Any], found: list[Any]
) -> None:
    """At once by address, and the same in the background by a body."""
    at_once = fetch(client, f"{layer}.csv", f"?{urlencode(part)}")
    rows = table(at_once)
    if layer == "buildings":
        assert len(rows) == found[0]
    else:
        assert [row[SHOWN.get(layer, "id")] for row in rows] == found
    if layer == "parcels" and not {"references", "filter", "near", "within"} & set(part):
        return
    body = dict(part)
    if "within" in body:
        body["within"] = json.loads(body["within"])
    if "references" in body:
        body["references"] = body["references"].split()
    asked = ask(client, layer=layer, format="csv", **body)
    assert asked.status_code == 202, asked.content
    export = Export.objects.get()
    assert export.total == len(rows)
    make(export)
    assert export.path.read_bytes() == at_once


@pytest.mark.parametrize(
    ("name", "part", "status", "pointer"),
    [
        ("parcels.csv", {"bbx": "1,2,3,4"}, 400, "/bbx"),
        ("parcels.csv", {"filter": "height > 3"}, 400, "/filter"),
        ("parcels.csv", {"filter": "number ="}, 400, "/filter"),
        ("parcels.csv", {"block": "125", "bbox": "1,2,3,4"}, 422, "/bbox"),
        ("parcels.csv", {"number": "7"}, 422, "/block"),
        ("parcels.csv", {"lon": 38.6}, 422, "/lat"),
        ("parcels.csv", {"near": "125/7"}, 422, "/distance_m"),
        ("parcels.csv", {"near": "125/7", "distance_m": 2_001}, 422, "/distance_m"),
        ("parcels.csv", {"near": "999/9", "distance_m": 5}, 404, "/near"),
        ("parcels.csv", {"references": "125/7\n999/9"}, 422, "/references"),
        ("parcels.csv", {"references": "125/7,125/8"}, 422, "line 1"),
        ("parcels.csv", {"within": "{}"}, 422, "/within"),
        ("parcels.csv", {"within": "["}, 422, "/within"),
        (
            "zones.csv",
            {"within": '{"type": "Polygon", "coordinates": [[[0, 0], [200, 0], [0, 1], [0, 0]]]}'},
            422,
            "/within/coordinates/0/1",
        ),
        ("zones.csv", {"block": "125"}, 422, "/block"),
    ],
)
def test_a_part_that_can_not_be_read_is_refused_where_it_is_wrong(
    town: MapTown, client: Client, name: str, part: dict[str, Any], status: int, pointer: str
) -> None:
    answer = client.get(f"{EXPORT}/{name}", part)
    assert (answer.status_code, answer.json()["pointer"]) == (status, pointer)
    if pointer == "/bbx":
        assert "distance_m" in answer.json()["detail"]


def test_only_what_the_person_may_see(town: MapTown, client: Client) -> None:
    def numbers() -> set[str]:
        return {row["number"] for row in table(fetch(client, "applications.csv"))}

    assert town.hidden.number not in numbers()
    client.force_login(staff(town, "reviewer"))
    assert town.hidden.number in numbers()


def test_a_large_one_is_for_the_worker(
    town: MapTown, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "MOST_AT_ONCE", 2)
    refused = client.get(f"{EXPORT}/parcels.gpkg")
    assert refused.status_code == 413
    assert "/api/v1/exports" in refused.json()["detail"]
    assert fetch(client, "parcels.geojson")


def test_the_question_is_put_once(
    town: MapTown, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    put: list[str] = []

    def counted(rows: Any, part: Any) -> Any:
        put.append(part.block)
        return parcels(rows, part)

    monkeypatch.setattr("tiles.exports.wanted.parcels", counted)
    for kind in ("csv", "geojson", "gpkg", "shp.zip"):
        fetch(client, f"parcels.{kind}", "?block=125")
        assert put == ["125"], kind
        put.clear()


def test_what_is_sent_was_read_before_and_says_its_length(
    town: MapTown, client: Client, django_assert_num_queries: Any, own_folder: Path
) -> None:
    """A slow reader keeps no cursor open, and a part of a table can not be taken for the whole."""
    answer = client.get(f"{EXPORT}/parcels.csv")
    with django_assert_num_queries(0):
        sent = b"".join(answer.streaming_content)
    assert len(table(sent)) == 4
    assert int(answer["Content-Length"]) == len(sent)
    assert isinstance(answer, Download)
    assert list(own_folder.iterdir()) == []


def test_what_goes_wrong_half_way_is_an_error_and_no_short_file(
    town: MapTown, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(wanted: Any) -> Any:
        yield "id\r\n"
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("tiles.exports.files.lines_of", breaks)
    assert client.get(f"{EXPORT}/parcels.csv").status_code == 503


@pytest.mark.parametrize("kind", ["csv", "geojson", "gpkg", "shp.zip"])
def test_what_takes_long_to_make_is_for_the_worker(
    town: MapTown, client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any, kind: str
) -> None:
    settings.EXPORT_MADE_WITHIN_S = -1
    monkeypatch.setattr("tiles.exports.files.ROWS_AT_ONCE", 1)
    monkeypatch.setattr("tiles.exports.texts.ROWS_AT_ONCE", 1)
    refused = client.get(f"{EXPORT}/parcels.{kind}")
    assert refused.status_code == 413
    assert "/api/v1/exports" in refused.json()["detail"]
    page = "/en/data/export/"
    assert "is made in the background" in client.get(page).content.decode()
    led = client.post(page, {"layer": "parcels", "format": kind, "on": "2026-01-01"})
    assert led["Location"] == Export.objects.get().get_absolute_url()


def test_a_statement_without_end_is_ended(
    town: MapTown, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(wanted: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(60)")
        yield "never"

    monkeypatch.setattr("tiles.exports.files.lines_of", endless)
    monkeypatch.setattr(sending, "timeout_ms_of", lambda user: 20)
    assert client.get(f"{EXPORT}/parcels.csv").status_code == 413


def test_a_slow_reader_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Download, "block_size", 100)
    read = iter(Download(io.BytesIO(b"x" * 250)))
    assert len(next(read)) == 100
    monkeypatch.setattr("gisapp.sending.monotonic", lambda: float("inf"))
    with pytest.raises(SentTooSlowly):
        next(read)


def ask(client: Client, **wanted: Any) -> Any:
    body = {"layer": "parcels", "format": "gpkg", **wanted}
    return client.post("/api/v1/exports", body, content_type="application/json")


def test_in_the_background_with_progress_and_file(
    town: MapTown, client: Client, tmp_path: Path
) -> None:
    asked = ask(client)
    assert asked.status_code == 202
    address = asked["Location"]
    assert client.get(address).json()["status"] == "waiting"
    assert client.get(f"{address}/file").status_code == 404
    assert make_export.call(str(Export.objects.get().key)) == "done"
    done = client.get(address).json()
    assert (done["status"], done["done"], done["total"]) == ("done", 4, 4)
    path = tmp_path / "made.gpkg"
    path.write_bytes(b"".join(client.get(done["file"]).streaming_content))
    assert pyogrio.read_info(path)["features"] == 4


def test_asked_twice_it_is_made_once(town: MapTown, client: Client) -> None:
    assert ask(client)["Location"] == ask(client)["Location"]
    assert ask(client)["Location"] != ask(client, format="shp.zip")["Location"]


def test_a_stranger_who_asks_for_the_same_can_not_cancel_it(town: MapTown, client: Client) -> None:
    address = ask(client)["Location"]
    stranger = Client()
    assert ask(stranger)["Location"] == address
    told = stranger.delete(address).json()
    assert (told["status"], told["shared"]) == ("waiting", True)
    export = Export.objects.get()
    page = client.get(export.get_absolute_url()).content.decode()
    assert "can not be cancelled" in page
    make(export)
    assert stranger.delete(address).json()["status"] == "done"
    assert b"".join(client.get(f"{address}/file").streaming_content)


def test_a_cancelled_one_is_not_given_to_who_asks_next(town: MapTown, client: Client) -> None:
    address = ask(client)["Location"]
    Export.objects.update(status=Export.Status.RUNNING)
    client.delete(address)
    assert Export.objects.get().cancel_asked
    assert ask(Client())["Location"] != address


def test_one_person_may_cancel_what_is_theirs_alone(town: MapTown, client: Client) -> None:
    client.force_login(staff(town, "reviewer"))
    address = ask(client, layer="applications")["Location"]
    assert ask(client, layer="applications")["Location"] == address
    assert client.delete(address).json()["status"] == "cancelled"


def test_too_many_are_refused(town: MapTown, client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("tiles.exports.asking.MOST_WAITING", 1)
    assert ask(client).status_code == 202
    refused = ask(client, format="shp.zip")
    assert refused.status_code == 429
    assert refused["Retry-After"]


def test_cancelled_and_made_again(town: MapTown, client: Client) -> None:
    address = ask(client)["Location"]
    assert client.delete(address).json()["status"] == "cancelled"
    export = Export.objects.get()
    page = f"/en/data/export/{export.key}/"
    assert "Make it again" in client.get(page).content.decode()
    client.post(f"{page}change/", {"again": "yes"})
    export.refresh_from_db()
    assert export.status == Export.Status.WAITING
    make(export)
    assert export.path.exists()


def test_stopped_on_the_way_nothing_is_left(
    town: MapTown, client: Client, monkeypatch: Any, own_folder: Path
) -> None:
    monkeypatch.setattr("tiles.exports.files.ROWS_AT_ONCE", 1)
    ask(client)
    export = Export.objects.get()
    Export.objects.update(cancel_asked=True)
    make(export)
    assert export.status == Export.Status.CANCELLED
    assert list(own_folder.iterdir()) == []


def test_what_failed_says_why(town: MapTown, client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("tiles.exports.files.LARGEST_SHAPEFILE_BYTES", 10)
    ask(client, format="shp.zip")
    export = Export.objects.get()
    make(export)
    assert export.status == Export.Status.FAILED
    page = client.get(export.get_absolute_url()).content.decode()
    assert "2 GB" in page


def test_what_is_personal_is_for_one_person(town: MapTown, client: Client) -> None:
    client.force_login(staff(town, "reviewer"))
    address = ask(client, layer="applications", format="csv")["Location"]
    export = Export.objects.get()
    make(export)
    assert Application.objects.count() == client.get(address).json()["done"]
    stranger = Client()
    for path in (address, f"{address}/file", f"/en/data/export/{export.key}/"):
        assert stranger.get(path).status_code == 404
    assert stranger.delete(address).status_code == 404


def test_expired_exports_go_with_their_files(town: MapTown, client: Client) -> None:
    ask(client)
    export = Export.objects.get()
    make(export)
    assert remove_expired() == 0
    Export.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    call_command("remove_exports", verbosity=0)
    assert not export.path.exists()
    assert not Export.objects.exists()


def test_the_page_gives_a_small_one_at_once_and_leads_to_a_large_one(
    town: MapTown, client: Client, monkeypatch: Any
) -> None:
    page = "/en/data/export/"
    assert client.get(page).status_code == 200
    form = {"layer": "parcels", "format": "gpkg", "on": "2026-01-01", "bbox": "", "block": ""}
    small = client.post(page, form)
    assert small["Content-Type"] == "application/geopackage+sqlite3"
    assert b"".join(small.streaming_content).startswith(b"SQLite format 3")
    monkeypatch.setattr(sending, "MOST_AT_ONCE", 2)
    large = client.post(page, form)
    assert large.status_code == 302
    followed = client.get(large["Location"]).content.decode()
    assert 'hx-get="' in followed


def test_the_page_says_what_an_address_asks_for(town: MapTown, client: Client) -> None:
    page = client.get(
        "/en/data/export/",
        {"shown": "zones,parcels", "near": "125/7", "distance_m": "25", "on": "2026-01-01"},
    ).content.decode()
    words = " ".join(re.sub("<[^>]*>", " ", page).split())
    assert "Within 25 m of parcel 125/7" in words
    assert "Features 2" in words
    assert "Licence CC BY 4.0" in words
    with translation.override("en"):
        assert f"As of {date_format(date(2026, 1, 1))}" in words
    assert re.search(
        r'<optgroup label="On the map">.*value="zones".*selected.*</optgroup>', page, re.S
    )


def test_the_page_counts_while_one_chooses(town: MapTown, client: Client) -> None:
    asked = {"layer": "zones", "filter": "code = 'R1'"}
    assert "Features" in client.get("/en/data/export/", asked).content.decode()
    wrong = asked | {"filter": "no ="}
    assert client.get("/en/data/export/", wrong).status_code == 422
    told = client.get("/en/data/export/", wrong, headers={"HX-Request": "true"})
    assert told.status_code == 200
    assert "ends too early" in told.content.decode()


def test_a_draft_is_taken_away_by_who_may_see_it(town: MapTown, client: Client) -> None:
    draft = PlanVersion.objects.create(plan=town.version.plan, label="next")
    form = {"layer": "zones", "format": "csv", "version": str(draft.pk)}
    assert client.post("/en/data/export/", form).status_code == 422
    client.force_login(staff(town, "planner"))
    assert table(b"".join(client.post("/en/data/export/", form).streaming_content)) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"bbox": "1,2,3"}, "four numbers"),
        ({"bbox": "170,0,-170,1"}, "antimeridian"),
        ({"on": "yesterday"}, "valid date"),
        ({"on": "0001-01-01"}, "2026-03-31"),
        ({"layer": "users"}, "valid choice"),
        ({"layer": "zones", "block": "1"}, "Only parcels"),
        ({"near": "125/7"}, "from 0 to 2000"),
        ({"references": "999/9"}, "999/9"),
        ({"filter": "height > 3"}, "height"),
        ({"bbox": "1,2,3,4", "block": "1"}, "one way"),
    ],
)
def test_the_page_says_what_is_wrong_beside_the_field(
    town: MapTown, client: Client, wrong: dict[str, str], said: str
) -> None:
    form = {"layer": "parcels", "format": "gpkg", "on": "2026-01-01", "bbox": "", "block": ""}
    answer = client.post("/en/data/export/", form | wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_the_page_makes_a_table_of_a_list(town: MapTown, client: Client) -> None:
    file = io.BytesIO("parcel\n١٢٥/٧\n".encode())
    file.name = "list.csv"
    answer = client.post("/en/data/export/", {"file": file, "day": "2026-01-01"})
    assert "R1 100.0 %" in answer.content.decode()
    broken = io.BytesIO(b"125/7,125/8\n")
    broken.name = "list.csv"
    refused = client.post("/en/data/export/", {"file": broken, "day": "2026-01-01"})
    assert refused.status_code == 422
    assert "more than one column" in refused.content.decode()


def test_the_command_writes_a_layer(town: MapTown, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "my.city.geojson"
    call_command("export_layer", "parcels", path, block="125", on="2026-01-01")
    assert len(json.loads(path.read_text(encoding="utf-8"))["features"]) == 4
    call_command("export_layer", "parcels", path, near="125/7", distance_m=5, filter="number = '8'")
    assert len(json.loads(path.read_text(encoding="utf-8"))["features"]) == 1
    for layer, file in (("parcels", tmp_path / "x.dxf"), ("users", tmp_path / "x.gpkg")):
        with pytest.raises(CommandError) as stopped:
            call_command("export_layer", layer, file)
        assert stopped.value.returncode == 3
    assert [one.name for one in tmp_path.glob("x*")] == []
