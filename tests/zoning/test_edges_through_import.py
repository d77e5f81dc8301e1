"""A correction and the next delivery of the same parcels: kept, or released and told."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import pytest
from django.core.management import call_command
from django.test import Client
from shapely.geometry import LineString, Polygon, box

from parcels.actions.correct_edge import correct_edge
from parcels.importer.profile_file import LoadedProfile
from parcels.models import ImportRun, Parcel, ParcelEdge
from tests.parcels.importer.town import (
    EAST,
    METRIC,
    NORTH,
    parcels_frame,
    parcels_layer,
    plot,
    profile,
    write,
)
from zoning.actions.import_city import CityImport, Where, import_city

pytestmark = pytest.mark.django_db

PARK = {
    "name": "parks",
    "target": "overlays",
    "kind": "open_space",
    "file": "parks.gpkg",
    "fields": {"name": {"en": "name"}},
}


def deliver(folder: Path, *plots: Polygon) -> None:
    keys = [f"7-{number}" for number in range(1, len(plots) + 1)]
    write(parcels_frame(keys, list(plots)), folder / "town.gpkg")


def deliver_park(folder: Path, shape: Polygon) -> None:
    frame = geopandas.GeoDataFrame({"name": ["Park"]}, geometry=[shape], crs=METRIC)
    write(frame, folder / "parks.gpkg")


def run(folder: Path, *more: dict[str, Any]) -> CityImport:
    loaded = LoadedProfile(folder / "town.yaml", profile(parcels_layer(), *more))
    work = CityImport(loaded, folder, date(2026, 3, 1))
    import_city(work=work, dry_run=False, announce=lambda where: None)
    return work


@pytest.fixture
def side(tmp_path: Path) -> ParcelEdge:
    """The edge between parcels 7/1 and 7/2, which a planner has said is a party wall of 7/1."""
    deliver(tmp_path, plot(0), plot(1), plot(2))
    run(tmp_path)
    edge = max(ParcelEdge.objects.filter(parcel__number="1"), key=lambda one: one.geometry.extent)
    return correct_edge(edge=edge, actor=None, kind="party_wall")


def turned(shape: Polygon, start: int) -> Polygon:
    points = list(shape.exterior.coords)[:-1]
    return Polygon(points[start:] + points[:start])


WITH_A_VERTEX = Polygon(
    [(EAST, NORTH), (EAST + 20, NORTH), (EAST + 20, NORTH + 11), (EAST + 20, NORTH + 30),
     (EAST, NORTH + 30)]
)  # fmt: skip


@pytest.mark.parametrize(
    "first",
    [
        plot(0),
        WITH_A_VERTEX,
        turned(plot(0), 2),
        box(EAST + 0.04, NORTH - 0.03, EAST + 20.04, NORTH + 29.97),
    ],
    ids=["unchanged", "a vertex added", "ring start rotated", "shifted by centimetres"],
)
def test_a_correction_survives_the_next_delivery(
    tmp_path: Path, side: ParcelEdge, first: Polygon
) -> None:
    deliver(tmp_path, first, plot(1), plot(2, depth_m=31))
    work = run(tmp_path)
    assert work.edges is not None
    assert work.edges.counts.released == []
    kept = ParcelEdge.objects.get(pk=side.pk)
    assert (kept.kind, kept.locked, kept.source) == ("party_wall", True, "planner")
    at = kept.geometry.centroid
    assert (at.x, at.y) == pytest.approx((EAST + 20, NORTH + 15), abs=0.1)


def test_a_correction_whose_edge_is_gone_is_released_and_told(
    tmp_path: Path, side: ParcelEdge, client: Client
) -> None:
    deliver(tmp_path, plot(0, width_m=12), plot(1), plot(2))
    work = run(tmp_path)
    [line] = work.lines()
    assert (line.code, line.key, line.parameters["edge"]) == ("lock_released", "7/1", "party_wall")
    assert (line.longitude, line.latitude) == pytest.approx((38.6, 24.4), abs=0.01)
    assert not ParcelEdge.objects.filter(locked=True).exists()
    page = client.get("/en/data/").content.decode()
    assert "locked as “party wall” (planner&#x27;s correction), no longer lies" in page
    assert "locks released" in page


def test_the_command_tells_it_and_writes_it_to_the_report(
    tmp_path: Path, side: ParcelEdge, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "town.yaml").write_text(
        "city: testville\nnames: {en: Testville}\ncrs: 32637\nlayers:\n"
        "  - {name: parcels, target: parcels, file: town.gpkg, key: {column: ml, "
        "pattern: '(?P<block>[0-9]+)-(?P<number>[0-9]+)'}}\n"
    )
    deliver(tmp_path, plot(0, width_m=12), plot(1), plot(2))
    report = tmp_path / "report.csv"
    call_command("import_city", str(tmp_path / "town.yaml"), data=tmp_path, report=report)
    assert "locks released, since their edge is gone: 7/1" in capsys.readouterr().out
    [row] = csv.DictReader(report.read_text(encoding="utf-8-sig").splitlines())
    assert (row["kind"], row["key"], row["layer"]) == ("released", "7/1", "parcel edges")


# --- overlays that edges face -------------------------------------------------------------------


def classes() -> set[str]:
    return set(ParcelEdge.objects.values_list("kind", flat=True))


def test_an_imported_park_is_faced_and_one_that_has_grown_too(tmp_path: Path) -> None:
    deliver(tmp_path, plot(0), plot(1), plot(2))
    deliver_park(tmp_path, box(EAST, NORTH + 500, EAST + 60, NORTH + 560))
    run(tmp_path, PARK)
    assert "open_space" not in classes()
    deliver_park(tmp_path, box(EAST, NORTH + 30, EAST + 60, NORTH + 560))
    work = run(tmp_path, PARK)
    assert work.edges is not None
    assert ParcelEdge.objects.filter(kind="open_space").count() == 3
    assert run(tmp_path, PARK).edges is None
    assert ImportRun.objects.filter(layer="parcel edges").count() == 2


@pytest.mark.parametrize(("said", "found"), [("none", False), ("watercourse", True)])
def test_the_profile_may_say_what_edges_along_a_layer_face(
    tmp_path: Path, said: str, found: bool
) -> None:
    deliver(tmp_path, plot(0), plot(1), plot(2))
    deliver_park(tmp_path, box(EAST, NORTH + 30, EAST + 60, NORTH + 560))
    run(tmp_path, {**PARK, "edges": said})
    assert "open_space" not in classes()
    assert ("watercourse" in classes()) is found


def test_a_shore_that_is_a_line_is_water(tmp_path: Path) -> None:
    deliver(tmp_path, plot(0), plot(1), plot(2))
    shore = LineString([(EAST - 10, NORTH + 30.2), (EAST + 70, NORTH + 30.2)])
    frame = geopandas.GeoDataFrame({"name": ["Shore"]}, geometry=[shore], crs=METRIC)
    write(frame, tmp_path / "parks.gpkg")
    run(tmp_path, {**PARK, "kind": "coast"})
    assert ParcelEdge.objects.filter(kind="watercourse").count() == 3
    assert Parcel.objects.count() == 3


# --- labels as a layer of the profile -----------------------------------------------------------


def test_a_layer_of_the_profile_labels_the_edges_that_the_same_import_makes(
    tmp_path: Path,
) -> None:
    deliver(tmp_path, plot(0), plot(1), plot(2))
    walls = geopandas.GeoDataFrame(
        {"what": ["W"], "lot": ["7-1"]},
        geometry=[LineString([(EAST + 20, NORTH), (EAST + 20, NORTH + 30)])],
        crs=METRIC,
    )
    write(walls, tmp_path / "walls.gpkg")
    layer = {
        "name": "walls",
        "target": "edges",
        "file": "walls.gpkg",
        "parcel": {"column": "lot", "pattern": "(?P<block>[0-9]+)-(?P<number>[0-9]+)"},
        "fields": {"kind": {"column": "what", "table": {"W": "party_wall"}}},
    }
    loaded = LoadedProfile(tmp_path / "town.yaml", profile(layer, parcels_layer()))
    work = CityImport(loaded, tmp_path, date(2026, 3, 1))
    places: list[Where] = []
    import_city(work=work, dry_run=False, announce=places.append)
    edge = ParcelEdge.objects.get(kind="party_wall")
    assert (edge.parcel.number, edge.locked, edge.source) == ("1", True, "import")
    assert [result.layer.name for result in work.results] == ["parcels", "walls"]
    assert [where.name for where in places][-1] == "walls"
    shares = [where.share() for where in places]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    again = run(tmp_path, layer)
    assert again.results[1].stored.as_counts()["unchanged"] == 1
