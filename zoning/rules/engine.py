"""The engine: a site, a proposal, a rulebook and a day go in; findings come out.

>>> judgement = evaluate(site, proposal, rulebook, on=date(2026, 3, 1))  # doctest: +SKIP
>>> judgement.outcome  # doctest: +SKIP
<Outcome.BREACHES: 'breaches'>
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from zoning.rules.capacity import Capacity, capacity
from zoning.rules.case import Case, Part, same_on_all_sites
from zoning.rules.catalogue import CATALOGUE
from zoning.rules.catalogue.base import Kind
from zoning.rules.digest import ENGINE_VERSION
from zoning.rules.envelope import Envelope, envelope
from zoning.rules.findings import OUTCOME_ORDER, Finding, Judgement, Outcome, Reason
from zoning.rules.fit_test import FitTest, fit_tests, placed
from zoning.rules.footprint_test import FootprintTest, footprint_test
from zoning.rules.limits import groups, in_scope
from zoning.rules.measure import AREA_TOLERANCE_M2, area_m2, common, polygons
from zoning.rules.quantities import LARGEST
from zoning.rules.remedies import with_remedies
from zoning.rules.rulebook import Rulebook
from zoning.rules.site import Projection, Proposal, Site, SiteError, Tier

# The fields that hold stated numbers, themselves or in what they hold.
HOLDING_NUMBERS: Mapping[type[Any], tuple[str, ...]] = {
    owner: tuple(
        own.name
        for own in fields(owner)
        if any(kind in str(own.type) for kind in ("Decimal", "Tier", "Projection"))
    )
    for owner in (Site, Proposal)
}
DECIDED = frozenset({Outcome.COMPLIES, Outcome.CONDITIONAL, Outcome.NOT_APPLICABLE})


def evaluate(
    site: Site, proposal: Proposal, rulebook: Rulebook, *, on: date, fit: bool = False
) -> Judgement:
    """Judge a proposal on a site by a rulebook as it stood on a day.

    Geometry is in one metric CRS. A parcel whose boundary crosses itself is repaired where that
    hardly changes its area; one that is no area needs review. A footprint that leaves the parcel
    breaches. Raises SiteError when it does not meet the parcel at all, or a number can not be a
    measure: then there is nothing sound to say. ``fit`` also asks whether a building of which only
    the sides are stated would fit, and judges it there.
    """
    mended = repaired(site)
    if mended is None:
        return undecided(Case(site, proposal, on, rulebook))
    check_geometry(mended, proposal)
    check_numbers(mended)
    check_numbers(proposal)
    case = Case(mended, proposal, on, rulebook)
    buildable = envelope(case)
    test = fit_tests([case], [buildable])[0] if fit else None
    return judged(placed(case, test), buildable, test)


def judged(case: Case, buildable: Envelope, test: FitTest | None = None) -> Judgement:
    """The judgement of a case that has been checked, with its envelope and the test of fit."""
    findings = [
        finding for kind, alike in _with_rules(case) for finding in _found(case, kind, alike=alike)
    ]
    findings.sort(key=_place)
    standing = footprint_test(case, buildable, findings)
    outcome = overall(findings, case.rulebook.document.mandatory, test, standing)
    # Of kinds without a rule there is nothing to say but that: they stand before what is not asked.
    last = len(findings)
    while last and findings[last - 1].outcome == Outcome.NOT_APPLICABLE:
        last -= 1
    findings[last:last] = case.memory["kinds without rules"]
    if case.explained:
        findings = with_remedies(case, findings, buildable)
    return Judgement(
        case=case,
        outcome=outcome,
        findings=tuple(findings),
        envelope=buildable,
        capacity=capacity(case, buildable),
        fit=test,
        footprint=standing,
        engine_version=ENGINE_VERSION,
    )


def _with_rules(case: Case) -> list[tuple[Kind, bool]]:
    """The kinds that a rule can speak of here, and whether all such sites get the same findings.

    The other kinds get one answer for all such sites.
    """
    found: list[tuple[Kind, bool]] | None = case.memory.get("kinds")
    if found is None:
        spoken_of = frozenset[str]().union(*(_spoken_of(case, part) for part in case.parts))
        speaking = [kind for kind in CATALOGUE if kind.name in spoken_of]
        silent = [kind.name for kind in CATALOGUE if kind.name not in spoken_of]
        case.memory["kinds without rules"] = [Finding(name, Outcome.NO_RULE) for name in silent]
        found = case.memory["kinds"] = [(kind, _of_proposal(case, kind)) for kind in speaking]
    return found


def _found(case: Case, kind: Kind, *, alike: bool) -> list[Finding]:
    """The findings of a kind; where they turn on the proposal alone, those of the last such site.

    Explained findings tell of their own site.
    """
    if not alike or case.explained or case.assumed:
        return kind.judge(case)
    key = ("findings of the proposal", kind.name)
    last: tuple[Proposal, list[Finding]] | None = case.memory.get(key)
    if last is None or last[0] is not case.proposal:
        last = case.memory[key] = (case.proposal, kind.judge(case))
    return last[1]


def _of_proposal(case: Case, kind: Kind) -> bool:
    """Whether neither the measure of a kind nor its rules here read anything of the site.

    Split ground may be weighed by its shares, or each part judged for what stands there.
    """
    if not getattr(kind, "of_proposal", False):
        return False
    here = [rule for _, found in groups(case, kind.name) for group in found for rule in group.rules]
    if len(case.parts) > 1 and any(rule.rule.split != "most_restrictive" for rule in here):
        return False
    return same_on_all_sites(frozenset[str]().union(*(rule.names for rule in here)))


def _spoken_of(case: Case, part: Part) -> frozenset[str]:
    """The kinds that a rule can speak of on one part of the site."""
    remembered = case.memory_of(part)
    found: frozenset[str] | None = remembered.get("kinds spoken of")
    if found is None:
        found = remembered["kinds spoken of"] = frozenset(
            rule.rule.kind
            for rule in case.rulebook.rules
            if in_scope(rule, case.on, part=part, edge_kind=next(iter(rule.rule.edges), None))
        )
    return found


_PLACES = {outcome: place for place, outcome in enumerate(OUTCOME_ORDER)}


def _place(finding: Finding) -> int:
    return _PLACES[finding.outcome]


def overall(
    findings: list[Finding], mandatory: list[str], *tests: FitTest | FootprintTest | None
) -> Outcome:
    """Any breach breaches; else any doubt needs review; a mandatory kind unjudged is a doubt."""
    outcomes = {finding.outcome for finding in findings}
    outcomes |= {test.outcome for test in tests if test is not None}
    if Outcome.BREACHES in outcomes:
        return Outcome.BREACHES
    judged = {finding.kind for finding in findings if finding.outcome in DECIDED}
    if Outcome.NEEDS_REVIEW in outcomes or not judged.issuperset(mandatory):
        return Outcome.NEEDS_REVIEW
    return Outcome.CONDITIONAL if Outcome.CONDITIONAL in outcomes else Outcome.COMPLIES


# A repair may change the area of a parcel by no more than both of these.
REPAIRED_SHARE, REPAIRED_M2 = 0.01, 1.0


def repaired(site: Site) -> Site | None:
    """The site with a sound boundary; None where it is no area that could be judged."""
    if site.geometry.is_valid:
        return site if site.geometry.area > float(AREA_TOLERANCE_M2) else None
    if not np.isfinite(shapely.get_coordinates(site.geometry)).all():
        return None
    area = shapely.area(site.geometry)
    mended = polygons(shapely.make_valid(site.geometry))
    change = abs(shapely.area(mended) - area)
    if area <= float(AREA_TOLERANCE_M2) or change > min(REPAIRED_SHARE * area, REPAIRED_M2):
        return None
    return replace(site, geometry=mended)


def undecided(case: Case) -> Judgement:
    """The judgement of a parcel that is no area: every kind with a rule needs a person."""
    return Judgement(
        case=case,
        outcome=Outcome.NEEDS_REVIEW,
        findings=tuple(
            Finding(kind.name, Outcome.NEEDS_REVIEW, reason=Reason.DEGENERATE_GEOMETRY)
            if case.rulebook.of_kind(kind.name)
            else Finding(kind.name, Outcome.NO_RULE)
            for kind in CATALOGUE
        ),
        envelope=Envelope(Polygon(), Polygon(), complete=False, area_m2=Decimal(0)),
        capacity=Capacity(None, complete=False),
        engine_version=ENGINE_VERSION,
    )


def check_geometry(site: Site, proposal: Proposal) -> None:
    """Raise SiteError unless footprint and tiers are areas that stand on the parcel, in part."""
    footprint = proposal.footprint
    drawn = [] if footprint is None else [footprint]
    for area in (*drawn, *(tier.footprint for tier in proposal.tiers)):
        _check_meets(site, area)


def _check_meets(site: Site, area: Polygon | MultiPolygon) -> None:
    if not area.is_valid or area_m2(area) <= AREA_TOLERANCE_M2:
        reason = shapely.is_valid_reason(area)
        raise SiteError("footprint_not_an_area", f"The footprint is not a valid area: {reason}.")
    if shapely.covers(site.geometry, area):
        return
    if area_m2(common(area, site.geometry)) <= AREA_TOLERANCE_M2:
        away_m = shapely.distance(area, site.geometry)
        raise SiteError(
            "footprint_outside_parcel",
            f"The footprint lies {away_m:.2f} m away from the parcel.",
        )


def check_numbers(owner: Site | Proposal) -> None:
    """Raise SiteError for a stated number that is negative, not finite, or beyond all measure."""
    for name in HOLDING_NUMBERS[type(owner)]:
        value = getattr(owner, name)
        if not value:
            continue
        # Levels are above a zero that may lie higher than the ground.
        least = -LARGEST if name == "ground_levels_m" else Decimal(0)
        for place, number in _numbers(name, value):
            if isinstance(number, float):
                raise SiteError("not_a_measure", f"{place} must be a Decimal, not {number!r}.")
            if not (Decimal(number).is_finite() and least <= number <= LARGEST):
                raise SiteError("not_a_measure", f"{place} can not be {number}.")


def _numbers(name: str, value: object) -> Iterator[tuple[str, Decimal | int | float]]:
    """Every number in a value and in what it holds, with the name of its place."""
    if isinstance(value, Decimal | float | int):
        yield name, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _numbers(f"{name}.{key}", inner)
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _numbers(f"{name}.{index}", inner)
    elif isinstance(value, Tier | Projection):
        for one in fields(value):
            yield from _numbers(f"{name}.{one.name}", getattr(value, one.name))
