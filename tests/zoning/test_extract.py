"""The parcel extract from rows: by action, command and API; what is bad input is said."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from shapely.geometry import LineString, box

from gisapp.geometry import from_shapely, multipolygon
from gisapp.models import Municipality
from gisapp.translated import texts
from tests.town import Town, here, let_the_law_change, make_parcel
from zoning.extract import extract_of
from zoning.extract_api import ExtractOut
from zoning.models import Overlay, PlanVersion, Zone
from zoning.overlaps import Word

DAY = date(2026, 5, 1)


def add_overlay(town: Town, kind: str, shape, **facts) -> Overlay:
    names = {"en": f"The {kind}", "ar": f"{kind} ع", "fr": f"Le {kind}"}
    facts = {"geometry": from_shapely(here(shape)), **texts("name", names), **facts}
    return Overlay.objects.create(municipality=town.municipality, kind=kind, **facts)


def add_version(town: Town, label: str, status: str, validity=None, area=None) -> PlanVersion:
    version = PlanVersion.objects.create(
        plan=town.version.plan, label=label, status=status, validity=validity
    )
    district = town.version.plan.districts.get(code="R2")
    area = multipolygon(here(area or box(-50, -20, 90, 60)))
    Zone.objects.create(version=version, district=district, geometry=area)
    return version


def words(statement) -> dict[str, Word]:
    return {theme.kind: theme.word for theme in statement.overlays}


def codes(statement) -> list[tuple[str, list[str]]]:
    return [
        (plan.version.label, [one.district.code for one in plan.districts])
        for plan in statement.plans
    ]


def split_parcel(town: Town, *, registered: int):
    street = town.parcel.edges.first().street
    parcel = make_parcel(town.municipality, street, number="99", west=15)
    parcel.registered_area_m2 = Decimal(registered)
    parcel.save()
    return parcel


def test_shares_of_zones_are_scaled_to_the_registered_area(town: Town) -> None:
    (plan,) = extract_of(split_parcel(town, registered=660), on=DAY).in_force.plans
    found = [(one.district.code, one.share.percent, one.share.area_m2) for one in plan.districts]
    assert found == [
        ("R2", pytest.approx(75), pytest.approx(495)),
        ("R1", pytest.approx(25), pytest.approx(165)),
    ]
    assert plan.in_no_zone is None


def test_several_zones_of_one_district_are_one_share(town: Town) -> None:
    let_the_law_change()
    Zone.objects.filter(version=town.version, district__code="R2").update(
        geometry=multipolygon(here(box(20, -20, 30, 60)))
    )
    district = town.version.plan.districts.get(code="R2")
    other = multipolygon(here(box(30, -20, 33, 60)))
    Zone.objects.create(version=town.version, district=district, geometry=other)
    (plan,) = extract_of(split_parcel(town, registered=600), on=DAY).in_force.plans
    assert [one.district.code for one in plan.districts] == ["R2", "R1"]
    assert plan.districts[0].share.percent == pytest.approx(65)
    assert plan.in_no_zone.percent == pytest.approx(10)


def test_overlays_speak_in_three_different_words(town: Town) -> None:
    add_overlay(town, "heritage", box(0, 0, 10, 30))
    add_overlay(town, "flood", box(300, 300, 400, 400))
    add_overlay(town, "special", box(-30, 0, 0, 30))
    said = words(extract_of(town.parcel, on=DAY).in_force)
    assert said["heritage"] is Word.CONCERNED
    assert said["flood"] is said["special"] is Word.NOT_CONCERNED
    assert said["coast"] is Word.NO_DATA


def test_a_day_on_which_no_plan_was_in_force_is_no_data(town: Town) -> None:
    """As the engine says of it that nothing can be decided; “not concerned” would read as free."""
    before = extract_of(town.parcel, on=date(2020, 1, 1))
    assert before.in_force.zones is Word.NO_DATA
    assert before.pending.zones is Word.CONCERNED


def test_a_plan_that_was_never_loaded_is_no_data(town: Town) -> None:
    let_the_law_change()
    Zone.objects.all().delete()
    assert extract_of(town.parcel, on=DAY).in_force.zones is Word.NO_DATA


@pytest.mark.parametrize(("distance_m", "said"), [(9, "not_concerned"), (11, "concerned")])
def test_an_overlay_reaches_as_far_as_its_distance(town: Town, distance_m, said) -> None:
    add_overlay(town, "heritage", box(-30, 0, -10, 30), distance_m=distance_m)
    extract = extract_of(town.parcel, on=DAY)
    assert words(extract.in_force)["heritage"] == said
    for theme in extract.in_force.concerned:
        assert theme.touches[0].share.area_m2 == pytest.approx(30)


def test_a_line_gives_metres(town: Town) -> None:
    add_overlay(town, "easement", LineString([(5, -9), (5, 90)]))
    (theme,) = extract_of(town.parcel, on=DAY).in_force.concerned
    assert theme.touches[0].share.length_m == pytest.approx(30)


@pytest.mark.parametrize(
    ("validity", "holds", "pending"),
    [
        (None, "concerned", "not_concerned"),
        (("2026-05-01", None), "concerned", "not_concerned"),
        (("2026-05-02", None), "not_concerned", "concerned"),
        (("2020-01-01", "2026-05-01"), "not_concerned", "not_concerned"),
        (("2020-01-01", "2026-05-02"), "concerned", "not_concerned"),
        (("2026-05-01", "2026-05-01"), "not_concerned", "not_concerned"),
    ],
)
def test_dates_of_overlays_are_half_open(town: Town, validity, holds, pending) -> None:
    add_overlay(town, "heritage", box(0, 0, 20, 30), validity=validity)
    extract = extract_of(town.parcel, on=DAY)
    assert words(extract.in_force)["heritage"] == holds
    assert words(extract.pending)["heritage"] == pending


def test_plans_in_force_and_pending_stand_apart(town: Town) -> None:
    add_version(town, "shown", "public_display")
    add_version(town, "secret", "draft")
    PlanVersion.objects.filter(pk=town.version.pk).update(validity=("2024-03-01", "2026-09-01"))
    add_version(town, "next", "in_force", ("2026-09-01", None))
    extract = extract_of(town.parcel, on=DAY)
    assert codes(extract.in_force) == [("2024", ["R1"])]
    assert sorted(codes(extract.pending)) == [("next", ["R2"]), ("shown", ["R2"])]
    assert extract.pending.zones is Word.CONCERNED
    after = extract_of(town.parcel, on=date(2026, 9, 1))
    assert codes(after.in_force) == [("next", ["R2"])]
    assert codes(after.pending) == [("shown", ["R2"])]


def test_another_municipality_says_nothing_here(town: Town) -> None:
    other = Municipality.objects.create(slug="other", **texts("name", {"en": "Other"}))
    area = multipolygon(here(box(0, 0, 20, 30)))
    Overlay.objects.create(municipality=other, kind="coast", geometry=area, name="Elsewhere")
    assert words(extract_of(town.parcel, on=DAY).in_force)["coast"] is Word.NO_DATA


def test_an_extract_takes_as_many_queries_for_many_overlays(
    town: Town, django_assert_num_queries
) -> None:
    for serial in range(5):
        add_overlay(town, "heritage", box(0, 0, 5 + serial, 30))
    with django_assert_num_queries(6):
        extract_of(town.parcel, on=DAY)


# --- command ----------------------------------------------------------------------------------


def extract_by_command(*arguments: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("extract", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_the_command_prints_text_in_three_languages(town: Town) -> None:
    add_overlay(town, "heritage", box(0, 0, 10, 30))
    add_overlay(town, "easement", LineString([(5, -9), (5, 90)]))
    code, out, _err = extract_by_command("--parcel", "125/7", "--on", "2026-05-01")
    assert code == 0
    for line in (
        "Parcel 125/7 · Town · 1 May 2026",
        "R1 Residential R1: 600.00 m², 100.0%",
        "! heritage: concerned",
        "The heritage: 300.00 m², 50.0%",
        "The easement: 30.00 m",
        "? coast: no data",
        "Left out: areas below 0.50 m² and lengths below 0.10 m.",
    ):
        assert line in out
    assert out.index("IN FORCE") < out.index("The heritage") < out.index("PENDING")
    for language, name in (("ar", "heritage ع"), ("fr", "Le heritage")):
        assert name in extract_by_command("--parcel", "125/7", "--language", language)[1]


def test_command_and_api_give_the_same_json(town: Town, client) -> None:
    add_overlay(town, "heritage", box(0, 0, 10, 30), validity=("2020-01-01", None))
    add_version(town, "shown", "public_display")
    arguments = ("--parcel", "125/7", "--on", "2026-05-01", "--format", "json")
    printed = json.loads(extract_by_command(*arguments)[1])
    response = client.get("/api/v1/parcels/125/7/extract", {"on": "2026-05-01", "lang": "en"})
    assert response.status_code == 200
    assert response.json() == printed
    ExtractOut.model_validate(printed)
    assert printed["areas"] == {
        "registered_m2": 600,
        "surveyed_m2": None,
        "drawn_m2": 600,
        "scale": 1,
    }
    heritage = next(one for one in printed["in_force"]["overlays"] if one["kind"] == "heritage")
    assert heritage["word"] == "concerned"
    assert heritage["touches"] == [
        {
            "code": "",
            "name": "The heritage",
            "distance_m": None,
            "valid_from": "2020-01-01",
            "valid_to": None,
            "area_m2": 300,
            "percent": 50,
            "length_m": None,
            "points": None,
        }
    ]
    assert [plan["version"] for plan in printed["pending"]["zones"]["plans"]] == ["shown"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--parcel", "125/99"), "no parcel 125/99"),
        (("--parcel", ""), "no parcel"),
        (("--parcel", "125/7", "--on", "soon"), "2026-03-31"),
        (("--parcel", "125/7", "--on", ""), "2026-03-31"),
        (("--parcel", "125/7", "--municipality", "nowhere"), "no parcel"),
    ],
)
def test_bad_input_ends_with_3_and_says_what_to_do(town: Town, arguments, says) -> None:
    code, out, err = extract_by_command(*arguments)
    assert (code, out) == (3, "")
    assert says in err


def test_a_number_in_two_municipalities_asks_which(town: Town, client) -> None:
    other = Municipality.objects.create(slug="other", **texts("name", {"en": "Other"}))
    make_parcel(other, town.parcel.edges.first().street, number="7", west=200)
    code, _out, err = extract_by_command("--parcel", "125/7")
    assert code == 3
    assert "other, town" in err
    code, out, _err = extract_by_command("--parcel", "125/7", "--municipality", "other")
    assert code == 0
    assert "· Other ·" in out
    address = "/api/v1/parcels/125/7/extract"
    assert client.get(address).status_code == 422
    body = client.get(address, {"municipality": "town"}).json()
    assert body["parcel"]["municipality"] == "town"


# --- API --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "status", "pointer"),
    [
        ("125/7/extract?day=2026-05-01", 400, "/day"),
        ("125/999/extract", 404, "/number"),
        ("125/%00/extract", 404, "/number"),
        ("125/7/extract?municipality=%00", 422, "/municipality"),
        ("125/7/extract?on=yesterday", 422, "/on"),
        ("125/7/extract?on=2026-02-30", 422, "/on"),
        ("125/7/extract?lang=de", 422, "/lang"),
    ],
)
def test_the_api_refuses_with_problem_details(town: Town, client, address, status, pointer) -> None:
    response = client.get(f"/api/v1/parcels/{address}")
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["pointer"] == pointer


def test_the_api_speaks_the_readers_language(town: Town, client) -> None:
    for language, word in (("en", "flood"), ("fr", "inondation")):
        headers = {"Accept-Language": language}
        body = client.get("/api/v1/parcels/125/7/extract", headers=headers).json()
        assert body["language"] == language
        assert word in {theme["name"] for theme in body["in_force"]["overlays"]}


def test_the_openapi_document_says_every_unit(town: Town, client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert "/api/v1/parcels/{block}/{number}/extract" in document["paths"]
    touch = document["components"]["schemas"]["TouchOut"]["properties"]
    assert {"area_m2", "percent", "length_m", "points", "distance_m"} <= set(touch)


def test_the_reference_names_every_field(client, db) -> None:
    reference = (settings.BASE_DIR / "docs/reference/extract.md").read_text(encoding="utf-8")
    named = set(re.findall(r"[a-z_0-9]+", " ".join(re.findall(r"`([^`\n]+)`", reference))))
    schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    fields: set[str] = set()
    waiting = ["ExtractOut"]
    while waiting:
        schema = schemas[waiting.pop()]
        fields |= set(schema.get("properties", {}))
        waiting += re.findall(r"#/components/schemas/(\w+)", json.dumps(schema))
    assert {"scale", "length_m", "in_no_zone"} <= fields
    assert fields <= named
