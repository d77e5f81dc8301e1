"""Setback: the building must keep a distance from each side of the parcel, in metres.

Distance = the shortest way from the footprint to the edge, edge by edge, since each edge's limit
may depend on the street that it faces; the worst edge of a kind is the verdict of that kind. Where
nothing is drawn, stated distances are judged. On a street that is to be widened, the distance
counts from the widened street. Undecided when an edge's class is not known well enough, or when
neither a footprint nor a distance is given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import shapely
from shapely.geometry.base import BaseGeometry

from parcels.edges import CONFIDENCE_LIMIT, EdgeKind
from zoning.rules.case import Case
from zoning.rules.catalogue.base import (
    BOUNDS,
    SEVERITY,
    Measure,
    Measured,
    judge_parts,
    limit_problems,
)
from zoning.rules.document import Document
from zoning.rules.envelope import band
from zoning.rules.findings import Finding, Input, Outcome, Reason, Step
from zoning.rules.limits import in_scope
from zoning.rules.measure import (
    AREA_TOLERANCE_M2,
    LENGTH_TOLERANCE_M,
    area_m2,
    distance_m,
    polygons,
)
from zoning.rules.quantities import measured
from zoning.rules.rulebook import CompiledRule
from zoning.rules.site import Edge

DECLARED = "setback:"
# Of this many edges of a kind or more, at least as many distances must be stated one by one.
SIDES = 2
# What a limit reads of the edge itself, and so depends on the edge's class.
OF_THE_EDGE = frozenset({"street_width", "edge_length"})


@dataclass(frozen=True)
class Setback:
    """Judges each kind of edge that the rulebook has setbacks for."""

    name: str = "setback"

    def judge(self, case: Case) -> list[Finding]:
        rules = [rule for rule in case.rulebook.of_kind(self.name) if _may_hold(case, rule)]
        findings = [
            finding
            for kind in EdgeKind
            if (of_kind := [rule for rule in rules if kind in rule.rule.edges])
            for finding in self._judge_kind(case, kind, of_kind)
        ]
        judged = {finding.target.partition(":")[0] for finding in findings}
        if rules:
            findings += self._doubtful_edges(case, judged)
        return findings or [Finding(self.name, Outcome.NO_RULE)]

    def _judge_kind(
        self, case: Case, kind: EdgeKind, rules: Sequence[CompiledRule]
    ) -> list[Finding]:
        """One finding per kind of edge and bound: its worst edge; or one per stated distance."""
        edges = case.edges_of(kind)
        stated = _stated(case, kind) if case.proposal.footprint is None else []
        if not stated:
            found = [one for edge in edges for one in self._judge_edge(case, edge, rules)]
            return list(_worst_by_bound(found))
        findings = [
            one
            for key, metres in stated
            for one in _worst_by_bound(
                [
                    finding
                    for edge in edges or [Edge(shapely.LineString(), kind)]
                    for finding in self._judge_stated(case, edge, rules, metres, key)
                ]
            )
        ]
        if len(stated) < min(SIDES, len(edges)) and f"{DECLARED}{kind.value}" not in dict(stated):
            findings.append(self._unstated(kind))
        return findings

    def _judge_edge(self, case: Case, edge: Edge, rules: Sequence[CompiledRule]) -> list[Finding]:
        findings = judge_parts(
            case, self.name, rules, _from_drawing(edge), edge=edge, target=edge.kind.value
        )
        return [_doubted(one, edge) for one in findings]

    def _judge_stated(
        self, case: Case, edge: Edge, rules: Sequence[CompiledRule], metres: Decimal, key: str
    ) -> list[Finding]:
        """A stated distance says itself which side it is; only a limit may depend on the edge."""
        target = key.removeprefix(DECLARED)
        findings = judge_parts(
            case, self.name, rules, _as_stated(metres, key), edge=edge, target=target
        )
        return [
            _doubted(one, edge)
            if OF_THE_EDGE.intersection(given.name for given in one.inputs)
            else one
            for one in findings
        ]

    def _unstated(self, kind: EdgeKind) -> Finding:
        return Finding(
            self.name,
            Outcome.NEEDS_REVIEW,
            kind.value,
            unit="m",
            reason=Reason.MISSING_INPUT,
            missing=(f"{DECLARED}{kind.value}",),
        )

    def _doubtful_edges(self, case: Case, judged: set[str]) -> list[Finding]:
        """Edges that may be of a kind that has a rule, although they are not known to be."""
        if case.proposal.footprint is None and judged:
            return []
        doubtful = [
            edge
            for edge in case.site.edges
            if edge.kind.value not in judged and edge.confidence < CONFIDENCE_LIMIT
        ]
        unknown = case.edges_of(EdgeKind.UNKNOWN)
        if case.site.edges and not doubtful and not unknown:
            return []
        lines = [edge.line for edge in (*unknown, *doubtful)]
        where = shapely.union_all(lines) if lines else shapely.boundary(case.site.geometry)
        known = bool(doubtful) and not unknown
        return [
            Finding(
                self.name,
                Outcome.NEEDS_REVIEW,
                EdgeKind.UNKNOWN.value,
                unit="m",
                reason=Reason.LOW_CONFIDENCE if known else Reason.UNKNOWN_EDGE,
                geometry=where,
            )
        ]

    def problems(self, rule: CompiledRule, document: Document) -> list[str]:
        problems = limit_problems(rule, 1, BOUNDS)
        if not rule.rule.edges:
            problems.append("the edges it holds for are needed")
        if EdgeKind.UNKNOWN in rule.rule.edges:
            problems.append("no rule can hold for edges of unknown class")
        return problems


def _may_hold(case: Case, rule: CompiledRule) -> bool:
    """Whether a rule is in scope on any part of the site, its edges and condition aside."""
    nominal = Edge(shapely.LineString(), rule.rule.edges[0])
    return any(in_scope(rule, case, part=part, edge=nominal) for part in case.parts)


def _doubted(finding: Finding, edge: Edge) -> Finding:
    """A verdict on an edge of which the class is not known well enough is withheld."""
    if edge.confidence >= CONFIDENCE_LIMIT:
        return finding
    return replace(
        finding,
        outcome=Outcome.NEEDS_REVIEW,
        reason=Reason.LOW_CONFIDENCE,
        geometry=None if edge.line.is_empty else edge.line,
    )


def _worst_by_bound(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Of the verdicts on several edges, the worst of each bound, with all that offends."""
    for bound in BOUNDS:
        of_bound = [one for one in findings if one.bound == bound]
        if not of_bound:
            continue
        worst = min(of_bound, key=_severity)
        offences = [
            one.geometry
            for one in of_bound
            if one.outcome == Outcome.BREACHES and one.geometry is not None
        ]
        if offences:
            worst = replace(worst, geometry=shapely.union_all(offences))
        if len(of_bound) > 1:
            step = Step("worst_edge", {"edges": str(len(of_bound))})
            worst = replace(worst, trace=(*worst.trace, step))
        yield worst


def _severity(finding: Finding) -> tuple[int, Decimal]:
    margin = finding.margin
    return SEVERITY[finding.outcome], Decimal("Infinity") if margin is None else margin


def _measure(case: Case, edge: Edge) -> Measured:
    footprint = case.proposal.footprint
    if footprint is None:
        return Measured(None, missing=("footprint",), geometry=edge.line)
    boundary = case.boundary_of(edge)

    def offence(required_m: Decimal) -> BaseGeometry | None:
        strip = band(boundary, float(required_m), case.rulebook.document.corners)
        found = polygons(shapely.intersection(footprint, strip))
        return None if found.is_empty else found

    inputs = (
        Input("street_width", edge.street_width_m, "m", "street_plan"),
        Input("edge_confidence", Decimal(str(round(edge.confidence, 2))), "ratio", edge.source),
    )
    return Measured(
        _intrusion(case, edge, footprint) or distance_m(footprint, boundary),
        inputs=inputs if edge.street_width_m is not None else inputs[1:],
        tolerance=LENGTH_TOLERANCE_M,
        geometry=edge.line,
        offence=offence,
    )


def _intrusion(case: Case, edge: Edge, footprint: BaseGeometry) -> Decimal | None:
    """How far, as a negative distance in m, the footprint stands on land taken for the street."""
    common = polygons(shapely.intersection(footprint, case.taken_along(edge)))
    if area_m2(common) <= AREA_TOLERANCE_M2:
        return None
    corners = shapely.points(shapely.get_coordinates(common))
    left = edge.line if case.net_parcel.is_empty else case.net_parcel
    return -measured(float(shapely.distance(corners, left).max()))


def _stated(case: Case, kind: EdgeKind) -> list[tuple[str, Decimal]]:
    """The distances stated for a kind of edge: ``setback:rear``, ``setback:interior_side:left``."""
    name = f"{DECLARED}{kind.value}"
    return [
        (key, metres)
        for key, metres in sorted(case.proposal.declared.items())
        if key == name or key.startswith(f"{name}:")
    ]


def _as_stated(metres: Decimal, key: str) -> Measure:
    found = Measured(metres, inputs=(Input(key, metres, "m", "application"),))
    return lambda case, rule: found


def _from_drawing(edge: Edge) -> Measure:
    return lambda case, rule: _measure(case, edge)


KIND = Setback()
