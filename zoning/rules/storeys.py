"""How high a storey is, and how many storeys the limits permit."""

from __future__ import annotations

from decimal import Decimal

from zoning.rules.case import Case
from zoning.rules.limits import Limit, least


def storey_height_m(case: Case) -> Decimal | None:
    """The height of one storey: as proposed, else the usual one of the rulebook."""
    height, storeys = case.value("height"), case.value("storeys")
    if isinstance(height, Decimal) and isinstance(storeys, Decimal) and storeys > 0:
        return height / storeys
    return case.rulebook.storey_height_m


def most_storeys(case: Case) -> tuple[int | None, str, bool]:
    """How many storeys the limits of storeys and height permit, which of them caps them, and
    whether nothing of it is open. None where neither limit is known."""
    proposal = case.proposal

    def above_own_datum(limit: Limit) -> Decimal | None:
        """The limit counted from the level that the proposal counts its height from."""
        own, asked = proposal.height_datum, limit.rule.rule.datum
        if limit.value is None or own == asked:
            return limit.value
        levels = proposal.ground_levels_m
        if own not in levels or asked not in levels:
            return None
        return limit.value + levels[asked] - levels[own]

    found: list[tuple[int, str]] = []
    storeys, storeys_sure = least(case, "storeys")
    if storeys is not None:
        found.append((int(storeys), "storeys"))
    height, height_sure = least(case, "height", comparable=above_own_datum)
    storey = storey_height_m(case)
    if height is not None and storey:
        found.append((max(int(height / storey), 0), "height"))
    sure = storeys_sure and height_sure
    return (*min(found), sure) if found else (None, "", sure)
