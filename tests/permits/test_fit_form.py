"""“Would it fit?” on a parcel's page: asked by anybody, in any digits, answered with a place.

125/7 in R1 leaves an envelope of 16 × 27 m: 2 m from the sides, 3 m from the street.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags
from pytest_django.asserts import assertContains, assertNotContains
from shapely.geometry import box, shape

from gisapp.crs import to_metric
from parcels.models import ParcelEdge
from tests.town import Town, here

PAGE = "/en/parcels/125/7/"


def asked(client: Client, language: str = "en", **question: str) -> str:
    return client.get(PAGE.replace("/en/", f"/{language}/"), question).content.decode()


def words(page: str) -> str:
    section = page.split('id="fit"')[1].split("</section>")[0]
    return " ".join(strip_tags(section).replace("\u00a0", " ").split())


def map_data(page: str) -> dict[str, Any]:
    return json.loads(page.split('<script id="map-data" type="application/json">')[1].split("<")[0])


def test_anybody_finds_the_question_on_the_page(client: Client, town: Town) -> None:
    page = asked(client)
    assert "Would it fit?" in words(page)
    assert "It fits" not in words(page)
    assert map_data(page)["fit"] is None


def test_what_fits_is_drawn_where_it_fits_with_the_room_that_is_left(
    client: Client, town: Town
) -> None:
    page = asked(client, width="16", depth="20")
    assert "It fits." in words(page)
    assert "Greatest width at this depth 16.00 m" in words(page)
    assert "Greatest depth at this width 27.00 m" in words(page)
    place = to_metric(shape(map_data(page)["fit"]))
    assert place.area == pytest.approx(320, abs=0.1)
    assert here(box(2, 3, 18, 30)).buffer(0.01).covers(place)
    assert 'class="shape-name shape-fit"' in page


def test_what_does_not_fit_is_told_what_would(client: Client, town: Town) -> None:
    page = asked(client, width="17", depth="18")
    assert "It fits nowhere" in words(page)
    assert map_data(page)["fit"] is None
    assert map_data(page)["envelope"] is not None
    assert "Greatest depth at this width 16.0" in words(page)


def test_nothing_that_fits_is_said_so(client: Client, town: Town) -> None:
    assert "Greatest depth at this width none fits" in words(asked(client, width="60", depth="9"))


def test_a_place_is_no_permission_to_break_other_limits(client: Client, town: Town) -> None:
    told = words(asked(client, width="16", depth="27"))
    assert "breaks other limits" in told
    assert "Coverage 72%" in told
    assert "≤ 60%" in told


def test_an_envelope_that_is_not_sure_gives_no_sure_answer(client: Client, town: Town) -> None:
    ParcelEdge.objects.filter(parcel=town.parcel, kind="rear").update(confidence=0.2)
    told = words(asked(client, width="10", depth="12"))
    assert "needs review" in told
    assert "not certain" in told


@pytest.mark.parametrize(
    ("language", "width"), [("ar", "١٢٫٥"), ("ar", "۱۲٫۵"), ("fr", "12,5"), ("en", "12.5")]
)
def test_numbers_are_read_as_people_type_them(
    client: Client, town: Town, language: str, width: str
) -> None:
    page = asked(client, language, width=width, depth="9")
    assert to_metric(shape(map_data(page)["fit"])).area == pytest.approx(112.5, abs=0.1)


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"width": "12"}, "depth"),
        ({"width": "wide", "depth": "9"}, "width"),
        ({"width": "12", "depth": "-9"}, "depth"),
        ({"width": "1e9", "depth": "9"}, "width"),
        ({"width": "NaN", "depth": "9"}, "width"),
        ({"width": "12", "depth": "9", "storeys": "many"}, "storeys"),
        ({"width": "\x00", "depth": "9"}, "width"),
    ],
)
def test_what_can_not_be_asked_is_said_at_its_field(
    client: Client, town: Town, question: dict[str, str], field: str
) -> None:
    response = client.get(PAGE, question)
    assert response.status_code == 422
    page = response.content.decode()
    assert re.findall(r'id="id_(\w+)_error"', page) == [field]
    assertNotContains(response, "It fits", status_code=422)


def test_the_day_is_kept_and_decides(client: Client, town: Town) -> None:
    page = asked(client, on="2025-01-01", width="12", depth="9")
    assert '<input type="hidden" name="on" value="2025-01-01">' in page
    before = client.get(PAGE, {"on": "2020-01-01", "width": "12", "depth": "9"})
    assertNotContains(before, 'id="fit"')
    assertContains(before, "No zoning plan was in force")
