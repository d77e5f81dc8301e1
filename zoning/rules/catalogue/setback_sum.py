"""Setback sum: the distances from both sides together must come to a length, in metres.

Sum = the smallest distance from the footprint to the edges of one side, plus that to the other's.
Where nothing is drawn, the stated distances on the left and right are summed. A parcel with fewer
than two sides, such as a corner lot, has no such sum. Undecided when the class of an edge that may
be a side is not known well enough, when there are more than two sides, or when neither a footprint
nor both distances are given.
"""

from __future__ import annotations

from decimal import Decimal

import shapely

from parcels.edges import EdgeKind
from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind
from zoning.rules.findings import Input, Reason
from zoning.rules.measure import LENGTH_TOLERANCE_M, distance_m
from zoning.rules.provided import Measured
from zoning.rules.rulebook import CompiledRule
from zoning.rules.sides import sides, sides_are_sure

STATED = ("setback:interior_side:left", "setback:interior_side:right")


def measure(case: Case, rule: CompiledRule) -> Measured:
    """The sum of the distances from the two sides, in m."""
    footprint = case.proposal.footprint
    if footprint is None:
        return _stated(case)
    if not case.site.edges or not sides_are_sure(case):
        unknown = not case.site.edges or case.edges_of(EdgeKind.UNKNOWN)
        reason = Reason.UNKNOWN_EDGE if unknown else Reason.LOW_CONFIDENCE
        return Measured(None, reason=reason)
    both = sides(case)
    if len(both) < 2:
        return Measured(None, applies=False)
    lines = shapely.union_all([case.site.edges[edge].line for side in both for edge in side])
    if len(both) > 2:
        # Which of them are the left and the right is a planner's to say.
        return Measured(None, reason=Reason.UNKNOWN_EDGE, geometry=lines)
    distances = [
        min(distance_m(footprint, case.boundary_of(case.site.edges[edge])) for edge in side)
        for side in both
    ]
    return Measured(sum(distances, Decimal(0)), tolerance=LENGTH_TOLERANCE_M, geometry=lines)


def _stated(case: Case) -> Measured:
    declared = case.proposal.declared
    missing = tuple(key for key in STATED if key not in declared)
    if missing:
        return Measured(None, missing=("footprint",) if len(missing) == len(STATED) else missing)
    return Measured(
        sum((declared[key] for key in STATED), Decimal(0)),
        inputs=tuple(Input(key, declared[key], "m", "application") for key in STATED),
    )


KIND = LimitKind("setback_sum", dimension=1, measure=measure, bounds=("min",))
