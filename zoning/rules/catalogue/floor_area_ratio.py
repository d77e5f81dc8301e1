"""Floor-area ratio: the floor area of all storeys may be no more than a multiple of the lot.

Ratio = counted floor area ÷ lot area; uses that the rule exempts (such as parking) do not count.
Undecided when neither the floor areas nor the ratio is stated.
"""

from __future__ import annotations

from decimal import Decimal

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind, Measured, ratio_to_lot, stated
from zoning.rules.findings import Input
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """Counted floor area ÷ base, as a ratio."""
    areas = case.proposal.floor_areas_m2
    if areas is None:
        return stated(case, "floor_area_ratio")
    counted = sum(
        (area for use, area in areas.items() if use not in rule.rule.exempt_uses), Decimal(0)
    )
    inputs = (Input("counted_floor_area", counted, "m2", "application"),)
    return ratio_to_lot(case, rule, counted, inputs)


KIND = LimitKind(
    "floor_area_ratio", dimension=0, measure=measure, bounds=("max", "min"), bases=True
)
