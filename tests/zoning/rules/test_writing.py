"""What is loaded, written and loaded again is the same, to the letter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcels.edges import EdgeKind
from zoning.rules.document import Document
from zoning.rules.loading import load_rulebook
from zoning.rules.reading import Source
from zoning.rules.writing import dump_rulebook

ROOT = Path(__file__).resolve().parents[3]
FILES = [*sorted((ROOT / "data" / "rulebooks").glob("*.yaml")), ROOT / "tests/town_rulebook.yaml"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_rulebook_survives_writing(path: Path) -> None:
    before = load_rulebook(path.read_text(encoding="utf-8"))
    written = dump_rulebook(before.document)
    after = load_rulebook(written)
    assert after.document == before.document
    assert after.digest == before.digest
    assert dump_rulebook(after.document) == written


def document(**changes: Any) -> Document:
    return Document.model_validate(
        {
            "rulebook": "town",
            "version": "1",
            "title": {"en": "Town"},
            "instrument": {"title": {"en": "Act"}, "date": "2020-01-01"},
            "districts": {},
            "mandatory": ["height"],
            "rules": [],
            **changes,
        }
    )


def test_numbers_and_words_stay_as_the_law_writes_them() -> None:
    rule = {
        "id": "010",
        "kind": "height",
        "value": "12.10",
        "scope": {"districts": ["NO"]},
        "citation": {"article": "1_000"},
        "valid": {"from": None, "to": "2025-07-01"},
        "base": "registered",
    }
    text = dump_rulebook(document(rules=[rule], version="2024", districts={"NO": {}}))
    for line in (
        "version: 2024",
        "  NO: {}",
        "- id: 010",
        "  value: 12.10",
        "  scope: {districts: [NO]}",
        "  valid: {from: null, to: 2025-07-01}",
        "  base: registered",
    ):
        assert line in text.splitlines()
    assert "combine" not in text, "a default that nobody wrote is not written"


def test_languages_and_rows_stand_inline() -> None:
    rows = [{"street_width": "[0 m, inf)", "value": "9"}]
    rule = {
        "id": "a",
        "kind": "height",
        "value": {"table": rows},
        "scope": {"plan": True},
        "citation": {"article": "1"},
        "text": {"fr": "Bas", "ar": "منخفض", "en": "Low, and: lower"},
    }
    lines = dump_rulebook(document(rules=[rule])).splitlines()
    assert "    - {street_width: '[0 m, inf)', value: 9}" in lines
    assert "  text: {fr: Bas, ar: منخفض, en: 'Low, and: lower'}" in lines


# --- generated documents ----------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=30) | st.sampled_from(
    ["true", "null", "~", "", "NO", "010", "1e3", "# no", "a: b", "- x", "'", '"', "=", "<<", "٣ م"]
)
words = st.dictionaries(st.sampled_from(["ar", "en", "fr"]), texts, max_size=3)
codes = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
days = st.dates().map(lambda day: day.isoformat())


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A mapping with any of these fields."""
    return st.fixed_dictionaries({}, optional=fields)


scopes = st.one_of(
    st.sampled_from([{"nation": True}, {"plan": True}]),
    *(
        st.fixed_dictionaries({level: st.lists(texts, min_size=1, max_size=3)})
        for level in ("districts", "overlays", "parcels")
    ),
)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    axes = draw(
        st.lists(codes.filter(lambda code: code != "value"), unique=True, min_size=1, max_size=4)
    )
    row = st.fixed_dictionaries({**dict.fromkeys(axes, texts), "value": texts})
    return {"table": draw(st.lists(row, min_size=1, max_size=4))}


rules = st.builds(
    lambda needed, optional: {**needed, **optional},
    st.fixed_dictionaries(
        {
            "id": texts.filter(bool),
            "kind": codes,
            "scope": scopes,
            "citation": st.builds(
                lambda article, rest: {"article": article, **rest},
                texts,
                some(page=texts, url=texts | st.none(), note=texts),
            ),
        }
    ),
    some(
        bound=st.sampled_from(["max", "min", "exact"]) | st.none(),
        value=texts | tables() | st.none(),
        unit=texts,
        base=st.sampled_from(["registered", "net", "gross"]),
        when=texts,
        valid=some(to=days | st.none()) | days.map(lambda day: {"from": day}),
        text=words,
        edges=st.lists(st.sampled_from([kind.value for kind in EdgeKind]), max_size=3),
        permitted=st.lists(codes, max_size=3),
        rounding=st.sampled_from(["none", "up"]),
    ),
)
documents = st.builds(
    document,
    version=texts,
    title=words,
    notice=words,
    instrument=st.builds(
        lambda title, day, rest: {"title": title, "date": day, **rest},
        words,
        days,
        some(number=texts, url=texts),
    ),
    uses=st.dictionaries(codes, words, max_size=3),
    districts=st.dictionaries(texts, words, max_size=3),
    mandatory=st.lists(codes, min_size=1, max_size=3),
    rules=st.lists(rules, max_size=3),
)


@given(documents)
@settings(max_examples=60)
def test_any_document_survives_writing(before: Document) -> None:
    written = dump_rulebook(before)
    after = Document.model_validate(Source(written).values)
    assert after == before
    assert after.model_fields_set == before.model_fields_set
    assert after.model_dump_json(by_alias=True) == before.model_dump_json(by_alias=True)
    assert dump_rulebook(after) == written
