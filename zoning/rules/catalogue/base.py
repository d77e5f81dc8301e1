"""What every kind of rule is made of: a measure of the proposal, and the comparison with a limit.

A kind that compares one number with one limit is a :class:`LimitKind` and needs only its measure.
Other kinds (land use) bring a ``judge`` of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from parcels.edges import EdgeKind
from zoning.rules.case import Case
from zoning.rules.document import Document
from zoning.rules.edge_doubts import doubted, doubtful_edges, worst_by_bound
from zoning.rules.findings import Finding
from zoning.rules.judging import NO_RULE, judge_parts
from zoning.rules.limits import in_scope
from zoning.rules.provided import Measure, Measured
from zoning.rules.rulebook import CompiledRule


class Kind(Protocol):
    """A kind of rule: its name in rulebooks, and how it is judged."""

    @property
    def name(self) -> str: ...

    def judge(self, case: Case) -> list[Finding]:
        """The findings of this kind; a single *no rule* where the rulebook says nothing."""
        ...

    def problems(self, rule: CompiledRule, document: Document) -> list[str]:
        """What is wrong with a rule of this kind, found when the rulebook is loaded."""
        ...


@dataclass(frozen=True)
class LimitKind:
    """A kind that compares one measure with one limit, upper, lower or exact.

    ``bases`` are the areas of which the limit may be a ratio; ``weighted`` says that the
    limits of several districts may be weighted by their share of the parcel; ``by_part`` that each
    district's ground may be judged for itself; ``of_proposal`` that the measure is the proposal's,
    whatever the site.
    """

    name: str
    dimension: int
    measure: Measure
    bounds: tuple[str, ...] = ("max",)
    bases: tuple[str, ...] = ()
    weighted: bool = False
    by_part: bool = False
    of_proposal: bool = False

    def judge(self, case: Case) -> list[Finding]:
        findings = judge_parts(case, self.name, self.measure)
        return findings or [NO_RULE[self.name]]

    def problems(self, rule: CompiledRule, document: Document) -> list[str]:
        problems = limit_problems(rule, self.dimension, self.bounds)
        if self.bases and rule.rule.base not in self.bases:
            problems.append(f"base must be {' or '.join(self.bases)}")
        possible = {"area_weighted": self.weighted, "part_by_part": self.by_part}
        if not possible.get(rule.rule.split, True):
            problems.append(f"{rule.rule.kind} can not be judged {rule.rule.split}")
        return problems


def limit_problems(rule: CompiledRule, dimension: int, bounds: Sequence[str]) -> list[str]:
    """What a rule with a limit must have: a bound of the kind, a value, a unit that fits."""
    problems = []
    if rule.rule.bound not in bounds:
        problems.append(f"bound must be {' or '.join(bounds)}")
    if rule.rule.combine != "exempt" and (rule.rule.unit is None or rule.rule.value is None):
        problems.append("a value and a unit are needed")
    if rule.unit is None:
        return problems
    if rule.unit.dimension != dimension:
        problems.append(f"unit {rule.unit.symbol} does not fit {rule.rule.kind}")
    return problems


def edge_problems(rule: CompiledRule, dimension: int, bounds: Sequence[str]) -> list[str]:
    """What a rule about edges must have: a limit, and the classes of edges it holds for."""
    problems = limit_problems(rule, dimension, bounds)
    if not rule.rule.edges:
        problems.append("the edges it holds for are needed")
    if EdgeKind.UNKNOWN in rule.rule.edges:
        problems.append("no rule can hold for edges of unknown class")
    return problems


@dataclass(frozen=True)
class EdgeLimitKind:
    """A kind that compares a measure on every edge with a limit; each class's worst edge decides.

    ``needed`` are further fields that a rule can not do without.
    """

    name: str
    dimension: int
    unit: str
    measure: Callable[[Case, int, CompiledRule], Measured]
    bounds: tuple[str, ...] = ("max",)
    needed: tuple[str, ...] = ()
    on_edges: bool = True

    def judge(self, case: Case) -> list[Finding]:
        if not self._speaks(case):
            return [NO_RULE[self.name]]
        findings: list[Finding] = []
        for kind in EdgeKind:
            edges = [index for index, edge in enumerate(case.site.edges) if edge.kind == kind]
            findings += worst_by_bound([one for edge in edges for one in self._on(case, edge)])
        judged = {finding.target for finding in findings}
        findings += doubtful_edges(case, self.name, judged, unit=self.unit)
        return findings or [NO_RULE[self.name]]

    def _speaks(self, case: Case) -> bool:
        return any(
            in_scope(rule, case.on, part=part, edge_kind=kind)
            for rule in case.rulebook.of_kind(self.name)
            for part in case.parts
            for kind in rule.rule.edges
        )

    def _on(self, case: Case, edge: int) -> list[Finding]:
        own = case.site.edges[edge]

        def measure(case: Case, rule: CompiledRule) -> Measured:
            return self.measure(case, edge, rule)

        found = judge_parts(case, self.name, measure, edge=edge, target=own.kind.value)
        return [doubted(one, own) for one in found]

    def problems(self, rule: CompiledRule, document: Document) -> list[str]:
        problems = edge_problems(rule, self.dimension, self.bounds)
        return problems + [
            f"“{name}” is needed" for name in self.needed if getattr(rule.rule, name) is None
        ]


@dataclass(frozen=True)
class ShareKind(LimitKind):
    """A kind that limits an area: in m², or as a share of the base that the rule names."""

    def problems(self, rule: CompiledRule, document: Document) -> list[str]:
        is_share = rule.unit is not None and rule.unit.dimension == 0
        problems = limit_problems(rule, 0 if is_share else self.dimension, self.bounds)
        named = "base" in rule.rule.model_fields_set
        if is_share and not (named and rule.rule.base in self.bases):
            problems.append(f"a share names its base: {' or '.join(self.bases)}")
        if not is_share and named:
            problems.append("“base” says nothing for an area; remove it")
        return problems
