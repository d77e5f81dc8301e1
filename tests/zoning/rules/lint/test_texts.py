"""Texts in three languages."""

from __future__ import annotations

from tests.zoning.rules.lint.conftest import THREE, only

LIMIT = {"kind": "height", "bound": "max", "unit": "m", "value": 12}


def test_a_rule_without_a_language_is_told() -> None:
    found = only("text_missing", {**LIMIT, "text": {"en": "Low.", "fr": " "}})
    assert found.facts == {"languages": "ar, fr"}
    assert found.rule_id == "rule-1"


def test_names_without_a_language_are_told_by_their_place() -> None:
    districts = {"R1": {"en": "Residential"}}
    found = only("name_missing", LIMIT, districts=districts)
    assert found.facts == {"place": "districts.R1", "languages": "ar, fr"}
    instrument = {"title": {**THREE, "ar": ""}, "date": "2020-01-01"}
    assert only("name_missing", LIMIT, instrument=instrument).facts["place"] == "instrument.title"


def test_a_notice_is_no_duty() -> None:
    assert only("name_missing", LIMIT, notice={"en": "Sample"}).facts["place"] == "notice"
