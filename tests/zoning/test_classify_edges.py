"""Edges classified with what the overlays tell, what is kept of the run, and the command."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from psycopg2.extras import DateRange
from shapely.geometry import LineString, Point, box

from gisapp.geometry import from_shapely, multipolygon
from parcels.actions.correct_edge import correct_edge
from parcels.importer.report_text import why
from parcels.models import ImportRun, ParcelEdge
from tests.town import Town, here, let_the_law_change
from zoning.actions.classify_edges import classify_edges
from zoning.models import Overlay, Rulebook
from zoning.open_land import faced_class

DAY = date(2026, 3, 1)
NORTH = box(-40, 30, 60, 60)
SHORE = LineString([(-40, 30.5), (60, 30.5)])


def overlay(town, kind, geometry, **facts):
    return Overlay.objects.create(
        municipality=town.municipality,
        kind=kind,
        name="Land",
        geometry=from_shapely(here(geometry)),
        **facts,
    )


def kinds(town):
    classify_edges(municipality=town.municipality, on=DAY)
    return sorted(town.parcel.edges.values_list("kind", flat=True))


WITHOUT = ["front", "interior_side", "unknown", "unknown"]


def test_without_overlays_nothing_is_known_of_the_land_behind(town: Town) -> None:
    assert kinds(town) == WITHOUT


@pytest.mark.parametrize(
    ("kind", "geometry", "facts", "faced"),
    [
        ("open_space", NORTH, {}, "open_space"),
        ("coast", SHORE, {"distance_m": 25}, "watercourse"),
        ("flood", NORTH, {"code": "watercourse"}, "watercourse"),
        ("easement", SHORE, {"code": "watercourse"}, "watercourse"),
        ("special", NORTH, {"attributes": {"edges": "watercourse"}}, "watercourse"),
        ("special", SHORE, {"attributes": {"edges": "open_space"}}, "open_space"),
        ("open_space", NORTH, {"validity": DateRange(DAY, None)}, "open_space"),
    ],
)
def test_an_edge_faces_the_open_land_along_it(town: Town, kind, geometry, facts, faced) -> None:
    overlay(town, kind, geometry, **facts)
    assert kinds(town) == sorted([*WITHOUT[:3], faced])


@pytest.mark.parametrize(
    ("kind", "geometry", "facts"),
    [
        ("flood", NORTH, {}),
        ("coast", NORTH, {}),
        ("open_space", NORTH, {"attributes": {"edges": "none"}}),
        ("open_space", Point(10, 31), {}),
        ("open_space", box(-40, 200, 60, 260), {}),
        ("open_space", NORTH, {"validity": DateRange(None, DAY)}),
        ("open_space", NORTH, {"validity": DateRange(date(2026, 3, 2), None)}),
    ],
    ids=["a flood", "a strip on land", "told not to", "a point", "far away", "past", "to come"],
)
def test_other_overlays_are_no_open_land(town: Town, kind, geometry, facts) -> None:
    overlay(town, kind, geometry, **facts)
    assert kinds(town) == WITHOUT


def test_what_an_overlay_says_itself_goes_before_its_kind() -> None:
    assert faced_class("open_space", "", {"edges": "watercourse"}, dimension=2) == "watercourse"
    assert faced_class("open_space", "", {"edges": "nonsense"}, dimension=2) is None


def test_a_class_for_which_the_rulebook_asks_no_distance_is_told(town: Town) -> None:
    overlay(town, "open_space", NORTH)
    run = classify_edges(municipality=town.municipality, on=DAY)
    [line] = run.report.lines
    assert why(line) == (
        "2 edges are of the class “open space”, from which the rulebook town asks no distance."
    )
    [kept] = ImportRun.objects.filter(layer="parcel edges")
    assert kept.counts["warning"] == 1
    let_the_law_change()
    rulebook = Rulebook.objects.get()
    rulebook.source_text = rulebook.source_text.replace("interior_side", "open_space")
    rulebook.save()
    assert classify_edges(municipality=town.municipality, on=DAY).report.lines == []


# --- locks that are released --------------------------------------------------------------------


@pytest.fixture
def gone(town: Town) -> ParcelEdge:
    """A corrected rear of parcel 125/7, of which the land has been cut off since."""
    rear = correct_edge(edge=town.parcel.edges.get(kind="rear"), actor=None, kind="party_wall")
    town.parcel.geometry = multipolygon(here(box(0, 0, 20, 25)))
    town.parcel.save()
    return rear


def test_a_lock_that_is_released_is_kept_for_the_page(town: Town, gone, client) -> None:
    run = classify_edges(municipality=town.municipality, on=DAY)
    assert [line.code for line in run.report.lines] == ["lock_released"]
    kept = ImportRun.objects.get()
    assert (kept.layer, kept.counts["released"]) == ("parcel edges", 1)
    for language, words in (
        ("en", "Its edge of 20.0 m, locked as “party wall”"),
        ("ar", "125/7"),
        ("fr", "125/7"),
    ):
        assert words in client.get(f"/{language}/data/").content.decode()


def test_a_run_over_some_parcels_is_kept_only_for_the_locks_it_released(town: Town, gone) -> None:
    only = type(town.parcel).objects.filter(number="8")
    classify_edges(municipality=town.municipality, parcels=only, on=DAY)
    assert not ImportRun.objects.exists()
    only = type(town.parcel).objects.filter(number="7")
    classify_edges(municipality=town.municipality, parcels=only, on=DAY)
    assert ImportRun.objects.get().layer == "some parcel edges"


# --- the command --------------------------------------------------------------------------------


def called(*arguments: str) -> str:
    out = StringIO()
    call_command("classify_edges", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_a_line_per_kind(town: Town) -> None:
    text = called()
    assert "town: 2 parcels" in text
    assert "8 edges" in text
    assert any(line.split() == ["front", "2", "0"] for line in text.splitlines())


def test_the_command_tells_the_locks_it_released(town: Town, gone) -> None:
    assert "125/7: Its edge of 20.0 m, locked as “party wall” (planner's correction)" in called()


def test_the_command_passes_the_overlays_of_today(town: Town) -> None:
    overlay(town, "open_space", NORTH)
    assert "open space" in called()


@pytest.mark.parametrize(
    "arguments", [["--municipality", "atlantis"], ["--parcel", "9/9"]], ids=["town", "parcel"]
)
def test_the_command_names_what_it_can_not_find(town: Town, arguments) -> None:
    with pytest.raises(CommandError, match=arguments[1]) as error:
        called(*arguments)
    assert error.value.returncode == 3
