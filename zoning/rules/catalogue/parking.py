"""Parking: the building must provide a number of stalls for what it holds.

The rule computes the number from dwellings and floor areas, and says itself how it is rounded.
Undecided when the stalls, the dwellings or the floor areas are not stated.
"""

from __future__ import annotations

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind
from zoning.rules.provided import Measured, stated
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """The stated number of stalls."""
    return stated(case, "parking_stalls")


KIND = LimitKind("parking", dimension=0, measure=measure, bounds=("min", "max"), of_proposal=True)
