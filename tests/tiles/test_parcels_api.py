"""Parcels by number, by place, around each other; what the plan says of them."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from django.test import Client
from shapely.geometry import shape

from parcels.models import Parcel
from tests.tiles.conftest import place
from tests.tiles.town import MapTown, box
from zoning.extract import extract_of
from zoning.extract_json import as_json

pytestmark = pytest.mark.usefixtures("shared_town")

PARCELS = "/api/v1/parcels"


def references(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    body = answer.json()
    rows = body.get("parcels") or [one["properties"] for one in body.get("features", [])]
    return [row["reference"] for row in rows]


def area(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return {"type": "Polygon", "coordinates": [[list(place(*corner)) for corner in corners]]}


def bbox(west: float, south: float, east: float, north: float) -> str:
    return ",".join(map(str, (*place(west, south), *place(east, north))))


def post(client: Client, body: Any, query: str = "") -> Any:
    return client.post(f"{PARCELS}/within{query}", body, content_type="application/json")


@pytest.mark.parametrize("query", ["125/7", "125-7", "125 7", "١٢٥/٧", "125.7"])
def test_by_number_with_any_separator_and_digits(town: MapTown, client: Client, query: str) -> None:
    assert references(client.get(PARCELS, {"reference": query})) == ["125/7"]


def test_by_block_with_and_without_number(town: MapTown, client: Client) -> None:
    assert references(client.get(PARCELS, {"block": "125", "number": "8"})) == ["125/8"]
    whole = references(client.get(PARCELS, {"block": "125"}))
    assert sorted(whole) == ["125/10", "125/7", "125/8", "125/9"]


def test_by_point_and_by_box(town: MapTown, client: Client) -> None:
    lon, lat = place(10, 12)
    assert references(client.get(PARCELS, {"lon": lon, "lat": lat})) == ["125/7"]
    assert references(client.get(PARCELS, {"bbox": bbox(5, 5, 25, 10)})) == ["125/7", "125/8"]
    assert references(client.get(PARCELS, {"bbox": "2,48,3,49"})) == []


def test_by_polygon(town: MapTown, client: Client) -> None:
    assert references(post(client, area(22, 2, 38, 20))) == ["125/8"]
    assert references(post(client, area(22, 2, 45, 20), "?f=json")) == ["125/8", "125/9"]


def test_a_feature_is_rfc_7946_and_true(town: MapTown, client: Client) -> None:
    answer = client.get(PARCELS, {"reference": "125/7"})
    assert answer["Content-Type"].startswith("application/geo+json")
    body = answer.json()
    assert body["attribution"] == ["Test data"]
    (feature,) = body["features"]
    assert feature["id"] == town.parcel.pk
    assert feature["properties"]["drawn_area_m2"] == pytest.approx(600, abs=0.01)
    assert feature["properties"]["registered_area_m2"] == 600
    drawn = shape(feature["geometry"])
    assert drawn.is_valid
    assert all(part.exterior.is_ccw for part in drawn.geoms)


def test_a_table_has_no_geometry(town: MapTown, client: Client) -> None:
    body = client.get(PARCELS, {"reference": "125/7", "f": "json"}).json()
    assert "geometry" not in body["parcels"][0]
    assert body["numberMatched"] == body["numberReturned"] == 1


def test_pages_follow_each_other_and_leave_nothing_out(town: MapTown, client: Client) -> None:
    seen: list[str] = []
    address = f"{PARCELS}?block=125&limit=3&f=json"
    for _ in range(2):
        body = client.get(address).json()
        seen += [row["reference"] for row in body["parcels"]]
        following = [link["href"] for link in body["links"] if link["rel"] == "next"]
        address = following[0] if following else ""
    assert address == ""
    assert sorted(seen) == ["125/10", "125/7", "125/8", "125/9"]


def test_the_first_page_says_how_many_match(town: MapTown, client: Client) -> None:
    first = client.get(f"{PARCELS}?block=125&limit=3&f=json").json()
    assert (first["numberMatched"], first["numberReturned"]) == (4, 3)
    following = next(link["href"] for link in first["links"] if link["rel"] == "next")
    assert "numberMatched" not in client.get(following).json()


def test_a_cursor_belongs_to_its_question(town: MapTown, client: Client) -> None:
    first = client.get(f"{PARCELS}?block=125&limit=3&f=json").json()
    following = next(link["href"] for link in first["links"] if link["rel"] == "next")
    for wrong in (following.replace("block=125", "block=126"), following + "x"):
        answer = client.get(wrong)
        assert answer.status_code == 422
        assert answer.json()["pointer"] == "/cursor"


def test_pages_of_a_polygon_take_the_same_body(town: MapTown, client: Client) -> None:
    everything = area(-5, -5, 95, 40)
    first = post(client, everything, "?limit=3&f=json").json()
    following = next(link for link in first["links"] if link["rel"] == "next")
    assert following["method"] == "POST"
    second = client.post(following["href"], everything, content_type="application/json")
    assert len(references(second)) == 1
    other = client.post(following["href"], area(0, 0, 9, 9), content_type="application/json")
    assert other.json()["pointer"] == "/cursor"


def test_an_unchanged_answer_is_not_sent_again(town: MapTown, client: Client) -> None:
    first = client.get(f"{PARCELS}?block=125&limit=2")
    again = client.get(f"{PARCELS}?block=125&limit=2", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Parcel.objects.filter(block="125").update(land_use="school")
    changed = client.get(f"{PARCELS}?block=125&limit=2", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_a_long_answer_is_gzipped_for_who_takes_it(town: MapTown, client: Client) -> None:
    packed = client.get(f"{PARCELS}?block=125", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.content))["numberReturned"] == 4


def test_nearby_is_the_nearest_first_with_distances(town: MapTown, client: Client) -> None:
    body = client.get(f"{PARCELS}/125/7/nearby?distance_m=25&f=json").json()
    found = {row["reference"]: row["distance_m"] for row in body["parcels"]}
    assert list(found) == ["125/8", "125/9"]
    assert found == {"125/8": 0, "125/9": pytest.approx(20, abs=0.01)}


def test_nearby_pages_through_equal_distances(town: MapTown, client: Client) -> None:
    seen = []
    address = f"{PARCELS}/125/8/nearby?distance_m=100&limit=1&f=json"
    while address:
        body = client.get(address).json()
        seen += [row["reference"] for row in body["parcels"]]
        address = next((link["href"] for link in body["links"] if link["rel"] == "next"), "")
    assert seen == ["125/7", "125/9", "125/10"]


def test_neighbours_have_the_length_of_the_common_boundary(town: MapTown, client: Client) -> None:
    corner = Parcel.objects.create(
        municipality=town.municipality, block="126", number="1", geometry=box(20, 30, 20, 20)
    )
    above = Parcel.objects.create(
        municipality=town.municipality, block="126", number="2", geometry=box(-12, 30.02, 20, 20)
    )
    body = client.get(f"{PARCELS}/125/7/neighbours?f=json").json()
    found = {row["reference"]: row["common_boundary_m"] for row in body["parcels"]}
    assert list(found) == ["125/8", above.reference, corner.reference]
    assert found["125/8"] == pytest.approx(30, abs=0.02)
    assert found[above.reference] == pytest.approx(8, abs=0.1)
    assert found[corner.reference] == pytest.approx(0, abs=0.05)


def test_zoning_tells_the_figures_of_the_extract(town: MapTown, client: Client) -> None:
    from datetime import date

    said = client.get(f"{PARCELS}/125/8/zoning?on=2026-01-01&lang=en").json()
    extract = as_json(extract_of(town.other.parcels.get(), on=date(2026, 1, 1)))["in_force"]
    (plan,) = extract["zones"]["plans"]
    assert [zone["code"] for zone in said["zones"]] == ["R2"]
    assert said["zones"][0]["area_m2"] == plan["districts"][0]["area_m2"]
    assert said["zones"][0]["percent"] == 100
    assert [one["name"] for one in said["overlays"]] == ["Old town"]
    assert said["overlays"][0]["area_m2"] == pytest.approx(600, abs=0.1)
    before = client.get(f"{PARCELS}/125/8/zoning?on=2020-01-01").json()
    assert (before["zoned"], before["zones"]) == ("no_data", [])


def test_the_address_comes_in_the_language_asked_for(town: MapTown, client: Client) -> None:
    Parcel.objects.filter(pk=town.parcel.pk).update(
        address="7, Palm Street", attributes={"addresses": {"ar": "شارع النخيل، 7"}}
    )
    for lang, address in (("ar", "شارع النخيل، 7"), ("fr", "7, Palm Street")):
        query = {"reference": "125/7", "f": "json", "lang": lang}
        answer = client.get(PARCELS, query)
        assert answer.json()["parcels"][0]["address"] == address
        assert answer["Content-Language"] == lang
