"""The map page: what it tells the browser, and to whom."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest
from django.test import Client

from tests.tiles.town import MapTown, staff
from zoning.models import PlanVersion


def configuration(client: Client, language: str = "en") -> dict:
    page = client.get(f"/{language}/map/").content.decode()
    found = re.search(r'<script id="map-configuration"[^>]*>(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])


def test_the_policy_allows_exactly_the_import_map_and_no_inline_script(
    town: MapTown, client: Client
) -> None:
    answer = client.get("/en/map/")
    policy = answer["Content-Security-Policy"]
    found = re.search(rb'<script type="importmap">(.*?)</script>', answer.content, re.S)
    assert found
    digest = base64.b64encode(hashlib.sha256(found[1]).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]


def test_the_page_lists_what_is_loaded(town: MapTown, client: Client) -> None:
    layers = {layer["name"]: layer for layer in configuration(client)["layers"]}
    assert layers["parcels"]["loaded"]
    assert not layers["places"]["loaded"]


@pytest.mark.parametrize("language", ["en", "ar", "fr"])
def test_the_page_speaks_three_languages(town: MapTown, client: Client, language: str) -> None:
    names = {"en": "Low housing", "ar": "سكن منخفض", "fr": "Habitat bas"}
    layers = {layer["name"]: layer for layer in configuration(client, language)["layers"]}
    legend = {entry["key"]: entry["label"] for entry in layers["zones"]["legend"]}
    assert legend["R1"] == names[language]


def test_drafts_are_offered_only_to_those_who_may_see_them(town: MapTown, client: Client) -> None:
    PlanVersion.objects.create(plan=town.version.plan, label="secret draft")
    labels = [version["label"] for version in configuration(client)["versions"]]
    assert labels == ["2024"]
    client.force_login(staff(town, "planner"))
    labels = [version["label"] for version in configuration(client)["versions"]]
    assert labels == ["secret draft", "2024"]


def test_a_city_without_parcels_and_plan_says_so(db: None, client: Client) -> None:
    from gisapp.models import Municipality
    from parcels.models import StreetSegment
    from tests.tiles.town import line

    municipality = Municipality.objects.create(slug="bare", name_en="Bare")
    StreetSegment.objects.create(
        municipality=municipality, centre_line=line((0, 0), (50, 0)), name_en="Road"
    )
    assert "No parcels and no zoning plan loaded" in client.get("/en/map/").content.decode()


def test_an_empty_deployment_still_has_a_page(db: None, client: Client) -> None:
    page = client.get("/en/map/")
    assert page.status_code == 200
    assert "Nothing has been loaded yet" in page.content.decode()
