"""Lints a small rulebook of the given rules; no database."""

from __future__ import annotations

from typing import Any

import yaml

from tests.zoning.rules.conftest import document_of
from zoning.rules.lint import Remark, lint
from zoning.rules.loading import load_rulebook
from zoning.rules.reading import Source

THREE = {"ar": "نص", "en": "Text", "fr": "Texte"}
NAMED: dict[str, Any] = {
    "title": THREE,
    "instrument": {"title": THREE, "date": "2020-01-01"},
    "uses": {},
    "districts": {"R1": THREE},
}


def height(*rows: tuple[str, object], axis: str = "street_width", **changes: Any) -> dict[str, Any]:
    """A rule of heights by a table on one variable."""
    return {**table(*({axis: interval, "value": value} for interval, value in rows)), **changes}


def table(*rows: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A rule of heights by a table."""
    return {
        "kind": "height",
        "bound": "max",
        "unit": "m",
        "value": {"table": list(rows)},
        **changes,
    }


def remarks(
    *rules: dict[str, Any], previous: list[dict[str, Any]] | None = None, **changes: Any
) -> list[Remark]:
    """What the linter says about a rulebook that has nothing else to remark on."""
    text = written(*rules, **changes)
    before = None if previous is None else load_rulebook(written(*previous, **changes))
    return lint(load_rulebook(text), Source(text), previous=before)


def written(*rules: dict[str, Any], **changes: Any) -> str:
    document = document_of(*({"text": THREE, **rule} for rule in rules), **{**NAMED, **changes})
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)


def codes(*rules: dict[str, Any], **options: Any) -> list[str]:
    return [remark.code for remark in remarks(*rules, **options)]


def only(code: str, *rules: dict[str, Any], **options: Any) -> Remark:
    """The one remark of this code, with no other beside it."""
    found = remarks(*rules, **options)
    assert [remark.code for remark in found] == [code], found
    return found[0]
