"""Parapet: the wall around the roof may be no higher, or no lower, than the limit, in metres.

The height above the roof as the application states it. Undecided when it is not stated.
"""

from __future__ import annotations

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind
from zoning.rules.provided import Measured, given
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """The stated height of the parapet, in m."""
    return given(case, case.proposal.parapet_m, "parapet", "m")


KIND = LimitKind("parapet", dimension=1, measure=measure, bounds=("max", "min"))
