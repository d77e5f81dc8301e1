"""The service described in OpenAPI 3.0, whole in one document: it refers to nothing outside itself.

Paths are written out for each collection, because each has queryables of its own as parameters.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from gisapp.translated import LANGUAGES
from tiles.ogc import filters, reference_systems
from tiles.ogc.collections import Collection, all_collections
from tiles.ogc.documents import TITLE
from tiles.ogc.feature_pages import OF_A_FEATURE, OF_A_PAGE
from tiles.ogc.filters.trees import LONGEST_BYTES
from tiles.ogc.negotiation import GEOJSON, HTML, JSON, OPENAPI, SCHEMA
from tiles.ogc.params import LARGEST_LIMIT, USUAL_LIMIT
from tiles.quick import MVT

Node = dict[str, Any]
PROBLEM = "application/problem+json"


def document(request: HttpRequest) -> Node:
    """The OpenAPI document in the active language."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": str(TITLE),
            "version": "1.0.0",
            "description": _(
                "The layers of the city plan as collections of features and as vector tiles. "
                "Everything can be read without an account; applications and checks show more to "
                "the municipality's own staff."
            ),
        },
        "servers": [{"url": request.build_absolute_uri(reverse("ogc:landing")).rstrip("/")}],
        "tags": [
            {"name": "service", "description": _("What this service offers")},
            {"name": "features", "description": _("Features of each collection")},
            {"name": "tiles", "description": _("Vector tiles")},
        ],
        "paths": _paths(),
        "components": {
            "parameters": _parameters(),
            "schemas": _schemas(),
            "responses": _refusals(),
        },
    }


def _paths() -> Node:
    paths = {
        "/": _get("service", "landing", _("Where everything begins"), "landing"),
        "/api": _get("service", "api", _("This description"), "any", media=OPENAPI),
        "/conformance": _get("service", "conformance", _("What is declared"), "conformance"),
        "/collections": _get("service", "collections", _("The collections"), "collections"),
        "/tileMatrixSets": _get("tiles", "grids", _("The tile grids"), "any"),
        "/tileMatrixSets/{tileMatrixSetId}": _get(
            "tiles", "grid", _("One tile grid"), "any", own=("tileMatrixSetId",)
        ),
        **_tiles("", "dataset", str(TITLE)),
    }
    for collection in all_collections():
        paths |= _of_collection(collection)
    return paths


def _of_collection(collection: Collection) -> Node:
    name, path, title = collection.name, f"/collections/{collection.name}", collection.title
    items = _get("features", f"items-{name}", title, "features", media=GEOJSON, own=OF_A_PAGE)
    items["get"]["description"] = collection.description
    items["get"]["parameters"] += [
        {
            "name": column,
            "in": "query",
            "required": False,
            "description": str(of.meaning) or column,
            "schema": {"type": "number" if of.kind == "Number" else "string"},
            "style": "form",
            "explode": False,
        }
        for column, of in collection.columns.items()
    ]
    return {
        path: _get("service", f"collection-{name}", title, "collection"),
        f"{path}/items": items,
        f"{path}/items/{{featureId}}": _get(
            *("features", f"item-{name}", title, "feature"),
            media=GEOJSON,
            own=("featureId", *OF_A_FEATURE),
        ),
        f"{path}/queryables": _get(
            "features", f"queryables-{name}", _("Queryables"), "any", media=SCHEMA
        ),
        f"{path}/schema": _get(
            "features", f"schema-{name}", _("What features have"), "any", media=SCHEMA
        ),
        **_tiles(path, name, title),
    }


def _tiles(path: str, name: str, title: str) -> Node:
    one = f"{path}/tiles/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    tile = {
        "tags": ["tiles"],
        "operationId": f"tile-{name}",
        "summary": title,
        "parameters": [
            _parameter(each)
            for each in ("tileMatrixSetId", "tileMatrix", "tileRow", "tileCol", "on", "version")
        ],
        "responses": {
            "200": {
                "description": _("One vector tile"),
                "content": {MVT: {"schema": {"type": "string", "format": "binary"}}},
            },
            "204": {"description": _("An empty tile")},
            **_failures(),
        },
    }
    return {
        f"{path}/tiles": _get("tiles", f"tilesets-{name}", title, "any"),
        f"{path}/tiles/{{tileMatrixSetId}}": _get(
            "tiles", f"tileset-{name}", title, "any", own=("tileMatrixSetId",)
        ),
        one: {"get": tile},
    }


def _get(
    tag: str,
    operation: str,
    summary: str,
    schema: str,
    *,
    media: str = JSON,
    own: tuple[str, ...] = (),
) -> Node:
    """A path whose answer is a document of the schema, or a page."""
    return {
        "get": {
            "tags": [tag],
            "operationId": operation,
            "summary": summary,
            "parameters": [_parameter(name) for name in (*own, "f", "lang")],
            "responses": {
                "200": {
                    "description": summary,
                    "content": {
                        media: {"schema": {"$ref": f"#/components/schemas/{schema}"}},
                        HTML: {"schema": {"type": "string"}},
                    },
                },
                **_failures(),
            },
        }
    }


def _parameter(name: str) -> Node:
    return {"$ref": f"#/components/parameters/{name}"}


def _failures() -> Node:
    return {
        status: {"$ref": f"#/components/responses/{status}"}
        for status in ("400", "404", "405", "406", "503")
    }


def _refusals() -> Node:
    reasons = {
        "400": _("A parameter is unknown or can not be read"),
        "404": _("Not found"),
        "405": _("This can only be read"),
        "406": _("No such format"),
        "503": _("This took too long; try again in a moment"),
    }
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/problem"}}}
    return {
        status: {"description": reason, "content": content} for status, reason in reasons.items()
    }


def _query(name: str, description: str, schema: Node, **more: Any) -> Node:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
        "style": "form",
        "explode": False,
        **more,
    }


def _in_path(name: str, description: str, schema: Node) -> Node:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": schema,
    }


def _parameters() -> Node:
    systems = [system.uri for system in reference_systems.offered()]
    uri = {"type": "string", "format": "uri", "enum": systems, "default": systems[0]}
    whole = {"type": "integer", "minimum": 0}
    listed = [
        _query("f", _("Format of the answer"), {"type": "string", "enum": ["json", "html"]}),
        _query("lang", _("Language of titles"), {"type": "string", "enum": list(LANGUAGES)}),
        _query(
            "limit",
            _("At most so many features on a page; more than the maximum means the maximum"),
            {
                "type": "integer",
                "minimum": 1,
                "maximum": LARGEST_LIMIT,
                "default": USUAL_LIMIT,
            },
        ),
        _query("cursor", _("Where a page begins, from a “next” link"), {"type": "string"}),
        _query(
            "bbox",
            _("West, south, east, north; features that touch this box"),
            {
                "type": "array",
                "items": {"type": "number"},
                "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
            },
        ),
        _query("bbox-crs", _("The CRS of bbox"), uri),
        _query("crs", _("The CRS of the answer"), uri),
        _query(
            "datetime",
            _("The day, for collections that follow the plan in force; today if left out"),
            {"type": "string"},
        ),
        _query("version", _("A plan version instead of a day"), {"type": "integer"}),
        _query("on", _("A day (YYYY-MM-DD); today if left out"), {"type": "string"}),
        _query(
            "filter",
            _("A condition in CQL2 on the queryables"),
            {"type": "string", "maxLength": LONGEST_BYTES},
        ),
        _query(
            "filter-lang",
            _("The language of the filter"),
            {"type": "string", "enum": list(filters.READERS), "default": filters.TEXT},
        ),
        _query("filter-crs", _("The CRS of geometries in the filter"), uri),
        _in_path("featureId", _("key of the feature"), {"type": "string"}),
        _in_path("tileMatrixSetId", _("Name of the tile grid"), {"type": "string"}),
        _in_path("tileMatrix", _("Zoom"), {"type": "string"}),
        _in_path("tileRow", _("Row, from the north"), whole),
        _in_path("tileCol", _("Column, from the west"), whole),
    ]
    return {each["name"]: each for each in listed}


def _schemas() -> Node:
    text: Node = {"type": "string"}
    links: Node = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}
    feature: Node = {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "integer"},
            "geometry": {"type": "object", "nullable": True},
            "properties": {"type": "object"},
            "links": links,
        },
    }
    collection: Node = {
        "type": "object",
        "required": ["id", "links"],
        "properties": {
            "id": text,
            "title": text,
            "description": text,
            "attribution": text,
            "itemType": text,
            "extent": {"type": "object"},
            "crs": {"type": "array", "items": text},
            "storageCrs": text,
            "links": links,
        },
    }
    return {
        "any": {"type": "object"},
        "link": {
            "type": "object",
            "required": ["href", "rel"],
            "properties": {"href": text, "rel": text, "type": text, "title": text},
        },
        "landing": _document_schema(links, title=text, description=text, attribution=text),
        "conformance": {
            "type": "object",
            "required": ["conformsTo"],
            "properties": {"conformsTo": {"type": "array", "items": text}},
        },
        "collection": collection,
        "collections": _document_schema(
            links,
            collections={"type": "array", "items": {"$ref": "#/components/schemas/collection"}},
        ),
        "feature": feature,
        "features": _document_schema(
            links,
            type={"type": "string", "enum": ["FeatureCollection"]},
            features={"type": "array", "items": {"$ref": "#/components/schemas/feature"}},
            timeStamp={"type": "string", "format": "date-time"},
            numberMatched={"type": "integer", "minimum": 0},
            numberReturned={"type": "integer", "minimum": 0},
        ),
        "problem": {
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": text,
                "title": text,
                "status": {"type": "integer"},
                "detail": text,
                "pointer": text,
            },
        },
    }


def _document_schema(links: Node, **properties: Node) -> Node:
    return {
        "type": "object",
        "required": ["links"],
        "properties": {"links": links, **properties},
    }
