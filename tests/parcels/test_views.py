"""The page of a parcel: facts, the plan on a date, overlays in three words, edges."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import translation
from django.utils.html import strip_tags
from pytest_django.asserts import assertContains, assertNotContains
from shapely.geometry import LineString, MultiPoint, box

from gisapp.geometry import from_shapely, multipolygon
from gisapp.translated import texts
from tests.town import Town, here, make_application
from zoning.models import Overlay

PAGE = "/en/parcels/125/7/"


def add_overlay(town: Town, kind: str, area, **facts) -> Overlay:
    return Overlay.objects.create(
        municipality=town.municipality,
        kind=kind,
        geometry=multipolygon(here(area)),
        **texts("name", {"en": f"The {kind}", "ar": f"{kind} ع", "fr": f"Le {kind}"}),
        **facts,
    )


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_the_page_says_areas_zone_edges_and_street(
    client: Client, town: Town, language: str
) -> None:
    response = client.get(f"/{language}/parcels/125/7/")
    decimal = "," if language == "fr" else "."
    unit = "م²" if language == "ar" else "m²"
    assertContains(response, f'<bdi class="num">600{decimal}00\u00a0{unit}</bdi>')
    assertContains(response, "R1")
    with translation.override(language):
        town.parcel.edges.first().street.refresh_from_db()
        assertContains(response, town.parcel.edges.first().street.name)
        assertContains(response, town.parcel.edges.first().get_kind_display())


def test_the_page_names_the_limits_with_their_articles(client: Client, town: Town) -> None:
    page = strip_tags(client.get(PAGE).content.decode())
    assert "≤ 12.00 m" in page
    assert "Article 5" in page


def test_an_unknown_parcel_is_a_designed_404(client: Client, town: Town) -> None:
    for address in ("/en/parcels/125/999/", "/en/parcels/%00/7/"):
        response = client.get(address)
        assertContains(response, "Nothing is kept", status_code=HTTPStatus.NOT_FOUND)


def test_before_the_plan_no_rule_is_named_and_that_is_no_permission(
    client: Client, town: Town
) -> None:
    response = client.get(PAGE, {"on": "2020-01-01"})
    assertContains(response, "No zoning plan was in force here on this date")
    assertContains(response, "That does not mean that everything is allowed")
    assert "≤ 12.00 m" not in strip_tags(response.content.decode())


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "2026-02-30", "\x00", "9" * 400])
def test_a_date_that_is_none_is_refused_with_words(client: Client, town: Town, day: str) -> None:
    response = client.get(PAGE, {"on": day})
    assertContains(response, "is not a date", status_code=HTTPStatus.UNPROCESSABLE_ENTITY)


def test_overlays_speak_in_three_different_words(client: Client, town: Town) -> None:
    add_overlay(town, "heritage", box(0, 0, 10, 30))
    add_overlay(town, "flood", box(300, 300, 400, 400))
    response = client.get(PAGE)
    for word in ("concerned", "not concerned", "no data"):
        assertContains(response, f"</i>{word}</span>")
    assertContains(response, '<bdi class="num">50.0%</bdi>')


def test_in_force_and_pending_stand_apart(client: Client, town: Town) -> None:
    assertContains(client.get(PAGE), "Nothing that is on public display or begins later concerns")
    add_overlay(town, "heritage", box(0, 0, 20, 30), validity=("2026-07-01", None))
    page = client.get(PAGE, {"on": "2026-05-01"}).content.decode()
    holds, pending = page.split('<h3 class="pending-head">Pending</h3>')
    assert "The heritage" not in holds
    assert "The heritage" in pending.split("h-rules")[0]
    assert "from 1 July 2026" in strip_tags(pending)


def test_the_page_says_metres_points_and_percent_and_what_is_left_out(
    client: Client, town: Town
) -> None:
    for kind, shape in (
        ("flood", LineString([(5, -9), (5, 12.34)])),
        ("special", MultiPoint([(1, 1), (2, 2)])),
        ("coast", box(0, 0, 13.333, 30)),
    ):
        Overlay.objects.create(
            municipality=town.municipality, kind=kind, geometry=from_shapely(here(shape))
        )
    page = strip_tags(client.get(PAGE).content.decode()).replace("\u00a0", " ")
    for words in ("12.3 m", "2 points", "400.0 m² · 66.7%", "below 0.5 m²", "below 0.1 m"):
        assert words in page
    assert "registered ÷ drawn" not in page


def test_the_page_says_by_what_areas_are_scaled(client: Client, town: Town) -> None:
    town.parcel.registered_area_m2 = 630
    town.parcel.save()
    page = strip_tags(client.get(PAGE).content.decode())
    assert "Areas are multiplied by 1.0500, registered ÷ drawn area" in page


def test_the_page_links_the_same_day_as_json(client: Client, town: Town) -> None:
    page = client.get(PAGE, {"on": "2026-05-01"}).content.decode()
    address = re.search(r'href="(/api/[^"]+/extract[^"]+)"', page)[1].replace("&amp;", "&")
    body = client.get(address).json()
    assert (body["parcel"]["reference"], body["on"]) == ("125/7", "2026-05-01")


def test_the_page_lists_only_applications_open_to_the_reader(client: Client, town: Town) -> None:
    make_application(town.municipality, town.parcel, number="2026/BP/000900", status="submitted")
    response = client.get(PAGE)
    assertContains(response, "2026/BP/000123")
    assertNotContains(response, "2026/BP/000900")


def test_the_list_finds_by_number_and_says_when_there_is_none(client: Client, town: Town) -> None:
    assertContains(client.get("/en/parcels/", {"q": "125/"}), "125/8")
    assertContains(client.get("/en/parcels/", {"q": "77/7"}), "No parcel has this number")


def test_the_page_asks_the_database_a_bounded_number_of_times(
    client: Client, town: Town, django_assert_max_num_queries
) -> None:
    for serial in range(4):
        make_application(town.municipality, town.parcel, number=f"2026/BP/00090{serial}")
        add_overlay(town, "heritage", box(0, 0, 5 + serial, 30))
    with django_assert_max_num_queries(30):
        client.get(PAGE)
