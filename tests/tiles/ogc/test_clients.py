"""Programs that are not ours: GDAL's commands, OWSLib, QGIS, against a served site."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from owslib.ogcapi.features import Features

from tests.tiles.ogc.test_features import box_around
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
    assert "Geometry: Multi Polygon" in told


def test_ogrinfo_asks_by_box(service: str, gdal: None) -> None:
    box = box_around(5, 5, 15, 10).split(",")
    told = run("ogrinfo", "-ro", "-spat", *box, f"OAPIF:{service}", "parcels")
    assert "Feature Count: 1" in told
    assert "reference (String) = 125/7" in told


def test_ogrinfo_asks_by_property(service: str, gdal: None) -> None:
    told = run("ogrinfo", "-ro", "-where", "reference = '125/8'", f"OAPIF:{service}", "parcels")
    assert "Feature Count: 1" in told


def test_ogrinfo_reads_one_feature(service: str, town: MapTown, gdal: None) -> None:
    key = str(town.parcel.pk)
    told = run("ogrinfo", "-ro", "-fid", key, f"OAPIF:{service}", "parcels")
    assert "reference (String) = 125/7" in told


def test_ogr2ogr_copies_every_collection(service: str, gdal: None, tmp_path: Path) -> None:
    for name in LAYERS:
        copy = tmp_path / f"{name}.geojson"
        run("ogr2ogr", "-f", "GeoJSON", str(copy), f"OAPIF:{service}", name)
        features = json.loads(copy.read_text())["features"]
        assert bool(features) == (name not in ("boundary", "conformance", "places")), name


def test_gdal_takes_one_collection_by_its_own_address(service: str, gdal: None) -> None:
    told = run("ogrinfo", "-ro", "-so", f"OAPIF_COLLECTION:{service}/collections/zones", "zones")
    assert "Feature Count: 2" in told


def test_owslib_reads_all_that_it_knows_of(service: str, town: MapTown) -> None:
    client = Features(service)
    assert {each["id"] for each in client.collections()["collections"]} == set(LAYERS)
    assert "parcels" in client.feature_collections()
    assert any(uri.endswith("cql2-text") for uri in client.conformance()["conformsTo"])
    assert client.api()["openapi"].startswith("3.0")
    assert set(client.collection_queryables("parcels")["properties"]) == {
        *LAYERS["parcels"].columns,
        "geometry",
    }
    box = [float(number) for number in box_around(5, 5, 25, 10).split(",")]
    page = client.collection_items("parcels", bbox=box, limit=1)
    assert (page["numberMatched"], page["numberReturned"]) == (2, 1)
    page = client.collection_items("parcels", filter="number IN ('7', '9')")
    assert page["numberMatched"] == 2
    feature = client.collection_item("parcels", str(town.parcel.pk))
    assert feature["properties"]["reference"] == "125/7"


QGIS_SCRIPT = """
import json, sys
from qgis.core import QgsApplication, QgsFeatureRequest, QgsRectangle, QgsVectorLayer
QgsApplication.setPrefixPath("/usr", True)
application = QgsApplication([], False)
application.initQgis()
url, box = sys.argv[1], [float(n) for n in sys.argv[2].split(",")]
layer = QgsVectorLayer(f"url='{url}' typename='parcels' pageSize='3'", "parcels", "OAPIF")
near = QgsFeatureRequest().setFilterRect(QgsRectangle(*box))
layer.setSubsetString("reference = '125/8'")
subset = [feature["reference"] for feature in layer.getFeatures()]
layer.setSubsetString("")
print(json.dumps({
    "valid": layer.isValid(),
    "all": sorted(feature["reference"] for feature in layer.getFeatures()),
    "near": sorted(feature["reference"] for feature in layer.getFeatures(near)),
    "subset": subset,
    "fields": layer.fields().names(),
}), flush=True)
del layer  # QGIS stumbles over a layer that outlives it
application.exitQgis()
"""


def test_qgis_reads_pages_boxes_and_subsets(service: str, town: MapTown, tmp_path: Path) -> None:
    """QGIS's own provider; too heavy for the set-up, so only where somebody has installed it."""
    python = "/usr/bin/python3"
    found = shutil.which("qgis_process") and subprocess.run(
        [python, "-c", "import qgis.core"], capture_output=True, check=False
    )
    if not found or found.returncode:
        pytest.skip("no QGIS with its Python module on this machine")
    told = run(
        *(python, "-c", QGIS_SCRIPT, service, box_around(5, 5, 15, 10)),
        QT_QPA_PLATFORM="offscreen",
        HOME=str(tmp_path),
        XDG_RUNTIME_DIR=str(tmp_path),
    )
    read = json.loads(told.splitlines()[-1])
    assert read["valid"]
    assert read["all"] == ["125/10", "125/7", "125/8", "125/9"]
    assert read["near"] == ["125/7"]
    assert read["subset"] == ["125/8"]
    assert {"reference", "number"} <= set(read["fields"])
