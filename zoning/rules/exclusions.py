"""Ground that the rules forbid to build on: overlays that a rule of the kind *exclusion* names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zoning.rules.case import Case
from zoning.rules.limits import condition_of
from zoning.rules.rulebook import CompiledRule
from zoning.rules.site import OverlayPart


@dataclass(frozen=True)
class Excluded:
    """The part of an overlay on the parcel, the rule that excludes it, and whether that is sure:
    None where an answer to the rule's condition is missing."""

    rule: CompiledRule
    overlay: OverlayPart
    sure: bool | None


def excluded(case: Case) -> Iterator[Excluded]:
    """Every overlay that a rule in force excludes, or may exclude."""
    for rule in case.rulebook.of_kind("exclusion"):
        if not rule.rule.valid.includes(case.on):
            continue
        holds = condition_of(rule, case.values(district=case.district_codes[0]))
        if holds is False:
            continue
        for overlay in case.site.overlays:
            if not {overlay.kind, overlay.code}.isdisjoint(rule.rule.scope.overlays):
                yield Excluded(rule, overlay, holds)
