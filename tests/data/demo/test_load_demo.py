"""The demo town in the database: complete, loaded once, rebuilt on request, judged as drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.gis.db.models.functions import Area
from django.core.management import CommandError, call_command
from django.db.models import F

from data.demo.applications import SHOWCASE_NUMBER
from gisapp.models import Membership, Municipality
from gisapp.roles import Role
from parcels.models import Building, ImportRun, Parcel, ParcelEdge, StreetSegment
from permits.actions.evaluate_application import judge
from permits.actions.load_demo import Loaded, load_demo
from permits.facts import proposal_of
from permits.models import Application, Evaluation
from zoning.models import PlanVersion, Rulebook, Zone
from zoning.rules.findings import Outcome

PARCELS = 250

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def var_dir(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def loaded(lines: list[str]) -> Loaded:
    return load_demo(parcels=PARCELS, progress=lines.append)


def test_the_town_is_stored_whole(loaded: Loaded, lines: list[str], var_dir: Path) -> None:
    assert loaded.built
    assert Municipality.objects.get(slug="demo").name_ar == "مدينة الريحان"
    assert Parcel.objects.count() == pytest.approx(PARCELS, rel=0.2)
    assert Building.objects.count() > 0.7 * Parcel.objects.count()
    assert {street.name_ar for street in StreetSegment.objects.all()} >= {"الطريق الدائري"}
    assert Rulebook.objects.count() == PlanVersion.objects.count() == 3
    assert Zone.objects.filter(version__label="2024").exists()
    assert Application.objects.filter(number=SHOWCASE_NUMBER).exists()
    assert ImportRun.objects.get().counts == loaded.counts
    assert (var_dir / "terrain" / "demo.tif").stat().st_size > 1_000
    assert any("parcels" in line for line in lines)


def test_exactly_one_version_is_in_force_on_any_day(loaded: Loaded) -> None:
    for day, label in (("2020-05-01", "2016"), ("2024-02-29", "2016"), ("2024-03-01", "2024")):
        assert [v.label for v in PlanVersion.objects.in_force(on=day)] == [label]


def test_stored_parcels_keep_their_drawn_area(loaded: Loaded) -> None:
    rows = Parcel.objects.annotate(drawn=Area("geometry")).values_list(
        "drawn", "registered_area_m2", F("surveyed_area_m2")
    )
    for drawn, registered, surveyed in rows:
        assert float(registered) == pytest.approx(drawn.sq_m, rel=0.04)
        assert surveyed is None or float(surveyed) == pytest.approx(drawn.sq_m, abs=0.02)


def test_every_parcel_has_classified_edges_and_nearly_all_a_front(loaded: Loaded) -> None:
    with_edges = ParcelEdge.objects.values("parcel").distinct().count()
    fronts = ParcelEdge.objects.filter(kind="front").values("parcel").distinct().count()
    assert with_edges == Parcel.objects.count()
    assert fronts > 0.97 * with_edges


def test_the_stored_showcase_breaches_as_drawn(loaded: Loaded) -> None:
    application = Application.objects.get(number=SHOWCASE_NUMBER)
    judged = judge(
        list(application.parcels.all()),
        proposal_of(application),
        on=application.filing_date,
    )
    breached = {
        (one.kind, one.target)
        for one in judged.judgement.findings
        if one.outcome == Outcome.BREACHES
    }
    assert breached == {("setback", "interior_side"), ("height", ""), ("parking", "")}


def test_a_second_load_says_so_and_changes_nothing(loaded: Loaded, lines: list[str]) -> None:
    first = set(Parcel.objects.values_list("pk", flat=True))
    lines.clear()
    again = load_demo(parcels=PARCELS, progress=lines.append)
    assert not again.built
    assert again.counts == loaded.counts
    assert set(Parcel.objects.values_list("pk", flat=True)) == first
    assert "already loaded" in lines[0]


def test_a_rebuild_makes_it_anew_and_keeps_memberships(loaded: Loaded) -> None:
    municipality = Municipality.objects.get(slug="demo")
    user = User.objects.create(username="planner")
    Membership.objects.create(user=user, municipality=municipality, role=Role.PLANNER)
    application = Application.objects.get(number=SHOWCASE_NUMBER)
    Evaluation.objects.create(
        application=application,
        on=application.filing_date,
        engine_version="0",
        input_digest="0",
        inputs={},
        outcome="complies",
        findings=[],
    )
    again = load_demo(parcels=PARCELS, rebuild=True, progress=lambda line: None)
    assert again.built
    assert again.counts == loaded.counts
    assert not Evaluation.objects.exists()
    assert Membership.objects.filter(user=user, municipality=municipality).exists()


def test_a_town_too_small_is_refused_and_nothing_is_stored() -> None:
    with pytest.raises(CommandError, match="at least 200 parcels"):
        call_command("load_demo", parcels=20)
    assert not Municipality.objects.exists()
