"""Density: the lot may hold only so many dwellings to the hectare, or must hold so many.

Density = dwellings ÷ lot area. A building without dwellings is not concerned. Undecided when
neither the number of dwellings nor the density is stated.
"""

from __future__ import annotations

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind
from zoning.rules.provided import LOT_BASES, Measured, ratio_to_lot, stated
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """Dwellings ÷ base, to the square metre."""
    units = case.proposal.dwelling_units
    if units is None:
        declared = stated(case, "density")
        if declared.value is None:
            return declared._replace(missing=("dwelling_units",))
        return declared
    inputs = case.told("dwelling_units", units, "count")
    if units == 0:
        return Measured(None, inputs=inputs, applies=False)
    return ratio_to_lot(case, rule, units, inputs)


KIND = LimitKind(
    "density",
    dimension=-2,
    measure=measure,
    bounds=("max", "min"),
    bases=LOT_BASES,
    weighted=True,
)
