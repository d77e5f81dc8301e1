"""The demo town in the database: complete, loaded once, rebuilt on request, judged as drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.gis.db.models.functions import Area
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.test import override_settings

from data.demo.showcase import SHOWCASE_NUMBER
from gisapp.models import Membership, Municipality
from gisapp.roles import Role
from parcels.models import Building, ImportRun, Parcel, ParcelEdge, Raster, StreetSegment
from permits.actions.evaluate_application import judge
from permits.actions.load_demo import Loaded, load_demo
from permits.facts import proposal_of
from permits.models import Application, Evaluation
from zoning.models import PlanVersion, Rulebook, Zone
from zoning.rules.findings import Outcome

PARCELS = 250
DAYS = (
    (date(2020, 5, 1), "2016"),
    (date(2024, 2, 29), "2016"),
    (date(2024, 3, 1), "2024"),
)

pytestmark = pytest.mark.django_db


@dataclass
class Load:
    """One load of the town: what the action returned, what it said, where files went."""

    loaded: Loaded
    lines: list[str]
    var_dir: Path


@pytest.fixture(scope="module")
def load(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Load]:
    """The town loaded once for the whole module; each test works in a savepoint above it."""
    var_dir = tmp_path_factory.mktemp("var")
    lines: list[str] = []
    with django_db_blocker.unblock(), override_settings(VAR_DIR=var_dir), transaction.atomic():
        yield Load(load_demo(parcels=PARCELS, progress=lines.append), lines, var_dir)
        transaction.set_rollback(True)


def test_the_town_is_stored_whole(load: Load) -> None:
    assert load.loaded.built
    assert Municipality.objects.filter(slug="demo", name_ar="مدينة الريحان").exists()
    assert Parcel.objects.count() == pytest.approx(PARCELS, rel=0.2)
    assert Building.objects.count() > 0.7 * Parcel.objects.count()
    assert StreetSegment.objects.filter(name_ar="الطريق الدائري").exists()
    assert Rulebook.objects.count() == PlanVersion.objects.count() == 3
    assert Zone.objects.filter(version__label="2024").exists()
    assert Application.objects.filter(number=SHOWCASE_NUMBER).exists()
    assert ImportRun.objects.get(layer="all").counts == load.loaded.counts
    rasters = {raster.kind for raster in Raster.objects.all() if raster.path.is_file()}
    assert rasters == set(Raster.Kind.values)
    assert any("parcels" in line for line in load.lines)


def test_exactly_one_version_is_in_force_on_any_day(load: Load) -> None:
    for day, label in DAYS:
        assert [v.label for v in PlanVersion.objects.in_force(on=day)] == [label]


def test_stored_parcels_keep_their_drawn_area(load: Load) -> None:
    rows = Parcel.objects.annotate(drawn=Area("geometry")).values_list(
        "drawn", "registered_area_m2", F("surveyed_area_m2")
    )
    for drawn, registered, surveyed in rows:
        assert float(registered) == pytest.approx(drawn.sq_m, rel=0.04)
        assert surveyed is None or float(surveyed) == pytest.approx(drawn.sq_m, abs=0.02)


def test_every_parcel_has_classified_edges_and_nearly_all_a_front(load: Load) -> None:
    with_edges = ParcelEdge.objects.values("parcel").distinct().count()
    fronts = ParcelEdge.objects.filter(kind="front").values("parcel").distinct().count()
    assert with_edges == Parcel.objects.count()
    assert fronts > 0.97 * with_edges


def test_the_stored_showcase_breaches_as_drawn(load: Load) -> None:
    application = Application.objects.get(number=SHOWCASE_NUMBER)
    assert application.filing_date is not None
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


def test_a_second_load_says_so_and_changes_nothing(load: Load) -> None:
    first = set(Parcel.objects.values_list("pk", flat=True))
    lines: list[str] = []
    again = load_demo(parcels=PARCELS, progress=lines.append)
    assert not again.built
    assert again.counts == load.loaded.counts
    assert set(Parcel.objects.values_list("pk", flat=True)) == first
    assert "already loaded" in lines[0]


def test_a_rebuild_makes_it_anew_and_keeps_memberships(load: Load) -> None:
    municipality = Municipality.objects.get(slug="demo")
    user = User.objects.create(username="planner")
    Membership.objects.create(user=user, municipality=municipality, role=Role.PLANNER)
    before = set(Evaluation.objects.values_list("pk", flat=True))
    assert before
    again = load_demo(parcels=PARCELS, rebuild=True, progress=lambda line: None)
    assert again.built
    assert again.counts == load.loaded.counts
    assert not Evaluation.objects.filter(pk__in=before).exists()
    assert Membership.objects.filter(user=user, municipality=municipality).exists()


def test_a_town_too_small_is_refused_and_nothing_is_lost(load: Load) -> None:
    with pytest.raises(CommandError, match="at least 200 parcels"):
        call_command("load_demo", parcels=20, rebuild=True)
    assert Parcel.objects.count() == load.loaded.counts["parcel"]
