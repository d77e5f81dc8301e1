"""Nothing is lost in silence: what does not come through, or comes through changed, has a line."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.utils.translation import override
from shapely.geometry import Polygon, box

from gisapp.errors import BadInput
from parcels.importer.files import UnreadableFile
from parcels.importer.prepare import Feature, WrongPlace, prepare, report_overlaps
from parcels.importer.report import Kind, Report
from parcels.importer.report_text import check_report_file, done, why, write_report
from parcels.importer.source import read_source
from tests.parcels.importer.town import (
    EAST,
    METRIC,
    NORTH,
    bow_tie,
    layer,
    parcels_frame,
    plot,
    write,
)


def features(folder: Path, frame: Any, **changes: Any) -> tuple[list[Feature], Report]:
    write(frame, folder / "town.gpkg")
    chosen = layer(**changes)
    report = Report("parcels")
    source = read_source(chosen, folder=folder)
    return prepare(source, layer=chosen, metric_srid=METRIC, report=report), report


def codes(report: Report) -> list[tuple[str, str]]:
    return [(line.code, line.key) for line in report.lines]


LEAVE_OUT = [{"column": "ml", "values": ["ROAD"], "reason": {"en": "a street", "ar": "شارع"}}]


def test_streets_are_left_out_with_the_profiles_reason(tmp_path: Path) -> None:
    found, report = features(tmp_path, parcels_frame(["7-1", "ROAD"]), leave_out=LEAVE_OUT)
    assert [f.key for f in found] == ["7-1"]
    [line] = report.lines
    assert (line.kind, line.feature, line.key) == (Kind.LEFT_OUT, 2, "ROAD")
    assert (line.longitude, line.latitude) == pytest.approx((38.6, 24.4), abs=0.01)
    assert why(line) == "a street"
    with override("ar"):
        assert why(line) == "شارع"


def test_keys_that_can_not_be_read_are_rejected(tmp_path: Path) -> None:
    found, report = features(tmp_path, parcels_frame(["7-1", "7/2", "", None]))
    assert [f.key for f in found] == ["7-1"]
    assert codes(report) == [("key_not_understood", "7/2"), ("no_key", ""), ("no_key", "")]


def test_an_invalid_parcel_is_repaired_and_told(tmp_path: Path) -> None:
    found, report = features(tmp_path, parcels_frame(["7-1"], [bow_tie(0)]))
    assert found[0].geometry.is_valid
    assert found[0].geometry.area == pytest.approx(300)
    [line] = report.lines
    assert "the boundary crosses itself" in why(line)
    assert "300.0 m²" in done(line)


def test_coordinates_that_are_no_numbers_are_rejected(tmp_path: Path) -> None:
    with np.errstate(invalid="ignore"):
        broken = Polygon([(EAST, NORTH), (float("nan"), NORTH), (EAST, NORTH + 5), (EAST, NORTH)])
    found, report = features(tmp_path, parcels_frame(["7-1", "7-2"], [plot(0), broken]))
    assert [f.key for f in found] == ["7-1"]
    assert codes(report) == [("not_finite", "7-2")]


def test_infinite_coordinates_are_rejected(tmp_path: Path) -> None:
    broken = Polygon([(EAST, NORTH), (float("inf"), NORTH), (EAST, NORTH + 5), (EAST, NORTH)])
    _found, report = features(tmp_path, parcels_frame(["7-1", "7-2"], [plot(0), broken]))
    assert codes(report) == [("not_finite", "7-2")]


def test_a_wrong_crs_names_the_first_feature(tmp_path: Path) -> None:
    with pytest.raises(WrongPlace) as caught:
        features(tmp_path, parcels_frame(["7-1", "7-2"]), crs=25833)
    assert "first feature 1 (key 7-1)" in str(caught.value)
    assert "2 of 2 features" in str(caught.value)


def test_metres_taken_for_degrees_are_noticed(tmp_path: Path) -> None:
    with pytest.raises(WrongPlace, match="Is it the right CRS"):
        features(tmp_path, parcels_frame(["7-1"]), crs=4326)


def test_latitude_before_longitude_is_noticed_and_can_be_turned(tmp_path: Path) -> None:
    frame = parcels_frame(["7-1"]).to_crs(4326)
    frame.geometry = [shapely.transform(g, lambda c: c[:, ::-1]) for g in frame.geometry]
    with pytest.raises(WrongPlace, match="axes: yx"):
        features(tmp_path, frame)
    found, _report = features(tmp_path, frame, axes="yx")
    assert found[0].geometry.area == pytest.approx(600, rel=0.01)


def test_a_stray_feature_can_be_rejected_alone(tmp_path: Path) -> None:
    frame = parcels_frame(["7-1", "7-2"], [plot(0), box(5e6, 0, 5e6 + 10, 10)])
    with pytest.raises(WrongPlace, match="key 7-2"):
        features(tmp_path, frame)
    found, report = features(tmp_path, frame, outside="reject")
    assert [f.key for f in found] == ["7-1"]
    assert codes(report) == [("outside_area", "7-2")]


def test_the_second_of_two_equal_keys_is_rejected(tmp_path: Path) -> None:
    found, report = features(tmp_path, parcels_frame(["7-1", "7-1"]))
    assert [f.number for f in found] == [1]
    assert codes(report) == [("duplicate_key", "7-1")]


def test_equal_keys_are_merged_where_the_profile_says(tmp_path: Path) -> None:
    frame = parcels_frame(["7-1", "7-1"], [plot(0), plot(5)])
    [found], report = features(tmp_path, frame, duplicates="merge")
    assert len(found.geometry.geoms) == 2
    assert found.geometry.area == 1200
    assert codes(report) == [("merged", "7-1")]


def test_overlaps_above_the_limit_are_warned_of(tmp_path: Path) -> None:
    shapes = [plot(0), plot(1, width_m=20.04), plot(2), plot(3, width_m=25), plot(4)]
    found, report = features(tmp_path, parcels_frame([f"7-{n}" for n in range(1, 6)], shapes))
    assert report_overlaps(found, above_m2=2, report=report) == 1
    [line] = report.lines
    assert (line.key, line.parameters["other"]) == ("7-4", "7-5")
    assert line.parameters["area_m2"] == 150


def test_a_layer_of_which_nothing_is_left_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="None of the 2 features"):
        features(tmp_path, parcels_frame(["a", "b"]))


def test_the_report_is_written_as_table_and_as_json(tmp_path: Path) -> None:
    _found, report = features(tmp_path, parcels_frame(["7-1", "=1+1"]))
    write_report(tmp_path / "report.csv", report.lines)
    with (tmp_path / "report.csv").open(encoding="utf-8-sig") as stream:
        [row] = csv.DictReader(stream)
    assert row["key"] == "'=1+1"  # no formula for the spreadsheet to run
    assert row["why"].startswith("The key “=1+1” does not have the form")
    write_report(tmp_path / "report.json", report.lines)
    [line] = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (line["key"], line["kind"]) == ("=1+1", "rejected")


def test_an_unwritable_report_is_found_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="folder of the report"):
        check_report_file(tmp_path / "absent" / "report.csv")
    with pytest.raises(BadInput, match=r"\.csv or a \.json"):
        check_report_file(tmp_path / "report.docx")
