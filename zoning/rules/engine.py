"""The engine: a site, a proposal, a rulebook and a day go in; findings come out.

>>> judgement = evaluate(site, proposal, rulebook, on=date(2026, 3, 1))  # doctest: +SKIP
>>> judgement.outcome  # doctest: +SKIP
<Outcome.BREACHES: 'breaches'>
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from zoning.rules.capacity import capacity
from zoning.rules.case import Case
from zoning.rules.catalogue import CATALOGUE
from zoning.rules.envelope import envelope
from zoning.rules.findings import OUTCOME_ORDER, Finding, Judgement, Outcome
from zoning.rules.measure import AREA_TOLERANCE_M2, area_m2
from zoning.rules.quantities import LARGEST
from zoning.rules.rulebook import Rulebook
from zoning.rules.site import Projection, Proposal, Site, SiteError, Tier

ENGINE_VERSION = "1.0"

DECIDED = frozenset({Outcome.COMPLIES, Outcome.CONDITIONAL, Outcome.NOT_APPLICABLE})


def evaluate(site: Site, proposal: Proposal, rulebook: Rulebook, *, on: date) -> Judgement:
    """Judge a proposal on a site by a rulebook as it stood on a day.

    Geometry is in one metric CRS. Raises SiteError when the parcel has no area or the footprint
    leaves it, or a number can not be a measure: then there is nothing sound to say.
    """
    check_geometry(site, proposal)
    check_numbers(site, proposal)
    case = Case(site, proposal, on, rulebook)
    findings = [finding for kind in CATALOGUE for finding in kind.judge(case)]
    findings.sort(key=lambda finding: OUTCOME_ORDER.index(finding.outcome))
    buildable = envelope(case)
    return Judgement(
        outcome=overall(findings, rulebook.document.mandatory),
        findings=tuple(findings),
        envelope=buildable,
        capacity=capacity(case, buildable),
        engine_version=ENGINE_VERSION,
        input_digest=digest(site, proposal, rulebook, on),
    )


def overall(findings: list[Finding], mandatory: list[str]) -> Outcome:
    """Any breach breaches; else any doubt needs review; a mandatory kind unjudged is a doubt."""
    outcomes = {finding.outcome for finding in findings}
    if Outcome.BREACHES in outcomes:
        return Outcome.BREACHES
    judged = {finding.kind for finding in findings if finding.outcome in DECIDED}
    if Outcome.NEEDS_REVIEW in outcomes or not judged.issuperset(mandatory):
        return Outcome.NEEDS_REVIEW
    return Outcome.CONDITIONAL if Outcome.CONDITIONAL in outcomes else Outcome.COMPLIES


def check_geometry(site: Site, proposal: Proposal) -> None:
    """Raise SiteError unless the parcel is an area, and footprint and tiers areas inside it."""
    if not site.geometry.is_valid or area_m2(site.geometry) <= AREA_TOLERANCE_M2:
        raise SiteError("parcel_not_an_area", "The parcel's boundary is not a valid area.")
    footprint = proposal.footprint
    drawn = [] if footprint is None else [footprint]
    for area in (*drawn, *(tier.footprint for tier in proposal.tiers)):
        _check_inside(site, area)


def _check_inside(site: Site, area: Polygon | MultiPolygon) -> None:
    if not area.is_valid or area_m2(area) <= AREA_TOLERANCE_M2:
        reason = shapely.is_valid_reason(area)
        raise SiteError("footprint_not_an_area", f"The footprint is not a valid area: {reason}.")
    outside = shapely.difference(area, site.geometry)
    if area_m2(outside) > AREA_TOLERANCE_M2:
        raise SiteError(
            "footprint_outside_parcel",
            f"{area_m2(outside):.2f} m² of the footprint lie outside the parcel.",
            geometry=outside,
        )


def check_numbers(site: Site, proposal: Proposal) -> None:
    """Raise SiteError for a stated number that is negative, not finite, or beyond all measure."""
    for owner in (site, proposal):
        for one in fields(owner):
            # Levels are above a zero that may lie higher than the ground.
            least = -LARGEST if one.name == "ground_levels_m" else Decimal(0)
            for name, number in _numbers(one.name, getattr(owner, one.name)):
                if not (number.is_finite() and least <= number <= LARGEST):
                    raise SiteError("not_a_measure", f"{name} can not be {number}.")


def _numbers(name: str, value: Any) -> Iterator[tuple[str, Decimal]]:
    """Every number in a value and in what it holds, with the name of its place."""
    if isinstance(value, Decimal):
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


def digest(site: Site, proposal: Proposal, rulebook: Rulebook, on: date) -> str:
    """SHA-256 over everything that the verdict rests on; the same inputs give the same digest."""
    parts = [ENGINE_VERSION, rulebook.digest, on.isoformat(), as_plain(site), as_plain(proposal)]
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def as_plain(value: Any) -> Any:
    """Frozen values as plain data: decimals as text, geometry as WKT to the micrometre."""
    if isinstance(value, BaseGeometry):
        return shapely.to_wkt(value, rounding_precision=6)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if is_dataclass(value):
        return {one.name: as_plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, frozenset):
        return sorted(as_plain(one) for one in value)
    if isinstance(value, tuple | list):
        return [as_plain(one) for one in value]
    if hasattr(value, "items"):
        return {str(key): as_plain(one) for key, one in value.items()}
    if isinstance(value, float):
        return repr(round(value, 6))
    return value
