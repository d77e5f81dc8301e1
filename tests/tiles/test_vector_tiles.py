"""Vector tiles: what they hold, for whom, and how they answer wrong questions."""

from __future__ import annotations

import gzip
from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.functional import Promise

from gisapp.errors import UmranError
from permits.workflow import Status
from tests.tiles.conftest import tile_at
from tests.tiles.town import MapTown, box, staff
from tiles.grid import Tile
from tiles.layers import LAYERS
from tiles.limits import TookTooLong, bounded
from zoning.models import PlanVersion, Zone

pytestmark = pytest.mark.usefixtures("shared_town")


def test_a_tile_holds_the_parcels_with_their_numbers_and_ids(town: MapTown, get, read_tile) -> None:
    answer = get("parcels", tile_at(15))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    parcels = read_tile(answer.content, "parcels")
    assert set(parcels["reference"]) == {"125/7", "125/8", "125/9", "125/10"}
    assert town.parcel.pk in set(parcels["mvt_id"])


def test_geometry_lies_where_the_parcel_lies(town: MapTown, get, read_tile) -> None:
    """A parcel of 20 m × 30 m covers its share of the tile: 4096 units for the tile's side."""
    zoom = 15
    parcels = read_tile(get("parcels", tile_at(zoom)).content, "parcels").set_index("reference")
    tile = Tile(*map(int, tile_at(zoom).split("/")))
    unit_m = tile.pixel_m / 16
    area_m2 = parcels.loc["125/7"].geometry.area * unit_m**2
    assert area_m2 == pytest.approx(600, rel=0.02)


def test_several_layers_travel_in_one_tile(town: MapTown, get, layers_of) -> None:
    answer = get("streets,parcels,zones", tile_at(17))
    assert layers_of(answer.content) == {"streets", "parcels", "zones"}


def test_far_out_blocks_stand_for_parcels_and_zones_are_there_before(
    town: MapTown, get, read_tile
) -> None:
    assert get("parcels", tile_at(11)).status_code == 204
    blocks = read_tile(get("parcels", tile_at(13)).content, "parcels")
    assert set(blocks["block"]) == {"125"}
    assert "reference" not in blocks
    assert "125/7" in set(read_tile(get("parcels", tile_at(14)).content, "parcels")["reference"])
    assert get("zones", tile_at(12)).status_code == 200


def test_an_empty_tile_is_204_without_a_body(town: MapTown, get) -> None:
    answer = get("parcels", "17/0/0")
    assert (answer.status_code, answer.content) == (204, b"")


def test_the_far_side_of_the_earth_is_an_empty_tile(town: MapTown, get) -> None:
    for address in ("9/0/0", "9/511/511", "15/32767/0", "5/0/31"):
        assert get("boundary,zones,parcels", address).status_code == 204, address


def test_every_layer_renders_at_each_of_its_zooms(town: MapTown, get) -> None:
    for name, layer in LAYERS.items():
        for zoom in range(layer.min_zoom, layer.max_zoom + 1):
            assert get(name, tile_at(zoom)).status_code in (200, 204), (name, zoom)


def test_zones_follow_the_date(town: MapTown, get) -> None:
    assert get("zones", tile_at(16), on="2026-01-01").status_code == 200
    assert get("zones", tile_at(16), on="2020-01-01").status_code == 204


def test_zones_of_the_predecessor_are_shown_for_its_days(town: MapTown, get, read_tile) -> None:
    plan = town.version.plan
    older = PlanVersion.objects.create(
        plan=plan,
        label="2016",
        status=PlanVersion.Status.SUPERSEDED,
        validity=DateRange(date(2016, 1, 1), date(2024, 3, 1)),
    )
    district = plan.districts.get(code="R2")
    Zone.objects.create(version=older, district=district, geometry=box(-40, -8, 200, 100))
    shown = read_tile(get("zones", tile_at(16), on="2024-02-29").content, "zones")
    assert set(shown["code"]) == {"R2"}
    shown = read_tile(get("zones", tile_at(16), on="2024-03-01").content, "zones")
    assert "R1" in set(shown["code"])


@pytest.fixture
def draft(town: MapTown) -> PlanVersion:
    version = PlanVersion.objects.create(plan=town.version.plan, label="draft")
    district = town.version.plan.districts.get(code="R1")
    Zone.objects.create(version=version, district=district, geometry=box(0, 0, 300, 300))
    return version


def test_a_draft_does_not_exist_for_the_public(town: MapTown, draft: PlanVersion, get) -> None:
    hidden = get("zones", tile_at(16), version=str(draft.pk))
    absent = get("zones", tile_at(16), version="999999")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json() == absent.json()


def test_a_draft_does_not_exist_for_an_inspector(
    town: MapTown, draft: PlanVersion, get, client
) -> None:
    client.force_login(staff(town, "inspector"))
    assert get("zones", tile_at(16), version=str(draft.pk)).status_code == 404


def test_a_planner_sees_the_draft_and_no_cache_may_keep_it(
    town: MapTown, draft: PlanVersion, get, client
) -> None:
    client.force_login(staff(town, "planner"))
    answer = get("zones", tile_at(16), version=str(draft.pk))
    assert answer.status_code == 200
    assert "private" in answer["Cache-Control"]
    assert "Cookie" in answer["Vary"]


def test_tiles_hold_only_what_one_may_see(town: MapTown, get, client, read_tile) -> None:
    def numbers() -> set[str]:
        return set(read_tile(get("applications", tile_at(16)).content, "applications")["number"])

    public = {town.public.number, town.other.number}
    assert numbers() == public
    client.force_login(staff(town, "reviewer"))
    assert numbers() == public | {town.hidden.number}


def test_answers_with_applications_are_private(town: MapTown, get) -> None:
    assert "private" in get("parcels,applications", tile_at(16))["Cache-Control"]
    assert "public" in get("parcels", tile_at(16))["Cache-Control"]


def test_every_state_has_its_group_in_the_legend() -> None:
    from tiles.identify import status_group

    groups = {status: status_group(status) for status in Status.values}
    hidden = {status for status, group in groups.items() if group == "internal"}
    assert hidden == set(Status.values) - set(Status.public())


def test_an_unchanged_tile_is_304(town: MapTown, get, client) -> None:
    address = f"/tiles/parcels/{tile_at(17)}.mvt"
    etag = client.get(address)["ETag"]
    again = client.get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    town.parcel.number = "70"
    town.parcel.save()
    changed = client.get(address, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed["ETag"] != etag


def test_gzip_only_for_those_who_read_it(town: MapTown, client) -> None:
    address = f"/tiles/parcels,streets,zones,buildings,parcel_edges/{tile_at(18)}.mvt"
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("parcels/a/1/1.mvt", 400),
        ("parcels/1/-1/1.mvt", 400),
        ("parcels/1/1/1.5.mvt", 400),
        ("parcels/٣/1/1.mvt", 400),
        ("parcels/1/99999999999/1.mvt", 400),
        ("parcels/1/2/0.mvt", 404),
        ("parcels/1/0/2.mvt", 404),
        ("parcels/23/0/0.mvt", 404),
        ("secrets/1/0/0.mvt", 404),
        ("auth_user/1/0/0.mvt", 404),
        ("parcels,secrets/1/0/0.mvt", 404),
        ("zones/1/0/0.mvt?on=yesterday", 422),
        ("zones/1/0/0.mvt?on=2026-02-30", 422),
        ("zones/1/0/0.mvt?on=20260201", 422),
        ("zones/1/0/0.mvt?on=9999-12-31", 422),
        ("zones/1/0/0.mvt?version=x", 404),
        ("zones/1/0/0.mvt?version=99999999999999999999", 404),
        ("zones/1/0/0.mvt?on=2026-01-01&version=1", 422),
        ("zones/1/0/0.mvt?colour=red", 400),
        ("raster/hillshade/1/0/2.png", 404),
        ("raster/hillshade/x/0/2.png", 400),
        ("secrets.json", 404),
    ],
)
def test_wrong_questions_get_problem_details(db: None, client, path: str, status: int) -> None:
    answer = client.get(f"/tiles/{path}")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["detail"]


def test_the_database_is_stopped_when_it_takes_too_long(db: None) -> None:
    from django.db import connection

    with (
        pytest.raises(TookTooLong) as stopped,
        bounded(timeout_ms=20),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_sleep(2)")
    assert isinstance(stopped.value, UmranError)
    assert stopped.value.status == 503


def test_tilejson_says_what_the_tiles_hold(town: MapTown, client, read_tile, get) -> None:
    document = client.get("/tiles/zones,parcels.json").json()
    assert document["tilejson"] == "3.0.0"
    described = {layer["id"]: layer for layer in document["vector_layers"]}
    assert described["parcels"]["minzoom"] == 12
    parcels = read_tile(get("parcels", tile_at(17)).content, "parcels")
    near = set(parcels.columns) - {"geometry", "mvt_id"}
    assert near | {"block"} == set(described["parcels"]["fields"])
    west, south, east, north = document["bounds"]
    assert west < document["center"][0] < east
    assert south < document["center"][1] < north
    assert document["attribution"] == "Test data"
    assert document["tiles"][0].endswith("/tiles/zones,parcels/{z}/{x}/{y}.mvt")


def test_the_legend_speaks_the_asked_language(town: MapTown, client) -> None:
    legend = client.get("/tiles/zones.json?lang=fr").json()["legend"]["zones"]
    assert {entry["key"]: entry["label"] for entry in legend} == {
        "R1": "Habitat bas",
        "R2": "Residential R2",
    }


def test_columns_are_explained_in_the_language_asked_for() -> None:
    for name, layer in LAYERS.items():
        for column in layer.columns.values():
            assert isinstance(column.meaning, Promise), name


@pytest.mark.parametrize("address", ["/tiles/zones,parcels.json", "/ogc/collections/zones/schema"])
def test_a_kept_description_is_never_given_in_another_language(
    town: MapTown, client, address: str
) -> None:
    tags = {}
    for language in ("ar", "en", "fr"):
        asked = client.get(address, {"lang": language})
        negotiated = client.get(address, headers={"Accept-Language": language})
        for answer in (asked, negotiated):
            assert answer["Content-Language"] == language
            assert "Accept-Language" in answer["Vary"]
        tags[language] = negotiated["ETag"]
    assert len(set(tags.values())) == 3
    known = {"Accept-Language": "fr", "If-None-Match": f"{tags['ar']}, {tags['en']}"}
    assert client.get(address, headers=known).status_code == 200
    known["If-None-Match"] = tags["fr"]
    assert client.get(address, headers=known).status_code == 304


def test_a_layer_reads_nothing_but_its_own_columns() -> None:
    for name, layer in LAYERS.items():
        assert name.isidentifier()
        assert all(column.isidentifier() for column in layer.columns), name


@pytest.mark.parametrize(
    ("address", "open_"),
    [
        ("/tiles/parcels.json", True),
        ("/ogc/collections", True),
        ("/api/v1/openapi.json", True),
        ("/healthz", False),
        ("/en/parcels/", False),
    ],
)
def test_other_sites_may_read_the_map_services_and_nothing_else(
    db: None, client, address: str, open_: bool
) -> None:
    answer = client.get(address)
    assert answer.headers.get("Access-Control-Allow-Origin") == ("*" if open_ else None)
    assert "Access-Control-Allow-Credentials" not in answer.headers
