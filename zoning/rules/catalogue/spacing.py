"""Spacing: separate buildings must keep a distance from each other, in metres.

Distance = the least between the parts of the footprint, and from them to the existing buildings on
the parcel; with ``objects: [neighbours]`` to those on neighbouring land as well. Existing buildings
on the parcel that the footprint touches belong to it. One building alone has no such distance.
Undecided when no footprint is drawn, or when not all existing buildings are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import shapely
from shapely.geometry.base import BaseGeometry

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind
from zoning.rules.document import Document
from zoning.rules.findings import Reason
from zoning.rules.measure import LENGTH_TOLERANCE_M, distance_m
from zoning.rules.provided import Measured
from zoning.rules.rulebook import CompiledRule

NEIGHBOURS = "neighbours"


def measure(case: Case, rule: CompiledRule) -> Measured:
    """The least distance between two buildings, in m; at most that, where not all are known."""
    footprint, site = case.proposal.footprint, case.site
    if footprint is None:
        return Measured(None, missing=("footprint",))
    pairs: list[tuple[BaseGeometry, BaseGeometry]] = [
        *combinations(shapely.get_parts(footprint).tolist(), 2)
    ]
    for building in site.buildings:
        if building.own:
            counts = distance_m(footprint, building.geometry) > LENGTH_TOLERANCE_M
        else:
            counts = NEIGHBOURS in rule.rule.objects
        if counts:
            pairs.append((footprint, building.geometry))
    if not pairs:
        if site.buildings_known:
            return Measured(None, applies=False)
        return Measured(None, reason=Reason.NO_DATA)
    nearest = min(pairs, key=lambda pair: shapely.distance(*pair))
    return Measured(
        distance_m(*nearest),
        tolerance=LENGTH_TOLERANCE_M,
        geometry=shapely.shortest_line(*nearest),
        known="exactly" if site.buildings_known else "at_most",
        reason=Reason.NO_DATA,
    )


@dataclass(frozen=True)
class Spacing(LimitKind):
    """A limit on a distance between buildings, on the parcel or across its boundary."""

    def problems(self, rule: CompiledRule, document: Document) -> list[str]:
        problems = super().problems(rule, document)
        if not {NEIGHBOURS}.issuperset(rule.rule.objects):
            problems.append(f"objects can be {NEIGHBOURS} only")
        return problems


KIND = Spacing("spacing", dimension=1, measure=measure, bounds=("min",))
