"""Object distance: the building must stand far from, or near to, objects of a kind, in metres.

Distance = the shortest way from the footprint to the nearest object that the rule names by kind
or code (``objects``). Where none lies within the reach of the search, the distance is more than
that reach. Undecided when no footprint is drawn, when there is no data on such objects, or when
the limit lies beyond the reach of the search.
"""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind
from zoning.rules.document import Document
from zoning.rules.findings import Reason
from zoning.rules.measure import LENGTH_TOLERANCE_M, distance_m
from zoning.rules.provided import Measured
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """The distance to the nearest such object in m; at most or at least, where data ends."""
    footprint, site = case.proposal.footprint, case.site
    if footprint is None:
        return Measured(None, missing=("footprint",))
    named = frozenset(rule.rule.objects)
    found = [one for one in site.objects if not named.isdisjoint({one.kind, one.code})]
    known = named <= site.object_kinds and site.objects_reach_m is not None
    if found:
        nearest = min(found, key=lambda one: shapely.distance(footprint, one.geometry))
        return Measured(
            distance_m(footprint, nearest.geometry),
            tolerance=LENGTH_TOLERANCE_M,
            geometry=shapely.shortest_line(footprint, nearest.geometry),
            known="exactly" if known else "at_most",
            reason=Reason.NO_DATA,
        )
    if not known:
        return Measured(None, reason=Reason.NO_DATA)
    return Measured(site.objects_reach_m, known="at_least", reason=Reason.NO_DATA)


@dataclass(frozen=True)
class ObjectDistance(LimitKind):
    """A limit on a distance that needs to be told from what."""

    def problems(self, rule: CompiledRule, document: Document) -> list[str]:
        problems = super().problems(rule, document)
        if not rule.rule.objects:
            problems.append("the objects it holds for are needed, by kind or code")
        return problems


KIND = ObjectDistance("object_distance", dimension=1, measure=measure, bounds=("min", "max"))
