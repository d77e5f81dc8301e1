"""The published schema knows every field, takes every rulebook, and refuses what is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from zoning.rules.catalogue import KINDS
from zoning.rules.reading import Source
from zoning.rules.schema import json_schema

ROOT = Path(__file__).resolve().parents[3]
FILES = [*sorted((ROOT / "data" / "rulebooks").glob("*.yaml")), ROOT / "tests/town_rulebook.yaml"]


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def mistakes(validator: jsonschema.Draft202012Validator, values: Any) -> list[str]:
    return [error.json_path for error in validator.iter_errors(values)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_takes_every_rulebook_as_we_read_it_and_as_others_do(
    path: Path, validator: jsonschema.Draft202012Validator
) -> None:
    text = path.read_text(encoding="utf-8")
    assert mistakes(validator, Source(text).values) == []
    elsewhere = yaml.safe_load(text)
    assert mistakes(validator, json.loads(json.dumps(elsewhere, default=date.isoformat))) == []


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"colour": "red"}, "$"),
        ({"mandatory": ["hight"]}, "$.mandatory[0]"),
        ({"corners": "round"}, "$.corners"),
        ({"rules": [{"id": "a", "kind": "height", "scope": {"plan": True}}]}, "$.rules[0]"),
        ({"rulebook": "Town Hall"}, "$.rulebook"),
    ],
)
def test_it_refuses_what_the_loader_refuses(
    changes: dict[str, Any], place: str, validator: jsonschema.Draft202012Validator
) -> None:
    town = Source((ROOT / "tests/town_rulebook.yaml").read_text(encoding="utf-8")).values
    assert mistakes(validator, {**town, **changes}) == [place]


def fields(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, part in {"Document": schema, **schema["$defs"]}.items():
        for field, told in part.get("properties", {}).items():
            yield f"{name}.{field}", told


def test_every_field_says_what_it_holds() -> None:
    found = dict(fields(json_schema()))
    assert "Rule.value" in found
    assert [name for name, told in found.items() if not told.get("description")] == []


def test_it_knows_the_kinds() -> None:
    assert json_schema()["$defs"]["Rule"]["properties"]["kind"]["enum"] == list(KINDS)
