"""What a proposal provides of what a rule limits: a measure, or what is missing to know it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Literal, NamedTuple

from shapely.geometry.base import BaseGeometry

from zoning.rules.case import STATED, Case
from zoning.rules.findings import Input, Reason
from zoning.rules.measure import BASE_VARIABLE, area_m2
from zoning.rules.rulebook import CompiledRule
from zoning.rules.variables import unit_of


class Measured(NamedTuple):
    """What the proposal provides: an SI value, or what is missing to know it.

    ``other`` is the same measure by the drawn area, where the value is by the registered one.
    ``unless_kept`` is what is missing to say more than that the limit is kept. ``shared`` says that
    the measure is the proposal's, whatever the site. ``known`` says that the true value may lie
    above (*at least*) or below (*at most*) the one given, for ``reason``.
    """

    value: Decimal | None
    missing: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    tolerance: Decimal = Decimal(0)
    geometry: BaseGeometry | None = None
    offence: Callable[[Decimal], BaseGeometry | None] | None = None
    applies: bool = True
    other: Decimal | None = None
    reason: Reason = Reason.MISSING_INPUT
    unless_kept: tuple[str, ...] = ()
    shared: bool = False
    known: Literal["exactly", "at_least", "at_most"] = "exactly"


Measure = Callable[[Case, CompiledRule], Measured]


LOT_BASES = tuple(BASE_VARIABLE)


# Measures that only an application can state, with the unit they are shown in.
DECLARED_UNITS = {
    "coverage": "%",
    "open_space": "%",
    "floor_area_ratio": "ratio",
    "lot_area_per_dwelling": "m2",
    "density": "per_ha",
}


def stated(
    case: Case, name: str, *, tolerance: Decimal = Decimal(0), other: Decimal | None = None
) -> Measured:
    """A measure that the proposal states outright, such as its height; or that the site has.

    The tolerance holds for a value that is measured; one that is stated is taken at its word.
    """
    value = case.value(name)
    if isinstance(value, Decimal):
        return Measured(
            value,
            inputs=case.inputs(frozenset({name}), {name: value}) if case.explained else (),
            tolerance=tolerance,
            geometry=case.proposal.footprint,
            other=other,
            shared=name in STATED,
        )
    declared = case.proposal.declared.get(name)
    if declared is None:
        return Measured(None, missing=(name,), shared=True)
    unit = DECLARED_UNITS.get(name) or unit_of(name)
    return Measured(
        declared,
        inputs=case.told(name, declared, unit),
        geometry=case.proposal.footprint,
        shared=True,
    )


def base_area(case: Case, rule: CompiledRule) -> tuple[Decimal, tuple[Input, ...]]:
    """The lot area that a ratio is taken of, as the rule's ``base`` says, and it as an input."""
    name = BASE_VARIABLE[rule.rule.base]
    value = case.lot_area_m2(name)
    return value, case.told(name, value, "m2", case.source(name)) if case.explained else ()


def drawn_instead(case: Case, rule: CompiledRule) -> Decimal | None:
    """The drawn area of the lot, where the rule counts the registered one and they differ."""
    return case.otherwise_drawn_m2 if rule.rule.base == "registered" else None


def ratio_to_lot(
    case: Case,
    rule: CompiledRule,
    amount: Decimal,
    inputs: tuple[Input, ...],
    *,
    tolerance_m2: Decimal = Decimal(0),
) -> Measured:
    """An area as a share or multiple of the rule's base; not known where nothing is left of it."""
    lot, lot_inputs = base_area(case, rule)
    inputs = (*inputs, *lot_inputs)
    if lot <= 0:
        return Measured(None, missing=(BASE_VARIABLE[rule.rule.base],), inputs=inputs)
    drawn = drawn_instead(case, rule)
    return Measured(
        amount / lot,
        inputs=inputs,
        tolerance=tolerance_m2 and tolerance_m2 / lot,
        geometry=case.proposal.footprint,
        other=None if drawn is None else amount / drawn,
    )


def given(case: Case, value: Decimal | None, name: str, unit: str) -> Measured:
    """A number that only the application states and no formula reads, such as its trees."""
    if value is None:
        return Measured(None, missing=(name,))
    return Measured(
        value,
        inputs=case.told(name, value, unit),
        geometry=case.proposal.footprint,
    )


def of_its_base(case: Case, rule: CompiledRule, found: Measured) -> Measured:
    """An area as it is; by a rule for a share, as a share of the rule's base."""
    if found.value is None or rule.unit is None or rule.unit.dimension != 0:
        return found
    if rule.rule.base in BASE_VARIABLE:
        return ratio_to_lot(case, rule, found.value, found.inputs)
    base = _roof(case) if rule.rule.base == "roof" else _floor_below(case)
    if not isinstance(base.value, Decimal) or base.value <= 0:
        return found._replace(value=None, missing=(base.name,))
    return found._replace(value=found.value / base.value, inputs=(*found.inputs, base))


def _floor_below(case: Case) -> Input:
    return Input("floor_below", case.proposal.floor_below_m2, "m2", "application")


def _roof(case: Case) -> Input:
    """The area of the roof: as stated, else what is drawn of the topmost part of the building."""
    proposal = case.proposal
    if proposal.roof_m2 is not None:
        return Input("roof", proposal.roof_m2, "m2", "application")
    if proposal.tiers:
        top = max(proposal.tiers, key=lambda one: one.above_m)
        return Input("roof", area_m2(top.footprint), "m2", "drawing")
    return Input("roof", case.footprint_area_m2, "m2", case.footprint_source)
