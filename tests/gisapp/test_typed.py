"""Numbers as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gisapp.typed import read_decimal


@pytest.mark.parametrize(
    "text",
    ["12.5", "12,5", " 12.5 ", "١٢٫٥", "١٢,٥", "۱۲٫۵", "\u200f12.5\u200e", "12.50"],
)
def test_a_number_is_read_in_any_digits_and_with_any_decimal_sign(text: str) -> None:
    assert read_decimal(text) == Decimal("12.5")


@pytest.mark.parametrize("text", ["", "wide", "1,234.5", "NaN", "Infinity", "12 m", "²", "--1"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_decimal(text)
