"""A whole city held against a plan: every parcel, its verdict, stopped and gone on with."""

from __future__ import annotations

import csv
import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from gisapp.errors import Conflict, NotAllowed, NotThere
from gisapp.roles import HOLDERS, Permission, Role
from parcels.models import Parcel
from permits.actions import evaluate_city as action
from permits.actions.evaluate_application import judge
from permits.actions.evaluate_city import cancel_run, evaluate_city, open_run
from permits.city.figures import by_kind, by_outcome, listed
from permits.city.table import HEADER
from permits.facts import proposal_of
from permits.models import ConformanceResult, ConformanceRun
from permits.proposals import ProposalIn
from tests.town import RULEBOOK, Town, let_the_law_change, make_application, make_member
from zoning.models import District, PlanVersion, Rulebook, Zone

ON = date(2026, 3, 1)


def run_of(town: Town, **question: Any) -> ConformanceRun:
    return open_run(version=town.version, on=ON, actor=None, **question)


def judged(town: Town, **question: Any) -> ConformanceRun:
    return evaluate_city(run=run_of(town, **question), workers=1)


def outcomes(run: ConformanceRun) -> dict[str, str]:
    return dict(run.results.values_list("parcel__reference", "outcome"))


def command(*arguments: str, **options: Any) -> str:
    out = StringIO()
    call_command("evaluate_city", *arguments, workers=1, stdout=out, **options)
    return out.getvalue()


def test_every_parcel_gets_its_verdict_and_none_is_passed_for_want_of_one(city: Town) -> None:
    run = judged(city)
    assert outcomes(run) == {
        "125/7": "complies",
        "125/8": "no_building",
        "125/9": "breaches",
        "125/99": "outside_plan",
    }
    assert (run.status, run.done, run.total) == ("done", 4, 4)
    assert run.outcomes == {
        "complies": 1,
        "no_building": 1,
        "breaches": 1,
        "outside_plan": 1,
    }


def test_the_verdict_is_the_one_on_the_same_building_as_an_application(city: Town) -> None:
    """The same house, applied for: the same findings, number by number."""
    high = Parcel.objects.get(reference="125/9")
    building = high.buildings.get()
    application = make_application(
        city.municipality,
        high,
        number="2026/BP/000200",
        footprint=None,
        height_m=building.height_m,
        parking_stalls=building.parking_stalls,
        floor_areas_m2=building.floor_areas_m2,
    )
    application.footprint = building.footprint
    alone = judge([high], proposal_of(application), on=ON).judgement.as_dict()
    result = judged(city).results.get(parcel=high)
    assert result.outcome == alone["outcome"] == "breaches"
    assert result.kinds == ["height"]
    assert len(result.findings) == len(alone["findings"])
    for ours, theirs in zip(result.findings, alone["findings"], strict=True):
        for name in ("kind", "outcome", "rule", "required", "provided", "reason"):
            assert ours.get(name, "") == (theirs[name] or "")
    assert result.envelope_area_m2 > 0


def test_figures_add_up_to_the_lists_behind_them(city: Town) -> None:
    run = judged(city)
    assert sum(figure.count for figure in by_outcome(run)) == run.done
    for figure in by_outcome(run):
        assert listed(run, outcome=figure.code).count() == figure.count
    assert [one.kind for one in by_kind(run)] == ["height"]
    for figures in by_kind(run):
        for outcome, count in figures.counts:
            assert listed(run, outcome=outcome, kind=figures.kind).count() == count


# --- the question -----------------------------------------------------------------------------


def test_the_named_version_judges_and_not_the_one_in_force(city: Town) -> None:
    plan = city.version.plan
    draft = PlanVersion.objects.create(plan=plan, label="draft")
    text = RULEBOOK.read_text(encoding="utf-8").replace("value: 12}", "value: 15}")
    Rulebook.objects.create(version=draft, slug="draft", source_text=text)
    for zone in city.version.zones.all():
        Zone.objects.create(version=draft, district=zone.district, geometry=zone.geometry)
    run = evaluate_city(run=open_run(version=draft, on=ON, actor=None), workers=1)
    assert outcomes(run)["125/9"] == "complies"
    assert District.objects.count() == 2


def test_only_the_named_parcels_are_judged(city: Town) -> None:
    assert outcomes(judged(city, parcels=["125/9"])) == {"125/9": "breaches"}
    with pytest.raises(NotThere, match="125/77"):
        run_of(city, parcels=["125/77"])


@pytest.mark.parametrize(("role"), sorted(Role))
def test_a_check_needs_the_role_of_who_judges_or_plans(town: Town, role: Role) -> None:
    member = make_member(town.municipality, role)
    if role in HOLDERS[Permission.EVALUATE] | HOLDERS[Permission.EDIT_PLANS]:
        run = open_run(version=town.version, on=ON, actor=member)
        assert run.created_by == member
    else:
        with pytest.raises(NotAllowed):
            open_run(version=town.version, on=ON, actor=member)


def test_a_draft_does_not_exist_for_who_may_not_see_it(town: Town) -> None:
    draft = PlanVersion.objects.create(plan=town.version.plan, label="draft")
    Rulebook.objects.create(
        version=draft, slug="draft", source_text=RULEBOOK.read_text(encoding="utf-8")
    )
    with pytest.raises(NotThere):
        open_run(version=draft, on=ON, actor=make_member(town.municipality, Role.SIGNATORY))
    assert open_run(version=draft, on=ON, actor=make_member(town.municipality, Role.PLANNER))


def test_a_plan_without_a_sound_rulebook_is_refused_before_anything_is_made(town: Town) -> None:
    let_the_law_change()
    Rulebook.objects.update(source_text="rulebook: broken\n")
    with pytest.raises(Conflict, match="mistakes"):
        run_of(town)
    Rulebook.objects.all().delete()
    with pytest.raises(Conflict, match="no rulebook"):
        run_of(town)
    assert not ConformanceRun.objects.exists()


# --- a type of building -----------------------------------------------------------------------

HOUSE = {
    "storeys": 2,
    "height_m": 8,
    "floor_areas_m2": {"residential": 200},
    "parking_stalls": 4,
    "dwelling_units": 1,
}


@pytest.mark.parametrize(
    ("length_m", "width_m", "outcome"), [(16, 12, "complies"), (28, 12, "breaches")]
)
def test_a_building_type_is_judged_where_it_fits_the_envelope(
    city: Town, length_m: int, width_m: int, outcome: str
) -> None:
    """In R1 the envelope is 16 m wide and 27 m deep: a side of 28 m finds no room."""
    house = ProposalIn(**HOUSE, building_length_m=length_m, building_width_m=width_m)
    result = judged(city, building=house).results.get(parcel=city.parcel)
    assert result.outcome == outcome
    assert result.findings[0] == {"kind": "fit", "outcome": outcome}
    assert ("fit" in result.kinds) is (outcome == "breaches")


def test_a_building_type_is_judged_on_empty_parcels_too_but_not_outside_the_plan(
    city: Town,
) -> None:
    run = judged(city, building=ProposalIn(**HOUSE, building_length_m=10, building_width_m=8))
    found = outcomes(run)
    assert found["125/8"] not in ("no_building", "not_judged")
    assert found["125/99"] == "outside_plan"


# --- stopped, gone on with --------------------------------------------------------------------


def test_the_same_question_goes_on_with_the_same_run(city: Town) -> None:
    assert run_of(city) == run_of(city)
    assert run_of(city, restart=True) != run_of(city, parcels=["125/7"])
    house = ProposalIn(**HOUSE)
    assert run_of(city, building=house) == run_of(city, building=house)
    assert len({run_of(city).pk, run_of(city, building=house).pk}) == 2


def test_a_run_that_is_killed_goes_on_with_what_is_missing(
    city: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, store, seen = run_of(city), action._store, []

    def dies_at_the_third_chunk(run: ConformanceRun, results: list[Any]) -> None:
        seen.extend(result.parcel for result in results)
        if len(seen) == 3:
            raise OSError("disk full")
        store(run, results)

    monkeypatch.setattr(action, "_store", dies_at_the_third_chunk)
    with pytest.raises(OSError, match="disk full"):
        evaluate_city(run=run, workers=1, parcels_per_chunk=1)
    run.refresh_from_db()
    assert (run.status, run.problem, run.done) == ("failed", "disk full", 2)

    monkeypatch.setattr(action, "_store", store)
    steps: list[tuple[int, int]] = []
    evaluate_city(
        run=run_of(city),
        workers=1,
        parcels_per_chunk=1,
        progress=lambda done, total: steps.append((done, total)),
    )
    assert steps == [(3, 4), (4, 4)]
    assert ConformanceResult.objects.count() == 4
    run.refresh_from_db()
    assert (run.status, run.problem) == ("done", "")


def test_a_cancelled_run_stops_after_its_chunk_and_keeps_it(city: Town) -> None:
    run, planner = run_of(city), make_member(city.municipality, Role.PLANNER)
    evaluate_city(
        run=run,
        workers=1,
        parcels_per_chunk=1,
        progress=lambda done, total: cancel_run(run=run, actor=planner),
    )
    assert (run.status, run.done, run.results.count()) == ("cancelled", 1, 1)
    evaluate_city(run=run, workers=1)
    assert (run.status, run.done) == ("done", 4)


def test_ctrl_c_marks_the_run_and_says_how_to_go_on(
    city: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = action._store

    def stores_then_is_interrupted(run: ConformanceRun, results: list[Any]) -> None:
        store(run, results)
        raise KeyboardInterrupt

    monkeypatch.setattr(action, "_store", stores_then_is_interrupted)
    errors = StringIO()
    with pytest.raises(SystemExit) as stopped:
        command("--plan", "MP-1", "--on", "2026-03-01", stderr=errors)
    assert stopped.value.code == 130
    run = ConformanceRun.objects.get()
    assert run.status == "cancelled"
    assert f"--resume {run.pk}" in errors.getvalue()


def test_a_run_is_not_gone_on_with_by_other_rules(city: Town) -> None:
    let_the_law_change()
    run, book = run_of(city), Rulebook.objects.get()
    book.source_text = book.source_text.replace("value: 12}", "value: 15}")
    book.save()
    with pytest.raises(Conflict, match="begin a new one"):
        evaluate_city(run=run, workers=1)
    run.refresh_from_db()
    assert run.status == "waiting"
    assert run_of(city) != run


def test_two_processes_never_work_at_one_run(city: Town) -> None:
    run, other = run_of(city), connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [action.LOCK_CLASS, run.pk])
            with pytest.raises(Conflict, match="running already"):
                evaluate_city(run=run, workers=1)
            # Closing lets go of the lock only once the server has noticed.
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [action.LOCK_CLASS, run.pk])
    finally:
        other.close()
    assert evaluate_city(run=run, workers=1).status == "done"


# --- the command ------------------------------------------------------------------------------


def test_the_command_writes_a_row_per_parcel_and_rule(city: Town, tmp_path: Path) -> None:
    path = tmp_path / "city.csv"
    words = command("--plan", "MP-1@2024", "--on", "2026-03-01", "--output", str(path))
    assert "4 parcels by Master plan · 2024 · 2026-03-01" in words
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == HEADER
    height = next(row for row in rows if row["parcel"] == "125/9" and row["kind"] == "height")
    assert (height["rule"], height["bound"], height["required"]) == ("height", "max", "12")
    assert (height["provided"], height["unit"], height["outcome"]) == ("13", "m", "breaches")
    assert height["overall_outcome"] == "breaches"
    empty = [row for row in rows if row["parcel"] == "125/8"]
    assert [row["overall_outcome"] for row in empty] == ["no_building"]
    assert not list(tmp_path.glob("*.part"))


def test_the_command_speaks_json_of_a_run_already_done(city: Town) -> None:
    run = judged(city)
    said = json.loads(command("--plan", "MP-1@2024", "--on", "2026-03-01", "--format", "json"))
    assert said["run"] == run.pk
    assert said["outcomes"] == run.outcomes
    assert said["kinds"] == {"height": {"breaches": 1, "needs_review": 0, "conditional": 0}}
    again = json.loads(
        command("--plan", "MP-1", "--on", "2026-03-01", "--restart", "--format", "json")
    )
    assert again["run"] != run.pk


def test_a_building_type_comes_from_a_file_and_its_sides_from_the_command(
    city: Town, tmp_path: Path
) -> None:
    path = tmp_path / "house.json"
    path.write_text(json.dumps(HOUSE), encoding="utf-8")
    said = json.loads(
        command("--plan", "MP-1", "--building", str(path), "--fit", "12x16", "--format", "json")
    )
    assert (said["building"]["building_length_m"], said["building"]["building_width_m"]) == (
        "16",
        "12",
    )
    assert said["outcomes"]["outside_plan"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--plan", "MP-9"], "MP-1@2024"),
        (["--plan", "MP-1", "--on", "yesterday"], "2026-03-01"),
        (["--plan", "MP-1", "--on", "2001-01-01"], "No version of MP-1 is in force on 2001-01-01"),
        (["--plan", "MP-1", "--fit", "wide"], "12x18"),
        (["--plan", "MP-1", "--fit", "0x10"], "12x18"),
        (["--plan", "MP-1", "--scheduler", "tcp://127.0.0.1:1"], "--engine dask"),
        (["--plan", "MP-1", "--output", "/nowhere/at/all.csv"], "no such folder"),
        (["--plan", "MP-1", "--parcels", "1/1"], "There is no parcel 1/1"),
        (["--resume", "999"], "There is no run 999"),
        (["--resume", "1", "--restart"], "keeps its question"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_to_do(
    town: Town, arguments: list[str], words: str
) -> None:
    errors = StringIO()
    with pytest.raises(SystemExit) as refused:
        command(*arguments, stderr=errors)
    assert refused.value.code == 3
    assert words in errors.getvalue()
    assert not ConformanceRun.objects.exists()
