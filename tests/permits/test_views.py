"""The register and the page of a case: who sees what, findings first to fail, judged again."""

from __future__ import annotations

import json
from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation
from django.utils.html import strip_tags
from pytest_django.asserts import assertContains, assertNotContains
from shapely.geometry import box

from gisapp.geometry import multipolygon
from gisapp.roles import HOLDERS, STAFF, Permission, Role
from permits.actions.evaluate_application import evaluate_application
from permits.models import Application, Evaluation
from permits.views import map_data
from permits.wording import OUTCOMES
from tests.town import Town, here, make_application, make_member

CASE = "/en/applications/2026/BP/000123/"
REGISTER = "/en/applications/"


@pytest.fixture
def judged(town: Town) -> Evaluation:
    return evaluate_application(application=town.application, actor=None)


@pytest.fixture
def hidden(town: Town) -> Application:
    return make_application(
        town.municipality, town.neighbour, number="2026/BP/000900", status="submitted"
    )


def signed_in(user: User, **options: bool) -> Client:
    client = Client(**options)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_the_case_is_told_in_every_language(
    client: Client, judged: Evaluation, language: str
) -> None:
    response = client.get(f"/{language}/applications/2026/BP/000123/")
    with translation.override(language):
        judged.application.refresh_from_db()
        assertContains(response, judged.application.title)
        assertContains(response, str(OUTCOMES["breaches"]))
    assertContains(response, '<bdi dir="ltr" class="ref">2026/BP/000123</bdi>')


def test_failures_come_first_with_required_provided_margin_and_article(
    client: Client, judged: Evaluation
) -> None:
    page = client.get(CASE).content.decode()
    outcomes = [part.split('"')[0] for part in page.split('class="finding finding-')[1:]]
    order = ["breaches", "needs_review", "conditional", "complies"]
    assert outcomes == sorted(outcomes, key=order.index)
    assert outcomes[0] == "breaches"
    for words in ("≥ 2.00 m", "1.50 m", "−0.50 m", "Article 6.2"):
        assert words in strip_tags(page)


def test_limits_are_never_mirrored_by_right_to_left_text(
    client: Client, judged: Evaluation
) -> None:
    response = client.get(CASE.replace("/en/", "/ar/"))
    assertContains(response, '<bdi><bdi dir="ltr">≥ 2.00</bdi> م</bdi>')
    assertContains(response, '<bdi><bdi dir="ltr">−0.50</bdi> م</bdi>')


def test_what_the_plan_is_silent_about_is_listed_and_called_no_pass(
    client: Client, judged: Evaluation
) -> None:
    page = client.get(CASE).content.decode()
    folded = page.split('<details class="sheet silent"')[1].split("</details>")[0]
    count = folded.count("<li ")
    assert f"{count} matters the plan does not regulate" in folded.split("</summary>")[0]
    silent = folded.split("</summary>")[1]
    assert "This is not a pass" in silent
    assert "Frontage" in silent


def test_a_case_never_judged_says_so(client: Client, town: Town) -> None:
    assertContains(client.get(CASE), "neither a pass nor a failure")


def test_the_map_gets_the_geometry_of_each_finding(client: Client, judged: Evaluation) -> None:
    page = client.get(CASE).content.decode()
    data = json.loads(page.split('<script id="map-data" type="application/json">')[1].split("<")[0])
    assert set(data) >= {"parcel", "edges", "envelope", "footprint", "findings", "context"}
    breach = next(one for one in data["findings"].values() if one["kind"] == "setback")
    assert breach["outcome"] == "breaches"
    assert breach["geometry"]["coordinates"]


def test_a_building_partly_on_other_land_shows_what_stands_there(
    client: Client, town: Town
) -> None:
    town.application.footprint = multipolygon(here(box(15, 5, 25, 20)))
    town.application.save()
    evaluate_application(application=town.application, actor=None)
    page = client.get(CASE).content.decode()
    data = json.loads(page.split('<script id="map-data" type="application/json">')[1].split("<")[0])
    assert data["overlap"]["coordinates"]
    assert 'class="shape-name shape-overlap"' in page
    words = " ".join(strip_tags(page).split())
    assert "75 m² of the building stand outside the parcel, on the land of others" in words
    assert "−5.00 m" in words


def test_a_hidden_case_does_not_exist_for_the_public(client: Client, hidden: Application) -> None:
    for ending in ("", "findings.json", "map.html"):
        response = client.get(hidden.get_absolute_url() + ending)
        assert response.status_code == HTTPStatus.NOT_FOUND
    assert client.post(f"{hidden.get_absolute_url()}evaluate/").status_code == 404


@pytest.mark.parametrize("role", sorted(STAFF))
def test_a_hidden_case_is_open_to_staff(town: Town, hidden: Application, role: Role) -> None:
    client = signed_in(make_member(town.municipality, role))
    assert client.get(hidden.get_absolute_url()).status_code == HTTPStatus.OK


def test_a_hidden_case_stays_hidden_from_applicants(town: Town, hidden: Application) -> None:
    client = signed_in(make_member(town.municipality, Role.APPLICANT))
    assert client.get(hidden.get_absolute_url()).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("role", sorted(Role))
def test_judging_again_needs_the_permission(town: Town, role: Role) -> None:
    client = signed_in(make_member(town.municipality, role))
    allowed = role in HOLDERS[Permission.EVALUATE]
    assert ("evaluate/" in client.get(CASE).content.decode()) is allowed
    response = client.post(f"{CASE}evaluate/")
    assert response.status_code == (HTTPStatus.FOUND if allowed else HTTPStatus.FORBIDDEN)
    assert Evaluation.objects.count() == (1 if allowed else 0)


def test_judging_again_keeps_the_earlier_evaluation(town: Town, judged: Evaluation) -> None:
    client = signed_in(make_member(town.municipality, Role.REVIEWER))
    response = client.post(f"{CASE}evaluate/", follow=True)
    assertContains(response, "has been evaluated again")
    assertContains(response, f"?evaluation={judged.pk}")
    assert Evaluation.objects.count() == 2
    assertContains(client.get(CASE, {"evaluation": judged.pk}), "This is an earlier evaluation")


def test_judging_again_is_never_a_link(town: Town) -> None:
    client = signed_in(make_member(town.municipality, Role.REVIEWER))
    response = client.get(f"{CASE}evaluate/")
    assert response.status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_judging_again_needs_this_sites_own_form(town: Town) -> None:
    user = make_member(town.municipality, Role.REVIEWER)
    response = signed_in(user, enforce_csrf_checks=True).post(f"{CASE}evaluate/")
    assertContains(response, "The form was not sent", status_code=HTTPStatus.FORBIDDEN)
    assert not Evaluation.objects.exists()


def test_the_public_is_asked_to_sign_in_before_judging(client: Client, town: Town) -> None:
    response = client.post(f"{CASE}evaluate/")
    assert response.headers["Location"].startswith("/en/account/login/?next=")


def test_a_case_that_can_not_be_judged_says_why(town: Town) -> None:
    Application.objects.update(filing_date="2019-05-05")
    client = signed_in(make_member(town.municipality, Role.REVIEWER))
    response = client.post(f"{CASE}evaluate/", follow=True)
    assertContains(response, 'class="notice notice-error"')
    assert not Evaluation.objects.exists()


def test_an_evaluation_of_another_case_is_not_shown_here(
    client: Client, town: Town, judged: Evaluation
) -> None:
    other = make_application(town.municipality, town.neighbour, number="2026/BP/000901")
    response = client.get(other.get_absolute_url(), {"evaluation": judged.pk})
    assert response.status_code == HTTPStatus.NOT_FOUND


def test_findings_and_map_can_be_saved(client: Client, judged: Evaluation) -> None:
    findings = client.get(f"{CASE}findings.json")
    assert findings.json()["overall"]["code"] == "breaches"
    assert "2026-bp-000123-2026-02-10.json" in findings.headers["Content-Disposition"]
    saved = client.get(f"{CASE}map.html")
    assert saved.headers["Content-Type"].startswith("text/html")
    assert "attachment" in saved.headers["Content-Disposition"]
    assert "leaflet" in saved.content.decode().lower()


def test_without_an_evaluation_there_is_nothing_to_save(client: Client, town: Town) -> None:
    assert client.get(f"{CASE}findings.json").status_code == HTTPStatus.NOT_FOUND


def test_the_case_asks_the_database_a_bounded_number_of_times(
    client: Client, town: Town, judged: Evaluation, django_assert_max_num_queries
) -> None:
    for _again in range(4):
        evaluate_application(application=town.application, actor=None)
    with django_assert_max_num_queries(18):
        client.get(CASE)


# --- the register ----------------------------------------------------------------------------


def test_the_register_shows_the_public_what_is_public(client: Client, hidden: Application) -> None:
    response = client.get(REGISTER)
    assertContains(response, "2026/BP/000123")
    assertNotContains(response, hidden.number)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"status": "under_review"}, {"2026/BP/000123"}),
        ({"status": "granted"}, {"2025/BP/000007"}),
        ({"year": "2025"}, {"2025/BP/000007"}),
        ({"outcome": "breaches"}, {"2026/BP/000123"}),
        ({"outcome": "none"}, {"2025/BP/000007"}),
        ({"q": "000007"}, {"2025/BP/000007"}),
        ({"q": "125/8"}, {"2025/BP/000007"}),
        ({"q": "مخزن"}, {"2025/BP/000007"}),
        ({"q": "%"}, set()),
        ({"status": "nonsense"}, {"2026/BP/000123", "2025/BP/000007"}),
        ({"page": "99"}, {"2026/BP/000123", "2025/BP/000007"}),
    ],
)
def test_filters_narrow_the_register(
    client: Client, town: Town, judged: Evaluation, query: dict[str, str], shown: set[str]
) -> None:
    make_application(
        town.municipality,
        town.neighbour,
        number="2025/BP/000007",
        status="granted",
        filing_date="2025-06-01",
        title_ar="مخزن",
    )
    page = client.get(REGISTER, query).content.decode().split('id="register"')[1]
    assert {number for number in ("2026/BP/000123", "2025/BP/000007") if number in page} == shown


def test_paging_keeps_the_filters(client: Client, town: Town) -> None:
    for serial in range(30):
        make_application(town.municipality, town.neighbour, number=f"2026/BP/0005{serial:02}")
    first = client.get(REGISTER, {"status": "under_review"})
    assertContains(first, 'href="?status=under_review&amp;page=2"')
    assertContains(client.get(REGISTER, {"page": 2}), 'rel="prev"')


def test_an_htmx_request_gets_only_the_list(client: Client, town: Town) -> None:
    response = client.get(REGISTER, headers={"HX-Request": "true"})
    assertNotContains(response, "<html")
    assertContains(response, "2026/BP/000123")


def test_going_back_gets_the_whole_register(client: Client, town: Town) -> None:
    again = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assertContains(client.get(REGISTER, headers=again), "<html")


@pytest.mark.django_db
def test_an_empty_register_is_designed(client: Client) -> None:
    assertContains(client.get(REGISTER), "No applications yet")


def test_the_register_asks_as_often_for_many_rows_as_for_one(
    client: Client, town: Town, django_assert_max_num_queries
) -> None:
    for serial in range(20):
        make_application(town.municipality, town.neighbour, number=f"2026/BP/0005{serial:02}")
    with django_assert_max_num_queries(7):
        client.get(REGISTER)


def test_the_map_shows_land_and_building_before_the_first_evaluation(
    client: Client, town: Town
) -> None:
    drawn = map_data(town.application, [town.parcel], None)
    assert drawn is not None
    assert drawn["parcel"]["type"] == "MultiPolygon"
    assert drawn["footprint"]["type"] == "MultiPolygon"
    assertContains(client.get(town.application.get_absolute_url()), "not evaluated")
