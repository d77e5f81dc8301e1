"""One application before the real rule engine, on a site that is already known.

The form states a building's overall length and width, but the ordinance's yard formulas ask for
the length of the wall along each lot line, which is somewhere between nothing and the longer of the
two. So each application is judged twice, once with each end; a verdict that is not the same at both
stays undecided.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import ROUND_DOWN, Decimal

from permits.appeals.applications import Appeal
from permits.appeals.comparison import Judgement, Verdict
from permits.appeals.dimensions import DIMENSIONS, Dimension
from permits.appeals.readings import Quantity
from zoning.rules.engine import evaluate
from zoning.rules.findings import Finding, Outcome
from zoning.rules.measure import area_m2
from zoning.rules.quantities import UNITS
from zoning.rules.rulebook import Rulebook
from zoning.rules.site import Proposal, Site

FEET, SQUARE_FEET = UNITS["ft"], UNITS["ft2"]
# The shortest wall there can be.
NO_WALL_M = Decimal(0)

_CANONICAL = {
    Quantity.LENGTH: FEET,
    Quantity.AREA: SQUARE_FEET,
    Quantity.RATIO: UNITS["ratio"],
    Quantity.SHARE: UNITS["ratio"],
    Quantity.COUNT: UNITS["count"],
}
_VERDICTS = {
    Outcome.COMPLIES: Verdict.COMPLIES,
    Outcome.BREACHES: Verdict.BREACHES,
    Outcome.NO_RULE: Verdict.NO_RULE,
    Outcome.NOT_APPLICABLE: Verdict.NO_RULE,
}
# How the engine calls a declared measure, and the target of the finding about it.
_DECLARED = {
    "floor_area_ratio": "floor_area_ratio",
    "open_space": "open_space",
    "setback_front": "setback:front",
    "setback_rear": "setback:rear",
    "setback_left": "setback:interior_side:left",
    "setback_right": "setback:interior_side:right",
}


def judge(
    appeal: Appeal, site: Site, rulebook: Rulebook, *, on: date | None = None
) -> Mapping[str, Judgement]:
    """Our judgement per dimension. `site` is the parcel as the plan in force on the day has it.

    The lot area that counts is the one stated on the form. `on` is the day of the application
    unless given.
    """
    lot_m2 = SQUARE_FEET.to_si(appeal.lot_area_ft2) if appeal.lot_area_ft2 else _area_m2(site)
    site = replace(site, registered_area_m2=lot_m2)
    day = on or appeal.date
    walls = [w for w in (appeal.building_length_ft, appeal.building_width_ft) if w is not None]
    longest_m = FEET.to_si(max(walls)) if walls else None
    low = evaluate(site, proposal(appeal, wall_m=NO_WALL_M), rulebook, on=day)
    high = evaluate(site, proposal(appeal, wall_m=longest_m), rulebook, on=day)
    dense = evaluate(site, _as_dense_as_stated(appeal, lot_m2), rulebook, on=day)
    zone = max(site.zones, key=lambda share: share.share).district if site.zones else ""
    judged = {}
    for dimension in DIMENSIONS:
        runs = [dense] if dimension.key == "lot_area_per_dwelling" else [low, high]
        ends = [_finding(run.findings, dimension) for run in runs]
        judged[dimension.key] = _judgement(dimension, ends, zone)
    return judged


def _area_m2(site: Site) -> Decimal:
    return site.registered_area_m2 or site.surveyed_area_m2 or area_m2(site.geometry)


def _as_dense_as_stated(appeal: Appeal, lot_m2: Decimal) -> Proposal:
    """The proposal with as many dwellings, whole or not, as give the stated area for each.

    The engine divides the lot by the dwellings; the form states the quotient, and it is that
    statement which is compared. Rounded down, so that a quotient at the limit stays at the limit.
    """
    stated_ft2 = appeal.statements["lot_area_per_dwelling"].requested.single
    if not stated_ft2:
        return proposal(appeal, wall_m=None)
    dwellings = (lot_m2 / SQUARE_FEET.to_si(stated_ft2)).quantize(
        Decimal("1e-12"), rounding=ROUND_DOWN
    )
    return replace(proposal(appeal, wall_m=None), dwelling_units=dwellings)


def proposal(appeal: Appeal, *, wall_m: Decimal | None) -> Proposal:
    """What the form proposes, in SI, with walls of one assumed length."""
    requested = {key: one.requested.single for key, one in appeal.statements.items()}
    declared = {}
    for key, name in _DECLARED.items():
        value = requested[key]
        if value is not None:
            declared[name] = _CANONICAL[appeal.statements[key].dimension.quantity].to_si(value)
    height_ft = requested["height"]
    return Proposal(
        height_m=FEET.to_si(height_ft) if height_ft else None,
        dwelling_units=appeal.dwelling_units,
        parking_stalls=requested["parking"],
        building_length_m=wall_m,
        building_width_m=wall_m,
        declared=declared,
    )


def _finding(findings: tuple[Finding, ...], dimension: Dimension) -> Finding | None:
    """The finding about a dimension; None where the engine says nothing about it."""
    target = _DECLARED.get(dimension.key, "").removeprefix("setback:")
    for finding in findings:
        if finding.kind != dimension.kind or finding.bound not in ("", dimension.bound):
            continue
        if dimension.kind != "setback" or finding.target == target:
            return finding
    return None


def _judgement(dimension: Dimension, ends: list[Finding | None], zone: str) -> Judgement:
    found = [finding for finding in ends if finding is not None]
    if not found:
        return Judgement(Verdict.NO_RULE, zone=zone)
    verdicts = {_VERDICTS.get(finding.outcome, Verdict.UNDECIDED) for finding in found}
    # A breach of the least that the formula can ask is a breach, whatever the wall's length.
    breached = _VERDICTS.get(found[0].outcome) is Verdict.BREACHES
    if breached:
        verdict = Verdict.BREACHES
    else:
        verdict = verdicts.pop() if len(verdicts) == 1 else Verdict.UNDECIDED
    unit = _CANONICAL[dimension.quantity]
    limits = [unit.from_si(f.required) for f in found if f.required is not None]
    return Judgement(
        verdict,
        limit=min(limits) if limits else None,
        limit_high=max(limits) if limits else None,
        zone=zone,
        rule=found[0].rule_id,
        reason=found[0].reason.value,
    )
