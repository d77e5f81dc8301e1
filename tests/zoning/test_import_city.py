"""The whole import: nothing doubles, nothing half is written, what has been in force stays."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import geopandas
import psycopg2
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test import Client

from gisapp.errors import BadInput, Conflict
from gisapp.models import Municipality
from parcels.importer.files import UnreadableFile
from parcels.importer.profile_file import LoadedProfile
from parcels.importer.report_text import why
from parcels.importer.store import store_by_key
from parcels.models import Building, ImportRun, Parcel, ParcelEdge, Place, StreetSegment
from tests.parcels.importer.town import (
    METRIC,
    PARCEL_KEY,
    bow_tie,
    parcels_frame,
    parcels_layer,
    plot,
    profile,
    street,
    write,
)
from tests.town import RULEBOOK
from zoning.actions.import_city import LOCK, CityImport, import_city
from zoning.loaded import missing_sentences
from zoning.models import District, Overlay, Plan, PlanVersion, Rulebook, Zone

pytestmark = pytest.mark.django_db


def run(folder: Path, *layers: dict[str, Any], dry_run: bool = False, **changes: Any) -> CityImport:
    loaded = LoadedProfile(folder / "town.yaml", profile(*layers, **changes))
    work = CityImport(loaded, folder, date(2026, 3, 1))
    import_city(work=work, dry_run=dry_run, announce=lambda where: None)
    return work


STREETS = {
    "name": "streets",
    "target": "streets",
    "file": "streets.gpkg",
    "key": "id",
    "width_source": "survey",
    "fields": {
        "name": {"columns": ["name"]},
        "existing_width_m": {"column": "width_ft", "unit": "ft"},
    },
    "attributes": {"from": "first"},
}


@pytest.fixture
def town(tmp_path: Path) -> Path:
    frame = parcels_frame(
        ["7-1", "7-2", "ROAD", "7-3"],
        [plot(0), plot(1), plot(2), bow_tie(3)],
        area_ft2=[6458.35, 0.0, None, 3229.0],
        note=["x", None, None, "y"],
    )
    write(frame, tmp_path / "town.gpkg")
    streets = geopandas.GeoDataFrame(
        {
            "id": ["s1", "s2"],
            "name": ["شارع الملك", "Main St"],
            "width_ft": [40.0, None],
            "first": [2, None],
        },
        geometry=[street(0), street(5)],
        crs=METRIC,
    )
    write(streets, tmp_path / "streets.gpkg")
    return tmp_path


LOTS = parcels_layer(
    leave_out=[{"column": "ml", "values": ["ROAD"], "reason": "a street"}],
    fields={"registered_area_m2": {"column": "area_ft2", "unit": "ft2", "above": 0}},
    attributes={"note": "note"},
)


def events(model: type[models.Model]) -> int:
    """How many past rows the history keeps."""
    history = apps.get_model(model._meta.app_label, f"{model.__name__}Event")
    return int(history._default_manager.count())


def test_parcels_come_in_with_areas_in_square_metres(town: Path) -> None:
    work = run(town, LOTS)
    assert [str(p) for p in Parcel.objects.order_by("number")] == ["7/1", "7/2", "7/3"]
    first = Parcel.objects.by_reference("7/1")
    assert float(first.registered_area_m2) == pytest.approx(600.0, abs=0.01)
    assert first.geometry.srid == METRIC
    assert (first.source, first.source_id, first.attributes) == ("parcels", "7-1", {"note": "x"})
    assert Parcel.objects.by_reference("7/2").registered_area_m2 is None
    assert work.results[0].report.counts() == {"left_out": 1, "repaired": 1, "value": 1}


def test_streets_come_in_with_widths_and_names_by_script(town: Path) -> None:
    run(town, STREETS)
    first, second = StreetSegment.objects.order_by("source_id")
    assert (first.name_ar, first.name_en) == ("شارع الملك", "شارع الملك")
    assert float(first.existing_width_m) == 12.19
    assert (first.width_source, second.width_source) == ("survey", "unknown")
    assert second.name_fr == "Main St"
    assert first.attributes == {"from": 2}


def test_a_second_run_doubles_nothing_and_leaves_no_history(town: Path) -> None:
    run(town, LOTS, STREETS)
    before = list(Parcel.objects.order_by("pk").values())
    work = run(town, LOTS, STREETS)
    assert [r.stored.as_counts() for r in work.results] == [
        {"created": 0, "updated": 0, "unchanged": 3, "gone": 0},
        {"created": 0, "updated": 0, "unchanged": 2, "gone": 0},
    ]
    assert list(Parcel.objects.order_by("pk").values()) == before
    assert events(Parcel) == events(StreetSegment) == 0


def test_a_changed_feature_updates_its_row_only(town: Path) -> None:
    run(town, LOTS)
    keys = {p.reference: p.pk for p in Parcel.objects.all()}
    frame = parcels_frame(
        ["7-1", "7-2", "7-4"],
        [plot(0), plot(1, depth_m=40), plot(6)],
        area_ft2=[6458.35, 8611.13, 6458.35],
        note=["x", None, None],
    )
    write(frame, town / "town.gpkg")
    result = run(town, LOTS).results[0]
    assert result.stored.as_counts() == {"created": 1, "updated": 1, "unchanged": 1, "gone": 1}
    changed = Parcel.objects.by_reference("7/2")
    assert changed.pk == keys["7/2"]
    assert changed.geometry.area == 800
    assert float(changed.registered_area_m2) == pytest.approx(800, abs=0.01)
    assert events(Parcel) == 1


def test_a_parcel_gone_from_the_file_is_reported_and_kept(town: Path) -> None:
    run(town, LOTS)
    write(parcels_frame(["7-1"], area_ft2=[6458.35], note=["x"]), town / "town.gpkg", append=False)
    report = run(town, LOTS).results[0].report
    assert [line.key for line in report.lines if line.kind == "gone"] == ["7/2", "7/3"]
    assert Parcel.objects.count() == 3


def test_fields_the_profile_does_not_map_are_left_alone(town: Path) -> None:
    run(town, LOTS)
    Parcel.objects.filter(number="1").update(address="12 King Street")
    run(town, LOTS)
    assert Parcel.objects.by_reference("7/1").address == "12 King Street"


def test_a_dry_run_writes_nothing(town: Path) -> None:
    work = run(town, LOTS, STREETS, dry_run=True)
    assert [r.stored.created for r in work.results] == [3, 2]
    for model in (Municipality, Parcel, StreetSegment, ImportRun):
        assert not model.objects.exists()


def test_a_failing_layer_writes_nothing_and_keeps_the_finished_ones(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The roads fail after their rows are written: the rows go, the parcels stay."""

    def fail_at_the_end(*args: Any, **kwargs: Any) -> None:
        store_by_key(*args, **kwargs)
        raise KeyboardInterrupt

    monkeypatch.setattr("parcels.actions.import_streets.store_by_key", fail_at_the_end)
    with pytest.raises(KeyboardInterrupt):
        run(town, LOTS, STREETS)
    assert Parcel.objects.count() == 3
    assert not StreetSegment.objects.exists()
    assert [r.layer for r in ImportRun.objects.all()] == ["parcels"]


def test_a_missing_file_is_found_before_anything_is_written(town: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"gone\.gpkg"):
        run(town, LOTS, {**STREETS, "file": "gone.gpkg"})
    assert not Parcel.objects.exists()
    assert not Municipality.objects.exists()


def test_a_first_layer_that_fails_leaves_no_municipality(town: Path) -> None:
    with pytest.raises(UnreadableFile, match="None of the 4 features can be used"):
        run(town, {**LOTS, "leave_out": [], "key": {**PARCEL_KEY, "column": "note"}})
    assert not Municipality.objects.exists()


def test_values_too_large_for_their_column_are_refused(tmp_path: Path) -> None:
    frame = parcels_frame(["7-1", "7-2"], use=["x" * 300, "house"], area=[1e20, 600.0])
    write(frame, tmp_path / "town.gpkg")
    fields = {"land_use": "use", "registered_area_m2": {"column": "area", "unit": "m2"}}
    report = run(tmp_path, parcels_layer(fields=fields)).results[0].report
    assert sorted((line.code, line.key) for line in report.lines) == [
        ("does_not_fit", "7-1"),
        ("too_high", "7-1"),
    ]
    assert Parcel.objects.by_reference("7/1").land_use == ""
    assert Parcel.objects.by_reference("7/2").land_use == "house"


def test_the_run_is_kept_for_the_page(town: Path) -> None:
    run(town, LOTS)
    kept = ImportRun.objects.get(layer="parcels")
    assert (kept.profile, kept.layer, kept.file, kept.attribution) == (
        "testville",
        "parcels",
        "town.gpkg",
        {"en": "Made up"},
    )
    assert kept.counts["created"] == 3
    assert {line["code"] for line in kept.report} == {"left_out", "made_valid", "too_low"}


# --- plans ------------------------------------------------------------------------------------

PLAN = {
    "main": {
        "reference": "P-1",
        "names": {"ar": "المخطط", "en": "The plan", "fr": "Le plan"},
        "district_rules": [
            {
                "match": "code",
                "pattern": "R(?P<n>[0-9])",
                "names": {"ar": "منطقة سكنية {n}", "en": "Residence {n}", "fr": "Résidence {n}"},
                "category": "residential",
                "colour": "#fff3b0",
            }
        ],
    }
}


def zones_layer(**changes: Any) -> dict[str, Any]:
    return {
        "name": "zones",
        "target": "zones",
        "file": "zones.gpkg",
        "plan": "main",
        "version": {"label": "2020", "status": "in_force", "from": "2020-01-01"},
        "fields": {"district": "code"},
        **changes,
    }


def write_zones(folder: Path, codes: list[str | None], *, depth_m: float = 30) -> None:
    shapes = [plot(i, depth_m=depth_m) for i in range(len(codes))]
    frame = geopandas.GeoDataFrame({"code": codes}, geometry=shapes, crs=METRIC)
    write(frame, folder / "zones.gpkg")


def test_a_plan_comes_with_version_zones_and_named_districts(tmp_path: Path) -> None:
    write_zones(tmp_path, ["R1", "R1", "X9", None])
    work = run(tmp_path, zones_layer(), plans=PLAN)
    version = PlanVersion.objects.get()
    assert (version.plan.name_fr, version.label, version.status) == ("Le plan", "2020", "in_force")
    assert (str(version.validity.lower), version.validity.upper) == ("2020-01-01", None)
    assert Zone.objects.filter(version=version).count() == 3
    district = District.objects.get(code="R1")
    assert (district.name_ar, district.colour, district.category) == (
        "منطقة سكنية 1",
        "#fff3b0",
        "residential",
    )
    assert sorted(line.code for line in work.lines()) == ["no_district", "unnamed_district"]


def test_a_version_in_force_never_changes(tmp_path: Path) -> None:
    write_zones(tmp_path, ["R1", "R2"])
    run(tmp_path, zones_layer(), plans=PLAN)
    write_zones(tmp_path, ["R1", "R2"], depth_m=31)
    with pytest.raises(Conflict, match="2 differ"):
        run(tmp_path, zones_layer(), plans=PLAN)
    assert {zone.geometry.area for zone in Zone.objects.all()} == {600.0}


def test_a_draft_may_change(tmp_path: Path) -> None:
    draft = zones_layer(version={"label": "next", "status": "draft"})
    write_zones(tmp_path, ["R1", "R2"])
    run(tmp_path, draft, plans=PLAN)
    write_zones(tmp_path, ["R1", "R2"], depth_m=31)
    assert run(tmp_path, draft, plans=PLAN).results[0].stored.updated == 2


def test_versions_follow_each_other_by_date(tmp_path: Path) -> None:
    write_zones(tmp_path, ["R1"])
    old = {"label": "old", "status": "superseded", "from": "2014-01-01", "to": "2020-01-01"}
    run(tmp_path, zones_layer(name="old", version=old), zones_layer(), plans=PLAN)
    on = PlanVersion.objects.in_force
    assert [v.label for v in on(on=date(2019, 12, 31))] == ["old"]
    assert [v.label for v in on(on=date(2020, 1, 1))] == ["2020"]
    assert Plan.objects.count() == 1


def test_a_rulebook_is_stored_once_and_missed_when_absent(tmp_path: Path) -> None:
    write_zones(tmp_path, ["R1"])
    layer = zones_layer(rulebook="rules.yaml")
    assert [line.code for line in run(tmp_path, layer, plans=PLAN).lines()] == ["rulebook_missing"]
    text = RULEBOOK.read_text(encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(text, encoding="utf-8")
    remarks = run(tmp_path, layer, plans=PLAN).lines()
    assert {line.code for line in remarks} == {"rulebook_remark"}
    assert (
        why(remarks[0]) == "Rulebook rules.yaml, line 16: use: The text is missing in: ar, en, fr."
    )
    assert set(remarks[0].parameters["remark"]) == {"ar", "en", "fr"}
    assert run(tmp_path, layer, plans=PLAN).lines() == []
    (tmp_path / "rules.yaml").write_text(text + "# changed\n", encoding="utf-8")
    assert [line.code for line in run(tmp_path, layer, plans=PLAN).lines()] == ["rulebook_differs"]
    assert Rulebook.objects.get().source_text == text


def test_a_rulebook_with_mistakes_stops_the_layer(tmp_path: Path) -> None:
    write_zones(tmp_path, ["R1"])
    (tmp_path / "rules.yaml").write_text("rulebook: town\nrules: [{id: a}]\n")
    with pytest.raises(BadInput, match=r"rules\.yaml: The rulebook has mistakes"):
        run(tmp_path, zones_layer(rulebook="rules.yaml"), plans=PLAN)
    assert not Zone.objects.exists()


def test_a_rulebook_with_a_gap_in_a_table_stops_the_layer(tmp_path: Path) -> None:
    write_zones(tmp_path, ["R1"])
    text = RULEBOOK.read_text(encoding="utf-8").replace("[10 m, inf)", "[10.44 m, inf)")
    (tmp_path / "rules.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=r"line \d+: error: height: No row holds street_width"):
        run(tmp_path, zones_layer(rulebook="rules.yaml"), plans=PLAN)
    assert not Zone.objects.exists()


def test_edges_are_classified_once_and_made_up_for_after_an_interruption(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(**kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("zoning.actions.import_city.classify_edges", interrupt)
        with pytest.raises(KeyboardInterrupt):
            run(town, LOTS, STREETS)
    assert not ParcelEdge.objects.exists()
    assert run(town, LOTS, STREETS).edges is not None
    assert ParcelEdge.objects.filter(parcel__number="1").count() >= 4
    assert run(town, LOTS, STREETS).edges is None


def test_the_page_of_data_shows_the_report_in_words(town: Path, client: Client) -> None:
    run(town, LOTS)
    page = client.get("/en/data/").content.decode()
    assert "the boundary crosses itself" in page
    assert "a street" in page


def test_overlays_carry_kind_names_and_dates(tmp_path: Path) -> None:
    write_zones(tmp_path, ["old town"])
    layer = {
        "name": "heritage",
        "target": "overlays",
        "kind": "heritage",
        "file": "zones.gpkg",
        "from": "2001-05-01",
        "fields": {"name": {"en": "code", "value": {"en": "Heritage"}}, "code": {"value": "H"}},
    }
    run(tmp_path, layer)
    run(tmp_path, layer)
    overlay = Overlay.objects.get()
    assert (overlay.kind, overlay.code, overlay.name_ar) == ("heritage", "H", "old town")
    assert str(overlay.validity.lower) == "2001-05-01"


# --- the roll ---------------------------------------------------------------------------------

ROLL = {
    "name": "roll",
    "target": "roll",
    "file": "roll.csv",
    "key": PARCEL_KEY,
    "fields": {
        "floor_area_m2": {
            "column": "ft2",
            "unit": "ft2",
            "at_least": 0,
            "except_where": {"column": "use", "values": [199]},
        },
        "use": {"column": "use", "table": {"102": "residential", "325": "retail"}},
        "storeys": {"column": "storeys", "blank": [0]},
        "dwelling_units": {"column": "use", "table": {"102": 1, "199": 0, "325": 0}},
    },
}


def write_roll(folder: Path, *lines: str) -> None:
    text = "\n".join(["ml,use,ft2,storeys", *lines, ""])
    (folder / "roll.csv").write_text(text, encoding="utf-8")


def test_the_roll_adds_up_lines_into_a_building(town: Path) -> None:
    flats = ("7-1,102,1000,1", "7-1,325,500,1", "7-1,199,2000,3")
    write_roll(town, *flats, "7-2,102,0,0.0", "9-9,102,1,1")
    work = run(town, LOTS, ROLL)
    building = Building.objects.get(source_id="7-1")
    assert building.parcel.reference == "7/1"
    assert building.floor_areas_m2 == {"residential": 92.9, "retail": 46.45}
    assert (building.use, float(building.storeys), building.dwelling_units) == ("residential", 3, 1)
    assert building.footprint is None
    assert [(x.code, x.key) for x in work.results[1].report.lines] == [("no_parcel", "9-9")]


def test_a_refused_line_leaves_the_sum_unknown(town: Path) -> None:
    """Part of a floor area is not the floor area."""
    write_roll(town, "7-1,102,1000,2", "7-1,102,-35616,2", "7-2,777,800,1", "7-2,102,800,1")
    work = run(town, LOTS, ROLL)
    assert Building.objects.get(source_id="7-1").floor_areas_m2 == {}
    assert [(x.code, x.key) for x in work.results[1].report.lines] == [("too_low", "7-1")]
    assert Building.objects.get(source_id="7-2").dwelling_units is None


def test_the_roll_may_tell_the_registered_area(town: Path) -> None:
    write_roll(town, "7-1,102,1000,2")
    fields = {"registered_area_m2": {"column": "ft2", "unit": "m2"}, "address": {"value": "A"}}
    run(town, parcels_layer(leave_out=LOTS["leave_out"]), {**ROLL, "fields": fields})
    parcel = Parcel.objects.by_reference("7/1")
    assert (parcel.registered_area_m2, parcel.address) == (1000, "A")
    assert not Building.objects.exists()


# --- places, boundary, what is missing ----------------------------------------------------------


def test_places_without_a_name_are_rejected(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame(
        {"name": ["المسجد", None]}, geometry=[plot(0).centroid, plot(1).centroid], crs=METRIC
    )
    write(frame, tmp_path / "places.gpkg")
    layer = {"name": "p", "target": "places", "file": "places.gpkg", "fields": {"name": "name"}}
    work = run(tmp_path, layer)
    assert Place.objects.get().name_ar == "المسجد"
    assert [line.code for line in work.lines()] == ["no_name"]


def test_the_boundary_is_the_union_of_its_parts(tmp_path: Path) -> None:
    write_zones(tmp_path, ["a", "b"])
    layer = {"name": "b", "target": "boundary", "file": "zones.gpkg"}
    run(tmp_path, layer)
    assert Municipality.objects.get().boundary.area == pytest.approx(1200)
    assert run(tmp_path, layer).results[0].stored.unchanged == 1


def test_what_has_not_been_loaded_is_said(town: Path) -> None:
    run(town, STREETS)
    municipality = Municipality.objects.get()
    [sentence] = missing_sentences(municipality)
    assert sentence.startswith("No parcels and no zoning plan have been loaded")
    run(town, LOTS)
    assert missing_sentences(municipality) == ["No zoning plan has been loaded for this city."]


# --- the command ------------------------------------------------------------------------------


@pytest.fixture
def command(town: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    text = (
        "city: testville\nnames: {en: Testville}\ncrs: 32637\nlayers:\n"
        "  - {name: parcels, target: parcels, file: town.gpkg, key: {column: ml, "
        "pattern: '(?P<block>[0-9]+)-(?P<number>[0-9]+)'}}\n"
    )
    (town / "town.yaml").write_text(text)

    def call(*arguments: str) -> str:
        call_command("import_city", str(town / "town.yaml"), "--data", str(town), *arguments)
        return capsys.readouterr().out

    return call


def test_the_command_tells_counts_and_writes_the_report(
    command: Callable[..., str], town: Path
) -> None:
    out = command("--report", str(town / "report.csv"))
    assert "parcels: 4 in the file, 3 new, 1 rejected, 1 repaired" in out
    assert "100% edges of parcels" in out
    assert "No zoning plan has been loaded" in out
    assert len((town / "report.csv").read_text(encoding="utf-8").splitlines()) == 3


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar_that_moves(command: Callable[..., str], town: Path) -> None:
    screen = Terminal()
    call_command("import_city", str(town / "town.yaml"), data=town, stdout=screen)
    steps = [step for step in screen.getvalue().split("\r") if "█" in step or "░" in step]
    assert len(steps) > 2
    assert "100% edges of parcels" in steps[-1]
    assert steps[-1].startswith("█" * 30)


def test_another_crs_tells_how_to_call_it(command: Callable[..., str], town: Path) -> None:
    path = town / "town.yaml"
    path.write_text(path.read_text().replace("32637", "26986"))
    with pytest.raises(CommandError) as caught:
        command()
    assert "bin/manage --city testville import_city testville --data" in str(caught.value)
    assert caught.value.returncode == 3
    assert not Municipality.objects.exists()


def test_an_interrupted_command_says_what_stays(
    command: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("parcels.actions.import_parcels.store_rows", interrupt)
    with pytest.raises(CommandError, match="Finished layers stay") as caught:
        command()
    assert caught.value.returncode == 130
    assert not Parcel.objects.exists()


def test_two_imports_do_not_run_at_once(town: Path) -> None:
    held, release = threading.Event(), threading.Event()
    settings = connection.get_connection_params()
    address = ("dbname", "user", "host", "port", "password")
    settings = {key: value for key, value in settings.items() if key in address}

    def hold() -> None:
        other = psycopg2.connect(**settings)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            held.set()
            release.wait(30)
        other.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(30)
    try:
        with pytest.raises(Conflict, match="Another import is running"):
            run(town, LOTS)
    finally:
        release.set()
        thread.join()
    assert not Parcel.objects.exists()
