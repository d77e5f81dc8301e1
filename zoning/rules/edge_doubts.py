"""Verdicts on several edges, and on edges of which the class is not known well enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import shapely
from shapely.geometry import LineString, MultiLineString

from parcels.edges import CONFIDENCE_LIMIT, EdgeKind
from zoning.rules.case import Case
from zoning.rules.findings import Finding, Outcome, Reason
from zoning.rules.judging import severity
from zoning.rules.limits import BOUNDS
from zoning.rules.site import Edge
from zoning.rules.trace import Step


def doubted(finding: Finding, edge: Edge) -> Finding:
    """A verdict on an edge of which the class is not known well enough is withheld."""
    if edge.confidence >= CONFIDENCE_LIMIT:
        return finding
    return replace(
        finding,
        outcome=Outcome.NEEDS_REVIEW,
        reason=Reason.LOW_CONFIDENCE,
        geometry=None if edge.line.is_empty else edge.line,
    )


def worst_by_bound(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Of the verdicts on several edges, the worst of each bound, with all that offends."""
    if len(findings) == 1:
        yield findings[0]
        return
    for bound in BOUNDS:
        of_bound = [one for one in findings if one.bound == bound]
        if not of_bound:
            continue
        worst = min(of_bound, key=severity)
        offences = [
            one.geometry
            for one in of_bound
            if one.outcome == Outcome.BREACHES and one.geometry is not None
        ]
        if offences:
            worst = replace(worst, geometry=shapely.union_all(offences))
        if len(of_bound) > 1 and worst.trace:
            step = Step("worst_edge", {"edges": str(len(of_bound))})
            worst = replace(worst, trace=(*worst.trace, step))
        yield worst


def doubtful_edges(case: Case, kind: str, judged: set[str], *, unit: str = "m") -> list[Finding]:
    """Edges that may be of a class that has a rule, although they are not known to be."""
    edges = case.site.edges
    doubtful = [edge for edge in case.doubtful_edges if edge.kind not in judged]
    if edges and not doubtful:
        return []
    if edges:
        where = one_line([edge.line for edge in doubtful])
    else:
        where = shapely.boundary(case.site.geometry)
    known = bool(doubtful) and all(edge.kind is not EdgeKind.UNKNOWN for edge in doubtful)
    return [
        Finding(
            kind,
            Outcome.NEEDS_REVIEW,
            EdgeKind.UNKNOWN.value,
            unit=unit,
            reason=Reason.LOW_CONFIDENCE if known else Reason.UNKNOWN_EDGE,
            geometry=where,
        )
    ]


def one_line(lines: Sequence[LineString]) -> LineString | MultiLineString:
    """The lines of some edges together: edges of a parcel meet, but never cross."""
    return lines[0] if len(lines) == 1 else MultiLineString(lines)
