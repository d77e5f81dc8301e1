"""How high a storey is, and how many storeys the limits permit."""

from __future__ import annotations

from decimal import Decimal

from zoning.rules.case import Case
from zoning.rules.limits import least


def storey_height_m(case: Case) -> Decimal | None:
    """The height of one storey: as proposed, else the usual one of the rulebook."""
    height, storeys = case.value("height"), case.value("storeys")
    if isinstance(height, Decimal) and isinstance(storeys, Decimal) and storeys > 0:
        return height / storeys
    return case.rulebook.storey_height_m


def most_storeys(case: Case) -> tuple[int | None, str]:
    """How many storeys the limits of storeys and height permit, and which of them caps them.

    None where neither is known.
    """
    found: list[tuple[int, str]] = []
    storeys, _ = least(case, "storeys")
    if storeys is not None and storeys.value is not None:
        found.append((int(storeys.value), "storeys"))
    height, _ = least(case, "height")
    storey = storey_height_m(case)
    if height is not None and height.value is not None and storey:
        found.append((int(height.value / storey), "height"))
    return min(found) if found else (None, "")
