"""Roof annex: what stands on the roof may take no more than an area, or a share.

A rule in % names its base: ``roof``, ``floor_below``, or a lot area; a share may also be written as
an area (``0.3 * footprint_area``). A building without an annex is within any area once it states
so. Undecided when the annex, or what it is a share of, is not stated.
"""

from __future__ import annotations

from zoning.rules.case import Case
from zoning.rules.catalogue.base import ShareKind
from zoning.rules.provided import LOT_BASES, Measured, given, of_its_base
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """The stated area of the roof annex, in m² or as a share of its base."""
    found = given(case, case.proposal.roof_annex_m2, "roof_annex", "m2")
    return of_its_base(case, rule, found)


KIND = ShareKind(
    "roof_annex", dimension=2, measure=measure, bases=("roof", "floor_below", *LOT_BASES)
)
