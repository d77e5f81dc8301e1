"""Judging applications on real rows: action, command and API agree; bad input changes nothing."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from django.utils import translation
from shapely.geometry import LineString, box, mapping

from gisapp.crs import to_wgs84
from gisapp.errors import BadInput, NotAllowed
from gisapp.geometry import from_shapely
from gisapp.roles import Role
from permits.actions.evaluate_application import evaluate_application, judge_application
from permits.facts import NoPlanInForce
from permits.models import Evaluation
from permits.presentation import present, requirements
from permits.report import case_map_html
from permits.workflow import Status
from tests.town import here, make_application, make_member
from zoning.models import Overlay, PlanVersion


def evaluate_by_command(*arguments: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("evaluate", *arguments, stdout=out, stderr=err)
    return caught.value.code, out.getvalue(), err.getvalue()


def test_the_worst_side_decides_and_shows_what_lies_in_the_band(town):
    judged = judge_application(town.application)
    side = next(one for one in judged.judgement.findings if one.target == "interior_side")
    assert (side.outcome, side.required, side.provided) == (
        "breaches",
        Decimal(2),
        Decimal("1.5"),
    )
    assert side.geometry.area == pytest.approx(0.5 * 18, abs=0.01)
    assert judged.judgement.outcome == "breaches"


def test_an_evaluation_is_stored_with_what_it_rests_on(town):
    reviewer = make_member(town.municipality, Role.REVIEWER)
    evaluation = evaluate_application(application=town.application, actor=reviewer)
    assert evaluation.plan_version == town.version
    assert evaluation.on == date(2026, 2, 10)
    assert len(evaluation.input_digest) == 64
    again = evaluate_application(application=town.application, actor=reviewer)
    assert again.input_digest == evaluation.input_digest
    assert again.findings == evaluation.findings


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.CASHIER, Role.PLANNER])
def test_only_those_who_judge_may_store_an_evaluation(town, role):
    with pytest.raises(NotAllowed):
        evaluate_application(
            application=town.application, actor=make_member(town.municipality, role)
        )
    assert not Evaluation.objects.exists()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE permits_evaluation SET outcome = 'complies'",
        "DELETE FROM permits_evaluation",
        "TRUNCATE permits_evaluation",
    ],
)
def test_an_evaluation_can_not_be_changed_even_by_sql(town, sql):
    evaluate_application(application=town.application, actor=None)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else TRUNCATE waits for them
        with pytest.raises(InternalError), transaction.atomic():
            cursor.execute(sql)
    assert Evaluation.objects.get().outcome == "breaches"


def test_a_status_jump_is_refused_by_the_database(town):
    town.application.status = Status.ISSUED
    with pytest.raises(InternalError), transaction.atomic():
        town.application.save()


def test_two_versions_of_a_plan_never_overlap(town):
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanVersion.objects.create(
            plan=town.version.plan,
            label="2025",
            status="in_force",
            validity=(date(2025, 1, 1), None),
        )


def test_before_the_plan_nothing_can_be_decided(town):
    with pytest.raises(NoPlanInForce):
        judge_application(town.application, on=date(2024, 2, 29))
    judge_application(town.application, on=date(2024, 3, 1))
    code, _out, err = evaluate_by_command(
        "--application", town.application.number, "--on", "2020-01-01"
    )
    assert code == 2
    assert "2020-01-01" in err


def test_the_command_says_the_verdict_with_its_exit_code(town):
    code, out, _err = evaluate_by_command("--application", "2026/BP/000123")
    assert code == 1
    assert "BREACHES" in out
    assert "≥ 2.00 m" in out
    assert "Article 6.2" in out
    good = make_application(
        town.municipality,
        town.parcel,
        number="2026/BP/000124",
        footprint=here(box(2, 4, 18, 22)),
        parking_stalls=5,
    )
    assert evaluate_by_command("--application", good.number)[0] == 0
    unknown = make_application(
        town.municipality, town.parcel, number="2026/BP/000125", footprint=None, parking_stalls=5
    )
    assert evaluate_by_command("--application", unknown.number)[0] == 2


def test_the_command_judges_a_proposal_from_a_file(town, tmp_path):
    file = tmp_path / "proposal.json"
    footprint = mapping(to_wgs84(here(box(2, 4, 18, 22))))
    body = {
        "footprint": footprint,
        "storeys": 3,
        "height_m": 12,
        "floor_areas_m2": {"residential": 600},
        "dwelling_units": 2,
        "parking_stalls": 3,
    }
    file.write_text(json.dumps(body))
    arguments = ("--parcel", "125/7", "--proposal", str(file), "--on", "2026-03-01")
    code, out, _err = evaluate_by_command(*arguments, "--format", "json")
    assert code == 0
    assert json.loads(out)["overall"]["code"] == "complies"
    file.write_text(json.dumps({**body, "height_m": 12.01}))
    assert evaluate_by_command(*arguments)[0] == 1


BOW_TIE = [[[38.6, 24.4], [38.601, 24.401], [38.601, 24.4], [38.6, 24.401], [38.6, 24.4]]]
FAR_AWAY = [[[2.35, 48.85], [2.351, 48.85], [2.351, 48.851], [2.35, 48.85]]]
METRES = [[[560002, 2700004], [560018, 2700004], [560018, 2700022], [560002, 2700004]]]


def polygon(coordinates, **members):
    return {"type": "Polygon", "coordinates": coordinates, **members}


BAD_PROPOSALS = {
    "negative storeys": ({"storeys": -1}, "storeys"),
    "unknown member": ({"stories": 3}, "stories"),
    "negative floor area": ({"floor_areas_m2": {"residential": -5}}, "residential"),
    "text for a number": ({"height_m": "high"}, "height_m"),
    "NaN": ({"height_m": float("nan")}, "NaN"),
    "self-crossing footprint": ({"footprint": polygon(BOW_TIE)}, "Self-intersection"),
    "footprint elsewhere": ({"footprint": polygon(FAR_AWAY)}, "does not stand on the parcel"),
    "metres sent as degrees": ({"footprint": polygon(METRES)}, "no longitude"),
    "open ring": ({"footprint": polygon([[[38.6, 24.4], [38.7, 24.4]]])}, "rings"),
    "a point": ({"footprint": {"type": "Point", "coordinates": [38.6, 24.4]}}, "Polygon"),
    "a crs member": ({"footprint": polygon(BOW_TIE, crs={})}, "members"),
    "truth for a number": ({"footprint": polygon([[[True, 1]]])}, "finite"),
    "no lists": ({"footprint": polygon("here")}, "lists"),
}


@pytest.mark.parametrize(("body", "says"), BAD_PROPOSALS.values(), ids=BAD_PROPOSALS.keys())
def test_bad_proposals_are_refused_saying_where(town, tmp_path, client, body, says):
    file = tmp_path / "proposal.json"
    file.write_text(json.dumps(body))
    code, out, err = evaluate_by_command("--parcel", "125/7", "--proposal", str(file))
    assert (code, out) == (3, "")
    assert says in err
    response = client.post(
        "/api/v1/evaluations",
        json.dumps({"parcel": "125/7", "proposal": body}),
        content_type="application/json",
    )
    assert response.status_code in (400, 422)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert not Evaluation.objects.exists()


def test_a_footprint_partly_on_other_land_is_judged_a_breach_by_command_and_api(
    town, tmp_path, client
):
    """10 × 15 m, of which 5 × 15 m lie beyond the east side."""
    footprint = mapping(to_wgs84(here(box(15, 5, 25, 20))))
    file = tmp_path / "proposal.json"
    file.write_text(json.dumps({"footprint": footprint}))
    arguments = ("--parcel", "125/7", "--proposal", str(file), "--on", "2026-03-01")
    code, out, _err = evaluate_by_command(*arguments)
    assert code == 1
    assert "75 m² of the building stand outside the parcel" in out
    response = client.post(
        "/api/v1/evaluations",
        json.dumps({"parcel": "125/7", "proposal": {"footprint": footprint}, "on": "2026-03-01"}),
        content_type="application/json",
    )
    found = response.json()
    assert found["overall"]["code"] == "breaches"
    assert found["room"]["footprint"]["off_parcel"] == "75 m²"
    assert found["map"]["overlap"]["coordinates"]
    coverage = next(one for one in found["findings"] if one["kind"] == "coverage")
    assert coverage["provided"] == "25%"
    areas = {one["name"]: one["value"] for one in coverage["inputs"]}
    assert areas["of the footprint, outside the parcel"] == "75 m²"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--application", "2026/BP/999999"), "no application"),
        (("--parcel", "125/99", "--proposal", "x.json"), "no parcel"),
        (("--parcel", "125/7", "--proposal", "/nowhere/x.json"), "can not be read"),
        (("--parcel", "125/7"), "--proposal"),
        (("--application", "2026/BP/000123", "--on", "soon"), "not a date"),
    ],
)
def test_bad_arguments_end_with_3_and_say_what_to_do(town, arguments, says):
    code, _out, err = evaluate_by_command(*arguments)
    assert code == 3
    assert says in err


def test_a_misspelt_day_is_refused_rather_than_judged_as_of_today(town, client):
    response = client.post(
        "/api/v1/evaluations",
        json.dumps({"parcel": "125/7", "proposal": {"height_m": 8}, "date": "2020-01-01"}),
        content_type="application/json",
    )
    assert response.status_code == 422
    assert response.json()["pointer"] == "/date"


def test_the_api_gives_the_findings_in_the_readers_language(town, client):
    for language, word in (("en", "Setback"), ("fr", "Retrait"), ("ar", "ارتداد")):
        response = client.post(
            "/api/v1/evaluations",
            json.dumps({"application": "2026/BP/000123"}),
            content_type="application/json",
            headers={"Accept-Language": language},
        )
        assert response.status_code == 200
        first = response.json()["findings"][0]
        assert first["outcome"] == "breaches"
        assert word in first["kind_label"]
        assert first["geometry"]["type"] == "Polygon"
    assert not Evaluation.objects.exists()


def test_the_api_hides_files_that_are_not_public(town, client):
    hidden = make_application(
        town.municipality, town.parcel, number="2026/BP/000200", status=Status.SUBMITTED
    )
    response = client.post(
        "/api/v1/evaluations",
        json.dumps({"application": hidden.number}),
        content_type="application/json",
    )
    assert response.status_code == 404
    client.force_login(make_member(town.municipality, Role.REVIEWER))
    response = client.post(
        "/api/v1/evaluations",
        json.dumps({"application": hidden.number}),
        content_type="application/json",
    )
    assert response.status_code == 200


def test_the_openapi_document_describes_evaluations(client, db):
    document = client.get("/api/v1/openapi.json").json()
    assert "/api/v1/evaluations" in document["paths"]


def test_requirements_of_a_parcel_come_without_a_proposal(town):
    found = requirements(town.parcel, on=date(2026, 3, 1))
    required = {(one["kind"], one["target"]): one["required"] for one in found["findings"]}
    assert required["coverage", ""] == "≤ 60%"
    assert required["height", ""] == "≤ 12.00 m"
    assert required["setback", "front"] == "≥ 3.00 m"


def test_a_file_without_parcel_is_refused(town):
    town.application.parcels.clear()
    with pytest.raises(BadInput):
        judge_application(town.application)


def test_the_report_is_one_file_that_fetches_nothing(town):
    evaluation = evaluate_application(application=town.application, actor=None)
    with translation.override("ar"):
        html = case_map_html(evaluation)
    assert '<html lang="ar" dir="rtl">' in html
    assert "2026/BP/000123" in html
    assert "<script src=" not in html
    assert "stylesheet" not in html.split("<style>")[0]
    assert "L.map" in html
    assert '<bdi dir="ltr">≥ 2.00</bdi>' in html


def test_a_presented_margin_never_hides_a_miss(town):
    town.application.height_m = Decimal("12.001")
    town.application.save()
    evaluation = evaluate_application(application=town.application, actor=None)
    height = next(one for one in present(evaluation)["findings"] if one["kind"] == "height")
    assert (height["outcome"], height["provided"], height["margin"]) == (
        "breaches",
        "12.001 m",
        "−0.001 m",
    )


@pytest.mark.parametrize(("away_m", "concerned"), [(11.9, True), (12.1, False)])
def test_an_overlay_along_a_line_reaches_as_far_as_its_distance(town, away_m, concerned):
    Overlay.objects.create(
        municipality=town.municipality,
        kind=Overlay.Kind.EASEMENT,
        code="power-line",
        geometry=from_shapely(here(LineString([(-away_m, -50), (-away_m, 90)]))),
        distance_m=12,
        name="Power line",
    )
    parts = judge_application(town.application).facts.site.overlays
    assert [part.code for part in parts] == (["power-line"] if concerned else [])
    if concerned:
        assert parts[0].geometry.area == pytest.approx(0.1 * 30, abs=0.01)
