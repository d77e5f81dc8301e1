"""What every kind of rule is made of: a measure of the proposal, and the comparison with a limit.

A kind that compares one number with one limit is a :class:`LimitKind` and needs only its measure.
Other kinds (land use) bring a ``judge`` of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

from shapely.geometry.base import BaseGeometry

from zoning.rules.case import FROM_EDGES, Case
from zoning.rules.findings import Finding, Input, Outcome, Reason, Step
from zoning.rules.limits import Limit, resolve
from zoning.rules.rulebook import CompiledRule, Document
from zoning.rules.site import Edge

# The worst outcome of several parts is the outcome of the whole.
SEVERITY = {
    Outcome.BREACHES: 0,
    Outcome.NEEDS_REVIEW: 1,
    Outcome.CONDITIONAL: 2,
    Outcome.COMPLIES: 3,
    Outcome.NO_RULE: 4,
    Outcome.NOT_APPLICABLE: 5,
}


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
class Measured:
    """What the proposal provides: an SI value, or what is missing to know it."""

    value: Decimal | None
    missing: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    tolerance: Decimal = Decimal(0)
    geometry: BaseGeometry | None = None
    offence: Callable[[Decimal], BaseGeometry | None] | None = None


Measure = Callable[[Case, CompiledRule], Measured]


@dataclass(frozen=True)
class LimitKind:
    """A kind that compares one measure with one limit, upper, lower or exact."""

    name: str
    dimension: int
    measure: Measure
    bounds: tuple[str, ...] = ("max",)
    bases: bool = False

    def judge(self, case: Case) -> list[Finding]:
        findings = []
        for bound in self.bounds:
            rules = [rule for rule in case.rulebook.of_kind(self.name) if rule.rule.bound == bound]
            if rules:
                findings.append(judge_parts(case, self.name, rules, self.measure))
        findings = [one for one in findings if one.outcome != Outcome.NO_RULE]
        if not findings:
            return [Finding(self.name, Outcome.NO_RULE)]
        return without_contradiction(findings)

    def problems(self, rule: CompiledRule, document: Document) -> list[str]:
        return limit_problems(rule, self.dimension, self.bounds)


def limit_problems(rule: CompiledRule, dimension: int, bounds: Sequence[str]) -> list[str]:
    """What a rule with a limit must have: a bound of the kind, a value, a unit that fits."""
    problems = []
    if rule.rule.bound not in bounds:
        problems.append(f"bound must be {' or '.join(bounds)}")
    if rule.unit is None:
        if rule.rule.combine != "exempt":
            problems.append("a value and a unit are needed")
    elif rule.unit.dimension != dimension:
        problems.append(f"unit {rule.unit.symbol} does not fit {rule.rule.kind}")
    return problems


def judge_parts(
    case: Case,
    kind: str,
    rules: Sequence[CompiledRule],
    measure: Measure,
    *,
    edge: Edge | None = None,
    target: str = "",
) -> Finding:
    """Judge in every district that the parcel lies in; the strictest part decides.

    A part without a rule beside parts with one needs review, unless another part breaches.
    """
    districts = [zone.district for zone in case.districts] or [""]
    findings = [
        judge_one(case, kind, rules, measure, district=district, edge=edge, target=target)
        for district in districts
    ]
    worst = min(findings, key=_severity)
    silent = [one for one in findings if one.outcome == Outcome.NO_RULE]
    if len(districts) > 1:
        parts = {zone.district: f"{zone.share:.1%}" for zone in case.districts}
        worst = replace(worst, trace=(*worst.trace, Step("split_zones", {"parts": parts})))
    if silent and len(silent) < len(findings) and worst.outcome != Outcome.BREACHES:
        return replace(worst, outcome=Outcome.NEEDS_REVIEW, reason=Reason.PART_WITHOUT_RULE)
    return worst


def _severity(finding: Finding) -> tuple[int, Decimal]:
    margin = finding.margin
    return SEVERITY[finding.outcome], margin if margin is not None else Decimal("Infinity")


def judge_one(
    case: Case,
    kind: str,
    rules: Sequence[CompiledRule],
    measure: Measure,
    *,
    district: str,
    edge: Edge | None = None,
    target: str = "",
) -> Finding:
    """The verdict in one district; withheld where open conditions would change it."""
    limits = resolve(rules, case, district=district, edge=edge)
    values = case.values(district=district, edge=edge)
    verdicts = [
        Finding(kind, Outcome.NO_RULE, target)
        if limit is None
        else compare(
            limit, measure(case, limit.rule), kind, target, case.inputs(limit.names, values)
        )
        for limit in limits
    ]
    if len({verdict.outcome for verdict in verdicts}) == 1:
        return min(verdicts, key=_severity)
    missing = tuple(sorted({name for limit in limits if limit for name in limit.missing}))
    shown = next(verdict for verdict in verdicts if verdict.outcome != Outcome.NO_RULE)
    return replace(
        shown,
        outcome=Outcome.NEEDS_REVIEW,
        reason=Reason.MISSING_INPUT,
        missing=missing,
        required=None,
        geometry=None,
    )


def compare(
    limit: Limit, measured: Measured, kind: str, target: str, inputs: tuple[Input, ...]
) -> Finding:
    """One limit against one measure."""
    rule = limit.rule
    finding = Finding(
        kind=kind,
        outcome=Outcome.NEEDS_REVIEW,
        target=target,
        bound=rule.rule.bound or "",
        required=limit.value,
        provided=measured.value,
        unit=rule.unit.symbol if rule.unit else "ratio",
        rule_id=rule.id,
        citation=rule.rule.citation.model_dump(exclude_none=True),
        text=dict(rule.rule.text),
        inputs=(*measured.inputs, *(i for i in inputs if i not in measured.inputs)),
        trace=limit.trace,
        geometry=measured.geometry,
    )
    if limit.exempt:
        return replace(finding, outcome=Outcome.NOT_APPLICABLE)
    if limit.value is None:
        return replace(
            finding, reason=_edge_doubt(limit.missing, limit.reason), missing=limit.missing
        )
    if measured.value is None:
        reason = _edge_doubt(measured.missing, Reason.MISSING_INPUT)
        return replace(finding, reason=reason, missing=measured.missing)
    if within(measured.value, limit.value, rule.rule.bound, measured.tolerance):
        return replace(finding, outcome=Outcome.COMPLIES)
    offence = measured.offence(limit.value) if measured.offence else measured.geometry
    return replace(finding, outcome=Outcome.BREACHES, geometry=offence)


def _edge_doubt(missing: Sequence[str], reason: Reason) -> Reason:
    """A value that only the edges could give is missing because they are not trusted."""
    from_edges = bool(missing) and FROM_EDGES.issuperset(missing)
    return Reason.LOW_CONFIDENCE if from_edges and reason == Reason.MISSING_INPUT else reason


def within(value: Decimal, limit: Decimal, bound: str | None, tolerance: Decimal) -> bool:
    """Whether the measure keeps to the limit, to the tolerance of the measurement."""
    if bound == "max":
        return value <= limit + tolerance
    if bound == "min":
        return value >= limit - tolerance
    return abs(value - limit) <= tolerance


def without_contradiction(findings: list[Finding]) -> list[Finding]:
    """A minimum above the maximum is a conflict in the regulation, never settled in silence."""
    lows = [one.required for one in findings if one.bound == "min" and one.required is not None]
    highs = [one.required for one in findings if one.bound == "max" and one.required is not None]
    if lows and highs and max(lows) > min(highs):
        return [
            replace(one, outcome=Outcome.NEEDS_REVIEW, reason=Reason.CONFLICT, geometry=None)
            for one in findings
        ]
    return findings


def stated(case: Case, name: str, key: str | None = None) -> Measured:
    """A measure that the proposal states outright, such as its height."""
    values: Mapping[str, object] = case.values(district="")
    value = values.get(name)
    if not isinstance(value, Decimal):
        value = case.proposal.declared.get(key or name)
    if value is None:
        return Measured(None, missing=(name,))
    return Measured(
        value,
        inputs=case.inputs(frozenset({name}), {name: value}),
        geometry=case.proposal.footprint,
    )


BASE_VARIABLE = {
    "registered": "lot_area",
    "net": "net_lot_area",
    "gross": "measured_lot_area",
}


def base_area(case: Case, rule: CompiledRule) -> tuple[Decimal, Input]:
    """The lot area that a ratio is taken of, as the rule's ``base`` says."""
    name = BASE_VARIABLE[rule.rule.base]
    value = case.lot_area_m2(name)
    return value, case.inputs(frozenset({name}), {name: value})[0]
