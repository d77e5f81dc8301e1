"""Finding things by what people type, in three languages and many spellings."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from gisapp.folding import fold, number_key
from gisapp.translated import texts
from parcels.models import AddressLine, HouseNumber, Parcel, Place, StreetSegment
from parcels.names import fill_names
from tests.tiles.town import MapTown, line, staff


def found(client: Client, query: str, **more: str) -> list[tuple[str, str]]:
    answer = client.get("/api/v1/search", {"q": query, **more})
    assert answer.status_code == 200, answer.content
    return [(row["kind"], row["title"]) for row in answer.json()["results"]]


@pytest.fixture
def school(town: MapTown) -> Place:
    point = line((10, 40), (10, 41)).centroid
    return Place.objects.create(
        municipality=town.municipality,
        category="school",
        location=point,
        **texts("name", {"ar": "مدرسة الأمل", "en": "Hope school", "fr": "École de l'Espoir"}),
    )


@pytest.mark.parametrize("query", ["125/7", "125 7", "125 / 7", "١٢٥/٧", "۱۲۵/۷", " 125/7 "])
def test_a_parcel_is_found_by_its_number(town: MapTown, client: Client, query: str) -> None:
    assert found(client, query)[0] == ("parcel", "125/7")


def test_the_exact_number_comes_first(town: MapTown, client: Client) -> None:
    assert found(client, "125/1") == [("parcel", "125/10")]
    assert next(title for _, title in found(client, "125")) == "125/7"


def test_a_result_says_where_it_is(town: MapTown, client: Client) -> None:
    row = client.get("/api/v1/search", {"q": "125/7"}).json()["results"][0]
    west, south, east, north = row["bbox"]
    assert west < row["lon"] < east
    assert south < row["lat"] < north
    assert row["url"].endswith("/parcels/125/7/")


@pytest.mark.parametrize(
    "query", ["مدرسة الأمل", "مدرسه الامل", "مَدْرَسَة", "مـدرسة", "الآمل", "hope", "HOPE", "ecole"]
)
def test_a_place_is_found_in_any_usual_spelling(school: Place, client: Client, query: str) -> None:
    assert [kind for kind, _ in found(client, query)] == ["place"]


def test_streets_of_one_name_are_one_result(town: MapTown, client: Client) -> None:
    first = StreetSegment.objects.get()
    first.pk = None
    first.centre_line = line((100, -8), (200, -8))
    first.save()
    streets = [title for kind, title in found(client, "palm") if kind == "street"]
    assert streets == ["Palm Street"]


def test_names_come_in_the_asked_language(town: MapTown, client: Client) -> None:
    assert ("street", "Rue des Palmiers") in found(client, "palmiers", lang="fr")
    assert ("street", "شارع النخيل") in found(client, "palmiers", lang="ar")


@pytest.mark.parametrize("query", ["2026/BP/000123", "2026/bp/000123", "2026/BP/0001", "123"])
def test_an_application_is_found_by_its_number(town: MapTown, client: Client, query: str) -> None:
    assert ("application", town.public.number) in found(client, query)


def test_hidden_applications_are_not_found(town: MapTown, client: Client) -> None:
    assert found(client, town.hidden.number) == []
    client.force_login(staff(town, "reviewer"))
    assert found(client, town.hidden.number) == [("application", town.hidden.number)]


@pytest.mark.parametrize(
    "query", ["", "   ", "%", "_", "'; DROP TABLE parcels_parcel; --", "\u200f"]
)
def test_signs_without_meaning_find_nothing(town: MapTown, client: Client, query: str) -> None:
    assert found(client, query) == []


def test_too_long_a_question_is_refused(db: None, client: Client) -> None:
    assert client.get("/api/v1/search", {"q": "x" * 201}).status_code == 422
    assert client.get("/api/v1/search", {"q": "x", "limit": "1000"}).status_code == 422


def test_folding_joins_what_people_write_alike() -> None:
    assert fold("  أحمد   إبراهيم ") == fold("احمد ابراهيم")
    assert fold("مكة") == fold("مكه")
    assert fold("مصطفى") == fold("مصطفي")
    assert fold("٢٠٢٦/BP/٠٠٠٠٠١") == "2026/bp/000001"
    assert fold("Médina") == "medina"


def test_folding_in_the_database_is_the_same_as_here(db: None) -> None:
    arabic = ["أحمد إبراهيم", "مكة المكرّمة", "مصطفى", "كـــتاب"]
    with connection.cursor() as cursor:
        for text in [*arabic, "٢٠٢٦/BP/٠٠٠٠٠١", "École d'Été", "B-12 . 7"]:
            cursor.execute("SELECT umran_fold(%s), umran_number_key(%s)", [text, text])
            assert cursor.fetchone() == (fold(text), number_key(text))


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("hope scool", "place"),
        ("madrasat", "place"),
        ("مدرسة الاملل", "place"),
        ("مدرسه الامن", "place"),
        ("palm steet", "street"),
        ("rue des palmirs", "street"),
        ("شارع النخيا", "street"),
        ("low housng", "district"),
    ],
)
def test_a_misspelt_name_is_forgiven(
    school: Place, town: MapTown, client: Client, query: str, kind: str
) -> None:
    Place.objects.filter(pk=school.pk).update(name_fr="Madrasa de l'Espoir")
    answer = client.get("/api/v1/search", {"q": query}).json()["results"]
    assert (kind, "similar") in [(row["kind"], row["match"]) for row in answer]


@pytest.mark.parametrize("query", ["xyzzy", "qqqq wwww", "zzz"])
def test_what_resembles_nothing_is_not_found(school: Place, client: Client, query: str) -> None:
    assert found(client, query) == []


def test_a_misspelt_address_is_mended_by_the_streets(town: MapTown, client: Client) -> None:
    for number in (7, 8):
        Parcel.objects.filter(number=str(number)).update(address=f"{number}, Palm Street")
    assert ("parcel", "125/8") in found(client, "palm street 8")
    assert [title for kind, title in found(client, "plam street 8") if kind == "parcel"] == [
        "125/8"
    ]


def test_the_closest_come_first(town: MapTown, client: Client) -> None:
    point = line((10, 40), (10, 41)).centroid
    for name in ("New market square", "Market", "Market square"):
        Place.objects.create(
            municipality=town.municipality, location=point, **texts("name", {"en": name})
        )
    answer = client.get("/api/v1/search", {"q": "market"}).json()["results"]
    assert [(row["title"], row["match"]) for row in answer] == [
        ("Market", "exact"),
        ("Market square", "prefix"),
        ("New market square", "word"),
    ]


def test_a_district_is_found_by_code_and_name(town: MapTown, client: Client) -> None:
    assert found(client, "r1") == [("district", "R1")]
    assert ("district", "R1") in found(client, "habitat bas")


def test_every_question_is_answered_from_an_index(town: MapTown, client: Client) -> None:
    Parcel.objects.filter(pk=town.parcel.pk).update(address="12, Palm Street")
    fill_the_town()
    plans: list[str] = []

    def explained(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.lstrip().startswith(("SELECT", "--")) and "set_config" not in sql:
            execute(f"EXPLAIN {sql}", params, many, context)
            plans.append("\n".join(row for (row,) in context["cursor"].fetchall()))
        return execute(sql, params, many, context)

    for query, indexes in {
        "125/7": {"parcel_number_key"},
        "12 palm street": {"address_line_words", "house_on_a_line"},
        "palm street": {"street_name_words", "street_names"},
        "palm steet 12": {"street_name_words", "house_on_a_line"},
    }.items():
        plans.clear()
        with connection.execute_wrapper(explained):
            assert found(client, query)
        of_land = "\n".join(plan for plan in plans if " on parcels_" in plan)
        assert {index for index in indexes if index not in of_land} == set(), query
        assert "Seq Scan on parcels_" not in of_land, query


def fill_the_town() -> None:
    """A thousand parcels and streets more, each of a name of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO parcels_parcel
                   (municipality_id, source, source_id, block, number, geometry, address,
                    land_use, attributes)
               SELECT municipality_id, '', '', 'B' || n, n::text, geometry,
                      n || ', Street ' || translate(md5(n::text), '0123456789', 'ghijklmnop'),
                      '', '{}'
               FROM (SELECT * FROM parcels_parcel LIMIT 1) AS one, generate_series(1, 1000) AS n"""
        )
        cursor.execute(
            """INSERT INTO parcels_streetsegment
                   (municipality_id, source, source_id, name, name_en, street_class, centre_line,
                    width_source, attributes)
               SELECT municipality_id, '', '', md5(n::text), md5(n::text), '', centre_line,
                      width_source, '{}'
               FROM (SELECT * FROM parcels_streetsegment LIMIT 1) AS one,
                    generate_series(1, 1000) AS n"""
        )
        cursor.execute(
            """ANALYZE parcels_parcel, parcels_streetsegment, parcels_addressline,
                       parcels_housenumber, parcels_streetname"""
        )
        # A thousand rows are still read faster than an index; what counts is that it fits.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexonlyscan = off")


def test_similar_names_are_shown_only_where_nothing_is_closer(
    town: MapTown, client: Client
) -> None:
    point = line((10, 40), (10, 41)).centroid
    for name in ("Market", "Markat"):
        Place.objects.create(
            municipality=town.municipality, location=point, **texts("name", {"en": name})
        )
    assert found(client, "market") == [("place", "Market")]
    assert set(found(client, "markt")) == {("place", "Market"), ("place", "Markat")}


def parcels_found(client: Client, query: str) -> list[tuple[str, str]]:
    rows = client.get("/api/v1/search", {"q": query}).json()["results"]
    return [(row["title"], row["match"]) for row in rows if row["kind"] == "parcel"]


@pytest.fixture
def addresses(town: MapTown) -> None:
    for number, address in {
        "7": "1، شارع النيل · 1, Nile Street",
        "8": "12، شارع النيل · 12, Nile Street",
        "9": "112, Old Nile Street",
        "10": "12, Street 26",
    }.items():
        Parcel.objects.filter(block="125", number=number).update(address=address)


@pytest.mark.parametrize("query", ["12 nile street", "Nile street, 12", "شارع النيل ١٢"])
def test_the_house_on_the_very_street_comes_first(
    addresses: None, client: Client, query: str
) -> None:
    assert parcels_found(client, query) == [("125/8", "exact")]


def test_a_house_number_may_be_typed_in_part(addresses: None, client: Client) -> None:
    assert parcels_found(client, "nile street 1") == [
        ("125/7", "exact"),
        ("125/8", "prefix"),
        ("125/9", "word"),
    ]


def test_a_parcel_of_two_house_numbers_is_as_close_as_the_closer(
    addresses: None, client: Client
) -> None:
    Parcel.objects.filter(block="125", number="8").update(address="12 12a, Nile Street")
    assert parcels_found(client, "12 nile street")[0] == ("125/8", "exact")


@pytest.mark.parametrize("query", ["street 26 12", "12, street 26", "street 26"])
def test_a_street_may_have_a_number_for_a_name(addresses: None, client: Client, query: str) -> None:
    assert "125/10" in [title for title, _ in parcels_found(client, query)]


@pytest.mark.parametrize("number_of_the_others", ["7", "128"])
def test_a_house_is_found_behind_hundreds_of_closer_addresses(
    town: MapTown, client: Client, number_of_the_others: str
) -> None:
    letters = str.maketrans("0123456789", "abcdefghij")
    Parcel.objects.bulk_create(
        Parcel(
            municipality=town.municipality,
            block="900",
            number=str(nth),
            geometry=town.parcel.geometry,
            address=f"{number_of_the_others}, Long Road, {str(nth).translate(letters)} quarter",
        )
        for nth in range(250)
    )
    far = Parcel.objects.filter(block="125", number="8")
    far.update(address="12, Long Road, the last and longest of all quarters")
    assert parcels_found(client, "12 long road")[0] == ("125/8", "prefix")


def test_transposed_letters_lead_to_the_nearest_name(addresses: None, client: Client) -> None:
    street = StreetSegment.objects.get()
    for name in ("Sea Street North", "Sun Street", "Nile Street"):
        street.pk = None
        StreetSegment.objects.filter(pk=street.pk).delete()
        for field in ("name", "name_ar", "name_en", "name_fr"):
            setattr(street, field, name)
        street.save()
    assert [title for title, _ in parcels_found(client, "nlie stret 12")] == ["125/8"]


def test_names_follow_their_rows_in_the_same_transaction(addresses: None, client: Client) -> None:
    with connection.cursor() as cursor:  # not by the model: imports write past it
        cursor.execute("UPDATE parcels_parcel SET address = '3, Cedar Lane' WHERE number = '8'")
        cursor.execute("UPDATE parcels_streetsegment SET name_en = 'Cedar Lane'")
    assert ("street", "Cedar Lane") in found(client, "cedar")
    assert parcels_found(client, "cedar lane 3") == [("125/8", "exact")]
    assert parcels_found(client, "nile street 12") == []
    Parcel.objects.filter(number="8").delete()
    assert parcels_found(client, "cedar lane 3") == []


def test_names_can_be_made_anew(addresses: None, client: Client) -> None:
    before = parcels_found(client, "nile street")
    HouseNumber.objects.all().delete()
    AddressLine.objects.create(key=UUID(int=1), text="\nnobody's street\n")
    fill_names()
    assert parcels_found(client, "nile street") == before != []
    assert not AddressLine.objects.filter(key=UUID(int=1)).exists()


@pytest.mark.parametrize("query", ["palm", "street 26", "12, nile street"])
def test_the_list_of_parcels_finds_the_same(addresses: None, client: Client, query: str) -> None:
    listed = client.get(reverse("parcels"), {"q": query})
    for title, _ in parcels_found(client, query):
        assert title in listed.content.decode()
