"""Programs that are not ours: GDAL's commands, OWSLib, QGIS, against a served site."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Any

import pytest

from tests.tiles.town import MapTown, build_town
from tiles.layers import LAYERS

PATIENCE_S = 120


@pytest.fixture
def town(transactional_db: None) -> MapTown:
    return build_town()


@pytest.fixture
def service(town: MapTown, live_server: Any) -> str:
    """The served site's address of the API."""
    return f"{live_server.url}/ogc"


@pytest.fixture
def gdal() -> None:
    if shutil.which("ogrinfo") is None:
        pytest.skip("no ogrinfo; `bin/setup --test` installs it")


def run(*command: str, **environment: str) -> str:
    """What a program prints; it must succeed without a warning."""
    plain = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        env={**plain, **environment},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr, done.stderr
    assert "Warning" not in done.stderr, done.stderr
    return done.stdout


def test_ogrinfo_lists_the_collections(service: str, gdal: None) -> None:
    listed = run("ogrinfo", "-ro", f"OAPIF:{service}")
    for name in LAYERS:
        assert f": {name} (" in listed


def test_ogrinfo_counts_over_pages(service: str, gdal: None) -> None:
    told = run("ogrinfo", "-ro", "-oo", "PAGE_SIZE=3", f"OAPIF:{service}", "parcels")
    assert "Feature Count: 4" in told
    assert told.count("OGRFeature(parcels):") == 4
    assert "reference: String" in told
