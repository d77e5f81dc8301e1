"""The frame of every page: language, home, search, data, and errors that say what to do."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django.asserts import assertContains

from parcels.importer.report import Kind, Line
from parcels.models import ImportRun, Place
from permits.models import Application
from tests.town import Town, make_application

LANGUAGES = ("ar", "en", "fr")
LANGUAGE_LINK = re.compile(r'<a\s+href="([^"]+)"\s+hreflang="(\w\w)"')


def switches(page: str) -> dict[str, str]:
    """Where the page's language switch leads, by language."""
    return {language: address for address, language in LANGUAGE_LINK.findall(page)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_direction(client: Client, town: Town, language: str) -> None:
    page = client.get(f"/{language}/").content.decode()
    direction = "rtl" if language == "ar" else "ltr"
    assert re.search(rf'<html\s+lang="{language}"\s+dir="{direction}">', page)
    assert ("bootstrap.rtl.min.css" in page) is (language == "ar")


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [("ar-SA,ar;q=0.9", "ar"), ("fr;q=0.8,de;q=0.9", "fr"), ("en-GB", "en")],
)
def test_the_bare_address_leads_to_the_visitors_language(
    client: Client, accepted: str, expected: str
) -> None:
    response = client.get("/", headers={"accept-language": accepted})
    assert response.headers["Location"] == f"/{expected}/"
    assert "Accept-Language" in response.headers["Vary"]


def test_a_remembered_language_wins_over_the_browsers(client: Client) -> None:
    client.cookies["django_language"] = "fr"
    response = client.get("/?q=1", headers={"accept-language": "ar"})
    assert response.headers["Location"] == "/fr/?q=1"


def test_without_any_wish_the_citys_own_language_is_used(client: Client) -> None:
    assert client.get("/").headers["Location"] == "/ar/"


def test_the_language_switch_keeps_page_and_query(client: Client, town: Town) -> None:
    page = client.get("/en/applications/?status=under_review&page=1").content.decode()
    assert switches(page) == {
        language: f"/{language}/applications/?status=under_review&amp;page=1"
        for language in LANGUAGES
    }


def test_the_language_switch_keeps_even_an_address_that_does_not_exist(
    client: Client, town: Town
) -> None:
    page = client.get("/ar/parcels/9/9/?on=2025-01-01").content.decode()
    assert switches(page)["fr"] == "/fr/parcels/9/9/?on=2025-01-01"


@pytest.mark.parametrize("language", LANGUAGES)
def test_home_names_the_city_its_figures_and_recent_applications(
    client: Client, town: Town, language: str
) -> None:
    with translation.override(language):
        town.municipality.refresh_from_db()
        page = client.get(reverse("home")).content.decode()
        assert town.municipality.name in page
        assert town.application.title in page
    assert '<bdi dir="ltr" class="ref">2026/BP/000123</bdi>' in page


@pytest.mark.django_db
def test_home_of_an_empty_city_says_what_is_missing(client: Client) -> None:
    assertContains(client.get("/en/"), "No parcels and no zoning plan have been loaded")


def test_home_shows_no_application_that_is_not_public(client: Client, town: Town) -> None:
    make_application(town.municipality, town.parcel, number="2026/BP/000900", status="submitted")
    page = client.get("/en/").content.decode()
    assert "2026/BP/000900" not in page
    assert 'href="/en/applications/">1</a>' in page


def test_home_asks_the_database_a_fixed_number_of_times(
    client: Client, town: Town, django_assert_max_num_queries
) -> None:
    for serial in range(5):
        make_application(town.municipality, town.neighbour, number=f"2026/BP/00090{serial}")
    with django_assert_max_num_queries(16):
        client.get("/en/")


@pytest.mark.parametrize("typed", ["125/7", " 125/7 ", "١٢٥/٧"])
def test_search_goes_straight_to_a_parcel(client: Client, town: Town, typed: str) -> None:
    response = client.get("/fr/search/", {"q": typed})
    assert response.headers["Location"] == "/fr/parcels/125/7/"


def test_search_goes_straight_to_an_application(client: Client, town: Town) -> None:
    response = client.get("/en/search/", {"q": "2026/bp/000123"})
    assert response.headers["Location"] == "/en/applications/2026/BP/000123/"


def test_search_finds_titles_and_places_in_any_language(client: Client, town: Town) -> None:
    Place.objects.create(
        municipality=town.municipality,
        name_ar="مسجد النور",
        name_en="Light Mosque",
        location=town.parcel.geometry.centroid,
    )
    assertContains(client.get("/en/search/", {"q": "النور"}), "Light Mosque")
    assertContains(client.get("/en/search/", {"q": "مبنى"}), "Dwelling house")


def test_search_does_not_reveal_a_hidden_application(client: Client, town: Town) -> None:
    Application.objects.all().delete()
    make_application(town.municipality, town.parcel, status="submitted")
    response = client.get("/en/search/", {"q": "2026/BP/000123"})
    assertContains(response, "Nothing was found for “2026/BP/000123”")


@pytest.mark.parametrize("typed", ["\x00", "%", "a" * 500, "<script>"])
def test_search_stands_any_text(client: Client, town: Town, typed: str) -> None:
    response = client.get("/en/search/", {"q": typed})
    assert response.status_code == HTTPStatus.OK
    assert "<script>" not in response.content.decode().split("<main", 1)[1].split("</main>")[0]


def test_data_lists_imports_with_their_reports_and_what_is_missing(
    client: Client, town: Town
) -> None:
    ImportRun.objects.create(
        municipality=town.municipality,
        profile="town",
        layer="parcels_2026",
        file="parcels.gpkg",
        attribution={"ar": "السجل", "en": "Cadastre, CC BY"},
        counts={"features": 1200, "rejected": 1},
        report=[Line(Kind.REJECTED, "empty", "parcels_2026", 88, "125-7", 39.5, 24.4).as_json()],
    )
    response = client.get("/en/data/")
    for words in ("parcels_2026", "Cadastre, CC BY", "1,200", "It has no geometry", "No buildings"):
        assertContains(response, words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_page_is_a_designed_404(client: Client, town: Town, language: str) -> None:
    response = client.get(f"/{language}/nothing/here/")
    assert response.status_code == HTTPStatus.NOT_FOUND
    with translation.override(language):
        heading = translation.gettext("Nothing is kept at this address")
    assertContains(response, heading, status_code=HTTPStatus.NOT_FOUND)


def test_a_failing_view_shows_a_page_and_no_details(
    client: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False

    def fail(*args: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("permits.pages.city_figures", fail)
    response = client.get("/fr/")
    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "secret detail" not in response.content.decode()
    assertContains(response, '<html lang="fr"', status_code=HTTPStatus.INTERNAL_SERVER_ERROR)


def test_a_database_that_does_not_answer_is_a_503_to_try_again(
    client: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False

    def fail(*args: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("permits.pages.city_figures", fail)
    response = client.get("/ar/")
    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert int(response.headers["Retry-After"]) > 0
    assertContains(response, 'dir="rtl"', status_code=HTTPStatus.SERVICE_UNAVAILABLE)


def test_a_report_is_told_in_the_readers_language(client: Client, town: Town) -> None:
    ImportRun.objects.create(
        municipality=town.municipality,
        profile="town",
        layer="parcels",
        file="parcels.gpkg",
        report=[Line(Kind.REJECTED, "empty", "parcels", 88).as_json()] * 201,
    )
    response = client.get("/fr/data/")
    assertContains(response, "201 lignes au rapport")
    assertContains(response, "Il n’a pas de géométrie.", count=200)


def test_pages_carry_no_inline_script(client: Client, town: Town) -> None:
    for address in ("/en/", "/en/parcels/125/7/", "/en/applications/2026/BP/000123/"):
        page = client.get(address).content.decode()
        for tag in re.findall(r"<script[^>]*>", page):
            assert "src=" in tag or 'type="application/json"' in tag
        assert not re.search(r"\son\w+=", page)


def test_a_locked_out_sign_in_is_told_so(client: Client, town: Town, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = False  # the other guard, which would answer first
    for _attempt in range(9):
        response = client.post("/en/account/login/", {"login": "nobody", "password": "wrong"})
    assertContains(
        response, "Too many attempts to sign in", status_code=HTTPStatus.TOO_MANY_REQUESTS
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_signing_in_is_offered_in_every_language(client: Client, town: Town, language: str) -> None:
    page = client.get(f"/{language}/account/login/").content.decode()
    assert 'name="login"' in page
    assert "signup" not in page
