"""Basement depth: a basement may reach no deeper below the ground than the limit, in metres.

The depth as the application states it; 0 states that there is no basement. Undecided when it is
not stated.
"""

from __future__ import annotations

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind
from zoning.rules.provided import Measured, given
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """The stated depth of the basement, in m."""
    return given(case, case.proposal.basement_depth_m, "basement_depth", "m")


KIND = LimitKind("basement_depth", dimension=1, measure=measure)
