"""Names in a scope that nearly are something else."""

from __future__ import annotations

import pytest

from tests.zoning.rules.lint.conftest import codes, only
from zoning.models import Overlay
from zoning.rules.lint.scopes import OVERLAY_KINDS

LIMIT = {"kind": "height", "bound": "max", "unit": "m", "value": 12}


@pytest.mark.parametrize(
    ("name", "meant"),
    [("heritgae", "heritage"), ("Flood", "flood"), ("open-space", "open_space")],
)
def test_an_overlay_that_nearly_is_a_kind_is_doubted(name: str, meant: str) -> None:
    found = only("overlay_misspelt", {**LIMIT, "scope": {"overlays": [name]}}, LIMIT)
    assert found.facts == {"name": name, "meant": meant}


@pytest.mark.parametrize("name", [*OVERLAY_KINDS, "heritage-souq", "flood7", "ADD-2", "port"])
def test_kinds_and_codes_are_not_doubted(name: str) -> None:
    assert codes({**LIMIT, "scope": {"overlays": [name]}}, LIMIT) == []


def test_the_kinds_are_those_of_the_overlays_that_are_stored() -> None:
    assert set(OVERLAY_KINDS) == set(Overlay.Kind.values)


def test_a_parcel_has_a_block_and_a_number() -> None:
    assert codes({**LIMIT, "scope": {"parcels": ["125/7"]}}, LIMIT) == []
    found = only("parcel_misspelt", {**LIMIT, "scope": {"parcels": ["125/7", "125-8"]}}, LIMIT)
    assert found.facts == {"reference": "125-8"}


def test_a_rulebook_that_declares_its_overlays_is_held_to_them() -> None:
    named = {"quay": {"ar": "نص", "en": "Quay", "fr": "Quai"}}
    for name, expected in (("quay", []), ("heritage", []), ("quai", ["overlay_undeclared"])):
        found = codes({**LIMIT, "scope": {"overlays": [name]}}, LIMIT, overlays=named)
        assert found == expected, name
    assert codes({**LIMIT, "scope": {"overlays": ["quai"]}}, LIMIT) == []
