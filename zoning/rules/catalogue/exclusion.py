"""Exclusion: no building may stand on the overlay that the rule is made for.

What is measured is the area of the building on the overlay, in m². Undecided when no footprint is
drawn, or when an answer to the rule's condition is missing and the building stands there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from zoning.rules.case import Case
from zoning.rules.document import Document
from zoning.rules.exclusions import Excluded, excluded
from zoning.rules.findings import Finding, Outcome, Reason
from zoning.rules.judging import NO_RULE, citation_of
from zoning.rules.limits import unanswered_by
from zoning.rules.measure import AREA_TOLERANCE_M2, area_m2, common
from zoning.rules.rulebook import CompiledRule


@dataclass(frozen=True)
class Exclusion:
    """Judges each excluded overlay on the parcel for itself."""

    name: str = "exclusion"

    def judge(self, case: Case) -> list[Finding]:
        rules = case.rulebook.of_kind(self.name)
        if not any(rule.rule.valid.includes(case.on) for rule in rules):
            return [NO_RULE[self.name]]
        found = [_judged(case, one) for one in excluded(case)]
        return found or [Finding(self.name, Outcome.NOT_APPLICABLE)]

    def problems(self, rule: CompiledRule, document: Document) -> list[str]:
        if rule.rule.scope.overlays:
            return []
        return ["it excludes overlays: name them in its scope"]


def _judged(case: Case, one: Excluded) -> Finding:
    rule, overlay = one.rule, one.overlay
    finding = Finding(
        kind="exclusion",
        outcome=Outcome.COMPLIES,
        target=overlay.code or overlay.kind,
        bound="max",
        required=Decimal(0),
        unit="m2",
        rule_id=rule.id,
        citation=citation_of(rule),
        text=dict(rule.rule.text),
        trace=(rule.first_step,),
        geometry=overlay.geometry,
    )
    footprint = case.proposal.footprint
    if footprint is None:
        return replace(
            finding,
            outcome=Outcome.NEEDS_REVIEW,
            reason=Reason.MISSING_INPUT,
            missing=("footprint",),
        )
    built_on = common(footprint, overlay.geometry)
    finding = replace(finding, provided=area_m2(built_on))
    if area_m2(built_on) <= AREA_TOLERANCE_M2:
        return finding
    finding = replace(finding, geometry=built_on)
    if not {"exclusion", f"exclusion:{finding.target}"}.isdisjoint(case.proposal.cleared):
        return replace(finding, outcome=Outcome.CONDITIONAL, reason=Reason.VARIANCE)
    if one.sure is None:
        missing = unanswered_by([rule], case.values(district=case.district_codes[0]))
        return replace(
            finding,
            outcome=Outcome.NEEDS_REVIEW,
            reason=Reason.MISSING_INPUT,
            missing=tuple(sorted(missing)),
        )
    return replace(finding, outcome=Outcome.BREACHES)


KIND = Exclusion()
