"""What every kind of rule is made of: a measure of the proposal, and the comparison with a limit.

A kind that compares one number with one limit is a :class:`LimitKind` and needs only its measure.
Other kinds (land use) bring a ``judge`` of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

from shapely.geometry.base import BaseGeometry

from zoning.rules.case import FROM_EDGES, Case, Part
from zoning.rules.document import Document
from zoning.rules.findings import Finding, Input, Outcome, Reason, Step
from zoning.rules.limits import Limit, resolve
from zoning.rules.quantities import settled
from zoning.rules.rulebook import CompiledRule
from zoning.rules.site import Edge
from zoning.rules.variables import unit_of

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
    applies: bool = True


Measure = Callable[[Case, CompiledRule], Measured]

BOUNDS = ("min", "max", "exact")


@dataclass(frozen=True)
class LimitKind:
    """A kind that compares one measure with one limit, upper, lower or exact."""

    name: str
    dimension: int
    measure: Measure
    bounds: tuple[str, ...] = ("max",)
    bases: bool = False

    def judge(self, case: Case) -> list[Finding]:
        rules = case.rulebook.of_kind(self.name)
        findings = judge_parts(case, self.name, rules, self.measure)
        return findings or [Finding(self.name, Outcome.NO_RULE)]

    def problems(self, rule: CompiledRule, document: Document) -> list[str]:
        return limit_problems(rule, self.dimension, self.bounds)


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


def judge_parts(
    case: Case,
    kind: str,
    rules: Sequence[CompiledRule],
    measure: Measure,
    *,
    edge: Edge | None = None,
    target: str = "",
) -> list[Finding]:
    """Judge on every part of the site, each bound for itself; the strictest part decides.

    A part without a rule beside parts with one needs review, unless another part breaches. Nothing
    is found where no part has a rule.
    """
    bounds = [bound for bound in BOUNDS if any(rule.rule.bound == bound for rule in rules)]
    by_part = {
        part: without_contradiction(
            [
                judge_one(case, kind, of_bound, measure, part=part, edge=edge, target=target)
                for bound in bounds
                if (of_bound := [rule for rule in rules if rule.rule.bound == bound])
            ]
        )
        for part in case.parts
    }
    spoken = {
        part: [one for one in findings if one.outcome != Outcome.NO_RULE]
        for part, findings in by_part.items()
    }
    silent = any(not findings for findings in spoken.values())
    found = []
    for bound in bounds:
        verdicts = [one for findings in spoken.values() for one in findings if one.bound == bound]
        if verdicts:
            found.append(_whole(case, min(verdicts, key=_severity), silent=silent))
    return found


def _whole(case: Case, worst: Finding, *, silent: bool) -> Finding:
    """The verdict on the whole site, from that on its strictest part."""
    if len(case.district_codes) > 1:
        shares = {zone.district: zone.share for zone in case.districts}
        parts = {
            code or "—": f"{shares.get(code, 1 - sum(shares.values())):.1%}"
            for code in case.district_codes
        }
        worst = replace(worst, trace=(*worst.trace, Step("split_zones", {"parts": parts})))
    if silent and worst.outcome not in (Outcome.BREACHES, Outcome.NEEDS_REVIEW):
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
    part: Part,
    edge: Edge | None = None,
    target: str = "",
) -> Finding:
    """The verdict by one bound on one part; withheld where open conditions would change it."""
    limits = resolve(rules, case, part=part, edge=edge)
    values = case.values(district=part.district, edge=edge)
    verdicts = [
        Finding(kind, Outcome.NO_RULE, target)
        if limit is None
        else _edge_doubt(
            case,
            compare(
                limit, measure(case, limit.rule), kind, target, case.inputs(limit.names, values)
            ),
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
    if limit.exempt or not measured.applies:
        return replace(finding, outcome=Outcome.NOT_APPLICABLE)
    if limit.value is None:
        return replace(finding, reason=limit.reason, missing=limit.missing)
    if measured.value is None:
        return replace(finding, reason=Reason.MISSING_INPUT, missing=measured.missing)
    if within(measured.value, limit.value, rule.rule.bound, measured.tolerance):
        return replace(finding, outcome=Outcome.COMPLIES)
    too_little = measured.value < limit.value
    offence = measured.offence(limit.value) if measured.offence and too_little else None
    offence = measured.geometry if offence is None else offence
    return replace(finding, outcome=Outcome.BREACHES, geometry=offence)


def _edge_doubt(case: Case, finding: Finding) -> Finding:
    """A value that only the edges could give is missing because they are not trusted."""
    from_edges = bool(finding.missing) and FROM_EDGES.issuperset(finding.missing)
    if from_edges and finding.reason == Reason.MISSING_INPUT and not case.trusted_edges:
        return replace(finding, reason=Reason.LOW_CONFIDENCE)
    return finding


def within(value: Decimal, limit: Decimal, bound: str | None, tolerance: Decimal) -> bool:
    """Whether the measure keeps to the limit, to the tolerance of the measurement."""
    over = settled(value) - limit
    if bound == "max":
        return over <= tolerance
    if bound == "min":
        return over >= -tolerance
    return abs(over) <= tolerance


def without_contradiction(findings: list[Finding]) -> list[Finding]:
    """A minimum above the maximum is a conflict in the regulation, never settled in silence.

    A mandatory distance counts as both.
    """
    lows, highs = (
        [one.required for one in findings if one.required is not None and one.bound in bounds]
        for bounds in (("min", "exact"), ("max", "exact"))
    )
    if lows and highs and max(lows) > min(highs):
        return [
            replace(one, outcome=Outcome.NEEDS_REVIEW, reason=Reason.CONFLICT, geometry=None)
            for one in findings
        ]
    return findings


# Measures that only an application can state, with the unit they are shown in.
DECLARED_UNITS = {
    "coverage": "%",
    "open_space": "%",
    "floor_area_ratio": "ratio",
    "lot_area_per_dwelling": "m2",
}


def stated(case: Case, name: str, *, tolerance: Decimal = Decimal(0)) -> Measured:
    """A measure that the proposal states outright, such as its height; or that the site has.

    The tolerance holds for a value that is measured; one that is stated is taken at its word.
    """
    value = case.values(district="").get(name)
    if isinstance(value, Decimal):
        return Measured(
            value,
            inputs=case.inputs(frozenset({name}), {name: value}),
            tolerance=tolerance,
            geometry=case.proposal.footprint,
        )
    declared = case.proposal.declared.get(name)
    if declared is None:
        return Measured(None, missing=(name,))
    unit = DECLARED_UNITS.get(name) or unit_of(name)
    return Measured(
        declared,
        inputs=(Input(name, declared, unit, "application"),),
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


def ratio_to_lot(
    case: Case,
    rule: CompiledRule,
    amount: Decimal,
    inputs: tuple[Input, ...],
    *,
    tolerance_m2: Decimal = Decimal(0),
) -> Measured:
    """An area as a share or multiple of the rule's base; not known where nothing is left of it."""
    lot, lot_input = base_area(case, rule)
    if lot <= 0:
        return Measured(None, missing=(lot_input.name,), inputs=(*inputs, lot_input))
    return Measured(
        amount / lot,
        inputs=(*inputs, lot_input),
        tolerance=tolerance_m2 / lot,
        geometry=case.proposal.footprint,
    )
