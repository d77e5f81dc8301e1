"""Each format gives the same features; what is missing is named with what is there."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from parcels.importer.files import UnreadableFile
from parcels.importer.prepare import Feature, prepare
from parcels.importer.report import Report
from parcels.importer.source import read_source
from tests.parcels.importer.town import METRIC, layer, parcels_frame, plot, write


def features(folder: Path, **changes: Any) -> tuple[list[Feature], Report]:
    chosen = layer(**changes)
    report = Report("parcels")
    source = read_source(chosen, folder=folder)
    return prepare(source, layer=chosen, metric_srid=METRIC, report=report), report


@pytest.mark.parametrize("ending", ["gpkg", "shp", "geojson", "geojsonl", "fgb", "kml", "gml"])
def test_every_format_gives_the_same_parcels(tmp_path: Path, ending: str) -> None:
    frame = parcels_frame(["7-1", "7-2"], name=["أ", "ب"])
    if ending in ("geojson", "geojsonl", "kml"):
        frame = frame.to_crs(4326)
    options = {"driver": "LIBKML"} if ending == "kml" else {}
    write(frame, tmp_path / f"town.{ending}", **options)
    found, report = features(tmp_path, file=f"town.{ending}")
    assert sorted(((f.key, f.parts) for f in found), key=str) == [
        ("7-1", {"block": "7", "number": "1"}),
        ("7-2", {"block": "7", "number": "2"}),
    ]
    assert [round(f.geometry.area) for f in found] == [600, 600]
    assert report.counts() == {}


def test_topojson_has_no_crs_and_needs_one(tmp_path: Path) -> None:
    corners = parcels_frame(["7-1"]).to_crs(4326).geometry[0].exterior.coords
    arc = [[x, y] for x, y in corners]
    (tmp_path / "town.topojson").write_text(
        json.dumps(
            {
                "type": "Topology",
                "arcs": [arc],
                "objects": {
                    "lots": {
                        "type": "GeometryCollection",
                        "geometries": [
                            {"type": "Polygon", "arcs": [[0]], "properties": {"ml": "7-1"}}
                        ],
                    }
                },
            }
        )
    )
    with pytest.raises(UnreadableFile, match="write `crs:` with its EPSG code"):
        features(tmp_path, file="town.topojson")
    found, _report = features(tmp_path, file="town.topojson", crs=4326)
    assert round(found[0].geometry.area) == 600


def test_a_table_with_wkt_and_a_table_with_points(tmp_path: Path) -> None:
    (tmp_path / "town.csv").write_text(
        f'ml,shape\n7-1,"{plot(0).wkt}"\n7-2,"POLYGON ((broken"\n', encoding="utf-8"
    )
    found, report = features(tmp_path, file="town.csv", wkt="shape", crs=METRIC)
    assert [f.key for f in found] == ["7-1"]
    assert [(line.code, line.key) for line in report.lines] == [("empty", "7-2")]


def test_a_table_without_geometry_says_how_to_name_it(tmp_path: Path) -> None:
    (tmp_path / "town.csv").write_text("ml,area\n7-1,5\n")
    with pytest.raises(UnreadableFile, match="name the column with `wkt:`"):
        features(tmp_path, file="town.csv", crs=METRIC)


def test_a_shapefile_in_windows_1256_without_prj(tmp_path: Path) -> None:
    frame = parcels_frame(["7-1"], name=["حي العزيزية"])
    folder = tmp_path / "loose"
    folder.mkdir()
    write(frame, folder / "town.shp", encoding="cp1256")
    with zipfile.ZipFile(tmp_path / "town.zip", "w") as archive:
        for path in folder.iterdir():
            if path.suffix not in (".prj", ".cpg"):
                archive.write(path, path.name)
    found, _report = features(
        tmp_path,
        file="town.zip",
        member="town.shp",
        crs=METRIC,
        encoding="cp1256",
        fields={"address": "name"},
    )
    assert found[0].row["name"] == "حي العزيزية"


def test_an_unknown_encoding_is_a_mistake_of_the_profile() -> None:
    with pytest.raises(ValueError, match="“klingon-8” is not a known encoding"):
        layer(encoding="klingon-8")


def test_a_missing_layer_lists_those_there_are(tmp_path: Path) -> None:
    write(parcels_frame(["7-1"]), tmp_path / "town.gpkg", layer="lots")
    with pytest.raises(UnreadableFile, match=r"no layer “parcels”\. There are: lots"):
        features(tmp_path, layer="parcels")


def test_of_several_layers_one_must_be_named(tmp_path: Path) -> None:
    write(parcels_frame(["7-1"]), tmp_path / "town.gpkg", layer="lots")
    write(parcels_frame(["7-1"]), tmp_path / "town.gpkg", layer="zones")
    with pytest.raises(UnreadableFile, match="There are: lots, zones"):
        features(tmp_path)


def test_a_missing_column_suggests_the_close_one(tmp_path: Path) -> None:
    write(parcels_frame(["7-1"], adress=["x"]), tmp_path / "town.gpkg")
    with pytest.raises(UnreadableFile, match=r"no column “address”\. Did you mean “adress”"):
        features(tmp_path, fields={"address": "address"})
