"""Real files with real oddities: each is read rightly, or refused with what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from parcels.importer.files import UnreadableFile
from parcels.importer.layers import Layer, TableLayer
from parcels.importer.prepare import Feature, WrongPlace, prepare
from parcels.importer.profile import Profile
from parcels.importer.report import Report
from parcels.importer.source import read_source
from tests.sample_data import sample

MASSACHUSETTS, MAKKAH, MINNESOTA, OREGON, SAUDI = 26986, 32637, 26915, 2991, 32638


@pytest.fixture(scope="module")
def messy() -> Path:
    return sample("messy")


def layer(file: str, target: str = "boundary", **changes: Any) -> Layer:
    return Profile.model_validate(
        {
            "city": "messy",
            "names": "Messy",
            "crs": MAKKAH,
            "layers": [{"name": "l", "target": target, "file": file, **changes}],
        }
    ).layers[0]


def features(folder: Path, file: str, metric: int, **changes: Any) -> tuple[list[Feature], Report]:
    chosen = layer(file, **changes)
    report = Report("l")
    source = read_source(chosen, folder=folder)
    return prepare(source, layer=chosen, metric_srid=metric, report=report), report


def test_arabic_names_in_windows_1256_without_prj_or_cpg(messy: Path) -> None:
    file = "makkah_buildings_cp1256_no_prj_no_cpg.zip"
    with pytest.raises(UnreadableFile, match="write `crs:`"):
        features(messy, file, MAKKAH, target="buildings", fields={"name": "name"})
    found, _report = features(
        messy,
        file,
        MAKKAH,
        target="buildings",
        fields={"name": "name"},
        encoding="cp1256",
        crs=4326,
    )
    assert len(found) == 604
    assert sum("فندق" in f.row["name"] for f in found) > 100


def test_every_invalid_parcel_of_cambridge_is_repaired(messy: Path) -> None:
    found, report = features(
        messy, "cambridge_invalid_parcels_wkt.csv", MASSACHUSETTS, wkt="WKT", crs=4326, sliver_m2=0
    )
    assert len(found) == 37
    assert all(feature.geometry.is_valid for feature in found)
    # Two of them cross themselves by less than the transformation moves their corners.
    assert report.counts() == {"repaired": 35}


def test_topojson_of_a_whole_city(messy: Path) -> None:
    found, report = features(messy, "cambridge_parcels_fy2014.topojson", MASSACHUSETTS, crs=4326)
    assert len(found) == 13_115
    assert [line.code for line in report.lines if line.kind == "rejected"] == ["empty"]


def test_a_zipped_shapefile_whose_name_begins_with_a_digit(messy: Path) -> None:
    found, _report = features(messy, "chelsea_parcels_massgis.zip", MASSACHUSETTS)
    assert len(found) == 4789


def test_polygons_are_taken_out_of_collections(messy: Path) -> None:
    file = "saudi_regions_geometrycollection.geojson"
    found, report = features(messy, file, SAUDI, outside="reject")
    assert report.counts()["repaired"] == len(found) > 0
    assert {feature.geometry.geom_type for feature in found} == {"MultiPolygon"}


@pytest.mark.parametrize(
    "file",
    [
        "minneapolis_R2B.gpkg",
        "minneapolis_R2B_test.geojson",
        "minneapolis_R2B_test.geojsonl",
        "minneapolis_R2B_test.kml",
        "minneapolis_R2B_test_shp.zip",
    ],
)
def test_five_formats_give_the_same_area(messy: Path, file: str) -> None:
    found, _report = features(messy, file, MINNESOTA)
    assert len(found) == 296
    assert sum(f.geometry.area for f in found) == pytest.approx(19_747_597, rel=1e-5)


def test_coordinates_of_another_zone_than_the_file_says(messy: Path) -> None:
    """The file says UTM zone 33, its coordinates are Gauss-Krüger."""
    with pytest.raises(WrongPlace, match="Is it the right CRS"):
        features(messy, "xplangml_bp_plan.gml", 25833, layer="BP_Plan")


def test_layers_in_two_systems_are_each_judged_in_their_own(messy: Path) -> None:
    """The state reaches far beyond the northern zone that one layer is drawn in."""
    [oregon] = features(messy, "gpkg_mixed_crs.gpkg", OREGON, layer="oregon_4326")[0]
    assert oregon.geometry.area == pytest.approx(2.51e11, rel=0.02)
    with pytest.raises(WrongPlace, match="EPSG:2269"):
        features(messy, "gpkg_mixed_crs.gpkg", OREGON, layer="oregon_2269")


def test_without_crs_feet_taken_for_degrees_are_noticed(messy: Path) -> None:
    file = "gpkg_missing_crs_mixed_ranges.gpkg"
    with pytest.raises(UnreadableFile, match="write `crs:`"):
        features(messy, file, OREGON, layer="OR_land_2269")
    with pytest.raises(WrongPlace):
        features(messy, file, OREGON, layer="OR_land_2269", crs=4326)


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("makkah_osm_buildings_raw.json", "can not be read"),
        ("zip_in_zip.zip", "another archive"),
        ("xplangml_bp_plan.gfs", "can not be read"),
        ("shp_invalid_coordinates_no_shx.zip", "No layer of the file can be read"),
        ("duplicate_fields.dbf", "no geometry"),
        ("utf8_bom.csv.gz", "no geometry"),
    ],
)
def test_what_can_not_be_used_is_refused_with_a_reason(messy: Path, file: str, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says) as caught:
        features(messy, file, MAKKAH)
    assert file in str(caught.value)


def test_a_column_that_stands_there_twice_is_named(messy: Path) -> None:
    with pytest.raises(UnreadableFile, match="“unemployed” stands there more than once"):
        features(messy, "duplicate_fields.dbf", MAKKAH, attributes={"n": "unemployed"})


def test_impossible_coordinates_are_noticed(messy: Path) -> None:
    with pytest.raises(UnreadableFile):
        features(messy, "shp_invalid_coordinates_no_shx.zip", MAKKAH, crs=4326)


@pytest.mark.parametrize(
    ("member", "name"),
    [
        ("win1251", "РУССКИЙ"),
        ("koi8r", "русский"),
        ("latin2", "čeština"),
        ("big5", "國語"),
        ("euckr", "한국말"),
    ],
)
def test_tables_in_other_encodings_are_read_by_their_cpg(
    messy: Path, member: str, name: str
) -> None:
    table = TableLayer(
        name="t", file="dbf_encodings.zip", layer=member, attributes={"name": "NAME"}
    )
    assert read_source(table, folder=messy).row(0) == {"NAME": name}


def test_a_kmz_of_points(messy: Path) -> None:
    found, _report = features(
        messy, "points.kmz", 32634, target="places", fields={"name": "Name"}, outside="reject"
    )
    assert len(found) == 63
