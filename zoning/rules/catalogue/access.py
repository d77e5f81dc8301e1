"""Access: the way in for vehicles and fire engines must be at least so wide, in metres.

The clear width as the application states it. Undecided when it is not stated.
"""

from __future__ import annotations

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind
from zoning.rules.provided import Measured, given
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """The stated width of the way in, in m."""
    return given(case, case.proposal.access_width_m, "access_width", "m")


KIND = LimitKind("access", dimension=1, measure=measure, bounds=("min",))
