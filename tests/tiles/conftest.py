"""The small town on the map, and a reader for vector tiles that is not our own."""

from __future__ import annotations

import math
import subprocess
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import geopandas
import pyogrio
import pytest
from django.db import transaction
from django.test import Client

from gisapp.crs import WGS84_SRID, metric_srid, transformer
from tests.tiles.town import MapTown, build_town
from tests.town import ORIGIN


@pytest.fixture(scope="module")
def shared_town(django_db_setup: None, django_db_blocker: Any) -> Iterator[MapTown]:
    """The town built once for all tests of a module that asks for it with ``usefixtures``.

    Each test works in a savepoint above it: to build it takes longer than most questions to it. Not
    for tests that need no town, nor for those with transactions of their own.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_town()
        transaction.set_rollback(True)


@pytest.fixture
def town(request: pytest.FixtureRequest, db: None) -> MapTown:
    if "shared_town" in request.fixturenames:
        return deepcopy(request.getfixturevalue("shared_town"))
    return build_town()


def place(east_m: float, north_m: float) -> tuple[float, float]:
    """Longitude and latitude of a point given in metres from the town's origin."""
    return transformer(metric_srid(), WGS84_SRID).transform(ORIGIN[0] + east_m, ORIGIN[1] + north_m)


def tile_at(zoom: int, *, east_m: float = 10, north_m: float = 12) -> str:
    """``z/x/y`` of the tile over a point of the town; parcel 125/7 unless told otherwise."""
    lon, lat = place(east_m, north_m)
    side = 2**zoom
    x = int((lon + 180) / 360 * side)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side)
    return f"{zoom}/{x}/{y}"


def opened_by_gdal(content: bytes, folder: Path) -> Path:
    """A vector tile turned into a GeoPackage, in tile units, y upward.

    By the program of the system's GDAL: the library of this process may have put away the driver
    for tiles, as it puts away all that imports must not open.
    """
    tile, package = folder / "tile.mvt", folder / "tile.gpkg"
    tile.write_bytes(content)
    subprocess.run(
        ["ogr2ogr", "-q", "-overwrite", str(package), f"MVT:{tile}"], check=True, timeout=60
    )
    return package


@pytest.fixture
def read_tile(tmp_path: Path) -> Callable[..., geopandas.GeoDataFrame]:
    """Read one layer of a tile with GDAL; geometry in tile units, y upward."""

    def read(content: bytes, layer: str) -> geopandas.GeoDataFrame:
        return pyogrio.read_dataframe(opened_by_gdal(content, tmp_path), layer=layer)

    return read


@pytest.fixture
def layers_of(tmp_path: Path) -> Callable[[bytes], set[str]]:
    """The names of a tile's layers."""

    def names(content: bytes) -> set[str]:
        return {str(name) for name in pyogrio.list_layers(opened_by_gdal(content, tmp_path))[:, 0]}

    return names


@pytest.fixture
def get(client: Client) -> Callable[..., object]:
    """Ask for ``layers`` at a tile address: ``get("zones", "16/1/2", on="2025-01-01")``."""

    def ask(layers: str, address: str, **query: str) -> object:
        return client.get(f"/tiles/{layers}/{address}.mvt", query)

    return ask
