"""Frontage: the parcel must face its street along a least length, in metres.

The total length of the front edges. Undecided when the front is not known well enough.
"""

from __future__ import annotations

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind
from zoning.rules.measure import LENGTH_TOLERANCE_M
from zoning.rules.provided import Measured, stated
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """The length of the front edges, in m."""
    return stated(case, "frontage", tolerance=LENGTH_TOLERANCE_M)


KIND = LimitKind("frontage", dimension=1, measure=measure, bounds=("min",))
