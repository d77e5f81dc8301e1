"""What is here: exact, dated, and only what the person may see."""

from __future__ import annotations

import itertools

import pytest
from django.test import Client

from tests.tiles.conftest import place
from tests.tiles.town import MapTown, staff
from zoning.models import PlanVersion

pytestmark = pytest.mark.usefixtures("shared_town")


def ask(client: Client, east_m: float = 10, north_m: float = 12, **query: str):
    lon, lat = place(east_m, north_m)
    return client.get("/api/v1/identify", {"lon": str(lon), "lat": str(lat), **query})


def test_a_point_in_a_parcel_finds_everything_there(town: MapTown, client: Client) -> None:
    found = ask(client, lang="fr").json()
    (parcel,) = found["parcels"]
    assert parcel["reference"] == "125/7"
    assert parcel["url"].startswith("/fr/parcels/125/7")
    assert float(parcel["registered_area_m2"]) == 600
    assert parcel["drawn_area_m2"] == pytest.approx(600, abs=0.1)
    assert [zone["code"] for zone in found["zones"]] == ["R1"]
    assert found["zones"][0]["name"] == "Habitat bas"
    assert len(found["buildings"]) == 1


def test_geometry_is_wgs84_and_winds_by_the_right_hand_rule(town: MapTown, client: Client) -> None:
    (parcel,) = ask(client).json()["parcels"]
    ((ring,),) = parcel["geometry"]["coordinates"]
    lon, lat = place(10, 12)
    assert min(x for x, _ in ring) < lon < max(x for x, _ in ring)
    assert min(y for _, y in ring) < lat < max(y for _, y in ring)
    turned = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(ring))
    assert turned > 0


def test_overlays_are_found_where_they_lie(town: MapTown, client: Client) -> None:
    assert ask(client, 5, 12).json()["overlays"] == []
    assert [row["name"] for row in ask(client, 15, 12).json()["overlays"]] == ["Old town"]


def test_the_plan_follows_the_date(town: MapTown, client: Client) -> None:
    before = ask(client, on="2020-01-01").json()
    assert before["zones"] == []
    assert before["plans"] == []
    assert before["parcels"]


def test_hidden_applications_stay_hidden(town: MapTown, client: Client) -> None:
    def numbers() -> set[str]:
        return {row["number"] for row in ask(client).json()["applications"]}

    assert numbers() == {town.public.number}
    client.force_login(staff(town, "intake"))
    assert numbers() == {town.public.number, town.hidden.number}


def test_a_draft_plan_answers_only_those_who_may_see_it(town: MapTown, client: Client) -> None:
    draft = PlanVersion.objects.create(plan=town.version.plan, label="draft")
    assert ask(client, version=str(draft.pk)).status_code == 404
    client.force_login(staff(town, "planner"))
    assert ask(client, version=str(draft.pk)).status_code == 200


def test_a_place_far_away_is_empty_and_no_error(town: MapTown, client: Client) -> None:
    found = client.get("/api/v1/identify", {"lon": "2.35", "lat": "48.85"}).json()
    assert found["parcels"] == found["zones"] == found["buildings"] == []


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"lon": "x", "lat": "1"},
        {"lon": "nan", "lat": "1"},
        {"lon": "inf", "lat": "1"},
        {"lon": "181", "lat": "1"},
        {"lon": "1", "lat": "91"},
        {"lon": "1", "lat": "1", "on": "now"},
        {"lon": "1", "lat": "1", "lang": "de"},
        {"lon": "-141.4", "lat": "0"},
    ],
)
def test_bad_questions_are_answered_with_what_is_wrong(
    db: None, client: Client, query: dict[str, str]
) -> None:
    answer = client.get("/api/v1/identify", query)
    if query.get("lon") == "-141.4":  # the far side of the Earth: empty or refused, never a fault
        assert answer.status_code in (200, 422)
        return
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
