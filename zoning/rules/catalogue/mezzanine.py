"""Mezzanine: it may take no more than an area, or a share of the floor below it or of the lot.

A rule in % names its base: ``floor_below``, or a lot area. A building without a mezzanine is
within any area once it states so. Undecided when the mezzanine, or the floor that it is a share
of, is not stated.
"""

from __future__ import annotations

from zoning.rules.case import Case
from zoning.rules.catalogue.base import ShareKind
from zoning.rules.provided import LOT_BASES, Measured, given, of_its_base
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """The stated area of the mezzanine, in m² or as a share of its base."""
    found = given(case, case.proposal.mezzanine_m2, "mezzanine", "m2")
    return of_its_base(case, rule, found)


KIND = ShareKind("mezzanine", dimension=2, measure=measure, bases=("floor_below", *LOT_BASES))
