"""Findings in words: what a finding is about, and what is missing."""

from __future__ import annotations

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
