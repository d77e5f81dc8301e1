"""Land use: every use of the building must be one that the district permits.

A use is *permitted*, *conditional* (allowed once the authority has cleared it: until then the file
needs review) or *prohibited*; what an unlisted use is, the rule says itself (``otherwise``). Rules
with ``floors`` speak of the uses on those floors alone, rules without of the whole building.
Undecided when the uses are not stated, where the rule leaves an unlisted use unstated, or when it
is not stated on which floor a use is and that matters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from zoning.rules.case import Case, Part
from zoning.rules.document import Document
from zoning.rules.findings import Finding, Input, Outcome, Reason
from zoning.rules.floors import FLOORS, areas_of_uses, floors_of_use
from zoning.rules.judging import SEVERITY, citation_of
from zoning.rules.limits import (
    MAX_OPEN_CONDITIONS,
    condition_of,
    in_scope,
    possible_rules,
    unanswered_by,
)
from zoning.rules.rulebook import CompiledRule
from zoning.rules.trace import Step

# The stricter word first, for rules of one level and one day that name the same use.
STRICTER = ("prohibited", "conditional", "permitted", "unstated")


@dataclass(frozen=True)
class LandUse:
    """Judges each use with floor area against the lists of the highest rule that names it."""

    name: str = "land_use"
    of_proposal: bool = True

    def judge(self, case: Case) -> list[Finding]:
        rules = case.rulebook.of_kind(self.name)
        held = {part: _in_scope(rules, case, part) for part in case.parts}
        if not any(held.values()):
            return [Finding(self.name, Outcome.NO_RULE)]
        areas = areas_of_uses(case.proposal)
        if not areas:
            first = next(rules[-1] for rules in held.values() if rules)
            return [_finding(first, "", Outcome.NEEDS_REVIEW, Reason.MISSING_INPUT, ("uses",))]
        whole = {part: _on(None, rules) for part, rules in held.items()}
        found = [_of_use(case, use, area, whole) for use, area in areas.items()]
        if not any(whole.values()):
            found = []
        found += [one for use in areas for one in _of_use_by_floor(case, use, areas[use], held)]
        return found or [Finding(self.name, Outcome.NO_RULE)]

    def problems(self, rule: CompiledRule, document: Document) -> list[str]:
        named = {*rule.rule.permitted, *rule.rule.conditional, *rule.rule.prohibited}
        listed = len(rule.rule.permitted) + len(rule.rule.conditional) + len(rule.rule.prohibited)
        problems = [f"use “{use}” is not declared" for use in sorted(named - set(document.uses))]
        if listed != len(named):
            problems.append("a use stands in two lists, or twice in one")
        if not named:
            problems.append("permitted, conditional or prohibited uses are needed")
        return problems


Held = Mapping[Part, Sequence[CompiledRule]]


def _on(floor: str | None, rules: Sequence[CompiledRule]) -> list[CompiledRule]:
    """The rules that speak of a group of floors; of the whole building with None."""
    if floor is None:
        return [rule for rule in rules if not rule.rule.floors]
    return [rule for rule in rules if floor in rule.rule.floors]


def _of_use(case: Case, use: str, area_m2: Decimal, held: Held) -> Finding:
    """The verdict on a use on the strictest part of the site."""
    verdicts = [_on_part(case, use, part, rules) for part, rules in held.items()]
    worst = min(verdicts, key=lambda one: SEVERITY[one.outcome])
    silent = any(one.outcome == Outcome.NO_RULE for one in verdicts)
    if silent and worst.outcome in (Outcome.COMPLIES, Outcome.CONDITIONAL):
        worst = replace(worst, outcome=Outcome.NEEDS_REVIEW, reason=Reason.PART_WITHOUT_RULE)
    return replace(worst, inputs=(Input(f"{use}_floor_area", area_m2, "m2", "application"),))


def _of_use_by_floor(case: Case, use: str, area_m2: Decimal, held: Held) -> list[Finding]:
    """The verdicts on a use by the rules for floors, one for each group of floors it is on."""
    verdicts = {}
    for floor in FLOORS:
        # A part with rules for the whole building alone has spoken there: no rule is missing.
        here = {
            part: spoken
            for part, rules in held.items()
            if (spoken := _on(floor, rules)) or not rules
        }
        if any(here.values()):
            verdict = replace(_of_use(case, use, area_m2, here), target=f"{use}:{floor}")
            if verdict.outcome != Outcome.NO_RULE:
                verdicts[floor] = verdict
    on = floors_of_use(case.proposal, use)
    if on is not None:
        return [verdicts[floor] for floor in on if floor in verdicts]
    outcomes = {one.outcome for one in verdicts.values()}
    if len(verdicts) == len(FLOORS) and len(outcomes) == 1:
        return list(verdicts.values())
    return [
        replace(
            one,
            outcome=Outcome.NEEDS_REVIEW,
            reason=Reason.MISSING_INPUT,
            missing=("uses_by_floor",),
        )
        for one in verdicts.values()
    ]


def _in_scope(rules: Sequence[CompiledRule], case: Case, part: Part) -> list[CompiledRule]:
    """The rules that can hold on a part: the lowest level first, then the earlier enacted."""
    here = [rule for rule in rules if in_scope(rule, case.on, part=part, edge_kind=None)]
    return sorted(here, key=_rank)


def _rank(rule: CompiledRule) -> tuple[int, date]:
    return rule.level, rule.rule.valid.from_ or date.min


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
        citation=citation_of(rule),
        text=dict(rule.rule.text),
        allowed=tuple(rule.rule.permitted),
        trace=(rule.first_step,),
    )


KIND = LandUse()
