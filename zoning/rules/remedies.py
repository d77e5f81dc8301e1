"""How far a failing value is from compliance: the nearest change that would keep the limit.

Everything else stays as proposed. A building that stands too near is moved the shortest way into
the strict envelope, unturned; where it fits nowhere unturned, the part that has to go is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import hypot
from types import MappingProxyType

from shapely import affinity

from zoning.rules.case import Case
from zoning.rules.envelope import Envelope
from zoning.rules.findings import Finding, Outcome, Remedy
from zoning.rules.fit import nearest_move
from zoning.rules.footprint_test import PLACING
from zoning.rules.measure import AREA_TOLERANCE_M2, BASE_VARIABLE, area_m2, common
from zoning.rules.quantities import measured, settled


def with_remedies(case: Case, findings: Sequence[Finding], room: Envelope) -> list[Finding]:
    """The findings, those that fail with the nearest change that would comply."""
    failing = [one for one in findings if one.outcome == Outcome.BREACHES]
    if not failing:
        return list(findings)
    move = _move(case, room) if any(one.kind in PLACING for one in failing) else None
    found = []
    for one in findings:
        if one.outcome != Outcome.BREACHES:
            found.append(one)
        elif one.kind in PLACING:
            found.append(replace(one, remedy=move))
        else:
            remedy = REMEDIES.get(one.kind)
            found.append(replace(one, remedy=remedy(case, one) if remedy else None))
    return found


def _move(case: Case, room: Envelope) -> Remedy | None:
    footprint = case.proposal.footprint
    if footprint is None or room.strict.is_empty:
        return None
    way = nearest_move(room.strict, footprint)
    if way is not None:
        moved = affinity.translate(footprint, *way)
        return Remedy("move", "footprint", measured(hypot(*way)), geometry=moved)
    kept = common(footprint, room.strict)
    gone = area_m2(footprint) - area_m2(kept)
    if gone <= AREA_TOLERANCE_M2:
        return None
    return Remedy("cut", "footprint_area", gone, area_m2(kept), "m2", geometry=kept)


def _to(variable: str, unit: str, whole: bool = False) -> Callable[[Case, Finding], Remedy | None]:
    """The value itself brought to its limit; of things that are counted, to a whole number."""

    def remedy(case: Case, finding: Finding) -> Remedy | None:
        if finding.required is None or finding.provided is None:
            return None
        reduce = finding.bound == "max"
        target = finding.required
        if whole:
            target = target.to_integral_value(ROUND_FLOOR if reduce else ROUND_CEILING)
        return _change(variable, unit, finding.provided, target)

    return remedy


def _share(variable: str) -> Callable[[Case, Finding], Remedy | None]:
    """The area behind a ratio, brought to what the limit allows of the rule's base."""

    def remedy(case: Case, finding: Finding) -> Remedy | None:
        base = _base_m2(case, finding)
        if base is None or finding.required is None or finding.provided is None:
            return None
        return _change(variable, "m2", finding.provided * base, finding.required * base)

    return remedy


def _fewer_dwellings(case: Case, finding: Finding) -> Remedy | None:
    """As many dwellings as the lot carries, by lot area per dwelling or by density."""
    base, units = _base_m2(case, finding), case.proposal.dwelling_units
    if base is None or units is None or not finding.required:
        return None
    carried = base * finding.required if finding.unit == "per_ha" else base / finding.required
    rounding = (
        ROUND_CEILING if finding.kind == "density" and finding.bound == "min" else ROUND_FLOOR
    )
    return _change("dwelling_units", "count", units, settled(carried).to_integral_value(rounding))


def _change(variable: str, unit: str, now: Decimal, target: Decimal) -> Remedy | None:
    by = settled(abs(target - now))
    if by == 0 or target < 0:
        return None
    return Remedy("reduce" if target < now else "increase", variable, by, settled(target), unit)


def _base_m2(case: Case, finding: Finding) -> Decimal | None:
    rule = next((one for one in case.rulebook.rules if one.id == finding.rule_id), None)
    name = None if rule is None else BASE_VARIABLE.get(rule.rule.base)
    return None if name is None else case.lot_area_m2(name)


REMEDIES: Mapping[str, Callable[[Case, Finding], Remedy | None]] = MappingProxyType(
    {
        "coverage": _share("footprint_area"),
        "floor_area_ratio": _share("counted_floor_area"),
        "open_space": _share("open_space"),
        "height": _to("height", "m"),
        "storeys": _to("storeys", "count", whole=True),
        "parking": _to("parking_stalls", "stalls", whole=True),
        "lot_area_per_dwelling": _fewer_dwellings,
        "density": _fewer_dwellings,
        "basement_depth": _to("basement_depth", "m"),
        "parapet": _to("parapet", "m"),
        "trees": _to("trees", "trees", whole=True),
        "unit_size": _to("smallest_dwelling", "m2"),
        "access": _to("access_width", "m"),
        "projection": _to("projection_depth", "m"),
    }
)
