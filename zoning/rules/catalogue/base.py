"""What every kind of rule is made of: a measure of the proposal, and the comparison with a limit.

A kind that compares one number with one limit is a :class:`LimitKind` and needs only its measure.
Other kinds (land use) bring a ``judge`` of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal, NamedTuple, Protocol

import shapely
from shapely.geometry import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

from parcels.edges import CONFIDENCE_LIMIT, EdgeKind
from zoning.rules.case import FROM_EDGES, STATED, Case, Part, Values
from zoning.rules.document import Document
from zoning.rules.expressions import Value
from zoning.rules.findings import Finding, Input, OtherBasis, Outcome, Reason, Step
from zoning.rules.limits import BOUNDS, Group, Limit, groups, in_scope, shown
from zoning.rules.measure import BASE_VARIABLE, area_m2
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


class Measured(NamedTuple):
    """What the proposal provides: an SI value, or what is missing to know it.

    ``other`` is the same measure by the drawn area, where the value is by the registered one.
    ``unless_kept`` is what is missing to say more than that the limit is kept. ``shared`` says that
    the measure is the proposal's, whatever the site. ``known`` says that the true value may lie
    above (*at least*) or below (*at most*) the one given, for ``reason``.
    """

    value: Decimal | None
    missing: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    tolerance: Decimal = Decimal(0)
    geometry: BaseGeometry | None = None
    offence: Callable[[Decimal], BaseGeometry | None] | None = None
    applies: bool = True
    other: Decimal | None = None
    reason: Reason = Reason.MISSING_INPUT
    unless_kept: tuple[str, ...] = ()
    shared: bool = False
    known: Literal["exactly", "at_least", "at_most"] = "exactly"


Measure = Callable[[Case, CompiledRule], Measured]

LOT_BASES = tuple(BASE_VARIABLE)


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


class _NoRule(dict[str, Finding]):
    """The one finding of each kind that says that there is no rule."""

    def __missing__(self, kind: str) -> Finding:
        found = self[kind] = Finding(kind, Outcome.NO_RULE)
        return found


NO_RULE = _NoRule()


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
    measure: Measure,
    *,
    edge: int | None = None,
    target: str = "",
    above: str | None = None,
    one_measure: bool = True,
) -> list[Finding]:
    """Judge on every part of the site, each bound for itself.

    ``one_measure`` is off where a kind's bounds limit different things, which never contradict.

    The strictest part decides, unless the rules say that limits are weighted by area, or that each
    part is judged for itself. A part without a rule beside parts with one needs review, unless
    another part breaches. Nothing is found where no part has a rule.
    """
    edge_kind = None if edge is None else case.site.edges[edge].kind
    if len(case.parts) == 1:
        part = case.parts[0]
        here = groups(case, kind, part=part, edge_kind=edge_kind, above=above)
        if not here:
            return []
        values = case.values(district=part.district, edge=edge)
        findings = [judge_one(case, kind, group, measure, values, target) for group in here]
        findings = [one for one in findings if one.outcome is not Outcome.NO_RULE]
        together = one_measure and len(findings) > 1
        return without_contradiction(findings) if together else findings
    by_part = {
        part: groups(case, kind, part=part, edge_kind=edge_kind, above=above) for part in case.parts
    }
    verdicts: dict[str, list[Finding]] = {}
    silent = False
    for part, here in by_part.items():
        values = case.values(district=part.district, edge=edge)
        ground = on_its_own_ground(case, part, here)
        judged = [judge_one(ground, kind, group, measure, values, target) for group in here]
        judged = [one for one in judged if one.outcome is not Outcome.NO_RULE]
        if one_measure and len(judged) > 1:
            judged = without_contradiction(judged)
        for one in judged:
            verdicts.setdefault(one.bound, []).append(one)
        silent = silent or not judged
    found = []
    for bound in BOUNDS:
        if bound not in verdicts:
            continue
        weighted = None if silent else _weighted(case, kind, bound, by_part, measure, target)
        found.append(weighted or _whole(case, min(verdicts[bound], key=severity), silent=silent))
    return found


def on_its_own_ground(case: Case, part: Part, here: Sequence[Group]) -> Case:
    """The case cut down to the ground of one district, where its rules are judged part by part."""
    by_part = any("part_by_part" in group.splits for group in here)
    return case.on_the_ground_of(part.district) if by_part else case


def _weighted(
    case: Case,
    kind: str,
    bound: str,
    by_part: Mapping[Part, tuple[Group, ...]],
    measure: Measure,
    target: str,
) -> Finding | None:
    """The verdict by the limits of all districts, weighted by area; None where no rule asks so."""
    found: list[tuple[Part, Limit]] = []
    for part, here in by_part.items():
        group = next((group for group in here if group.bound == bound), None)
        if group is None or "area_weighted" not in group.splits:
            return None
        limits = group.limits(case.values(district=part.district))
        if len(limits) != 1 or limits[0] is None or limits[0].value is None:
            return None
        found.append((part, limits[0]))
    if not all(limit.rule.rule.split == "area_weighted" for _, limit in found):
        return None
    areas = {zone.district: zone.area_m2 for zone in case.districts}
    unzoned = case.sizes.area_m2 - sum(zone.area_m2 for zone in case.site.zones)
    weights = {part: Decimal(repr(areas.get(part.district, unzoned))) for part, _ in found}
    # An overlay splits a district once more; how much of it is not asked, so it must not matter.
    if len({part.district for part in weights}) != len(weights) or not sum(weights.values()):
        return None
    total = sum(weights.values())
    amounts = {part: limit.value or Decimal(0) for part, limit in found}
    value = sum((amounts[part] * weight for part, weight in weights.items()), Decimal(0))
    first = found[0][1]
    parts = {
        part.district: f"{weights[part] / total:.1%} · {shown(amounts[part], limit.rule)}"
        for part, limit in found
    }
    limit = replace(
        first,
        value=settled(value / total),
        relaxed=None,
        trace=(
            *(step for _, limit in found for step in limit.trace),
            Step("area_weighted", {"parts": parts, "result": shown(value / total, first.rule)}),
        ),
    )
    values = case.values(district=found[0][0].district)
    return compare(
        case, limit, measure(case, limit.rule), kind, target, case.inputs(limit.names, values)
    )


def _whole(case: Case, worst: Finding, *, silent: bool) -> Finding:
    """The verdict on the whole site, from that on its strictest part."""
    if case.explained and len(case.district_codes) > 1:
        shares = {zone.district: zone.share for zone in case.districts}
        parts = {
            code or "—": f"{shares.get(code, 1 - sum(shares.values())):.1%}"
            for code in case.district_codes
        }
        worst = worst.but(trace=(*worst.trace, Step("split_zones", {"parts": parts})))
    if silent and worst.outcome not in (Outcome.BREACHES, Outcome.NEEDS_REVIEW):
        return worst.but(outcome=Outcome.NEEDS_REVIEW, reason=Reason.PART_WITHOUT_RULE)
    return worst


def severity(finding: Finding) -> tuple[int, Decimal]:
    """Sorts the worst outcome first, and of equals the smallest margin."""
    margin = finding.margin
    return SEVERITY[finding.outcome], margin if margin is not None else Decimal("Infinity")


def doubted(finding: Finding, edge: Edge) -> Finding:
    """A verdict on an edge of which the class is not known well enough is withheld."""
    if edge.confidence >= CONFIDENCE_LIMIT:
        return finding
    return finding.but(
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
            worst = worst.but(geometry=shapely.union_all(offences))
        if len(of_bound) > 1 and worst.trace:
            step = Step("worst_edge", {"edges": str(len(of_bound))})
            worst = worst.but(trace=(*worst.trace, step))
        yield worst


def doubtful_edges(case: Case, kind: str, judged: set[str], *, unit: str = "m") -> list[Finding]:
    """Edges that may be of a class that has a rule, although they are not known to be."""
    edges = case.site.edges
    doubted = [edge for edge in case.doubtful_edges if edge.kind not in judged]
    if edges and not doubted:
        return []
    if edges:
        where = one_line([edge.line for edge in doubted])
    else:
        where = shapely.boundary(case.site.geometry)
    known = bool(doubted) and all(edge.kind is not EdgeKind.UNKNOWN for edge in doubted)
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


def judge_one(
    case: Case, kind: str, group: Group, measure: Measure, values: Values, target: str
) -> Finding:
    """The verdict by one bound on one part; withheld where open conditions would change it."""
    key = group.key(values)
    limits = group.limits(values, key)
    if len(limits) == 1:
        limit = limits[0]
        if limit is None:
            return NO_RULE[kind]
        return _judged(case, kind, group, key, limit, measure, values, target)
    verdicts = [
        Finding(kind, Outcome.NO_RULE, target)
        if limit is None
        else _judged(case, kind, group, key, limit, measure, values, target)
        for limit in limits
    ]
    if len({verdict.outcome for verdict in verdicts}) == 1:
        return min(verdicts, key=severity)
    missing = tuple(sorted({name for limit in limits if limit for name in limit.missing}))
    spoken = next(verdict for verdict in verdicts if verdict.outcome != Outcome.NO_RULE)
    return spoken.but(
        outcome=Outcome.NEEDS_REVIEW,
        reason=Reason.MISSING_INPUT,
        missing=missing,
        required=None,
        relaxed=None,
        geometry=None,
        other=None,
    )


def _judged(
    case: Case,
    kind: str,
    group: Group,
    key: tuple[Value, ...],
    limit: Limit,
    measure: Measure,
    values: Values,
    target: str,
) -> Finding:
    """One limit against the measure by its rule.

    In city-wide runs the finding is remembered: the same limit and the same measure say the same.
    """
    measured = measure(case, limit.rule)
    if case.explained:
        inputs = case.inputs(limit.names, values)
        return _edge_doubt(case, compare(case, limit, measured, kind, target, inputs))
    if not measured.shared or measured.geometry is not None:
        return _edge_doubt(case, compare(case, limit, measured, kind, target, ()))
    told = (
        key,
        id(limit),
        measured.value,
        measured.missing,
        measured.reason,
        measured.unless_kept,
        measured.applies,
        target,
        case.trusted_edges,
        case.proposal.cleared,
    )
    found: Finding | None = group.findings.get(told)
    if found is None:
        found = _edge_doubt(case, compare(case, limit, measured, kind, target, ()))
        group.findings[told] = found
    return found


def compare(
    case: Case,
    limit: Limit,
    measured: Measured,
    kind: str,
    target: str,
    inputs: tuple[Input, ...],
) -> Finding:
    """One limit against one measure."""
    outcome, reason, missing, other = _outcome(case, limit, measured, kind, target)
    geometry = measured.geometry
    if (
        outcome is Outcome.BREACHES
        and measured.offence is not None
        and measured.value is not None
        and limit.value is not None
        and measured.value < limit.value
    ):
        offence = measured.offence(limit.value)
        geometry = geometry if offence is None else offence
    told: dict[str, Any] = {
        "outcome": outcome,
        "target": target,
        "provided": measured.value,
        "reason": reason,
        "missing": missing,
        "geometry": geometry,
        "other": other,
    }
    if not case.explained:
        return Finding.unexplained(limit.said, told)
    rule = limit.rule
    return Finding(
        **limit.said,
        **told,
        citation=citation_of(rule),
        text=dict(rule.rule.text),
        inputs=(*measured.inputs, *(one for one in inputs if one not in measured.inputs)),
        trace=limit.trace,
    )


def citation_of(rule: CompiledRule) -> dict[str, Any]:
    """Where the rule stands, as plain data."""
    return rule.rule.citation.model_dump(exclude_none=True)


def _outcome(
    case: Case, limit: Limit, measured: Measured, kind: str, target: str
) -> tuple[Outcome, Reason, tuple[str, ...], OtherBasis | None]:
    """The verdict, its reason, what is missing for it, and the verdict by the drawn area."""
    if limit.exempt or not measured.applies:
        return Outcome.NOT_APPLICABLE, Reason.NONE, (), None
    if limit.value is None:
        return Outcome.NEEDS_REVIEW, limit.reason, limit.missing, None
    if measured.value is None:
        return Outcome.NEEDS_REVIEW, measured.reason, measured.missing, None
    outcome, reason = _keeps(case, limit, measured.value, measured.tolerance, kind, target)
    if measured.unless_kept and outcome is Outcome.BREACHES:
        return Outcome.NEEDS_REVIEW, Reason.MISSING_INPUT, measured.unless_kept, None
    if measured.known != "exactly":
        # A value that may be greater does not keep a maximum, nor fail a minimum; and so on.
        open_bound = "max" if measured.known == "at_least" else "min"
        if (outcome is Outcome.COMPLIES) == (limit.rule.rule.bound == open_bound):
            return Outcome.NEEDS_REVIEW, measured.reason, measured.missing, None
    if measured.other is None:
        return outcome, reason, (), None
    otherwise, _ = _keeps(case, limit, measured.other, measured.tolerance, kind, target)
    if otherwise is outcome:
        return outcome, reason, (), None
    return outcome, reason, (), OtherBasis("measured_lot_area", measured.other, otherwise)


def _keeps(
    case: Case, limit: Limit, value: Decimal, tolerance: Decimal, kind: str, target: str
) -> tuple[Outcome, Reason]:
    """Whether a value keeps to the limit, is left to the authority, or has been granted."""
    bound = limit.rule.rule.bound
    if limit.value is None or within(value, limit.value, bound, tolerance):
        return Outcome.COMPLIES, Reason.NONE
    granted = {kind, f"{kind}:{target}" if target else kind}
    if not granted.isdisjoint(case.proposal.cleared):
        return Outcome.CONDITIONAL, Reason.VARIANCE
    if limit.relaxed is not None and within(value, limit.relaxed, bound, tolerance):
        return Outcome.NEEDS_REVIEW, Reason.DISCRETION
    return Outcome.BREACHES, Reason.NONE


def _edge_doubt(case: Case, finding: Finding) -> Finding:
    """A value that only the edges could give is missing because they are not trusted."""
    if finding.reason is not Reason.MISSING_INPUT or not finding.missing:
        return finding
    if FROM_EDGES.issuperset(finding.missing) and not case.trusted_edges:
        return finding.but(reason=Reason.LOW_CONFIDENCE)
    return finding


def within(value: Decimal, limit: Decimal, bound: str | None, tolerance: Decimal) -> bool:
    """Whether the measure keeps to the limit, to the tolerance of the measurement."""
    value = settled(value)
    if bound == "max":
        return value - limit <= tolerance
    if bound == "min":
        return limit - value <= tolerance
    return abs(value - limit) <= tolerance


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
            one.but(outcome=Outcome.NEEDS_REVIEW, reason=Reason.CONFLICT, geometry=None)
            for one in findings
        ]
    return findings


# Measures that only an application can state, with the unit they are shown in.
DECLARED_UNITS = {
    "coverage": "%",
    "open_space": "%",
    "floor_area_ratio": "ratio",
    "lot_area_per_dwelling": "m2",
    "density": "per_ha",
}


def stated(
    case: Case, name: str, *, tolerance: Decimal = Decimal(0), other: Decimal | None = None
) -> Measured:
    """A measure that the proposal states outright, such as its height; or that the site has.

    The tolerance holds for a value that is measured; one that is stated is taken at its word.
    """
    value = case.value(name)
    if isinstance(value, Decimal):
        return Measured(
            value,
            inputs=case.inputs(frozenset({name}), {name: value}) if case.explained else (),
            tolerance=tolerance,
            geometry=case.proposal.footprint,
            other=other,
            shared=name in STATED,
        )
    declared = case.proposal.declared.get(name)
    if declared is None:
        return Measured(None, missing=(name,), shared=True)
    unit = DECLARED_UNITS.get(name) or unit_of(name)
    return Measured(
        declared,
        inputs=case.told(name, declared, unit),
        geometry=case.proposal.footprint,
        shared=True,
    )


def base_area(case: Case, rule: CompiledRule) -> tuple[Decimal, tuple[Input, ...]]:
    """The lot area that a ratio is taken of, as the rule's ``base`` says, and it as an input."""
    name = BASE_VARIABLE[rule.rule.base]
    value = case.lot_area_m2(name)
    return value, case.told(name, value, "m2", case.source(name)) if case.explained else ()


def drawn_instead(case: Case, rule: CompiledRule) -> Decimal | None:
    """The drawn area of the lot, where the rule counts the registered one and they differ."""
    return case.otherwise_drawn_m2 if rule.rule.base == "registered" else None


def ratio_to_lot(
    case: Case,
    rule: CompiledRule,
    amount: Decimal,
    inputs: tuple[Input, ...],
    *,
    tolerance_m2: Decimal = Decimal(0),
) -> Measured:
    """An area as a share or multiple of the rule's base; not known where nothing is left of it."""
    lot, lot_inputs = base_area(case, rule)
    inputs = (*inputs, *lot_inputs)
    if lot <= 0:
        return Measured(None, missing=(BASE_VARIABLE[rule.rule.base],), inputs=inputs)
    drawn = drawn_instead(case, rule)
    return Measured(
        amount / lot,
        inputs=inputs,
        tolerance=tolerance_m2 and tolerance_m2 / lot,
        geometry=case.proposal.footprint,
        other=None if drawn is None else amount / drawn,
    )


def given(case: Case, value: Decimal | None, name: str, unit: str) -> Measured:
    """A number that only the application states and no formula reads, such as its trees."""
    if value is None:
        return Measured(None, missing=(name,))
    return Measured(
        value,
        inputs=case.told(name, value, unit),
        geometry=case.proposal.footprint,
    )


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


def of_its_base(case: Case, rule: CompiledRule, found: Measured) -> Measured:
    """An area as it is; by a rule for a share, as a share of the rule's base."""
    if found.value is None or rule.unit is None or rule.unit.dimension != 0:
        return found
    if rule.rule.base in BASE_VARIABLE:
        return ratio_to_lot(case, rule, found.value, found.inputs)
    base = _roof(case) if rule.rule.base == "roof" else _floor_below(case)
    if not isinstance(base.value, Decimal) or base.value <= 0:
        return found._replace(value=None, missing=(base.name,))
    return found._replace(value=found.value / base.value, inputs=(*found.inputs, base))


def _floor_below(case: Case) -> Input:
    return Input("floor_below", case.proposal.floor_below_m2, "m2", "application")


def _roof(case: Case) -> Input:
    """The area of the roof: as stated, else what is drawn of the topmost part of the building."""
    proposal = case.proposal
    if proposal.roof_m2 is not None:
        return Input("roof", proposal.roof_m2, "m2", "application")
    if proposal.tiers:
        top = max(proposal.tiers, key=lambda one: one.above_m)
        return Input("roof", area_m2(top.footprint), "m2", "drawing")
    return Input("roof", case.footprint_area_m2, "m2", case.footprint_source)
