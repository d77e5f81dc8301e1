"""The pages of a check: who reads, starts and stops it; figures with the lists behind them."""

from __future__ import annotations

import csv
import io
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from django.utils.html import strip_tags
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects
from shapely.geometry import box

from gisapp.roles import HOLDERS, STAFF, Permission, Role
from permits.actions.evaluate_city import evaluate_city, open_run
from permits.city.table import HEADER
from permits.models import ConformanceRun
from tests.permits.city.conftest import build, make_city
from tests.town import RULEBOOK, Town, make_member
from zoning.models import PlanVersion, Rulebook

LIST = "/en/conformance/"
ON = date(2026, 3, 1)


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Path:
    settings.EXPORT_ROOT = tmp_path / "exports"
    return settings.EXPORT_ROOT


@pytest.fixture
def run(city: Town) -> ConformanceRun:
    return evaluate_city(run=open_run(version=city.version, on=ON, actor=None), workers=1)


def signed_in(town: Town, role: Role) -> Client:
    client = Client()
    client.force_login(
        make_member(town.municipality, role), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def question(town: Town, **changes: str) -> dict[str, str]:
    return {"version": str(town.version.pk), "on": "2026-03-01", "subject": "existing", **changes}


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_the_pages_are_open_to_everyone_for_a_plan_in_force(
    client: Client, run: ConformanceRun, language: str
) -> None:
    assertContains(client.get(f"/{language}/conformance/"), f"/{language}/conformance/{run.pk}/")
    assertContains(client.get(f"/{language}/conformance/{run.pk}/"), "125/9")


def test_every_figure_leads_to_a_list_of_as_many_parcels(
    client: Client, run: ConformanceRun
) -> None:
    for code, count in run.outcomes.items():
        page = strip_tags(client.get(run.get_absolute_url(), {"outcome": code}).content.decode())
        assert f"{count} parcel of 4" in page
    breaches = client.get(run.get_absolute_url(), {"outcome": "breaches", "kind": "height"})
    assertContains(breaches, "125/9")
    assertNotContains(breaches, "125/7")


def test_the_page_says_how_far_over_the_line_is_put_down_to_survey(
    client: Client, run: ConformanceRun
) -> None:
    assertContains(client.get(run.get_absolute_url()), "put down to survey and cut at the line")


def test_a_building_on_other_land_is_a_figure_of_its_own(client: Client, city: Town) -> None:
    build(city.neighbour, box(22, 4, 43, 20))
    run = evaluate_city(run=open_run(version=city.version, on=ON, actor=None), workers=1)
    page = client.get(run.get_absolute_url(), {"outcome": "breaches", "kind": "footprint"})
    assertContains(page, "1 parcel of 4")
    assertContains(page, "Footprint in the envelope")


def test_nonsense_in_the_filter_is_passed_over(client: Client, run: ConformanceRun) -> None:
    answer = client.get(run.get_absolute_url(), {"outcome": "x\x00", "kind": "y", "page": "z"})
    assertContains(answer, "4 parcels of 4")


def test_the_table_is_made_before_it_is_sent_and_says_its_length(
    client: Client, run: ConformanceRun, own_folder: Path, django_assert_num_queries: Any
) -> None:
    answer = client.get(f"{run.get_absolute_url()}parcels.csv")
    with django_assert_num_queries(0):
        sent = b"".join(answer.streaming_content)
    assert int(answer["Content-Length"]) == len(sent)
    assert answer["Content-Disposition"].endswith(f'"conformance-{run.pk}-2026-03-01.csv"')
    rows = list(csv.DictReader(io.StringIO(sent.decode())))
    assert tuple(rows[0]) == HEADER
    assert {row["parcel"] for row in rows} == {"125/7", "125/8", "125/9", "125/99"}
    assert list(own_folder.iterdir()) == []


def test_a_table_that_breaks_half_way_is_an_error_and_no_short_file(
    client: Client, run: ConformanceRun, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_run: ConformanceRun) -> Any:
        yield "parcel\r\n"
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("permits.city.table.csv_lines", breaks)
    client.raise_request_exception = False
    answer = client.get(f"{run.get_absolute_url()}parcels.csv")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert list(own_folder.iterdir()) == []


def test_a_table_that_takes_too_long_is_refused_with_the_way_to_get_it(
    client: Client, run: ConformanceRun, own_folder: Path, settings: Any
) -> None:
    settings.EXPORT_MADE_WITHIN_S = -1
    answer = client.get(f"{run.get_absolute_url()}parcels.csv")
    assertContains(
        answer, "evaluate_city --output", status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    )
    assert list(own_folder.iterdir()) == []


def test_the_table_of_a_run_that_is_not_done_is_called_a_part(
    client: Client, run: ConformanceRun
) -> None:
    ConformanceRun.objects.update(status=ConformanceRun.Status.CANCELLED)
    answer = client.get(f"{run.get_absolute_url()}parcels.csv")
    assert len(b"".join(answer)) == int(answer["Content-Length"])
    assert answer["Content-Disposition"].endswith('2026-03-01-part.csv"')


def test_a_run_of_a_draft_is_open_only_to_who_may_see_drafts(city: Town) -> None:
    draft = PlanVersion.objects.create(plan=city.version.plan, label="draft")
    Rulebook.objects.create(
        version=draft, slug="draft", source_text=RULEBOOK.read_text(encoding="utf-8")
    )
    run = evaluate_city(run=open_run(version=draft, on=ON, actor=None), workers=1)
    clients = {role: signed_in(city, role) for role in STAFF}
    for address in (run.get_absolute_url(), f"{run.get_absolute_url()}parcels.csv"):
        assert Client().get(address).status_code == HTTPStatus.NOT_FOUND
        for role, client in clients.items():
            seen = role in HOLDERS[Permission.SEE_DRAFT_PLANS]
            expected = HTTPStatus.OK if seen else HTTPStatus.NOT_FOUND
            answer = client.get(address)
            b"".join(answer)  # read to its end, which closes the file
            assert answer.status_code == expected, role


@pytest.mark.parametrize("role", sorted(Role))
def test_starting_needs_the_role_of_who_judges_or_plans(city: Town, role: Role) -> None:
    client = signed_in(city, role)
    allowed = role in HOLDERS[Permission.EVALUATE] | HOLDERS[Permission.EDIT_PLANS]
    assert ("check-form" in client.get(LIST).content.decode()) is allowed
    answer = client.post(LIST, question(city))
    assert answer.status_code == (HTTPStatus.FOUND if allowed else HTTPStatus.FORBIDDEN)
    assert ConformanceRun.objects.count() == (1 if allowed else 0)


def test_the_public_is_asked_to_sign_in(client: Client, city: Town) -> None:
    answer = client.post(LIST, question(city))
    assert answer.headers["Location"].startswith("/en/account/login/?next=")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"version": "9999"}, "Select a valid choice"),
        ({"on": "soon"}, "Enter a valid date"),
        ({"subject": "type"}, "needs its width and depth"),
        (
            {"subject": "type", "width_m": "10", "depth_m": "9", "floor_area_m2": "90"},
            "what the floor area is used for",
        ),
        ({"subject": "type", "width_m": "-1", "depth_m": "9"}, "greater than or equal to 0.1"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_in_the_form(
    city: Town, changes: dict[str, str], words: str
) -> None:
    answer = signed_in(city, Role.PLANNER).post(LIST, question(city, **changes))
    assertContains(answer, words, status_code=HTTPStatus.UNPROCESSABLE_ENTITY)
    assert not ConformanceRun.objects.exists()


def test_the_worker_does_it_and_the_page_follows(transactional_db: None) -> None:
    city = make_city()
    client = signed_in(city, Role.PLANNER)
    house = {"subject": "type", "width_m": "10", "depth_m": "12", "storeys": "2", "height_m": "8"}
    client.post(LIST, question(city, **house))
    run = ConformanceRun.objects.get()
    assert run.building == {
        "storeys": "2",
        "height_m": "8",
        "building_length_m": "12",
        "building_width_m": "10",
    }
    progress = f"{run.get_absolute_url()}progress/"
    assertContains(client.get(progress), "as soon as the worker is free")
    client.post(LIST, question(city, **house))
    call_command("db_worker", batch=True, interval=0, verbosity=0, startup_delay=False)
    run.refresh_from_db()
    assert (run.status, run.done) == ("done", 4)
    answer = client.get(progress)
    assert answer.headers["HX-Refresh"] == "true"
    assertContains(client.get(run.get_absolute_url()), "Room for the building")


def test_a_run_is_stopped_gone_on_with_and_made_again(city: Town) -> None:
    client = signed_in(city, Role.PLANNER)
    client.post(LIST, question(city))
    run = ConformanceRun.objects.get()
    address = run.get_absolute_url()
    assertRedirects(client.post(f"{address}cancel/"), address)
    run.refresh_from_db()
    assert run.status == "cancelled"
    assertContains(client.get(address), "Go on")
    client.post(f"{address}resume/")
    run.refresh_from_db()
    assert run.status == "waiting"
    evaluate_city(run=run, workers=1)
    assertContains(client.get(address), "Check again")
    client.post(f"{address}resume/", {"again": "1"})
    assert ConformanceRun.objects.count() == 2


@pytest.mark.parametrize("act", ["cancel", "resume"])
def test_only_who_may_check_stops_or_goes_on(
    client: Client, city: Town, run: ConformanceRun, act: str
) -> None:
    address = f"{run.get_absolute_url()}{act}/"
    assert client.get(address).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert "login" in client.post(address).headers["Location"]
    assert signed_in(city, Role.INSPECTOR).post(address).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"status": "failed", "problem": "disk full"}, "disk full"),
        ({"status": "cancelled"}, "was stopped"),
        ({"status": "running", "heard_at": None}, "of 4 parcels"),
    ],
)
def test_every_state_says_what_it_is(
    client: Client, run: ConformanceRun, facts: dict[str, str], words: str
) -> None:
    ConformanceRun.objects.update(**facts)
    assertContains(client.get(run.get_absolute_url()), words)


def test_an_empty_list_says_so(client: Client, db: None) -> None:
    assertContains(client.get(LIST), "No check has been made yet")


def test_staff_find_the_checks_in_the_navigation(client: Client, town: Town) -> None:
    link = f'<a href="{LIST}"'
    assert link not in client.get("/en/").content.decode()
    assert link not in signed_in(town, Role.APPLICANT).get("/en/").content.decode()
    assert link in signed_in(town, Role.CASHIER).get("/en/").content.decode()
