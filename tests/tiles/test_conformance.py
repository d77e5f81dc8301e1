"""The layer of a check of the city: the newest one, and only for who may read it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client

from permits.actions.evaluate_city import evaluate_city, open_run
from permits.city.figures import OUTCOMES
from permits.models import ConformanceResult, ConformanceRun
from tests.tiles.conftest import tile_at
from tests.tiles.test_map_page import configuration
from tests.tiles.town import MapTown, staff
from zoning.models import PlanVersion, Rulebook

ON = date(2026, 3, 1)


def checked(town: MapTown, version: PlanVersion | None = None, **options: Any) -> ConformanceRun:
    run = open_run(version=version or town.version, on=ON, actor=None, **options)
    return evaluate_city(run=run, workers=1)


def test_parcels_carry_the_outcome_of_the_newest_finished_check(
    town: MapTown, get: Any, read_tile: Any
) -> None:
    checked(town)
    checked(town, restart=True)
    ConformanceResult.objects.filter(run=ConformanceRun.objects.last()).update(outcome="complies")
    open_run(version=town.version, on=ON, actor=None, restart=True)
    shown = read_tile(get("conformance", tile_at(15)).content, "conformance")
    newest = ConformanceRun.objects.filter(status="done").first()
    assert newest is not None
    expected = dict(newest.results.values_list("parcel__reference", "outcome"))
    assert dict(zip(shown["reference"], shown["outcome"], strict=True)) == expected
    assert "private" in get("conformance", tile_at(17))["Cache-Control"]


def test_the_check_of_a_draft_is_shown_with_the_draft_and_to_who_may_see_it(
    town: MapTown, client: Client, get: Any
) -> None:
    draft = PlanVersion.objects.create(plan=town.version.plan, label="draft")
    text = Rulebook.objects.get().source_text
    Rulebook.objects.create(version=draft, slug="draft", source_text=text)
    checked(town, draft)
    assert get("conformance", tile_at(17)).status_code == 204
    assert get("conformance", tile_at(17), version=str(draft.pk)).status_code == 404
    assert not layer(client)["loaded"]
    client.force_login(staff(town, "planner"))
    assert get("conformance", tile_at(17), version=str(draft.pk)).status_code == 200
    assert layer(client)["loaded"]


def test_the_legend_names_every_outcome_there_can_be(town: MapTown, client: Client) -> None:
    checked(town)
    assert {entry["key"] for entry in layer(client)["legend"]} == set(OUTCOMES)


def layer(client: Client) -> dict[str, Any]:
    layers = configuration(client)["layers"]
    return next(one for one in layers if one["name"] == "conformance")
