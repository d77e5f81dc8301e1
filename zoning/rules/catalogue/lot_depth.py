"""Lot depth: the parcel must reach back from its street by a length within limits, in metres.

The greatest distance from the front edges to the rest of the parcel. Undecided when the front is
not known well enough.
"""

from __future__ import annotations

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind
from zoning.rules.measure import LENGTH_TOLERANCE_M
from zoning.rules.provided import Measured, stated
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """The depth of the parcel, in m."""
    return stated(case, "lot_depth", tolerance=LENGTH_TOLERANCE_M)


KIND = LimitKind("lot_depth", dimension=1, measure=measure, bounds=("min", "max"))
