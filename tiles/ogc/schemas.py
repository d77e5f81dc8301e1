"""What the features of a collection are made of, as JSON Schema (Part 5), and as queryables."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tiles.ogc.collections import Collection
from tiles.ogc.filters.conditions import GEOMETRY
from tiles.ogc.negotiation import address
from tiles.scope import Scope

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def queryables(request: HttpRequest, collection: Collection, scope: Scope) -> dict[str, Any]:
    """The properties that filters may speak of; there are no others."""
    schema = _schema(request, collection, _("What may be asked of: %(title)s"))
    schema["properties"] = {
        **_columns(collection),
        GEOMETRY: _geometry(collection, scope),
    }
    schema["additionalProperties"] = False
    return schema


def returnables(request: HttpRequest, collection: Collection, scope: Scope) -> dict[str, Any]:
    """The properties that features have."""
    schema = _schema(request, collection, "%(title)s")
    properties = {
        "id": {
            "type": "integer",
            "title": _("key of the feature"),
            "readOnly": True,
            "x-ogc-role": "id",
        },
        **_columns(collection),
        GEOMETRY: _geometry(collection, scope),
    }
    for place, schema_of_one in enumerate(properties.values(), start=1):
        schema_of_one["x-ogc-propertySeq"] = place
    schema["properties"] = properties
    return schema


def _schema(request: HttpRequest, collection: Collection, title: str) -> dict[str, Any]:
    return {
        "$schema": DIALECT,
        "$id": address(request),
        "type": "object",
        "title": title % {"title": collection.title},
        "description": collection.description,
    }


def _columns(collection: Collection) -> dict[str, dict[str, Any]]:
    return {
        name: {
            "type": "number" if column.kind == "Number" else "string",
            "title": str(column.meaning) or name,
        }
        for name, column in collection.columns.items()
    }


def _geometry(collection: Collection, scope: Scope) -> dict[str, Any]:
    return {
        "title": _("geometry"),
        "format": collection.geometry_format(scope),
        "x-ogc-role": "primary-geometry",
    }
