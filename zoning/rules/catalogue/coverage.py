"""Site coverage: the footprint may cover no more than a share of the lot.

Share = footprint area ÷ lot area, the lot area being registered, net of road widening, or as drawn,
whichever the rule names as its base. The whole footprint counts, also what of it stands on the land
of others. Undecided when neither a footprint is drawn nor the building's sides or the share stated.
"""

from __future__ import annotations

from decimal import Decimal

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind
from zoning.rules.measure import AREA_TOLERANCE_M2, area_m2
from zoning.rules.provided import LOT_BASES, Measured, ratio_to_lot, stated
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """Footprint ÷ base, as a ratio."""
    area = case.footprint_area_m2
    if area is None:
        return stated(case, "coverage")
    drawn = case.proposal.footprint is not None
    inputs = case.told("footprint_area", area, "m2", case.footprint_source)
    if case.explained and not case.footprint_beyond.is_empty:
        beyond = area_m2(case.footprint_beyond)
        inputs += case.told("footprint_beyond", beyond, "m2", "drawing")
    tolerance = AREA_TOLERANCE_M2 if drawn else Decimal(0)
    return ratio_to_lot(case, rule, area, inputs, tolerance_m2=tolerance)


KIND = LimitKind(
    "coverage",
    dimension=0,
    measure=measure,
    bounds=("max", "min"),
    bases=LOT_BASES,
    weighted=True,
    by_part=True,
)
