"""What the service says of itself: true, complete, and valid by judges that are not ours."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV30SpecValidator

from gisapp.crs import northing_first
from tests.tiles.conftest import tile_at
from tests.tiles.ogc.conftest import Ask
from tests.tiles.town import MapTown
from tiles.layers import LAYERS
from tiles.ogc.feature_pages import OF_A_PAGE

pytestmark = pytest.mark.usefixtures("shared_town")

Found = Callable[..., dict[str, Any]]


def links_of(node: Any) -> Iterator[dict[str, Any]]:
    """Every link anywhere in a document."""
    if isinstance(node, dict):
        if isinstance(node.get("href"), str) and "rel" in node:
            yield node
        for value in node.values():
            yield from links_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from links_of(value)


def test_every_link_leads_to_what_it_promises(town: MapTown, client: Client) -> None:
    """From the landing page on, through everything that can be reached."""
    waiting, seen = ["http://testserver/ogc/"], set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code == 200, address
        if "json" not in answer["Content-Type"]:
            continue
        for link in links_of(answer.json()):
            if link.get("templated") or link["href"] in seen:
                continue
            got = client.get(link["href"])
            assert got.status_code == 200, link
            assert got["Content-Type"].partition(";")[0] == link["type"].partition(";")[0], link
            waiting.append(link["href"])
    assert len(seen) > 5 * len(LAYERS)


def test_the_openapi_document_is_valid_and_whole(town: MapTown, ask: Ask) -> None:
    answer = ask("api")
    assert answer["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    document = answer.json()
    OpenAPIV30SpecValidator(document).validate()
    text = json.dumps(document)
    assert text.count('"$ref"') == text.count('"$ref": "#/components/')


def test_the_openapi_document_lists_the_parameters_that_are_read(found: Found, db: None) -> None:
    document = found("api")
    listed = document["paths"]["/collections/streets/items"]["get"]["parameters"]
    names = {each.get("name", each.get("$ref", "").rpartition("/")[2]) for each in listed}
    assert names == {*OF_A_PAGE, *LAYERS["streets"].columns, "f", "lang"}


def test_every_path_of_the_openapi_document_answers(
    town: MapTown, client: Client, found: Found
) -> None:
    z, x, y = tile_at(16).split("/")
    values = {"featureId": "0", "tileMatrixSetId": "WebMercatorQuad"}
    values |= {"tileMatrix": z, "tileRow": y, "tileCol": x}
    document = found("api")
    assert len(document["paths"]) > 7 * len(LAYERS)
    for path, operations in document["paths"].items():
        answer = client.get("/ogc" + path.format(**values))
        assert str(answer.status_code) in operations["get"]["responses"], path
        assert answer.status_code in ((404,) if "featureId" in path else (200, 204)), path


def test_features_are_what_the_schema_says(town: MapTown, found: Found) -> None:
    for name in LAYERS:
        schema = found(f"collections/{name}/schema")
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["$id"].endswith(f"/ogc/collections/{name}/schema")
        page = found(f"collections/{name}/items")
        promised = schema["properties"].pop("geometry")["format"].removeprefix("geometry-")
        types = {key: value["type"] for key, value in schema["properties"].items()}
        for feature in page["features"]:
            assert set(feature["properties"]) | {"id"} == set(types)
            for key, value in feature["properties"].items():
                known = {"number": (int, float), "string": str}[types[key]]
                assert value is None or isinstance(value, known), (name, key)
            kind = feature["geometry"]["type"].lower() if feature["geometry"] else promised
            assert promised in (kind, "any"), name


def test_queryables_are_the_columns_and_no_others(town: MapTown, found: Found) -> None:
    for name, layer in LAYERS.items():
        queryables = found(f"collections/{name}/queryables")
        assert set(queryables["properties"]) == {*layer.columns, "geometry"}
        assert queryables["additionalProperties"] is False


# --- reference systems --------------------------------------------------------------------------


def test_the_answer_names_its_reference_system(town: MapTown, ask: Ask, found: Found) -> None:
    collection = found("collections/parcels")
    assert collection["crs"][0] == "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
    assert collection["storageCrs"] in collection["crs"]
    for path in ("collections/parcels/items", f"collections/parcels/items/{town.parcel.pk}"):
        assert ask(path)["Content-Crs"] == f"<{collection['crs'][0]}>"
        for uri in collection["crs"]:
            assert ask(path, crs=uri)["Content-Crs"] == f"<{uri}>"


def test_stored_coordinates_come_as_they_are_stored(town: MapTown, found: Found) -> None:
    uri = found("collections/parcels")["storageCrs"]
    feature = found(f"collections/parcels/items/{town.parcel.pk}", crs=uri)
    ring = feature["geometry"]["coordinates"][0][0]
    assert {tuple(position) for position in ring} == set(town.parcel.geometry.coords[0][0])


def test_boxes_are_understood_in_every_reference_system(town: MapTown, found: Found) -> None:
    for uri in found("collections/parcels")["crs"]:
        feature = found(f"collections/parcels/items/{town.parcel.pk}", crs=uri)
        ring = feature["geometry"]["coordinates"][0][0]
        xs, ys = [x for x, _ in ring], [y for _, y in ring]
        x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        box = f"{x},{y},{x},{y}"
        page = found("collections/parcels/items", bbox=box, bbox__crs=uri, crs=uri)
        assert [each["id"] for each in page["features"]] == [town.parcel.pk]


@pytest.mark.parametrize(("srid", "expected"), [(2180, True), (32637, False), (3857, False)])
def test_the_order_of_axes_is_the_authoritys(srid: int, expected: bool) -> None:
    """Poland's grid counts north first (EPSG registry), UTM and Web Mercator east first."""
    assert northing_first(srid) is expected


def test_axes_follow_the_authority(
    town: MapTown, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the authority writes north first, so do boxes, filters and coordinates."""
    uri = found("collections/parcels")["storageCrs"]
    east_first = found(f"collections/parcels/items/{town.parcel.pk}", crs=uri)
    monkeypatch.setattr("tiles.ogc.reference_systems.northing_first", lambda srid: True)
    north_first = found(f"collections/parcels/items/{town.parcel.pk}", crs=uri)
    ring = north_first["geometry"]["coordinates"][0][0]
    turned = {(y, x) for x, y in ring}
    assert turned == {tuple(each) for each in east_first["geometry"]["coordinates"][0][0]}
    west, south, east, north = town.parcel.geometry.extent
    box = f"{south + 1},{west + 1},{north - 1},{east - 1}"
    page = found("collections/parcels/items", bbox=box, bbox__crs=uri)
    assert page["numberMatched"] == 1
    text = f"S_INTERSECTS(geometry, POINT({south + 5} {west + 5}))"
    page = found("collections/parcels/items", filter=text, filter__crs=uri)
    assert page["numberMatched"] == 1


# --- tiles --------------------------------------------------------------------------------------


def test_tiles_by_row_and_column_are_the_tiles_of_the_map(town: MapTown, client: Client) -> None:
    z, x, y = tile_at(17).split("/")
    for mine, theirs in (
        (f"/ogc/collections/zones/tiles/WebMercatorQuad/{z}/{y}/{x}", f"/tiles/zones/{z}/{x}/{y}"),
        (
            f"/ogc/collections/applications/tiles/WebMercatorQuad/{z}/{y}/{x}",
            f"/tiles/applications/{z}/{x}/{y}",
        ),
    ):
        by_row, by_column = client.get(mine), client.get(f"{theirs}.mvt")
        assert by_row.status_code == 200
        assert by_row.content == by_column.content
        assert by_row["Cache-Control"] == by_column["Cache-Control"]


def test_a_tile_of_the_dataset_holds_what_everyone_may_see(
    town: MapTown, client: Client, layers_of: Callable[[bytes], set[str]]
) -> None:
    z, x, y = tile_at(18).split("/")
    answer = client.get(f"/ogc/tiles/WebMercatorQuad/{z}/{y}/{x}")
    assert {"parcels", "zones", "streets", "buildings"} <= layers_of(answer.content)
    assert not {"applications", "conformance"} & layers_of(answer.content)
    assert "public" in answer["Cache-Control"]


def test_tiles_follow_the_date(town: MapTown, client: Client) -> None:
    z, x, y = tile_at(16).split("/")
    path = f"/ogc/collections/zones/tiles/WebMercatorQuad/{z}/{y}/{x}"
    assert client.get(path, {"on": "2020-01-01"}).status_code == 204
    assert client.get(path, {"on": "2025-01-01"}).status_code == 200


def test_the_template_of_a_tileset_gives_tiles_within_its_limits(
    town: MapTown, client: Client, found: Found
) -> None:
    tileset = found("collections/parcels/tiles/WebMercatorQuad")
    (template,) = (link for link in tileset["links"] if link["rel"] == "item")
    z, x, y = tile_at(17).split("/")
    limits = next(each for each in tileset["tileMatrixSetLimits"] if each["tileMatrix"] == z)
    assert limits["minTileRow"] <= int(y) <= limits["maxTileRow"]
    assert limits["minTileCol"] <= int(x) <= limits["maxTileCol"]
    address = template["href"].format(tileMatrix=z, tileRow=y, tileCol=x)
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, template["type"])


def test_the_grid_is_the_one_that_everybody_knows(db: None, found: Found) -> None:
    """Numbers of the standard (OGC 17-083r4, annex D.1): scale at zoom 0, and halves of it."""
    matrices = found("tileMatrixSets/WebMercatorQuad")["tileMatrices"]
    assert matrices[0]["scaleDenominator"] == pytest.approx(559_082_264.028717)
    assert matrices[0]["pointOfOrigin"] == pytest.approx([-20_037_508.3427892, 20_037_508.3427892])
    assert matrices[18]["cellSize"] == pytest.approx(0.597164283559817)
    assert matrices[18]["matrixWidth"] == 262_144
