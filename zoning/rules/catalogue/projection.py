"""Projections: balconies, canopies and bays may stand out only so far, and only so low.

A greatest value limits the depth of the deepest projection towards a class of edges, a least value
the clear height under the lowest, both in metres. The limit may depend on the street: of several
edges of a class the strictest decides. Undecided when the projections, or the height under one,
are not stated, when one stands towards an edge of unknown class, or when the limit reads a street
that is not known well enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from parcels.edges import CONFIDENCE_LIMIT, EdgeKind
from zoning.rules.case import Case
from zoning.rules.catalogue.base import limit_problems
from zoning.rules.document import Document
from zoning.rules.findings import Finding, Input, Outcome, Reason
from zoning.rules.judging import NO_RULE, judge_parts, severity
from zoning.rules.limits import groups
from zoning.rules.provided import Measure, Measured
from zoning.rules.rulebook import CompiledRule
from zoning.rules.site import Edge, Projection
from zoning.rules.trace import Step

BOUNDS = ("max", "min")
# What a limit reads of the edge itself, and so depends on the edge's class.
OF_THE_EDGE = frozenset({"street_width", "edge_length"})


@dataclass(frozen=True)
class Projecting:
    """Judges what projects towards each class of edges that the rulebook speaks of."""

    name: str = "projection"
    on_edges: bool = True

    def judge(self, case: Case) -> list[Finding]:
        kinds = [kind for kind in EdgeKind if _speaks(case, kind)]
        if not kinds:
            return [NO_RULE[self.name]]
        stated = case.proposal.projections
        if stated is None:
            return [
                Finding(
                    self.name,
                    Outcome.NEEDS_REVIEW,
                    unit="m",
                    reason=Reason.MISSING_INPUT,
                    missing=("projections",),
                )
            ]
        found = [one for kind in kinds for one in self._judge_class(case, kind, stated)]
        if any(one.edge == EdgeKind.UNKNOWN for one in stated):
            found.append(
                Finding(
                    self.name,
                    Outcome.NEEDS_REVIEW,
                    EdgeKind.UNKNOWN.value,
                    unit="m",
                    reason=Reason.UNKNOWN_EDGE,
                )
            )
        return found or [Finding(self.name, Outcome.NOT_APPLICABLE, unit="m")]

    def _judge_class(
        self, case: Case, kind: EdgeKind, stated: Sequence[Projection]
    ) -> list[Finding]:
        """One finding per bound: that on the strictest edge of the class."""
        towards = [one for one in stated if one.edge == kind]
        if not towards:
            return []
        edges = [index for index, edge in enumerate(case.site.edges) if edge.kind == kind]
        if not edges:
            # A form may state a projection towards an edge that nobody has drawn.
            case, undrawn = case.with_undrawn_edge(kind)
            edges = [undrawn]
        findings = [
            _doubted(case, one, case.site.edges[edge])
            for edge in edges
            for one in judge_parts(
                case,
                self.name,
                _measure_of(towards),
                edge=edge,
                target=kind.value,
                one_measure=False,
            )
        ]
        return [
            _of_several(of_bound)
            for bound in BOUNDS
            if (of_bound := [one for one in findings if one.bound == bound])
        ]

    def problems(self, rule: CompiledRule, document: Document) -> list[str]:
        problems = limit_problems(rule, 1, BOUNDS)
        if not rule.rule.edges:
            problems.append("the edges it holds for are needed")
        if EdgeKind.UNKNOWN in rule.rule.edges:
            problems.append("no rule can hold for edges of unknown class")
        return problems


def _speaks(case: Case, kind: EdgeKind) -> bool:
    return any(here for _, here in groups(case, "projection", edge_kind=kind))


def _measure_of(towards: Sequence[Projection]) -> Measure:
    """The deepest projection, or the lowest, as the bound of the rule asks."""
    depth_m = max(one.depth_m for one in towards)
    clear_m = [one.clear_height_m for one in towards if one.clear_height_m is not None]
    deepest = Measured(depth_m, inputs=(Input("projection_depth", depth_m, "m", "application"),))
    lowest = Measured(None, missing=("projection_clear_height",))
    if len(clear_m) == len(towards):
        least_m = min(clear_m)
        given = (Input("projection_clear_height", least_m, "m", "application"),)
        lowest = Measured(least_m, inputs=given)
    return lambda case, rule: deepest if rule.rule.bound == "max" else lowest


def _doubted(case: Case, finding: Finding, edge: Edge) -> Finding:
    """A verdict by the width of a street that the edge may not face is withheld."""
    rule = next((one for one in case.rulebook.rules if one.id == finding.rule_id), None)
    if edge.confidence >= CONFIDENCE_LIMIT or rule is None or not OF_THE_EDGE & rule.names:
        return finding
    return replace(finding, outcome=Outcome.NEEDS_REVIEW, reason=Reason.LOW_CONFIDENCE)


def _of_several(findings: Sequence[Finding]) -> Finding:
    worst = min(findings, key=severity)
    if len(findings) == 1 or not worst.trace:
        return worst
    step = Step("worst_edge", {"edges": str(len(findings))})
    return replace(worst, trace=(*worst.trace, step))


KIND = Projecting()
