"""Setback: the building must keep a distance from each side of the parcel, in metres.

Distance = the shortest way from the footprint to the edge, edge by edge, since each edge's limit
may depend on the street that it faces; the worst edge of a kind is the verdict of that kind. Where
nothing is drawn, stated distances are judged. Undecided when the edge's class is not known well
enough, or when neither a footprint nor a distance is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import shapely
from shapely.geometry.base import BaseGeometry

from parcels.edges import CONFIDENCE_LIMIT, EdgeKind
from zoning.rules.case import Case
from zoning.rules.catalogue.base import (
    SEVERITY,
    Measure,
    Measured,
    judge_parts,
    limit_problems,
    without_contradiction,
)
from zoning.rules.envelope import band
from zoning.rules.findings import Finding, Input, Outcome, Reason, Step
from zoning.rules.measure import LENGTH_TOLERANCE_M, distance_m
from zoning.rules.rulebook import CompiledRule, Document
from zoning.rules.site import Edge

BOUNDS = ("min", "max", "exact")
DECLARED = "setback:"


@dataclass(frozen=True)
class Setback:
    """Judges each kind of edge that the rulebook has setbacks for."""

    name: str = "setback"

    def judge(self, case: Case) -> list[Finding]:
        findings = []
        for kind in EdgeKind:
            for bound in BOUNDS:
                rules = [
                    rule
                    for rule in case.rulebook.of_kind(self.name)
                    if rule.rule.bound == bound and kind in rule.rule.edges
                ]
                if rules:
                    findings += self._judge_kind(case, kind, rules)
        spoken = [one for one in findings if one.outcome != Outcome.NO_RULE]
        if not spoken:
            return [Finding(self.name, Outcome.NO_RULE)]
        targets = dict.fromkeys(one.target for one in spoken)
        settled = [
            one
            for target in targets
            for one in without_contradiction([f for f in spoken if f.target == target])
        ]
        return [*settled, *self._unknown_edges(case)]

    def _judge_kind(
        self, case: Case, kind: EdgeKind, rules: Sequence[CompiledRule]
    ) -> list[Finding]:
        """One finding per kind of edge: its worst edge; or one per distance that is stated."""
        if case.proposal.footprint is None and _stated(case, kind):
            return [
                judge_parts(
                    case,
                    self.name,
                    rules,
                    _as_stated(metres, key),
                    edge=_nominal_edge(case, kind),
                    target=key.removeprefix(DECLARED),
                )
                for key, metres in _stated(case, kind)
            ]
        edges = case.edges_of(kind)
        if not edges:
            return []
        findings = [self._judge_edge(case, edge, rules) for edge in edges]
        worst = min(
            findings,
            key=lambda one: (
                SEVERITY[one.outcome],
                one.margin if one.margin is not None else Decimal("Infinity"),
            ),
        )
        offences = [
            one.geometry
            for one in findings
            if one.outcome == Outcome.BREACHES and one.geometry is not None
        ]
        if offences:
            worst = replace(worst, geometry=shapely.union_all(offences))
        if len(edges) > 1:
            worst = replace(
                worst, trace=(*worst.trace, Step("worst_edge", {"edges": str(len(edges))}))
            )
        return [worst]

    def _judge_edge(self, case: Case, edge: Edge, rules: Sequence[CompiledRule]) -> Finding:
        finding = judge_parts(
            case,
            self.name,
            rules,
            _from_drawing(edge),
            edge=edge,
            target=edge.kind.value,
        )
        doubtful = edge.confidence < CONFIDENCE_LIMIT and finding.outcome != Outcome.NO_RULE
        if doubtful:
            return replace(
                finding,
                outcome=Outcome.NEEDS_REVIEW,
                reason=Reason.LOW_CONFIDENCE,
                geometry=edge.line,
            )
        return finding

    def _unknown_edges(self, case: Case) -> list[Finding]:
        edges = case.edges_of(EdgeKind.UNKNOWN)
        if not edges or case.proposal.footprint is None:
            return []
        return [
            Finding(
                self.name,
                Outcome.NEEDS_REVIEW,
                EdgeKind.UNKNOWN.value,
                unit="m",
                reason=Reason.UNKNOWN_EDGE,
                geometry=shapely.union_all([edge.line for edge in edges]),
            )
        ]

    def problems(self, rule: CompiledRule, document: Document) -> list[str]:
        problems = limit_problems(rule, 1, BOUNDS)
        if not rule.rule.edges:
            problems.append("the edges it holds for are needed")
        return problems


def _measure(case: Case, edge: Edge) -> Measured:
    footprint = case.proposal.footprint
    if footprint is None:
        return Measured(None, missing=("footprint",), geometry=edge.line)

    def offence(required_m: Decimal) -> BaseGeometry:
        corners = case.rulebook.document.corners
        return shapely.intersection(footprint, band(edge.line, float(required_m), corners))

    inputs = (
        Input("street_width", edge.street_width_m, "m", "street_plan"),
        Input("edge_confidence", Decimal(str(round(edge.confidence, 2))), "ratio", edge.source),
    )
    return Measured(
        distance_m(footprint, edge.line),
        inputs=inputs if edge.street_width_m is not None else inputs[1:],
        tolerance=LENGTH_TOLERANCE_M,
        geometry=edge.line,
        offence=offence,
    )


def _stated(case: Case, kind: EdgeKind) -> list[tuple[str, Decimal]]:
    """The distances stated for a kind of edge: ``setback:rear``, ``setback:interior_side:left``."""
    name = f"{DECLARED}{kind.value}"
    return [
        (key, metres)
        for key, metres in sorted(case.proposal.declared.items())
        if key == name or key.startswith(f"{name}:")
    ]


def _as_stated(metres: Decimal, key: str) -> Measure:
    measured = Measured(metres, inputs=(Input(key, metres, "m", "application"),))
    return lambda case, rule: measured


def _from_drawing(edge: Edge) -> Measure:
    return lambda case, rule: _measure(case, edge)


def _nominal_edge(case: Case, kind: EdgeKind) -> Edge:
    """The edge of this kind that the parcel has; else one without line or street."""
    edges = case.edges_of(kind)
    return edges[0] if edges else Edge(shapely.LineString(), kind)


KIND = Setback()
