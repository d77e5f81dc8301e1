"""What rasters say of parcels and points; what is not known stays unknown, and says why."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.crs import CRS
from shapely.geometry import box

from gisapp.crs import WGS84_SRID, metric_srid, transformer
from parcels.rasters import reading
from parcels.rasters.reading import Found, Measure, Unknown, open_ground
from tests.rasters import plane, take_in, write_tif
from tests.town import ORIGIN, Town, here


@pytest.fixture(autouse=True)
def var_dir(tmp_path: Path, settings) -> None:
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def tif(tmp_path: Path) -> Path:
    return tmp_path / "given.tif"


def over(town: Town, *bounds: float) -> dict[Measure, Found]:
    with open_ground(town.municipality.pk) as ground:
        return ground.over(here(box(*bounds)))


def at(town: Town, east: float, north: float) -> dict[Measure, Found]:
    with open_ground(town.municipality.pk) as ground:
        return ground.at(ORIGIN[0] + east, ORIGIN[1] + north)


def test_a_parcel_on_a_plane(town: Town, tif: Path) -> None:
    """Heights rise by 0.2 m for each cell of 2 m to the east; x = −9 is the first cell's middle."""
    take_in(write_tif(tif, plane(east=0.2)), town.municipality)
    found = over(town, 0, 0, 20, 20)
    height = found[Measure.ELEVATION]
    assert height.mean == pytest.approx(10 + 0.1 * (10 + 9), abs=1e-4)
    # South of y = 1 the parcel's cells are halves; columns run from x = 0 to 20 in whole cells.
    assert height.least == pytest.approx(10 + 0.1 * (1 + 9), abs=1e-4)
    assert height.greatest == pytest.approx(10 + 0.1 * (19 + 9), abs=1e-4)
    assert height.covered == pytest.approx(1)
    assert height.is_whole
    slope = found[Measure.SLOPE]
    assert slope.mean == pytest.approx(np.degrees(np.arctan(0.1)), rel=1e-3)
    assert found[Measure.FLOOD_DEPTH] == Found(unknown=Unknown.NO_RASTER)


def test_a_parcel_smaller_than_a_cell_is_interpolated(town: Town, tif: Path) -> None:
    take_in(write_tif(tif, plane(20, 20, east=1), cell=20, west=-30, north=110), town.municipality)
    found = over(town, 8, 5, 12, 9)[Measure.ELEVATION]
    assert found.is_interpolated
    assert found.least == found.mean == found.greatest == pytest.approx(10 + (10 + 20) / 20)


def test_cells_without_a_value_are_not_zeros(town: Town, tif: Path) -> None:
    heights = plane()
    heights[:, 10:] = np.nan  # from x = 10 on
    take_in(write_tif(tif, heights), town.municipality)
    half = over(town, 0, 0, 20, 20)[Measure.ELEVATION]
    assert half.mean == pytest.approx(10)
    assert half.covered == pytest.approx(0.5)
    assert not half.is_whole
    assert over(town, 12, 0, 20, 20)[Measure.ELEVATION].unknown == Unknown.NO_DATA
    assert over(town, 5000, 0, 5020, 20)[Measure.ELEVATION].unknown == Unknown.OUTSIDE


def test_a_slope_is_not_known_along_the_edge_of_the_data(town: Town, tif: Path) -> None:
    take_in(write_tif(tif, plane(30, 30), west=0, north=30), town.municipality)
    found = over(town, 0, 0, 20, 30)
    assert found[Measure.ELEVATION].covered == pytest.approx(1)
    assert found[Measure.SLOPE].covered == pytest.approx(9 * 14 / (10 * 15))


def test_strips_add_up(town: Town, tif: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    take_in(write_tif(tif, rng.uniform(0, 50, (100, 100)).astype("float32")), town.municipality)
    whole = over(town, 1, -99, 77, 21)
    monkeypatch.setattr(reading, "CELLS_AT_ONCE", 100)
    in_strips = over(town, 1, -99, 77, 21)
    for measure in (Measure.ELEVATION, Measure.SLOPE):
        assert in_strips[measure].mean == pytest.approx(whole[measure].mean, rel=1e-9)
        assert in_strips[measure].cells == whole[measure].cells
        assert in_strips[measure].greatest == pytest.approx(whole[measure].greatest, rel=1e-9)


def test_a_point_lies_between_four_cells(town: Town, tif: Path) -> None:
    take_in(write_tif(tif, plane(east=0.2, south=0.4)), town.municipality)
    found = at(town, 10, 11)  # column 9.5 and row 11.5 counted between cell middles
    assert found[Measure.ELEVATION].mean == pytest.approx(10 + 0.2 * 9.5 + 0.4 * 11.5, abs=1e-4)
    assert found[Measure.SLOPE].mean == pytest.approx(
        np.degrees(np.arctan(np.hypot(0.1, 0.2))), rel=1e-3
    )
    assert at(town, 5000, 0)[Measure.ELEVATION].unknown == Unknown.OUTSIDE


def test_a_point_beside_a_hole_has_its_own_cell(town: Town, tif: Path) -> None:
    heights = plane()
    heights[:, 10:] = np.nan
    take_in(write_tif(tif, heights), town.municipality)
    assert at(town, 9.9, 11)[Measure.ELEVATION].mean == pytest.approx(10)
    assert at(town, 10.1, 11)[Measure.ELEVATION].unknown == Unknown.NO_DATA


def test_a_raster_in_degrees_says_the_same_as_one_in_metres(town: Town, tif: Path) -> None:
    """A slope of 0.1 to the north, on cells of some metres in either CRS."""
    lon, lat = transformer(metric_srid(), WGS84_SRID).transform(ORIGIN[0] - 100, ORIGIN[1] + 100)
    side = 2e-5  # degrees: 2.2 m to the north
    rows = np.mgrid[:150, :150][0]
    heights = (50 - rows * side * 110_770 * 0.1).astype("float32")
    grid = rasterio.Affine(side, 0, lon, 0, -side, lat)
    crs = CRS.from_epsg(WGS84_SRID)
    take_in(write_tif(tif, heights, crs=crs, transform=grid), town.municipality)
    found = over(town, 0, 0, 20, 30)
    assert found[Measure.SLOPE].mean == pytest.approx(np.degrees(np.arctan(0.1)), rel=3e-3)
    assert found[Measure.ELEVATION].mean == pytest.approx(50 - 85 * 0.1, abs=0.2)


def test_a_file_that_has_gone_leaves_everything_unknown(town: Town, tif: Path) -> None:
    raster = take_in(write_tif(tif, plane()), town.municipality)
    raster.path.unlink()
    assert over(town, 0, 0, 20, 20)[Measure.ELEVATION] == Found(unknown=Unknown.UNREADABLE)


def test_each_file_is_opened_once_for_many_parcels(
    town: Town, tif: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(write_tif(tif, plane()), town.municipality)
    opened = []
    really = rasterio.open
    monkeypatch.setattr(rasterio, "open", lambda *a, **k: opened.append(a) or really(*a, **k))
    with open_ground(town.municipality.pk) as ground:
        for east in range(20):
            ground.over(here(box(east, 0, east + 10, 10)))
    assert len(opened) == 1
