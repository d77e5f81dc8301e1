"""Findings in words: what a finding is about, and what is missing."""

from __future__ import annotations

from django.utils import translation

from permits import wording
from permits.presentation import names_of, target_label
from tests.zoning.rules.conftest import rulebook_of

RULEBOOK = rulebook_of(
    {"kind": "clearance", "documents": ["civil_defence"]},
    documents={"civil_defence": {"en": "Clearance of the Civil Defence"}},
)


def test_a_document_is_called_as_the_rulebook_calls_it():
    names = names_of(RULEBOOK)
    finding = {"kind": "clearance", "target": "civil_defence"}
    assert target_label(finding, names) == "Clearance of the Civil Defence"
    assert "Clearance of the Civil Defence" in wording.input_name("clearance:civil_defence", names)


def test_a_use_is_named_with_its_floors():
    finding = {"kind": "land_use", "target": "retail:ground"}
    assert target_label(finding, names_of(RULEBOOK)) == "Retail (ground floor)"
    finding = {"kind": "land_use", "target": "retail"}
    assert target_label(finding, names_of(RULEBOOK)) == "Retail"


def test_an_edge_is_named_with_its_side():
    finding = {"kind": "setback", "target": "interior_side:left"}
    assert target_label(finding, {}) == "interior side (left)"


def test_a_step_tells_amounts_as_people_write_them():
    said = {
        text: wording.step_sentence({"what": "value", "formula": text, "result": text}, {})
        for text in ("2 ratio", "3 count", "30 m2", "60 %", "3.5 m", "max(3 m, 1 m)")
    }
    assert list(said.values()) == [
        "The limit is 2.",
        "The limit is 3.",
        "The limit is 30 m².",
        "The limit is 60 %.",
        "The limit is 3.5 m.",
        "The limit is max(3 m, 1 m).",
    ]
    with translation.override("ar"):
        assert "30 م²" in wording.step_sentence({"what": "value", "formula": "30 m2"}, {})
