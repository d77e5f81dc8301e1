"""Lot area: a parcel must have an area before it may be built on, in square metres.

The registered area counts; without one the surveyed, without that the measured area.
Never undecided: every parcel has an area.
"""

from __future__ import annotations

from decimal import Decimal

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind
from zoning.rules.measure import AREA_TOLERANCE_M2
from zoning.rules.provided import Measured, drawn_instead, stated
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """The lot area, in m²."""
    drawn = drawn_instead(case, rule)
    return stated(case, "lot_area", tolerance=drawn_tolerance(case), other=drawn)


def drawn_tolerance(case: Case) -> Decimal:
    """An area of record is exact; one measured on the map is read to the map's tolerance."""
    of_record = case.site.registered_area_m2 is not None or case.site.surveyed_area_m2 is not None
    return Decimal(0) if of_record else AREA_TOLERANCE_M2


KIND = LimitKind("lot_area", dimension=2, measure=measure, bounds=("min", "max"))
