"""Lot area: a parcel must have an area before it may be built on, in square metres.

The registered area counts; without one the surveyed, without that the measured area.
"""

from __future__ import annotations

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind, Measured, stated
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """The lot area, in m²."""
    return stated(case, "lot_area")


KIND = LimitKind("lot_area", dimension=2, measure=measure, bounds=("min", "max"))
