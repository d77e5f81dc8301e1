"""Trees: the lot must hold a number of trees, planted or kept.

The rule may compute the number from the lot. Undecided when the trees are not stated.
"""

from __future__ import annotations

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind
from zoning.rules.provided import Measured, given
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """The stated number of trees."""
    return given(case, case.proposal.trees, "trees", "trees")


KIND = LimitKind("trees", dimension=0, measure=measure, bounds=("min",))
