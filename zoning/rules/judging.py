"""A measure held against the limits of its kind: on every part of the site, by every bound.

The strictest part decides. Where conditions of rules are open, a verdict is given only when it is
the same whatever the answers are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from zoning.rules.case import FROM_EDGES, Case, Part, Values
from zoning.rules.findings import Finding, Input, OtherBasis, Outcome, Reason
from zoning.rules.limits import BOUNDS, Group, Groups, Limit, groups, shown
from zoning.rules.provided import Measure, Measured
from zoning.rules.quantities import settled
from zoning.rules.rulebook import CompiledRule
from zoning.rules.trace import Step

# The worst outcome of several parts is the outcome of the whole.
SEVERITY = {
    Outcome.BREACHES: 0,
    Outcome.NEEDS_REVIEW: 1,
    Outcome.CONDITIONAL: 2,
    Outcome.COMPLIES: 3,
    Outcome.NO_RULE: 4,
    Outcome.NOT_APPLICABLE: 5,
}


class _NoRule(dict[str, Finding]):
    """The one finding of each kind that says that there is no rule."""

    def __missing__(self, kind: str) -> Finding:
        found = self[kind] = Finding(kind, Outcome.NO_RULE)
        return found


NO_RULE = _NoRule()


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
    by_part = groups(case, kind, edge_kind=edge_kind, above=above)
    if len(by_part) == 1:
        [(part, here)] = by_part
        if not here:
            return []
        findings = _on_part(case, case, kind, part, here, measure, edge, target)
        together = one_measure and len(findings) > 1
        return without_contradiction(findings) if together else findings
    verdicts: dict[str, list[Finding]] = {}
    silent = False
    for part, here in by_part:
        ground = on_its_own_ground(case, part, here)
        judged = _on_part(case, ground, kind, part, here, measure, edge, target)
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


def _on_part(
    case: Case,
    ground: Case,
    kind: str,
    part: Part,
    here: Sequence[Group],
    measure: Measure,
    edge: int | None,
    target: str,
) -> list[Finding]:
    """The verdicts on one part of a case, on the ground given, by every bound that has a rule."""
    values = Values(case, part.district, edge)
    found = []
    for group in here:
        one = judge_one(ground, kind, group, measure, values, target)
        if one.outcome is not Outcome.NO_RULE:
            found.append(one)
    return found


def on_its_own_ground(case: Case, part: Part, here: Sequence[Group]) -> Case:
    """The case cut down to the ground of one district, where its rules are judged part by part."""
    by_part = any("part_by_part" in group.splits for group in here)
    return case.on_the_ground_of(part.district) if by_part else case


def _weighted(
    case: Case,
    kind: str,
    bound: str,
    by_part: Groups,
    measure: Measure,
    target: str,
) -> Finding | None:
    """The verdict by the limits of all districts, weighted by area; None where no rule asks so."""
    found: list[tuple[Part, Limit]] = []
    for part, here in by_part:
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
        worst = replace(worst, trace=(*worst.trace, Step("split_zones", {"parts": parts})))
    if silent and worst.outcome not in (Outcome.BREACHES, Outcome.NEEDS_REVIEW):
        return replace(worst, outcome=Outcome.NEEDS_REVIEW, reason=Reason.PART_WITHOUT_RULE)
    return worst


def severity(finding: Finding) -> tuple[int, Decimal]:
    """Sorts the worst outcome first, and of equals the smallest margin."""
    margin = finding.margin
    return SEVERITY[finding.outcome], margin if margin is not None else Decimal("Infinity")


def judge_one(
    case: Case, kind: str, group: Group, measure: Measure, values: Values, target: str
) -> Finding:
    """The verdict by one bound on one part; withheld where open conditions would change it."""
    limits = group.limits(values)
    if len(limits) == 1:
        if limits[0] is None:
            return NO_RULE[kind]
        return _judged(case, kind, limits[0], measure, values, target)
    verdicts = [
        Finding(kind, Outcome.NO_RULE, target)
        if limit is None
        else _judged(case, kind, limit, measure, values, target)
        for limit in limits
    ]
    if len({verdict.outcome for verdict in verdicts}) == 1:
        return min(verdicts, key=severity)
    missing = tuple(sorted({name for limit in limits if limit for name in limit.missing}))
    spoken = next(verdict for verdict in verdicts if verdict.outcome != Outcome.NO_RULE)
    return replace(
        spoken,
        outcome=Outcome.NEEDS_REVIEW,
        reason=Reason.MISSING_INPUT,
        missing=missing,
        required=None,
        relaxed=None,
        geometry=None,
        other=None,
    )


def _judged(
    case: Case, kind: str, limit: Limit, measure: Measure, values: Values, target: str
) -> Finding:
    """One limit against the measure by its rule."""
    measured = measure(case, limit.rule)
    inputs = case.inputs(limit.names, values) if case.explained else ()
    found = compare(case, limit, measured, kind, target, inputs)
    if not found.missing:
        return found
    found = _edge_doubt(case, found)
    if limit.value is None and measured.value is None and found.reason is Reason.MISSING_INPUT:
        # Neither is known: an answer for the limit alone would not decide.
        found = replace(found, missing=tuple(dict.fromkeys((*found.missing, *measured.missing))))
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
    rule = limit.rule
    found = Finding(
        kind,
        outcome,
        target,
        bound=rule.rule.bound or "",
        required=limit.value,
        provided=measured.value,
        unit=rule.unit.symbol if rule.unit else "ratio",
        reason=reason,
        missing=missing,
        rule_id=rule.id,
        geometry=geometry,
        relaxed=limit.relaxed,
        other=other,
    )
    if not case.explained:
        return found
    return replace(
        found,
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
    if limit.value is None or _within(value, limit.value, bound, tolerance):
        return Outcome.COMPLIES, Reason.NONE
    granted = {kind, f"{kind}:{target}" if target else kind}
    if not granted.isdisjoint(case.proposal.cleared):
        return Outcome.CONDITIONAL, Reason.VARIANCE
    if limit.relaxed is not None and _within(value, limit.relaxed, bound, tolerance):
        return Outcome.NEEDS_REVIEW, Reason.DISCRETION
    return Outcome.BREACHES, Reason.NONE


def _edge_doubt(case: Case, finding: Finding) -> Finding:
    """A value that only the edges could give is missing because they are not trusted."""
    if finding.reason is not Reason.MISSING_INPUT:
        return finding
    if FROM_EDGES.issuperset(finding.missing) and not case.trusted_edges:
        return replace(finding, reason=Reason.LOW_CONFIDENCE)
    return finding


def _within(value: Decimal, limit: Decimal, bound: str | None, tolerance: Decimal) -> bool:
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
            replace(one, outcome=Outcome.NEEDS_REVIEW, reason=Reason.CONFLICT, geometry=None)
            for one in findings
        ]
    return findings
