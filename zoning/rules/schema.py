"""The rulebook format as a JSON Schema (draft 2020-12), for editors and other programs.

It is made from the document model, the kinds and the units, and so knows what the loader knows of
the shape of a file. It does not read expressions or intervals: those the loader and the linter do.
"""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from zoning.rules.catalogue import KINDS
from zoning.rules.document import Document
from zoning.rules.quantities import UNITS

Schema = dict[str, Any]

# What makes a text more than any text: numbers do not stand for it.
_NARROWING = ("pattern", "format", "enum", "const")


def json_schema() -> Schema:
    """The schema of a rulebook file; every field has its description."""
    made = Document.model_json_schema(by_alias=True)
    rule = made["$defs"]["Rule"]["properties"]
    for kind in (rule["kind"], made["properties"]["mandatory"]["items"]):
        kind["enum"] = list(KINDS)
    rule["unit"]["anyOf"][0]["enum"] = list(UNITS)
    schema: Schema = {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": "urn:umran:rulebook",
        **made,
        "title": "Umran rulebook",
    }
    _let_numbers_stand_for_text(schema)
    return schema


def _let_numbers_stand_for_text(part: Any) -> None:
    """The format takes ``12.10`` for text; programs that read YAML as usual see a number."""
    if isinstance(part, dict):
        if part.get("type") == "string" and not any(key in part for key in _NARROWING):
            part["type"] = ["string", "number"]
        for value in part.values():
            _let_numbers_stand_for_text(value)
    elif isinstance(part, list):
        for value in part:
            _let_numbers_stand_for_text(value)
