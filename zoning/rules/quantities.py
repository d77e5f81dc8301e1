"""Units of measure: exact decimal factors to metres, square metres and plain ratios.

A dimension is the exponent of length: 0 for counts and ratios, 1 for lengths, 2 for areas, −2 for
so many to the hectare. Angles stay in degrees and are a dimension of their own. The international
foot is 0.3048 m exactly (National Bureau of Standards, Federal Register 24 FR 5348,
1 July 1959); the acre is 43,560 square feet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from types import MappingProxyType


@dataclass(frozen=True)
class Unit:
    """A unit: its symbol, its dimension (exponent of length) and its size in SI."""

    symbol: str
    dimension: int
    si_factor: Decimal

    def to_si(self, value: Decimal) -> Decimal:
        """A value in this unit, in metres, square metres or as a plain number."""
        return value * self.si_factor

    def from_si(self, value: Decimal) -> Decimal:
        """A value in SI, in this unit."""
        return value / self.si_factor


_FOOT = Decimal("0.3048")
# No power of a length comes near this one: angles can be added and compared with angles only.
ANGLE = 360

UNITS: Mapping[str, Unit] = MappingProxyType(
    {
        unit.symbol: unit
        for unit in (
            Unit("m", 1, Decimal(1)),
            Unit("cm", 1, Decimal("0.01")),
            Unit("km", 1, Decimal(1000)),
            Unit("ft", 1, _FOOT),
            Unit("in", 1, _FOOT / 12),
            Unit("m2", 2, Decimal(1)),
            Unit("ha", 2, Decimal(10_000)),
            Unit("ft2", 2, _FOOT**2),
            Unit("acre", 2, 43_560 * _FOOT**2),
            Unit("%", 0, Decimal("0.01")),
            Unit("ratio", 0, Decimal(1)),
            Unit("count", 0, Decimal(1)),
            Unit("stalls", 0, Decimal(1)),
            Unit("trees", 0, Decimal(1)),
            Unit("per_ha", -2, Decimal("0.0001")),
            Unit("deg", ANGLE, Decimal(1)),
        )
    }
)

MICRO = Decimal("0.000001")
# No stated or legal number comes near this, in m, m² or plain; larger ones are slips.
LARGEST = Decimal("1e12")

# The number without the noise that divisions leave in the last of 28 digits: three times 10 ÷ 3 is
# 10, and a limit must not turn on the 28th digit.
settled: Callable[[Decimal], Decimal] = Context(prec=20).plus
_SHOWING = Context(prec=60)


def measured(value: float) -> Decimal:
    """A number that came from geometry, to a micrometre (or its square), as a decimal."""
    return Decimal(repr(float(value))).quantize(MICRO, rounding=ROUND_HALF_EVEN).normalize()


def plain(value: Decimal) -> str:
    """The number without exponent or trailing zeros, to at most six decimals."""
    short = value.quantize(MICRO, ROUND_HALF_EVEN, _SHOWING).normalize(_SHOWING)
    return format(short, "f") if short else "0"
