"""Numbers as people read them are rounded, not cut off."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from gisapp.figures import rounded


@pytest.mark.parametrize(
    ("value", "decimals", "words"),
    [
        (99.99999, 1, "100.0"),
        (84.769756, 2, "84.77"),
        (Decimal("0.125"), 2, "0.13"),
        (1234567, 0, "1,234,567"),
        ("700.04", 1, "700.0"),
    ],
)
def test_the_last_digit_is_rounded(value, decimals, words):
    with translation.override("en"):
        assert rounded(value, decimals) == words


def test_the_language_chooses_the_signs():
    with translation.override("fr"):
        assert rounded(0.5, 2) == "0,50"
