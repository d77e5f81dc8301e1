"""Site coverage: the footprint may cover no more than a share of the lot.

Share = footprint area ÷ lot area, the lot area being registered, net of road widening, or as drawn,
whichever the rule names as its base. Undecided when no footprint is drawn and no share is stated.
"""

from __future__ import annotations

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind, Measured, ratio_to_lot, stated
from zoning.rules.measure import AREA_TOLERANCE_M2, area_m2
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """Footprint ÷ base, as a ratio."""
    footprint = case.proposal.footprint
    if footprint is None:
        return stated(case, "coverage")
    inputs = case.inputs(frozenset({"footprint_area"}), case.values(district=""))
    return ratio_to_lot(case, rule, area_m2(footprint), inputs, tolerance_m2=AREA_TOLERANCE_M2)


KIND = LimitKind("coverage", dimension=0, measure=measure, bounds=("max", "min"), bases=True)
