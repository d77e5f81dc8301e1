"""Importing a raster: what is taken, what is refused and why, and that nothing is half done."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import rasterio
from django.core.management import CommandError, call_command
from rasterio.crs import CRS
from rasterio.enums import ColorInterp

from gisapp.crs import WEB_MERCATOR_SRID, WGS84_SRID, metric_srid, transformer
from gisapp.models import Municipality
from parcels.actions import import_raster as action
from parcels.models import Raster
from parcels.raster_models import rasters_folder
from parcels.rasters.cog import check_cog
from parcels.rasters.files import BadRaster
from tests.rasters import plane, take_in, write_tif
from tests.town import ORIGIN, Town


@pytest.fixture(autouse=True)
def var_dir(tmp_path: Path, settings) -> Path:
    settings.VAR_DIR = tmp_path / "var"
    return settings.VAR_DIR


@pytest.fixture
def tif(tmp_path: Path) -> Path:
    return tmp_path / "given.tif"


def files() -> list[str]:
    """Whatever lies in the folder of the rasters."""
    folder = rasters_folder()
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def refusal(path: Path, town: Town, kind: str = "terrain", **reading) -> str:
    """What an import is refused with; nothing may remain of it."""
    with pytest.raises(BadRaster) as error:
        take_in(path, town.municipality, kind, **reading)
    assert files() == []
    assert not Raster.objects.exists()
    return str(error.value.detail)


# --- what is taken ----------------------------------------------------------------------------


def test_a_terrain_becomes_a_file_of_our_own(town: Town, tif: Path) -> None:
    heights = plane(700, 600, east=0.01)
    heights[5, 5] = -9999
    write_tif(tif, heights, west=-600, north=700, nodata=-9999)
    raster = take_in(tif, town.municipality)
    assert files() == [raster.file]
    check_cog(raster.path)
    with rasterio.open(raster.path) as file:
        stored = file.read(1)
        assert file.dtypes == ("float32",)
        assert np.isnan(file.nodata)
        assert file.overviews(1)
    assert np.isnan(stored[5, 5])
    heights[5, 5] = np.nan
    assert np.array_equal(stored, heights, equal_nan=True)
    assert raster.minimum == pytest.approx(10)
    assert raster.maximum == pytest.approx(15.99)
    assert raster.resolution_m == pytest.approx(2, rel=2e-3)
    assert raster.source_nodata == "-9999"
    assert raster.title_ar == "الأرض"


def test_feet_and_scaled_numbers_become_metres(town: Town, tif: Path) -> None:
    write_tif(tif, np.full((20, 20), 1000, dtype="int16"))
    with rasterio.open(tif, "r+") as file:
        file.scales, file.offsets = (0.1,), (5.0,)
        file.units = ("ft",)
    raster = take_in(tif, town.municipality)
    assert raster.minimum == raster.maximum == pytest.approx(105 * 0.3048)


def test_an_unknown_unit_is_asked_for(town: Town, tif: Path) -> None:
    write_tif(tif, plane())
    with rasterio.open(tif, "r+") as file:
        file.units = ("cubit",)
    assert "cubit" in refusal(tif, town)
    assert take_in(tif, town.municipality, unit="m").maximum == pytest.approx(10)


def test_an_orthophoto_keeps_its_colours_and_its_holes(town: Town, tif: Path) -> None:
    picture = np.full((3, 64, 64), 200, dtype="uint8")
    picture[1] = 60
    picture[:, :32] = 0
    write_tif(tif, picture, nodata=0, photometric="RGB")
    raster = take_in(tif, town.municipality, "orthophoto")
    with rasterio.open(raster.path) as file:
        stored = file.read()
        assert file.colorinterp[3] == ColorInterp.alpha
    assert set(np.unique(stored[3, :32])) == {0}
    assert set(np.unique(stored[3, 32:])) == {255}
    # The codec is not exact, least of all along the edge.
    inner = np.s_[:3, 40:60, 4:60]
    assert np.abs(stored[inner].astype(int) - picture[inner]).max() <= 6
    assert raster.minimum is None


def test_a_file_without_a_crs_is_taken_with_one_that_is_given(town: Town, tif: Path) -> None:
    write_tif(tif, plane())
    with rasterio.open(tif) as file:
        crs = file.crs
    write_tif(tif, plane(), crs=CRS())
    assert "--assign-crs" in refusal(tif, town)
    assert take_in(tif, town.municipality, crs=crs).crs_name == crs.to_string()


def test_what_has_no_value_is_dry_only_when_that_is_said(town: Town, tif: Path) -> None:
    depths = np.full((20, 20), np.nan, dtype="float32")
    depths[0, 0] = 1.5
    write_tif(tif, depths)
    assert take_in(tif, town.municipality, "flood_depth").minimum == pytest.approx(1.5)
    assert take_in(tif, town.municipality, "flood_depth", dry_where_unknown=True).minimum == 0


# --- what is refused --------------------------------------------------------------------------


def test_values_that_can_not_be_heights_are_asked_about(town: Town, tif: Path) -> None:
    heights = plane()
    heights[:3] = -9999
    write_tif(tif, heights)
    said = refusal(tif, town)
    assert "300 cells" in said
    assert "--nodata -9999" in said
    assert take_in(tif, town.municipality, nodata=(-9999.0,)).minimum == pytest.approx(10)
    assert take_in(tif, town.municipality, all_measured=True).minimum == pytest.approx(-9999)


@pytest.mark.parametrize("fill", [-3.4028235e38, -32768, 1e20])
def test_other_fill_values_are_asked_about_too(town: Town, tif: Path, fill: float) -> None:
    heights = plane()
    heights[0, 0] = fill
    write_tif(tif, heights, nodata=-9999)
    said = refusal(tif, town)
    assert "--nodata" in said
    value = float(said.split("--nodata ")[1].split()[0].rstrip("."))
    assert take_in(tif, town.municipality, nodata=(value,)).minimum == pytest.approx(10)


def test_a_depth_below_zero_is_no_depth(town: Town, tif: Path) -> None:
    write_tif(tif, np.full((9, 9), -0.5, dtype="float32"))
    assert "81 cells" in refusal(tif, town, "flood_depth")


def test_an_empty_raster_is_refused(town: Town, tif: Path) -> None:
    write_tif(tif, np.full((9, 9), np.nan, dtype="float32"))
    assert "empty" in refusal(tif, town)


@pytest.mark.parametrize(
    ("kind", "bands", "type_"),
    [
        ("orthophoto", 1, "uint8"),
        ("orthophoto", 3, "uint16"),
        ("orthophoto", 5, "uint8"),
        ("terrain", 3, "float32"),
        ("terrain", 1, "complex64"),
    ],
)
def test_bands_must_fit_the_kind(town: Town, tif: Path, kind: str, bands: int, type_: str) -> None:
    write_tif(tif, np.ones((bands, 9, 9), dtype=type_))
    assert type_ in refusal(tif, town, kind)


def test_a_fourth_band_that_is_no_opacity_is_refused(town: Town, tif: Path) -> None:
    write_tif(tif, np.ones((4, 9, 9), dtype="uint8"), photometric="RGB", alpha="NO")
    assert "-b 1 -b 2 -b 3" in refusal(tif, town, "orthophoto")


def test_a_raster_elsewhere_is_refused(town: Town, tif: Path) -> None:
    write_tif(tif, plane(), west=90_000)
    assert "does not touch Town" in refusal(tif, town)


def test_a_turned_or_mirrored_grid_is_refused(town: Town, tif: Path) -> None:
    write_tif(tif, plane())
    with rasterio.open(tif) as file:
        straight = file.transform
    turned = straight @ rasterio.Affine.rotation(10)
    mirrored = straight @ rasterio.Affine.scale(1, -1)
    for grid in (turned, mirrored):
        write_tif(tif, plane(), transform=grid)
        assert "gdalwarp" in refusal(tif, town)


def test_a_single_cell_is_refused(town: Town, tif: Path) -> None:
    write_tif(tif, plane(1, 1))
    assert "1 × 1" in refusal(tif, town)


def test_a_huge_declared_size_is_refused_before_anything_is_read(town: Town, tif: Path) -> None:
    with rasterio.open(
        tif,
        "w",
        driver="GTiff",
        width=300_000,
        height=300_000,
        count=1,
        dtype="float32",
        crs=CRS.from_epsg(WEB_MERCATOR_SRID),
        transform=rasterio.Affine(2, 0, 0, 0, -2, 0),
        tiled=True,
        SPARSE_OK=True,
        BIGTIFF="YES",
    ):
        pass
    assert "300000 × 300000" in refusal(tif, town)


def test_a_file_cut_short_is_refused(town: Town, tif: Path) -> None:
    rng = np.random.default_rng(1)
    write_tif(tif, rng.uniform(0, 50, (300, 300)).astype("float32"), compress="deflate")
    whole = tif.read_bytes()
    for kept in (len(whole) // 2, 100, 4):
        tif.write_bytes(whole[:kept])
        assert "damaged" in refusal(tif, town)


def test_a_virtual_raster_is_not_opened_under_any_name(town: Town, tmp_path: Path) -> None:
    secret = write_tif(tmp_path / "secret.tif", plane())
    for name in ("innocent.tif", "innocent.vrt"):
        virtual = tmp_path / name
        virtual.write_text(
            '<VRTDataset rasterXSize="9" rasterYSize="9">'
            '<VRTRasterBand dataType="Float32" band="1">'
            f"<SimpleSource><SourceFilename>{secret}</SourceFilename></SimpleSource>"
            "</VRTRasterBand></VRTDataset>"
        )
        assert "no GeoTIFF" in refusal(virtual, town)


def test_nothing_beside_the_file_is_opened_with_it(town: Town, tif: Path) -> None:
    """An .aux.xml may name a georeference and statistics, an .ovr any format at all."""
    write_tif(tif, plane(), crs=CRS())
    tif.with_name("given.tif.aux.xml").write_text("<PAMDataset><SRS>EPSG:4326</SRS></PAMDataset>")
    assert "--assign-crs" in refusal(tif, town)


@pytest.mark.parametrize("name", ["nowhere.tif", "/vsicurl/http://127.0.0.1/x.tif", "."])
def test_what_is_no_file_is_refused(town: Town, tmp_path: Path, name: str) -> None:
    assert "no such file" in refusal(tmp_path / name, town)


def test_degrees_are_measured_on_the_ground(town: Town, tif: Path) -> None:
    west, north = ORIGIN[0] - 10, ORIGIN[1] + 35
    lon, lat = transformer(metric_srid(), WGS84_SRID).transform(west, north)
    write_tif(
        tif,
        plane(),
        crs=CRS.from_epsg(WGS84_SRID),
        transform=rasterio.Affine(2e-5, 0, lon, 0, -2e-5, lat),
    )
    raster = take_in(tif, town.municipality)
    assert 2.0 < raster.resolution_m < 2.3


# --- all or nothing ---------------------------------------------------------------------------


def test_a_new_raster_replaces_the_old_one_once_it_is_committed(
    town: Town, tif: Path, django_capture_on_commit_callbacks
) -> None:
    first = take_in(write_tif(tif, plane()), town.municipality)
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        second = take_in(write_tif(tif, plane() + 5), town.municipality)
        assert first.path.is_file()
    for callback in callbacks:
        callback()
    assert files() == [second.file]
    assert Raster.objects.get().minimum == pytest.approx(15)


def test_a_failure_while_storing_leaves_the_old_raster(
    town: Town, tif: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = take_in(write_tif(tif, plane()), town.municipality)

    def fails(*args, **options) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Raster, "save", fails)
    with pytest.raises(KeyboardInterrupt):
        take_in(write_tif(tif, plane() + 5), town.municipality)
    assert files() == [first.file]


def test_a_run_that_is_stopped_leaves_nothing(
    town: Town, tif: Path, capsys: pytest.CaptureFixture
) -> None:
    write_tif(tif, plane())

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        action.import_raster(
            tif,
            municipality=town.municipality,
            reading=action.Reading(kind=Raster.Kind.TERRAIN),
            credit=action.Credits({"en": "Terrain"}),
            progress=stop,
        )
    assert files() == []


# --- the commands -----------------------------------------------------------------------------


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_command_imports_lists_and_removes(
    town: Town, tif: Path, django_capture_on_commit_callbacks
) -> None:
    write_tif(tif, plane(), nodata=-9999)
    said = run("import_raster", str(tif), "--kind", "terrain", "--title", "en=Heights 2025")
    assert "100 × 100 cells of 2.00 m" in said
    assert "100 % read" in said
    assert Raster.objects.get().title_en == "Heights 2025"
    assert "Heights 2025" in run("list_rasters")
    Raster.objects.get().path.rename(tif)
    assert "FILE MISSING" in run("list_rasters")
    with django_capture_on_commit_callbacks(execute=True):
        assert "Heights 2025" in run("remove_raster", "--kind", "terrain")
    assert "none" in run("list_rasters")
    with pytest.raises(CommandError, match="no raster of the kind"):
        run("remove_raster", "--kind", "terrain")


def test_a_dry_run_checks_everything_and_stores_nothing(town: Town, tif: Path) -> None:
    write_tif(tif, plane())
    said = run("import_raster", str(tif), "--kind", "terrain", "--dry-run")
    assert "values from 10.00 to 10.00 m" in said
    assert files() == []
    assert not Raster.objects.exists()
    heights = plane()
    heights[0, 0] = -9999
    write_tif(tif, heights)
    with pytest.raises(CommandError) as error:
        run("import_raster", str(tif), "--kind", "terrain", "--dry-run")
    assert error.value.returncode == 3


def test_the_command_asks_which_municipality_is_meant(town: Town, tif: Path) -> None:
    write_tif(tif, plane())
    Municipality.objects.create(slug="other", name="Other")
    with pytest.raises(CommandError, match="other, town"):
        run("import_raster", str(tif), "--kind", "terrain")
    run("import_raster", str(tif), "--kind", "terrain", "--municipality", "town")
    assert Raster.objects.get().municipality == town.municipality
    with pytest.raises(CommandError, match="no municipality “x”"):
        run("import_raster", str(tif), "--kind", "terrain", "--municipality", "x")


def test_an_unreadable_crs_is_refused(town: Town, tif: Path) -> None:
    write_tif(tif, plane())
    for text in ("EPSG:99999", "lambert"):
        with pytest.raises(CommandError, match="--assign-crs"):
            run("import_raster", str(tif), "--kind", "terrain", "--assign-crs", text)
