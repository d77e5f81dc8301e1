"""Building height: the building may be no higher, or no lower, than the limit, in metres.

Measured as the application states it, above the datum that it names; a rule with another datum
(mean ground level, kerb, lowest corner) needs the levels of both. Undecided when the height or one
of those levels is not stated.
"""

from __future__ import annotations

from zoning.rules.case import Case
from zoning.rules.catalogue.base import LimitKind
from zoning.rules.findings import Input
from zoning.rules.provided import Measured, stated
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, rule: CompiledRule) -> Measured:
    """The stated height above the rule's datum, in m."""
    found = stated(case, "height")
    own, asked = case.proposal.height_datum, rule.rule.datum
    if found.value is None or own == asked:
        return found
    levels = case.proposal.ground_levels_m
    missing = tuple(f"ground_level:{datum}" for datum in (own, asked) if datum not in levels)
    if missing:
        return found._replace(value=None, missing=missing)
    inputs = tuple(
        Input(f"ground_level:{datum}", levels[datum], "m", "application") for datum in (own, asked)
    )
    height_m = found.value + levels[own] - levels[asked]
    return found._replace(value=height_m, inputs=(*found.inputs, *inputs))


KIND = LimitKind("height", dimension=1, measure=measure, bounds=("max", "min"), of_proposal=True)
