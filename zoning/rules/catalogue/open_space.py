"""Open space: a share of the lot must stay open and usable.

Share = usable open space ÷ lot area. Undecided when neither the open area nor its share is stated;
the unbuilt part of the lot is not taken for it, since drives and stalls are not open space.
"""

from __future__ import annotations

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind
from zoning.rules.provided import LOT_BASES, Measured, ratio_to_lot, stated
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """Usable open space ÷ base, as a ratio."""
    open_m2 = case.proposal.open_space_m2
    if open_m2 is None:
        return stated(case, "open_space")
    inputs = case.told("open_space", open_m2, "m2")
    return ratio_to_lot(case, rule, open_m2, inputs)


KIND = LimitKind("open_space", dimension=0, measure=measure, bounds=("min",), bases=LOT_BASES)
