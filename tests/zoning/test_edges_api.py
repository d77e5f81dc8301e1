"""The edges of a parcel as data; corrections by those who may make them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from shapely.geometry import box

from gisapp.geometry import from_shapely
from gisapp.models import Municipality
from gisapp.roles import Role
from gisapp.translated import texts
from parcels.models import Parcel, ParcelEdge
from tests.town import Town, here, make_member
from zoning.models import Overlay

EDGES = "/api/v1/parcels/125/7/edges"
SIGN_IN = "django.contrib.auth.backends.ModelBackend"

pytestmark = pytest.mark.django_db


def signed_in(town: Town, role: Role, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(make_member(town.municipality, role), backend=SIGN_IN)
    return client


@pytest.fixture
def planner(town: Town) -> Client:
    return signed_in(town, Role.PLANNER)


def seen(edge: int) -> str:
    return ParcelEdge.objects.get(parcel__number="7", position=edge - 1).stamp


def patch(client: Client, edge: int, body: dict[str, Any], **headers: str) -> Any:
    return client.patch(f"{EDGES}/{edge}", body, content_type="application/json", headers=headers)


def give_back(client: Client, edge: int, stamp: str) -> Any:
    return client.delete(f"{EDGES}/{edge}/lock?seen={stamp}")


def test_everyone_reads_the_edges(client: Client, town: Town) -> None:
    body = client.get(EDGES).json()
    assert (body["parcel"], body["municipality"]) == ("125/7", "town")
    assert [edge["edge"] for edge in body["edges"]] == [1, 2, 3, 4]
    first = body["edges"][0]
    assert (first["kind"], first["length_m"], first["street"]) == ("front", 20.0, "Palm Street")
    assert (first["street_width_m"], first["source"], first["locked"]) == (12.0, "street", False)
    assert first["geometry"]["type"] == "LineString"
    [(longitude, latitude), _end] = first["geometry"]["coordinates"]
    assert (longitude, latitude) == pytest.approx((39.59, 24.41), abs=0.02)


def test_labels_come_in_the_language_asked_for(client: Client, town: Town) -> None:
    body = client.get(EDGES, headers={"Accept-Language": "fr"}).json()
    assert body["edges"][0]["kind_label"] != "front"
    assert body["edges"][0]["street"] == "Rue des Palmiers"


def test_a_parcel_that_is_not_classified_has_no_edges(client: Client, town: Town) -> None:
    ParcelEdge.objects.all().delete()
    assert client.get(EDGES).json()["edges"] == []


@pytest.mark.parametrize("role", [Role.PLANNER, Role.DATA_OFFICER, Role.ADMINISTRATOR])
def test_who_may_corrects_an_edge(town: Town, role: Role) -> None:
    body = {"seen": seen(2), "kind": "secondary_street", "street_width_m": 9.5}
    response = patch(signed_in(town, role), 2, body)
    assert response.status_code == HTTPStatus.OK, response.content
    second = response.json()["edges"][1]
    assert (second["kind"], second["street_width_m"]) == ("secondary_street", 9.5)
    assert (second["locked"], second["source"], second["confidence"]) == (True, "planner", 1.0)
    assert second["seen"] == seen(2) != body["seen"]


def test_a_width_left_out_stays_and_goes_with_the_street(planner: Client, town: Town) -> None:
    response = patch(planner, 1, {"seen": seen(1), "kind": "secondary_street"})
    assert response.json()["edges"][0]["street_width_m"] == 12
    response = patch(planner, 1, {"seen": seen(1), "kind": "open_space", "street_width_m": 12})
    assert response.json()["edges"][0]["street_width_m"] is None


def test_an_edge_is_given_back_with_the_overlays_it_faces(planner: Client, town: Town) -> None:
    park = from_shapely(here(box(-40, 30, 60, 60)))
    Overlay.objects.create(
        municipality=town.municipality, kind="open_space", name="Park", geometry=park
    )
    patch(planner, 3, {"seen": seen(3), "kind": "party_wall"})
    response = give_back(planner, 3, seen(3))
    assert response.status_code == HTTPStatus.OK, response.content
    edges = response.json()["edges"]
    assert not any(edge["locked"] for edge in edges)
    assert "open_space" in {edge["kind"] for edge in edges}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"kind": "porch"}, "/kind"),
        ({"kind": "unknown"}, "/kind"),
        ({}, "/kind"),
        ({"kind": "rear", "seen": None}, "/seen"),
        ({"kind": "rear", "colour": "red"}, "/colour"),
        ({"kind": "front", "street_width_m": -1}, "/street_width_m"),
        ({"kind": "front", "street_width_m": 301}, "/street_width_m"),
        ({"kind": "front", "street_width_m": 1.234}, "/street_width_m"),
        ({"kind": "front", "street_width_m": "wide"}, "/street_width_m"),
    ],
)
def test_what_can_not_be_is_refused_with_its_place(planner: Client, town, body, pointer) -> None:
    response = patch(planner, 3, {"seen": seen(3), **body})
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert response.headers["Content-Type"].startswith("application/problem+json")
    assert response.json()["pointer"] == pointer
    assert not ParcelEdge.objects.filter(locked=True).exists()


def test_an_edge_that_is_no_longer_what_was_seen_is_a_conflict(planner: Client, town) -> None:
    earlier = seen(3)
    patch(planner, 3, {"seen": earlier, "kind": "open_space"})
    for response in (
        patch(planner, 3, {"seen": earlier, "kind": "rear"}),
        give_back(planner, 3, earlier),
        give_back(planner, 2, seen(2)),  # never locked
    ):
        assert response.status_code == HTTPStatus.CONFLICT
        assert response.json()["type"] == "urn:umran:conflict"
    assert ParcelEdge.objects.get(locked=True).kind == "open_space"


@pytest.mark.parametrize("edge", [0, 5, -1, 10**12])
def test_an_edge_that_is_not_there_is_not_found(planner: Client, town: Town, edge: int) -> None:
    response = patch(planner, edge, {"seen": "x", "kind": "rear"})
    assert response.status_code == HTTPStatus.NOT_FOUND
    assert response.json()["detail"] == f"Parcel 125/7 has no edge {edge}."


def test_a_parcel_that_is_not_there_is_not_found(client: Client, town: Town) -> None:
    assert client.get("/api/v1/parcels/125/999/edges").status_code == HTTPStatus.NOT_FOUND


def test_a_parameter_that_is_not_known_is_refused(client: Client, town: Town) -> None:
    assert client.get(EDGES, {"town": "x"}).status_code == HTTPStatus.BAD_REQUEST


def test_nobody_else_corrects_anything(client: Client, town: Town) -> None:
    body = {"seen": seen(3), "kind": "party_wall"}
    answers = [patch(client, 3, body), give_back(client, 3, body["seen"])]
    assert {answer.status_code for answer in answers} == {HTTPStatus.UNAUTHORIZED}
    assert answers[0].json()["type"] == "urn:umran:not-signed-in"
    reviewer = signed_in(town, Role.REVIEWER)
    answers = [patch(reviewer, 3, body), give_back(reviewer, 3, body["seen"])]
    assert {answer.status_code for answer in answers} == {HTTPStatus.FORBIDDEN}
    assert answers[0].json()["type"] == "urn:umran:not-allowed"
    assert not ParcelEdge.objects.filter(locked=True).exists()


def test_a_planner_of_another_municipality_corrects_nothing(town: Town) -> None:
    other = Municipality.objects.create(slug="other", **texts("name", {"en": "Other"}))
    stranger = Client()
    stranger.force_login(make_member(other, Role.PLANNER), backend=SIGN_IN)
    response = patch(stranger, 3, {"seen": seen(3), "kind": "party_wall"})
    assert response.status_code == HTTPStatus.FORBIDDEN


def test_a_session_without_the_token_against_forgery_corrects_nothing(town: Town) -> None:
    client = signed_in(town, Role.PLANNER, enforce_csrf_checks=True)
    body = {"seen": seen(3), "kind": "party_wall"}
    refused = patch(client, 3, body)
    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert "X-CSRFToken" in refused.json()["detail"]
    client.cookies["csrftoken"] = token = "a" * 32
    assert patch(client, 3, body, **{"X-CSRFToken": token}).status_code == HTTPStatus.OK


def test_the_municipality_is_asked_for_where_two_have_the_number(planner, town: Town) -> None:
    other = Municipality.objects.create(slug="other", **texts("name", {"en": "Other"}))
    land = Parcel.objects.get(number="7")
    Parcel.objects.create(municipality=other, block="125", number="7", geometry=land.geometry)
    assert planner.get(EDGES).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert len(planner.get(EDGES, {"municipality": "town"}).json()["edges"]) == 4


def test_the_openapi_document_describes_and_shows_a_correction(client: Client, town: Town) -> None:
    document = client.get("/api/v1/openapi.json").json()
    path = document["paths"]["/api/v1/parcels/{block}/{number}/edges/{edge}"]
    assert "X-CSRFToken" in path["patch"]["description"]
    assert path["patch"]["security"]
    schemas = document["components"]["schemas"]
    assert set(schemas["CorrectionIn"]["example"]) == {"seen", "kind", "street_width_m"}
    assert "front" in schemas["CorrectionIn"]["properties"]["kind"]["enum"]
    shown = schemas["EdgesOut"]["example"]["edges"][0]
    assert set(shown) == set(schemas["EdgeOut"]["properties"])
    assert set(shown) == set(client.get(EDGES).json()["edges"][0])
