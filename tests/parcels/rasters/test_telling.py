"""The API, the command and the parcel's page say the same of the ground, in three languages."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.html import strip_tags

from gisapp.crs import WGS84_SRID, metric_srid, transformer
from gisapp.models import Municipality
from tests.rasters import plane, take_in, write_tif
from tests.town import ORIGIN, Town


@pytest.fixture(autouse=True)
def var_dir(tmp_path: Path, settings) -> None:
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def ground(town: Town, tmp_path: Path) -> Town:
    """Ground that rises by 0.1 m for each m eastward; water of 0.4 m up to x = 10."""
    take_in(write_tif(tmp_path / "terrain.tif", plane(east=0.2)), town.municipality)
    depths = np.full((100, 100), np.nan, dtype="float32")
    depths[:, :10] = 0.4
    take_in(write_tif(tmp_path / "flood.tif", depths), town.municipality, "flood_depth")
    return town


def lon_lat(east: float, north: float) -> dict[str, float]:
    x, y = ORIGIN[0] + east, ORIGIN[1] + north
    lon, lat = transformer(metric_srid(), WGS84_SRID).transform(x, y)
    return {"lon": lon, "lat": lat}


# --- the API ----------------------------------------------------------------------------------


def test_the_rasters_are_listed(ground: Town, client: Client) -> None:
    found = client.get("/api/v1/rasters?lang=fr").json()["rasters"]
    assert [one["kind"] for one in found] == ["flood_depth", "terrain"]
    terrain = found[1]
    assert terrain["title"] == "Sol"
    assert (terrain["minimum_m"], terrain["maximum_m"]) == (10, pytest.approx(29.8))
    assert terrain["resolution_m"] == pytest.approx(2, rel=1e-3)


def test_a_point_has_numbers_and_reasons(ground: Town, client: Client) -> None:
    wet = client.get("/api/v1/rasters/point", lon_lat(5, 10)).json()
    assert wet["elevation_m"] == pytest.approx(10 + 0.1 * 14, abs=2e-3)
    assert wet["slope_deg"] == pytest.approx(5.71, abs=0.01)
    assert wet["flood_depth_m"] == pytest.approx(0.4)
    assert wet["reasons"] == {}
    unknown = client.get("/api/v1/rasters/point", lon_lat(30, 10)).json()
    assert unknown["flood_depth_m"] is None
    assert unknown["reasons"]["flood_depth_m"]["code"] == "no_data"
    outside = client.get("/api/v1/rasters/point", lon_lat(5000, 0)).json()
    assert outside["elevation_m"] is None
    assert outside["reasons"]["elevation_m"]["code"] == "outside"


def test_a_point_is_asked_of_every_municipality(ground: Town, tmp_path, client: Client) -> None:
    other = Municipality.objects.create(slug="east", name="East")
    path = write_tif(tmp_path / "east.tif", plane() + 70, west=1000)
    take_in(path, other)
    found = client.get("/api/v1/rasters/point", lon_lat(1010, 10)).json()
    assert found["elevation_m"] == pytest.approx(80)
    assert found["reasons"]["flood_depth_m"]["code"] == "outside"


def test_without_rasters_a_point_says_so(town: Town, client: Client) -> None:
    found = client.get("/api/v1/rasters/point", lon_lat(0, 0)).json()
    assert {one["code"] for one in found["reasons"].values()} == {"no_raster"}


@pytest.mark.parametrize(
    ("query", "status"),
    [("lon=nan&lat=1", 422), ("lon=181&lat=1", 422), ("lat=1", 422), ("lon=1&lat=1&z=3", 400)],
)
def test_bad_points_are_problems(ground: Town, client: Client, query: str, status: int) -> None:
    answer = client.get(f"/api/v1/rasters/point?{query}")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_a_parcel_has_least_mean_and_greatest(ground: Town, client: Client) -> None:
    found = client.get("/api/v1/parcels/125/7/terrain?lang=en").json()
    height = found["elevation_m"]
    assert height["minimum"] == pytest.approx(11)
    assert height["mean"] == pytest.approx(11.9)
    assert height["maximum"] == pytest.approx(12.8)
    assert height["method"] == "cells"
    assert height["covered_percent"] == 100
    depth = found["flood_depth_m"]
    assert (depth["mean"], depth["covered_percent"]) == (0.4, 50)
    assert depth["note"] == "known of 50 % of the parcel"
    other = client.get("/api/v1/parcels/125/8/terrain").json()["flood_depth_m"]
    assert (other["mean"], other["reason"]) == (None, "no_data")


def test_an_unknown_parcel_is_a_problem(ground: Town, client: Client) -> None:
    assert client.get("/api/v1/parcels/125/999/terrain").status_code == 404


# --- the command ------------------------------------------------------------------------------


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("terrain", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_says_it_in_lines(ground: Town) -> None:
    said = run("--parcel", "125/7").splitlines()
    assert said == [
        "Elevation: 11.0 m to 12.8 m, mean 11.9 m",
        "Slope: 5.7° to 5.7°, mean 5.7°",
        "Flood depth: 0.40 m to 0.40 m, mean 0.40 m (known of 50 % of the parcel)",
    ]
    assert "the raster has no value here" in run("--parcel", "125/8")


def test_the_command_gives_what_the_api_gives(ground: Town, client: Client) -> None:
    as_json = json.loads(run("--parcel", "125/7", "--format", "json"))
    assert as_json == client.get("/api/v1/parcels/125/7/terrain?lang=en").json()
    with pytest.raises(CommandError) as error:
        run("--parcel", "1/1")
    assert error.value.returncode == 3


# --- the page ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_the_page_of_a_parcel_shows_its_ground(ground: Town, client: Client, language: str) -> None:
    page = client.get(f"/{language}/parcels/125/7/").content.decode()
    assert 'id="h-ground"' in page
    table = strip_tags(page.split('id="h-ground"')[1].split("</table>")[0])
    decimal = "," if language == "fr" else "."
    assert f"12{decimal}8" in table
    assert f"5{decimal}7°" in table
    assert f"0{decimal}40" in table


def test_a_small_parcel_says_that_its_value_is_interpolated(
    town: Town, tmp_path: Path, client: Client
) -> None:
    path = write_tif(tmp_path / "coarse.tif", plane(20, 20), cell=50, west=-200, north=500)
    take_in(path, town.municipality)
    page = client.get("/en/parcels/125/7/").content.decode()
    assert "Elevation: smaller than a cell of the raster" in page


def test_a_page_without_rasters_has_no_such_table(town: Town, client: Client) -> None:
    assert 'id="h-ground"' not in client.get("/en/parcels/125/7/").content.decode()
