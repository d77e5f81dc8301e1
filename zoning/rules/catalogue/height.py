"""Building height: the building may be no higher than the limit, in metres.

Measured as the application states it, from the mean ground level. Undecided when it is not stated.
"""

from __future__ import annotations

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind, Measured, stated
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """The stated height, in m."""
    return stated(case, "height")


KIND = LimitKind("height", dimension=1, measure=measure, bounds=("max", "min"), of_proposal=True)
