"""Relief shading: lit from the north-west, drawn where heights are, absent where they are not."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.crs import CRS

from gisapp.crs import metric_srid
from tests.tiles.conftest import tile_at
from tests.town import ORIGIN
from tiles import raster


@pytest.fixture
def terrain(tmp_path: Path, settings) -> Path:
    """A ridge running north to south through the town: 2 m cells, 100 m to each side."""
    settings.VAR_DIR = tmp_path
    path = raster.terrain_file()
    path.parent.mkdir(parents=True)
    across = np.abs(np.arange(200) - 100).astype("float32")
    heights = np.tile(100 - across, (200, 1))
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=200,
        height=200,
        count=1,
        dtype="float32",
        crs=CRS.from_epsg(metric_srid()),
        transform=rasterio.Affine(2, 0, ORIGIN[0] - 200, 0, -2, ORIGIN[1] + 200),
    ) as file:
        file.write(heights, 1)
    return path


def pixels(content: bytes) -> np.ndarray:
    with rasterio.MemoryFile(io.BytesIO(content)) as memory, memory.open() as picture:
        return picture.read()


def test_slopes_to_the_light_are_light_and_others_dark() -> None:
    east, north = np.meshgrid(np.arange(8.0), -np.arange(8.0))
    facing_north_west = raster.hillshade(east - north, pixel_m=1)
    facing_south_east = raster.hillshade(north - east, pixel_m=1)
    level = raster.hillshade(np.zeros((8, 8)), pixel_m=1)
    assert facing_south_east.max() < level.min() < facing_north_west.min()
    assert level == pytest.approx(np.sin(np.radians(45)))


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_tile_shows_the_ridge(terrain: Path, client) -> None:
    answer = client.get(f"/tiles/raster/hillshade/{tile_at(16, east_m=0, north_m=0)}.png")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    grey, alpha = pixels(answer.content)
    assert grey.shape == (256, 256)
    drawn = alpha > 0
    assert set(np.unique(grey[drawn])) == {0, 255}


def test_outside_the_raster_there_is_nothing_to_draw(terrain: Path, client) -> None:
    assert client.get("/tiles/raster/hillshade/16/0/0.png").status_code == 204


def test_a_city_without_terrain_does_not_offer_relief(tmp_path: Path, settings, client) -> None:
    settings.VAR_DIR = tmp_path
    assert raster.offered() == []
    assert client.get(f"/tiles/raster/hillshade/{tile_at(16)}.png").status_code == 404
