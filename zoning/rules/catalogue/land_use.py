"""Land use: every use of the building must be one that the district permits.

A use is *permitted*, *conditional* (allowed once the authority has cleared it: until then the file
needs review) or *prohibited*; what an unlisted use is, the rule says itself (``otherwise``).
Undecided when the uses are not stated, or where the rule leaves an unlisted use unstated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from zoning.rules.case import Case
from zoning.rules.catalogue.base import SEVERITY
from zoning.rules.findings import Finding, Input, Outcome, Reason, Step
from zoning.rules.limits import in_scope, open_names, possible_rules
from zoning.rules.rulebook import LEVELS, CompiledRule, Document


@dataclass(frozen=True)
class LandUse:
    """Judges each use with floor area against the lists of the highest rule that names it."""

    name: str = "land_use"

    def judge(self, case: Case) -> list[Finding]:
        rules = case.rulebook.of_kind(self.name)
        districts = [zone.district for zone in case.districts] or [""]
        held = {district: _in_scope(rules, case, district) for district in districts}
        if not any(held.values()):
            return [Finding(self.name, Outcome.NO_RULE)]
        areas = case.proposal.floor_areas_m2
        uses = sorted(use for use, area in (areas or {}).items() if area > 0)
        if not uses:
            first = next(rules[-1] for rules in held.values() if rules)
            return [_finding(first, "", Outcome.NEEDS_REVIEW, Reason.MISSING_INPUT, ("uses",))]
        return [self._judge_use(case, use, held) for use in uses]

    def _judge_use(
        self, case: Case, use: str, held: Mapping[str, Sequence[CompiledRule]]
    ) -> Finding:
        verdicts = [_in_district(case, use, district, rules) for district, rules in held.items()]
        worst = min(verdicts, key=lambda one: SEVERITY[one.outcome])
        areas = case.proposal.floor_areas_m2 or {}
        return replace(worst, inputs=(Input(f"{use}_floor_area", areas[use], "m2", "application"),))

    def problems(self, rule: CompiledRule, document: Document) -> list[str]:
        named = {*rule.rule.permitted, *rule.rule.conditional, *rule.rule.prohibited}
        listed = len(rule.rule.permitted) + len(rule.rule.conditional) + len(rule.rule.prohibited)
        problems = [f"use “{use}” is not declared" for use in sorted(named - set(document.uses))]
        if listed != len(named):
            problems.append("a use stands in two lists")
        if not named:
            problems.append("permitted, conditional or prohibited uses are needed")
        return problems


def _in_scope(rules: Sequence[CompiledRule], case: Case, district: str) -> list[CompiledRule]:
    """The rules that can hold in a district, the lowest level first."""
    here = [rule for rule in rules if in_scope(rule, case, district=district, edge=None)]
    return sorted(here, key=lambda rule: rule.rule.scope.level)


def _in_district(case: Case, use: str, district: str, rules: Sequence[CompiledRule]) -> Finding:
    """The verdict on a use in one district; withheld where open conditions would change it."""
    values = case.values(district=district)
    verdicts = [_verdict(case, use, chosen) for chosen in possible_rules(rules, values)]
    verdict = verdicts[0]
    if len({one.outcome for one in verdicts}) > 1:
        unanswered = sorted({name for rule in rules for name in open_names(rule, values)})
        verdict = replace(
            verdict,
            outcome=Outcome.NEEDS_REVIEW,
            reason=Reason.MISSING_INPUT,
            missing=tuple(unanswered),
        )
    return replace(verdict, trace=(*verdict.trace, Step("district", {"district": district})))


def _verdict(case: Case, use: str, rules: Sequence[CompiledRule]) -> Finding:
    """The highest rule that names the use decides; else the lowest rule's word on other uses."""
    if not rules:
        reason = Reason.PART_WITHOUT_RULE
        return Finding("land_use", Outcome.NEEDS_REVIEW, use, reason=reason)
    naming = [rule for rule in reversed(rules) if use in _lists(rule)]
    rule = naming[0] if naming else rules[0]
    status = _lists(rule).get(use, rule.rule.otherwise)
    if status == "permitted":
        return _finding(rule, use, Outcome.COMPLIES)
    if status == "prohibited":
        return _finding(rule, use, Outcome.BREACHES)
    if status == "conditional" and f"land_use:{use}" in case.proposal.cleared:
        return _finding(rule, use, Outcome.CONDITIONAL)
    return _finding(rule, use, Outcome.NEEDS_REVIEW, Reason.DISCRETION)


def _lists(rule: CompiledRule) -> dict[str, str]:
    """Each use that the rule names, and what the rule says of it."""
    return {
        use: status
        for status in ("permitted", "conditional", "prohibited")
        for use in getattr(rule.rule, status)
    }


def _finding(
    rule: CompiledRule,
    use: str,
    outcome: Outcome,
    reason: Reason = Reason.NONE,
    missing: tuple[str, ...] = (),
) -> Finding:
    return Finding(
        kind="land_use",
        outcome=outcome,
        target=use,
        reason=reason,
        missing=missing,
        rule_id=rule.id,
        citation=rule.rule.citation.model_dump(exclude_none=True),
        text=dict(rule.rule.text),
        allowed=tuple(rule.rule.permitted),
        trace=(Step("rule", {"rule": rule.id, "level": LEVELS[rule.rule.scope.level]}),),
    )


KIND = LandUse()
