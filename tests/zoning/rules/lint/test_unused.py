"""What is declared and then forgotten."""

from __future__ import annotations

from tests.zoning.rules.lint.conftest import THREE, codes, only

LIMIT = {"kind": "height", "bound": "max", "unit": "m", "value": 12}
IN_R1 = {**LIMIT, "scope": {"districts": ["R1"]}}
BOTH = {"R1": THREE, "R2": THREE}


def test_uses_that_no_rule_names_are_told() -> None:
    uses = {"retail": THREE, "office": THREE, "hotel": THREE}
    named = {"kind": "land_use", "permitted": ["retail"]}
    read = {**LIMIT, "when": "hotel_floor_area > 0 m2"}
    assert only("unused_uses", named, read, uses=uses).facts == {"uses": "office"}


def test_districts_that_no_rule_names_are_told() -> None:
    found = only("unused_districts", IN_R1, LIMIT, districts=BOTH)
    assert found.facts == {"districts": "R2"}


def test_a_district_is_named_by_a_condition_too() -> None:
    by_name = {**LIMIT, "value": "if(district == 'R2', 9 m, 12 m)"}
    assert codes(IN_R1, by_name, districts=BOTH) == []


def test_rules_of_the_whole_plan_need_no_district() -> None:
    assert codes(LIMIT, districts=BOTH) == []


def test_a_mandatory_kind_without_rule_names_the_districts() -> None:
    r2 = {"kind": "storeys", "bound": "max", "unit": "count", "value": 3}
    r2 = {**r2, "scope": {"districts": ["R2"]}}
    found = only("mandatory_without_rule", IN_R1, r2, districts=BOTH, mandatory=["height"])
    assert found.facts == {"kind": "height", "districts": "R2"}


def test_overlays_and_parcels_do_not_fill_a_mandatory_kind() -> None:
    overlay = {**LIMIT, "scope": {"overlays": ["heritage"]}}
    assert codes(overlay) == ["mandatory_without_rule"]
