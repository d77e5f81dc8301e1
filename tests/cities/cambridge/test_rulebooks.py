"""The authored rulebooks hold every transcribed limit, and say where each figure comes from."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from permits.appeals.limits_table import TRANSCRIBED, flat_limits
from tests.sample_data import sample
from zoning.rules.loading import load_rulebook_file

RULEBOOKS = Path(__file__).resolve().parents[3] / "data" / "rulebooks"
KINDS = {
    "floor_area_ratio": ("floor_area_ratio", Decimal(1)),
    "height": ("height", Decimal(1)),
    "lot_area_per_dwelling": ("lot_area_per_dwelling", Decimal(1)),
    "open_space": ("open_space", Decimal(100)),
    "setback_left": ("setback", Decimal(1)),
}
# Stepped in the ordinance: the transcribed figure is the first step.
STEPPED = {("B", "floor_area_ratio"), ("B", "lot_area_per_dwelling")}
# A formula with this floor instead of the flat figure.
FORMULA = {("C", "setback_left")}


@pytest.fixture(scope="module")
def before():
    return load_rulebook_file(RULEBOOKS / "cambridge-before-2025.yaml")


def test_every_transcribed_limit_is_a_rule(before):
    table = flat_limits(sample("cambridge_ma", "zoning_rules.csv"), TRANSCRIBED)
    missing = []
    for zone, limits in table.items():
        for key, value in limits.items():
            if key == "setback_right" or (zone, key) in STEPPED | FORMULA:
                continue
            kind, factor = KINDS[key]
            stated = [
                Decimal(rule.rule.value)
                for rule in before.of_kind(kind)
                if zone in rule.rule.scope.districts
                and rule.formula
                and rule.formula.constant is not None
                and (kind != "setback" or "interior_side" in rule.rule.edges)
            ]
            if value * factor not in stated:
                missing.append((zone, key, value))
    assert not missing


def test_every_figure_says_where_it_comes_from(before):
    assert all(rule.rule.citation.note for rule in before.rules)
    assert all(set(rule.rule.text) == {"en", "ar", "fr"} for rule in before.rules)


def test_every_rule_stands_in_a_declared_district(before):
    declared = set(before.document.districts)
    assert all(set(rule.rule.scope.districts) <= declared for rule in before.rules)


def test_the_amended_ordinance_states_no_limit_at_all():
    since = load_rulebook_file(RULEBOOKS / "cambridge-2025.yaml")
    assert since.rules == ()
    assert "C-1" in since.document.districts
    assert not {"A-1", "A-2", "B", "C"} & set(since.document.districts)
