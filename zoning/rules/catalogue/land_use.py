"""Land use: every use of the building must be one that the district permits.

A use is *permitted*, *conditional* (allowed once the authority has cleared it: until then the file
needs review) or *prohibited*; what an unlisted use is, the rule says itself (``otherwise``).
Undecided when the uses are not stated, or where the rule leaves an unlisted use unstated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from zoning.rules.case import Case, Part
from zoning.rules.catalogue.base import SEVERITY
from zoning.rules.document import LEVELS, Document
from zoning.rules.findings import Finding, Input, Outcome, Reason, Step
from zoning.rules.limits import (
    MAX_OPEN_CONDITIONS,
    condition_of,
    in_scope,
    possible_rules,
    unanswered_by,
)
from zoning.rules.rulebook import CompiledRule

# The stricter word first, for rules of one level and one day that name the same use.
STRICTER = ("prohibited", "conditional", "permitted", "unstated")


@dataclass(frozen=True)
class LandUse:
    """Judges each use with floor area against the lists of the highest rule that names it."""

    name: str = "land_use"
    always: bool = False
    of_proposal: bool = True

    def judge(self, case: Case) -> list[Finding]:
        rules = case.rulebook.of_kind(self.name)
        held = {part: _in_scope(rules, case, part) for part in case.parts}
        if not any(held.values()):
            return [Finding(self.name, Outcome.NO_RULE)]
        areas = case.proposal.floor_areas_m2
        uses = sorted(use for use, area in (areas or {}).items() if area > 0)
        if not uses:
            first = next(rules[-1] for rules in held.values() if rules)
            return [_finding(first, "", Outcome.NEEDS_REVIEW, Reason.MISSING_INPUT, ("uses",))]
        return [self._judge_use(case, use, held) for use in uses]

    def _judge_use(
        self, case: Case, use: str, held: Mapping[Part, Sequence[CompiledRule]]
    ) -> Finding:
        verdicts = [_on_part(case, use, part, rules) for part, rules in held.items()]
        worst = min(verdicts, key=lambda one: SEVERITY[one.outcome])
        silent = any(one.outcome == Outcome.NO_RULE for one in verdicts)
        if silent and worst.outcome in (Outcome.COMPLIES, Outcome.CONDITIONAL):
            worst = replace(worst, outcome=Outcome.NEEDS_REVIEW, reason=Reason.PART_WITHOUT_RULE)
        areas = case.proposal.floor_areas_m2 or {}
        return replace(worst, inputs=(Input(f"{use}_floor_area", areas[use], "m2", "application"),))

    def problems(self, rule: CompiledRule, document: Document) -> list[str]:
        named = {*rule.rule.permitted, *rule.rule.conditional, *rule.rule.prohibited}
        listed = len(rule.rule.permitted) + len(rule.rule.conditional) + len(rule.rule.prohibited)
        problems = [f"use “{use}” is not declared" for use in sorted(named - set(document.uses))]
        if listed != len(named):
            problems.append("a use stands in two lists, or twice in one")
        if not named:
            problems.append("permitted, conditional or prohibited uses are needed")
        return problems


def _in_scope(rules: Sequence[CompiledRule], case: Case, part: Part) -> list[CompiledRule]:
    """The rules that can hold on a part: the lowest level first, then the earlier enacted."""
    here = [rule for rule in rules if in_scope(rule, case.on, part=part, edge_kind=None)]
    return sorted(here, key=_rank)


def _rank(rule: CompiledRule) -> tuple[int, date]:
    return rule.rule.scope.level, rule.rule.valid.from_ or date.min


def _on_part(case: Case, use: str, part: Part, rules: Sequence[CompiledRule]) -> Finding:
    """The verdict on a use on one part; withheld where open conditions would change it."""
    values = case.values(district=part.district)
    if sum(condition_of(rule, values) is None for rule in rules) > MAX_OPEN_CONDITIONS:
        verdicts = [_finding(rules[-1], use, Outcome.NEEDS_REVIEW)]
        agreed = False
    else:
        verdicts = [_verdict(case, use, chosen) for chosen in possible_rules(rules, values)]
        agreed = len({one.outcome for one in verdicts}) == 1
    verdict = min(verdicts, key=lambda one: SEVERITY[one.outcome])
    if not agreed:
        verdict = replace(
            verdict,
            outcome=Outcome.NEEDS_REVIEW,
            reason=Reason.MISSING_INPUT,
            missing=tuple(sorted(unanswered_by(rules, values))),
        )
    step = Step("district", {"district": part.district or "—"})
    return replace(verdict, trace=(*verdict.trace, step))


def _verdict(case: Case, use: str, rules: Sequence[CompiledRule]) -> Finding:
    """The highest rule that names the use decides, of equals the strictest.

    Of uses that no rule names, the highest rule speaks that says so itself (``otherwise``); else
    the lowest, since a rule for an overlay that lists a few uses does not forbid all others.
    """
    if not rules:
        return Finding("land_use", Outcome.NO_RULE, use)
    naming = [rule for rule in rules if use in _lists(rule)]
    speaking = [rule for rule in rules[1:] if _speaks_of_others(rule)] or [rules[0]]
    status, rule = _strictest(
        [(_lists(rule).get(use, rule.rule.otherwise), rule) for rule in naming or speaking]
    )
    if status == "permitted":
        return _finding(rule, use, Outcome.COMPLIES)
    if status == "prohibited":
        return _finding(rule, use, Outcome.BREACHES)
    if status == "conditional" and f"land_use:{use}" in case.proposal.cleared:
        return _finding(rule, use, Outcome.CONDITIONAL)
    return _finding(rule, use, Outcome.NEEDS_REVIEW, Reason.DISCRETION)


def _speaks_of_others(rule: CompiledRule) -> bool:
    return "otherwise" in rule.rule.model_fields_set and rule.rule.otherwise != "unstated"


def _strictest(words: Sequence[tuple[str, CompiledRule]]) -> tuple[str, CompiledRule]:
    """Of the words of the highest and latest rules, the strictest."""
    highest = max(_rank(rule) for _, rule in words)
    equals = [(status, rule) for status, rule in words if _rank(rule) == highest]
    return min(equals, key=lambda one: STRICTER.index(one[0]))


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
