"""Raster tiles: pictures where rasters are, nothing where they are not, no seams between them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from django.test import Client
from rasterio.crs import CRS

from gisapp.crs import WEB_MERCATOR_SRID, metric_srid, transformer
from gisapp.models import Municipality
from parcels.rasters.ground import slope_deg
from tests.rasters import plane, take_in, write_tif
from tests.tiles.conftest import tile_at
from tests.town import ORIGIN, Town, make_town
from tiles import raster, raster_reading
from tiles.grid import Tile

pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")


@pytest.fixture
def bourg(db: None, tmp_path: Path, settings) -> Town:
    """The town of one street, and a folder of its own for rasters."""
    settings.VAR_DIR = tmp_path / "var"
    raster._render.cache_clear()
    return make_town()


@pytest.fixture
def take(bourg: Town, tmp_path: Path) -> Callable[..., object]:
    """Import an array: 2 m cells from 200 m north-west of the town's origin."""

    def taken(values: np.ndarray, kind: str = "terrain", **profile):
        reading = profile.pop("reading", {})
        profile = {"west": -200, "north": 200, **profile}
        path = write_tif(tmp_path / f"{kind}.tif", values, **profile)
        return take_in(path, bourg.municipality, kind, **reading)

    return taken


def ridge() -> np.ndarray:
    """A ridge from north to south through the origin: 100 m high, 100 m wide to each side."""
    across = np.abs(np.arange(200) - 100).astype("float32")
    return np.tile(100 - across, (200, 1))


def waves(rows: int = 200, columns: int = 200) -> np.ndarray:
    """Gentle hills."""
    row, column = np.mgrid[:rows, :columns]
    return (50 + 20 * np.sin(row / 17) * np.cos(column / 23)).astype("float32")


def address(layer: str, zoom: int = 16, form: str = "png", twice: str = "", **at: float) -> str:
    return f"/tiles/raster/{layer}/{tile_at(zoom, **at)}{twice}.{form}"


def pixels(content: bytes) -> np.ndarray:
    with rasterio.MemoryFile(content) as memory, memory.open() as picture:
        return picture.read()


def tile_over(zoom: int, **at: float) -> Tile:
    return Tile(*map(int, tile_at(zoom, **at).split("/")))


# --- pictures ---------------------------------------------------------------------------------


def test_a_tile_shows_the_ridge(take, client: Client) -> None:
    take(ridge())
    answer = client.get(address("hillshade", 17))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    red, _green, _blue, alpha = pixels(answer.content)
    assert red.shape == (256, 256)
    assert set(np.unique(red[alpha > 0])) == {0, 255}


@pytest.mark.parametrize("layer", ["hillshade", "relief", "slope"])
def test_every_layer_of_a_terrain_is_there(take, client: Client, layer: str) -> None:
    take(ridge())
    picture = pixels(client.get(address(layer)).content)
    assert picture.shape == (4, 256, 256)
    assert 0 < np.count_nonzero(picture[3]) < picture[3].size, "it ends within the tile"


@pytest.mark.parametrize("form", ["png", "webp"])
def test_a_tile_for_fine_screens_has_twice_the_pixels(take, client: Client, form: str) -> None:
    take(ridge())
    answer = client.get(address("relief", 17, form, "@2x"))
    assert answer["Content-Type"] == f"image/{form}"
    assert pixels(answer.content).shape == (4, 512, 512)


def test_depths_have_the_colour_of_their_class_and_dry_land_has_none(take, client: Client) -> None:
    depths = np.zeros((200, 200), dtype="float32")
    depths[:, 100:] = 1.5
    take(depths, "flood_depth")
    zoom = 19  # the tile is 70 m wide
    wet = pixels(client.get(address("flood_depth", zoom, east_m=100)).content)
    assert {tuple(colour) for colour in wet[:3].reshape(3, -1).T} == {(0x3F, 0x8F, 0xD0)}
    assert set(np.unique(wet[3])) == {220}
    assert client.get(address("flood_depth", zoom, east_m=-150)).status_code == 204


def test_an_orthophoto_keeps_colours_and_holes(take, client: Client) -> None:
    photo = np.empty((3, 200, 200), dtype="uint8")
    photo[0], photo[1], photo[2] = 180, 120, 60
    photo[:, :, :100] = 0
    take(photo, "orthophoto", nodata=0, photometric="RGB")
    picture = pixels(client.get(address("orthophoto", 19, east_m=100)).content)
    assert np.abs(picture[:3].mean(axis=(1, 2)) - [180, 120, 60]).max() < 4
    assert client.get(address("orthophoto", 19, east_m=-100)).status_code == 204


def test_what_is_not_known_is_transparent(take, client: Client) -> None:
    heights = waves()
    heights[:, :100] = np.nan
    take(heights)
    alpha = pixels(client.get(address("relief", 17, east_m=0, north_m=0)).content)[3]
    assert set(np.unique(alpha)) == {0, 255}


def test_two_municipalities_share_one_layer(take, bourg: Town, tmp_path, client: Client) -> None:
    take(np.full((200, 100), 10, dtype="float32"))  # west of the origin
    other = Municipality.objects.create(slug="east", name="East")
    values = np.full((200, 100), 90, dtype="float32")
    take_in(write_tif(tmp_path / "east.tif", values, west=0, north=200), other)
    picture = pixels(client.get(address("relief", 17, east_m=0, north_m=0)).content)
    assert len({tuple(c) for c in picture[:3].reshape(3, -1).T}) >= 2
    found = client.get("/tiles/raster/relief.json").json()
    assert found["range_m"] == [10, 90]


# --- seams and scales -------------------------------------------------------------------------


@pytest.mark.parametrize("zoom", [12, 13, 14, 16, 18, 20])
def test_neighbouring_tiles_meet(take, zoom: int) -> None:
    """What a tile reads beyond its border is what its neighbour shows there: cells of 20 m."""
    rasters = [take(waves(1000, 1000), cell=20, west=-10_000, north=10_000)]
    left = tile_over(zoom, east_m=0, north_m=0)
    read = {
        tile: raster_reading.read_pixels(rasters, tile, side_px=256, resampling="cubic")
        for tile in (left, Tile(zoom, left.x + 1, left.y), Tile(zoom, left.x, left.y + 1))
    }
    here, right, below = read.values()
    for mine, theirs in ((here[0, :, -2:], right[0, :, :2]), (here[0, -2:], below[0, :2])):
        both = np.isfinite(mine) & np.isfinite(theirs)
        assert np.abs(mine - theirs)[both].max(initial=0) < 0.1
    # And so do the slopes made of them, to a part of a class.
    sides = raster.pixel_sides_m(left, side_px=256)[1:-1, None]
    slopes = [slope_deg(one[0], width_m=sides, height_m=sides) for one in (here, right)]
    step = np.abs(slopes[0][:, -1] - slopes[1][:, 0])
    assert np.nanmax(step, initial=0) < 1.5


def test_a_slope_on_the_map_is_the_slope_on_the_ground(take) -> None:
    """Half a metre for each metre to the east: 26.6°, whatever the projection stretches."""
    rasters = [take(plane(200, 200, east=1.0))]
    tile = tile_over(18, east_m=0, north_m=0)
    bands = raster_reading.read_pixels(rasters, tile, side_px=256, resampling="cubic")
    sides = raster.pixel_sides_m(tile, side_px=256)[1:-1, None]
    slopes = slope_deg(bands[0], width_m=sides, height_m=sides)
    assert np.nanmedian(slopes) == pytest.approx(26.565, abs=0.15)


def test_pixels_shrink_towards_the_pole() -> None:
    sides = raster.pixel_sides_m(Tile(3, 4, 1), side_px=256)
    assert len(sides) == 258
    assert (np.diff(sides) > 0).all(), "rows run southward"
    middle = Tile(12, 2048, 1200)
    assert raster.pixel_sides_m(middle, side_px=256)[128] == pytest.approx(middle.pixel_m, rel=1e-4)


def test_a_raster_in_web_mercator_is_read_too(bourg: Town, tmp_path: Path, client: Client) -> None:
    x, y = transformer(metric_srid(), WEB_MERCATOR_SRID).transform(*ORIGIN)
    grid = rasterio.Affine(2, 0, x - 200, 0, -2, y + 200)
    crs = CRS.from_epsg(WEB_MERCATOR_SRID)
    path = write_tif(tmp_path / "mercator.tif", ridge(), crs=crs, transform=grid)
    made = take_in(path, bourg.municipality)
    assert made.resolution_m == pytest.approx(2 * tile_over(18).ground_per_mercator, rel=0.01)
    assert client.get(address("hillshade", 17)).status_code == 200


# --- answers ----------------------------------------------------------------------------------


def test_outside_there_is_nothing_to_draw(take, client: Client) -> None:
    take(ridge())
    assert client.get("/tiles/raster/hillshade/16/0/0.png").status_code == 204
    assert client.get(address("hillshade", 7)).status_code == 204
    assert client.get(address("hillshade", 21)).status_code == 204


def test_an_unknown_layer_is_told_those_there_are(take, client: Client) -> None:
    take(ridge())
    answer = client.get(address("contours"))
    assert answer.status_code == 404
    assert "relief, slope, hillshade" in answer.json()["detail"]
    assert client.get(address("flood_depth")).status_code == 404
    assert client.get("/tiles/raster/contours.json").status_code == 404


def test_a_city_without_rasters_offers_none(bourg: Town, client: Client) -> None:
    assert raster.offered() == {}
    assert client.get(address("hillshade")).status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("hillshade/16/x/1.png", 400),
        ("hillshade/2/9/1.png", 404),
        ("hillshade/16/1/1.gif", 404),
        ("hillshade/16/1/1.png?on=2026-01-01", 400),
    ],
)
def test_bad_addresses_are_problems(take, client: Client, path: str, status: int) -> None:
    take(ridge())
    answer = client.get(f"/tiles/raster/{path}")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_an_unchanged_tile_is_not_sent_again(take, client: Client) -> None:
    take(ridge())
    first = client.get(address("hillshade"), headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in first
    assert first["Cache-Control"] == "public, max-age=60"
    again = client.get(address("hillshade"), headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert not again.content


def test_a_new_raster_is_seen_at_once(take, client: Client) -> None:
    take(ridge())
    first = client.get(address("relief", 18))
    take(ridge()[:, ::-1] * 0.5)
    assert client.get(address("relief", 18))["ETag"] != first["ETag"]


def test_a_file_that_is_damaged_or_gone_is_a_problem_and_no_crash(take, client: Client) -> None:
    path = take(ridge()).path
    path.write_bytes(path.read_bytes()[:-20_000])
    damaged = client.get(address("hillshade", 17))
    path.unlink()
    gone = client.get(address("hillshade"))
    for answer in (damaged, gone):
        assert answer.status_code == 503
        assert "import it again" in answer.json()["detail"]


# --- TileJSON ---------------------------------------------------------------------------------


def test_the_document_says_what_the_layer_shows(take, client: Client) -> None:
    made = take(ridge())
    found = client.get("/tiles/raster/relief.json").json()
    assert found["tiles"] == ["http://testserver/tiles/raster/relief/{z}/{x}/{y}.png"]
    assert found["attribution"] == "Survey office · CC0"
    assert found["range_m"] == [0, 100]
    assert [entry["label"] for entry in found["legend"]["relief"]][::6] == ["120 m", "0 m"]
    west, south, east, north = found["bounds"]
    lon, lat = transformer(metric_srid(), 4326).transform(*ORIGIN)
    assert west < lon < east
    assert south < lat < north
    assert found["minzoom"] < found["maxzoom"] <= 20
    assert found["rasters"][0]["sha256"] == made.checksum


@pytest.mark.parametrize(("language", "title"), [("en", "Ground"), ("ar", "الأرض"), ("fr", "Sol")])
def test_the_document_speaks_three_languages(
    take, client: Client, language: str, title: str
) -> None:
    take(ridge())
    for layer in ("hillshade", "relief", "slope"):
        found = client.get(f"/tiles/raster/{layer}.json?lang={language}").json()
        assert found["description"] == title
        assert found["legend"][layer]
    assert client.get("/tiles/raster/slope.json?lang=xx").status_code == 422


def test_the_map_page_lists_the_layers_that_there_are(take, client: Client) -> None:
    take(ridge())
    page = client.get("/en/map/").content.decode()
    assert "/tiles/raster/slope/" in page
    assert "/tiles/raster/orthophoto/" not in page
