"""Floor-area ratio: the floor area of all storeys may be no more than a multiple of the lot.

Ratio = counted floor area ÷ lot area; uses that the rule exempts (such as parking) do not count,
or only beyond the cap that the rule sets for them. Undecided when neither the floor areas nor the
ratio is stated.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind
from zoning.rules.document import Document
from zoning.rules.limits import further
from zoning.rules.provided import LOT_BASES, Measured, ratio_to_lot, stated
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """Counted floor area ÷ base, as a ratio."""
    areas = case.proposal.floor_areas_m2
    if areas is None:
        return stated(case, "floor_area_ratio")
    counted = Decimal(0)
    for use, area in areas.items():
        if use not in rule.rule.exempt_uses:
            counted += area
        elif (cap := f"exempt_caps.{use}") in rule.further:
            limit = further(rule, cap, case.values(district=case.district_codes[0]))
            if limit.value is None:
                return Measured(None, missing=limit.missing, reason=limit.reason)
            counted += max(area - limit.value, Decimal(0))
    inputs = case.told("counted_floor_area", counted, "m2")
    return ratio_to_lot(case, rule, counted, inputs)


def _problems(rule: CompiledRule) -> list[str]:
    uncapped = sorted(set(rule.rule.exempt_caps) - set(rule.rule.exempt_uses))
    return [f"“{use}” has a cap but is not in exempt_uses" for use in uncapped]


@dataclass(frozen=True)
class FloorAreaRatio(LimitKind):
    """A limit that some uses do not count against, each up to its own cap."""

    def problems(self, rule: CompiledRule, document: Document) -> list[str]:
        return super().problems(rule, document) + _problems(rule)


KIND = FloorAreaRatio(
    "floor_area_ratio",
    dimension=0,
    measure=measure,
    bounds=("max", "min"),
    bases=LOT_BASES,
    weighted=True,
)
