"""Lot area per dwelling: each dwelling needs a share of the lot, in square metres.

Area = lot area ÷ dwellings. A building without dwellings is not concerned. Undecided when the
number of dwellings is not stated.
"""

from __future__ import annotations

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind
from zoning.rules.provided import LOT_BASES, Measured, base_area, drawn_instead, stated
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """Lot area ÷ dwellings, in m²."""
    units = case.proposal.dwelling_units
    if units is None:
        declared = stated(case, "lot_area_per_dwelling")
        return (
            declared if declared.value is not None else Measured(None, missing=("dwelling_units",))
        )
    inputs = case.told("dwelling_units", units, "count")
    if units == 0:
        return Measured(None, inputs=inputs, applies=False)
    lot, lot_inputs = base_area(case, rule)
    drawn = drawn_instead(case, rule)
    other = None if drawn is None else drawn / units
    return Measured(lot / units, inputs=(*inputs, *lot_inputs), other=other)


KIND = LimitKind(
    "lot_area_per_dwelling", dimension=2, measure=measure, bounds=("min",), bases=LOT_BASES
)
