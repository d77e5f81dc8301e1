"""Roof annex: what stands on the roof may take no more than an area or a share of the roof.

The limit is an area; a share is written as one (``0.3 * footprint_area``). A building without an
annex is within any limit once it states so. Undecided when the annex is not stated.
"""

from __future__ import annotations

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind, Measured
from zoning.rules.findings import Input
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """The stated area of the roof annex, in m²."""
    annex_m2 = case.proposal.roof_annex_m2
    if annex_m2 is None:
        return Measured(None, missing=("roof_annex",))
    return Measured(
        annex_m2,
        inputs=(Input("roof_annex", annex_m2, "m2", "application"),),
        geometry=case.proposal.footprint,
    )


KIND = LimitKind("roof_annex", dimension=2, measure=measure, of_proposal=True)
