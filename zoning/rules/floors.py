"""The floors of a building as rules on uses tell them apart, and what stands on each."""

from __future__ import annotations

from decimal import Decimal

from zoning.rules.site import Proposal

FLOORS = ("basement", "ground", "upper")


def floors_group(floor: str) -> str:
    """The group that a floor belongs to: ``-1`` is a basement, ``0`` the ground floor."""
    number = int(floor)
    return "ground" if number == 0 else "upper" if number > 0 else "basement"


def areas_of_uses(proposal: Proposal) -> dict[str, Decimal]:
    """The floor area in m² of every use that has some, as stated; else summed over the floors."""
    found: dict[str, Decimal] = {}
    for areas in (proposal.uses_by_floor or {}).values():
        for use, area in areas.items():
            found[use] = found.get(use, Decimal(0)) + area
    found |= proposal.floor_areas_m2 or {}
    return {use: area for use, area in sorted(found.items()) if area > 0}


def floors_of_use(proposal: Proposal, use: str) -> tuple[str, ...] | None:
    """The groups of floors on which a use stands; None where the application does not say."""
    on = {
        floors_group(floor)
        for floor, areas in (proposal.uses_by_floor or {}).items()
        if areas.get(use, Decimal(0)) > 0
    }
    return tuple(group for group in FLOORS if group in on) or None
