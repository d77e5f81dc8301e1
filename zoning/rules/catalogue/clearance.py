"""Clearance: another authority must have cleared the building, each by a document of its own.

A document that is there makes the verdict conditional on it; the documents of all rules that hold
are needed together. Undecided when a document is not there yet, or when it is open whether it is
needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zoning.rules.case import Case, Values
from zoning.rules.document import Document
from zoning.rules.findings import Finding, Outcome, Reason
from zoning.rules.judging import NO_RULE, citation_of
from zoning.rules.limits import condition_of, in_scope, unanswered_by
from zoning.rules.rulebook import CompiledRule


@dataclass(frozen=True)
class Clearance:
    """Judges each document that a rule asks for on any part of the site."""

    name: str = "clearance"

    def judge(self, case: Case) -> list[Finding]:
        asking = [
            (rule, case.values(district=part.district))
            for part in case.parts
            for rule in case.rulebook.of_kind(self.name)
            if in_scope(rule, case.on, part=part, edge_kind=None)
        ]
        documents = dict.fromkeys(name for rule, _ in asking for name in rule.rule.documents)
        found = [_finding(case, name, asking) for name in documents]
        return [one for one in found if one is not None] or [NO_RULE[self.name]]

    def problems(self, rule: CompiledRule, document: Document) -> list[str]:
        if not rule.rule.documents:
            return ["the documents that it asks for are needed"]
        return [
            f"document “{name}” is not declared"
            for name in sorted(set(rule.rule.documents) - set(document.documents))
        ]


def _finding(
    case: Case, name: str, asking: Sequence[tuple[CompiledRule, Values]]
) -> Finding | None:
    """The verdict on one document; None where no rule that holds asks for it."""
    naming = [(rule, values) for rule, values in asking if name in rule.rule.documents]
    sure = [rule for rule, values in naming if condition_of(rule, values)]
    open_rules = [(rule, values) for rule, values in naming if condition_of(rule, values) is None]
    if not sure and not open_rules:
        return None
    rule = sure[0] if sure else open_rules[0][0]
    clearance = f"clearance:{name}"
    cleared = clearance in case.proposal.cleared
    unanswered = {answer for one, values in open_rules for answer in unanswered_by([one], values)}
    missing = (clearance,) if sure else tuple(sorted(unanswered))
    return Finding(
        kind="clearance",
        outcome=Outcome.CONDITIONAL if cleared else Outcome.NEEDS_REVIEW,
        target=name,
        reason=Reason.NONE if cleared else Reason.MISSING_INPUT,
        missing=() if cleared else missing,
        rule_id=rule.id,
        citation=citation_of(rule),
        text=dict(rule.rule.text),
        trace=(rule.first_step,),
    )


KIND = Clearance()
