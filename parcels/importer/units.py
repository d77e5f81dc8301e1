"""Units a source may measure in, and the kinds of value a field may hold."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum


class Quantity(Enum):
    """What a field holds; a measure is stored in metres or square metres."""

    TEXT = "text"
    NAMES = "names"
    NUMBER = "number"
    WHOLE = "whole number"
    LENGTH = "length"
    AREA = "area"


# Exact by definition: the international foot is 0.3048 m; the US survey foot 1200/3937 m.
UNITS: dict[Quantity, dict[str, Decimal]] = {
    Quantity.LENGTH: {
        "m": Decimal(1),
        "cm": Decimal("0.01"),
        "km": Decimal(1000),
        "ft": Decimal("0.3048"),
        "us_ft": Decimal(1200) / Decimal(3937),
    },
    Quantity.AREA: {
        "m2": Decimal(1),
        "ha": Decimal(10_000),
        "donum": Decimal(1000),
        "ft2": Decimal("0.3048") ** 2,
        "us_ft2": (Decimal(1200) / Decimal(3937)) ** 2,
        "acre": Decimal("4046.8564224"),
    },
}
