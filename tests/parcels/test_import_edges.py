"""Edge labels from a layer: matched to edges, locked, reported row by row, the same twice."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import geopandas
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from shapely.geometry import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

from gisapp.models import Municipality
from gisapp.translated import texts
from parcels.actions.correct_edge import correct_edge
from parcels.models import ImportRun, ParcelEdge
from tests.parcels.importer.town import METRIC, write
from tests.town import Town, here
from zoning.actions.classify_edges import classify_edges

pytestmark = pytest.mark.django_db

FRONT = [(0, 0.1), (20, -0.1)]
EAST = [(20, 0), (20, 30)]
REAR = [(20, 30), (0, 30)]
WEST = [(0, 30), (0, 0)]


def layer(folder: Path, rows: list[tuple[Any, ...]], *, name: str = "edges.gpkg",
          crs: Any = METRIC, columns: tuple[str, ...] = ("class",)) -> Path:  # fmt: skip
    """A file of lines, each with the values of its columns."""
    shapes = [
        here(shape if isinstance(shape, BaseGeometry) else LineString(shape)) for shape, *_ in rows
    ]
    values = {column: [row[at + 1] for row in rows] for at, column in enumerate(columns)}
    frame = geopandas.GeoDataFrame(values, geometry=shapes, crs=METRIC)
    if crs != METRIC:
        frame = frame.to_crs(crs)
    return write(frame, folder / name)


def imported(path: Path, *arguments: str) -> str:
    out = StringIO()
    call_command("import_edges", str(path), *arguments, stdout=out)
    return out.getvalue()


def label(town: Town, position: int) -> tuple[str, str, bool]:
    edge = town.parcel.edges.get(position=position)
    return edge.kind, edge.source, edge.locked


def events() -> int:
    history = apps.get_model("parcels", "ParcelEdgeEvent")
    return int(history._default_manager.count())


@pytest.mark.parametrize(
    ("name", "crs"),
    [
        ("edges.gpkg", METRIC),
        ("edges.geojson", "EPSG:4326"),
        ("edges.shp", METRIC),
        ("edges.fgb", "EPSG:3857"),
    ],
)
def test_labels_come_in_locked_from_any_file_in_any_crs(town, tmp_path, name, crs) -> None:
    path = layer(tmp_path, [(WEST, "party_wall"), (REAR, "watercourse")], name=name, crs=crs)
    said = imported(path)
    assert "2 in the file, 2 changed" in said
    assert label(town, 3) == ("party_wall", "import", True)
    assert label(town, 2) == ("watercourse", "import", True)
    assert label(town, 0) == ("front", "street", False)
    assert town.parcel.edges.get(position=2).confidence == 1


def test_they_survive_classification(town, tmp_path) -> None:
    imported(layer(tmp_path, [(REAR, "watercourse")]))
    run = classify_edges(municipality=town.municipality, on=date(2026, 3, 1))
    assert (run.counts.locked, run.counts.released) == (1, [])
    assert town.parcel.edges.get(locked=True).kind == "watercourse"


def test_a_second_run_changes_nothing_and_leaves_no_history(town, tmp_path) -> None:
    path = layer(tmp_path, [(WEST, "party_wall"), (FRONT, "secondary_street")])
    imported(path)
    before, history = list(ParcelEdge.objects.order_by("pk").values()), events()
    assert "2 in the file, 2 unchanged" in imported(path)
    assert list(ParcelEdge.objects.order_by("pk").values()) == before
    assert events() == history == 2


def test_a_changed_class_is_taken_over(town, tmp_path) -> None:
    imported(layer(tmp_path, [(WEST, "party_wall")]))
    imported(layer(tmp_path, [(WEST, "watercourse")]))
    assert label(town, 3) == ("watercourse", "import", True)


def test_the_width_of_the_street_may_come_too(town, tmp_path) -> None:
    rows = [(FRONT, "front", 9.5), (WEST, "secondary_street", -2), (REAR, "rear", 8)]
    path = layer(tmp_path, rows, columns=("class", "width"))
    said = imported(path, "--width-column", "width")
    assert "street_width_m: -2" in said
    widths = town.parcel.edges.values_list("position", "street_width_m")
    assert dict(widths) == {0: Decimal("9.50"), 1: None, 2: None, 3: None}


def test_an_edge_that_leaves_the_street_loses_its_width(town, tmp_path) -> None:
    imported(layer(tmp_path, [(FRONT, "open_space")]))
    front = town.parcel.edges.get(position=0)
    assert (front.kind, front.street, front.street_width_m) == ("open_space", None, None)


def test_what_a_planner_has_said_stays_and_is_told(town, tmp_path) -> None:
    correct_edge(edge=town.parcel.edges.get(position=3), actor=None, kind="rear")
    said = imported(layer(tmp_path, [(WEST, "party_wall"), (REAR, "rear")]))
    assert "Of edge 4 of parcel 125/7 a planner has said: rear. The edge was left" in said
    assert label(town, 3) == ("rear", "planner", True)
    assert label(town, 2) == ("rear", "import", True)


def test_classes_may_be_written_with_capitals_and_spaces(town, tmp_path) -> None:
    imported(layer(tmp_path, [(WEST, "Party Wall"), (REAR, "OPEN-SPACE")]))
    assert {label(town, 3)[0], label(town, 2)[0]} == {"party_wall", "open_space"}


# --- rows that can not be used ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((WEST, "gate"), "“gate” is no class of edges; there are: front, secondary_street"),
        ((WEST, "unknown"), "“unknown” is no class"),
        ((WEST, None), "It does not tell the class"),
        ((EAST, "party_wall"), "It lies along the edges of several parcels (125/7, 125/8)"),
        (([(0, 0), (40, 0)], "front"), "50 % of it lie within 0.5 m along the edges of one parcel"),
        (([(0, 7), (20, 7)], "front"), "0 % of it lie within 0.5 m"),
        (([(0, 0), (9, 0)], "front"), "45 % of edge 1 of parcel 125/7 are covered"),
    ],
)
def test_a_row_that_can_not_be_used_is_told_by_its_number(town, tmp_path, row, words) -> None:
    path = layer(tmp_path, [(REAR, "rear"), row])
    report = tmp_path / "report.json"
    assert f"  2: {words}" in imported(path, "--report", str(report))
    [told] = json.loads(report.read_text(encoding="utf-8"))
    assert (told["feature"], told["kind"]) == (2, "rejected")
    assert ParcelEdge.objects.filter(locked=True).count() == 1


def test_rows_that_contradict_each_other_name_each_other(town, tmp_path) -> None:
    said = imported(layer(tmp_path, [(REAR, "rear"), (WEST, "rear"), (WEST, "party_wall")]))
    assert "  2: Feature 3 says otherwise of edge 4 of parcel 125/7." in said
    assert "  3: Feature 2 says otherwise of edge 4 of parcel 125/7." in said
    assert label(town, 3) == ("interior_side", "adjacency", False)


def test_a_line_of_two_pieces_labels_what_it_covers_and_is_warned_of_the_rest(
    town, tmp_path
) -> None:
    pieces = MultiLineString([FRONT, [(0, 30), (0, 18)]])
    report = tmp_path / "report.csv"
    imported(layer(tmp_path, [(pieces, "front")]), "--report", str(report))
    rows = list(csv.DictReader(report.read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["kind"], row["code"]) for row in rows] == [
        ("repaired", "split_into_lines"),
        ("warning", "part_of_edge"),
    ]
    assert label(town, 0) == ("front", "import", True)


# --- parcels by number --------------------------------------------------------------------------


def test_a_column_tells_the_parcel_of_a_line_between_two(town, tmp_path) -> None:
    path = layer(tmp_path, [(EAST, "party_wall", "125/8")], columns=("class", "lot"))
    imported(path, "--parcel-column", "lot")
    assert label(town, 1) == ("interior_side", "adjacency", False)
    assert town.neighbour.edges.get(position=3).kind == "party_wall"


def test_a_pattern_reads_another_way_of_writing_numbers(town, tmp_path) -> None:
    rows = [(EAST, "party_wall", "B125-P7"), (REAR, "rear", "?"), (WEST, "rear", None)]
    path = layer(tmp_path, rows, columns=("class", "lot"))
    pattern = "B(?P<block>[0-9]+)-P(?P<number>[0-9]+)"
    said = imported(path, "--parcel-column", "lot", "--parcel-pattern", pattern)
    assert "  2: Its parcel number does not have the form" in said
    assert label(town, 1) == ("party_wall", "import", True)
    assert label(town, 3) == ("rear", "import", True)


@pytest.mark.parametrize(
    ("lot", "words"),
    [("125/99", "There is no parcel 125/99."), ("125/8", "along the edges of parcel 125/8")],
)
def test_a_wrong_parcel_is_told(town, tmp_path, lot, words) -> None:
    path = layer(tmp_path, [(WEST, "rear", lot)], columns=("class", "lot"))
    assert words in imported(path, "--parcel-column", "lot")
    assert not ParcelEdge.objects.filter(locked=True).exists()


def test_the_tolerance_is_an_option(town, tmp_path) -> None:
    path = layer(tmp_path, [([(0, 31.2), (20, 31.2)], "rear")])
    assert "0 % of it" in imported(path)
    imported(path, "--tolerance", "1.5")
    assert label(town, 2) == ("rear", "import", True)


# --- the command --------------------------------------------------------------------------------


def test_a_dry_run_stores_nothing_and_reports_all(town, tmp_path) -> None:
    path = layer(tmp_path, [(WEST, "party_wall"), (EAST, "party_wall")])
    report = tmp_path / "report.csv"
    said = imported(path, "--dry-run", "--report", str(report))
    assert "1 changed" in said
    assert "rolled back" in said
    assert len(report.read_text(encoding="utf-8").splitlines()) == 2
    assert not ParcelEdge.objects.filter(locked=True).exists()
    assert not ImportRun.objects.exists()


def test_the_run_is_on_the_page_of_data(town, tmp_path, client) -> None:
    imported(layer(tmp_path, [(WEST, "party_wall"), (EAST, "party_wall")]))
    page = client.get("/en/data/").content.decode()
    assert "edges.gpkg" in page
    assert "edges of several parcels (125/7, 125/8)" in page


def test_the_report_speaks_the_language_asked_for(town, tmp_path) -> None:
    path = layer(tmp_path, [(WEST, "gate")])
    assert "Not imported" not in imported(path, "--language", "fr")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--class-column", "kind"], "has no column “kind”. There are: class"),
        (["--parcel-column", "lot"], "has no column “lot”"),
        (["--parcel-pattern", "x"], "goes with --parcel-column"),
        (["--parcel-column", "class", "--parcel-pattern", "x"], "(?P<block>…)"),
        (["--tolerance", "0"], "tolerance_m"),
        (["--tolerance", "50"], "tolerance_m"),
        (["--crs", "99999"], "EPSG:99999"),
        (["--crs", "32610"], "outside the area of EPSG:32610"),
        (["--layer", "walls"], "no layer “walls”"),
        (["--municipality", "atlantis"], "no municipality “atlantis”"),
        (["--report", "report.pdf"], ".csv or a .json"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(town, tmp_path, arguments, words) -> None:
    path = layer(tmp_path, [(WEST, "party_wall")])
    with pytest.raises(CommandError) as caught:
        imported(path, *arguments)
    assert words in str(caught.value)
    assert caught.value.returncode == 3
    assert not ParcelEdge.objects.filter(locked=True).exists()


def test_a_file_without_crs_is_refused_until_it_is_told(town, tmp_path) -> None:
    path = layer(tmp_path, [(WEST, "party_wall")], name="edges.shp")
    path.with_suffix(".prj").unlink()
    with pytest.raises(CommandError, match="--crs"):
        imported(path)
    imported(path, "--crs", str(METRIC))
    assert label(town, 3) == ("party_wall", "import", True)


def test_a_file_that_is_not_there_is_named(town, tmp_path) -> None:
    with pytest.raises(CommandError, match=r"gone\.gpkg"):
        imported(tmp_path / "gone.gpkg")


def test_edges_that_were_never_classified_are_asked_for(town, tmp_path) -> None:
    path = layer(tmp_path, [(WEST, "party_wall")])
    ParcelEdge.objects.all().delete()
    with pytest.raises(CommandError, match="classify_edges"):
        imported(path)


def test_where_there_are_several_municipalities_one_is_named(town, tmp_path) -> None:
    Municipality.objects.create(slug="other", **texts("name", {"en": "Other"}))
    path = layer(tmp_path, [(WEST, "party_wall")])
    with pytest.raises(CommandError, match="other, town"):
        imported(path)
    imported(path, "--municipality", "town")
    assert label(town, 3)[2]


def test_an_import_that_is_stopped_stores_nothing(town, tmp_path, monkeypatch) -> None:
    def stop(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    path = layer(tmp_path, [(WEST, "party_wall")])
    monkeypatch.setattr("parcels.actions.import_layer.ImportRun.objects.create", stop)
    with pytest.raises(CommandError, match="Nothing was stored") as caught:
        imported(path)
    assert caught.value.returncode == 130
    assert not ParcelEdge.objects.filter(locked=True).exists()
