"""Unit size: no dwelling may be smaller than the least area, or larger than the greatest.

The floor area of the smallest dwelling, in square metres. A building without dwellings is not
concerned. Undecided when that area is not stated.
"""

from __future__ import annotations

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind
from zoning.rules.provided import Measured, given
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """The stated area of the smallest dwelling, in m²."""
    if case.proposal.dwelling_units == 0:
        return Measured(None, applies=False)
    return given(case, case.proposal.smallest_dwelling_m2, "smallest_dwelling", "m2")


KIND = LimitKind("unit_size", dimension=2, measure=measure, bounds=("min", "max"))
