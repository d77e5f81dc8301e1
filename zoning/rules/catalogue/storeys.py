"""Storeys: the building may have no more storeys above ground than the limit.

Undecided when the number of storeys is not stated.
"""

from __future__ import annotations

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind
from zoning.rules.provided import Measured, stated
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """The stated number of storeys."""
    return stated(case, "storeys")


KIND = LimitKind("storeys", dimension=0, measure=measure, bounds=("max", "min"), of_proposal=True)
