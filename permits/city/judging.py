"""One chunk of parcels judged: what a worker does, on this machine or on another.

Pure: no Django and no database, so that a worker needs nothing but the code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from zoning.rules.batch import evaluate_many
from zoning.rules.engine import DECIDED
from zoning.rules.findings import Finding, Judgement, Outcome
from zoning.rules.fit import place
from zoning.rules.loading import load_rulebook
from zoning.rules.measure import polygons
from zoning.rules.quantities import UNITS, plain
from zoning.rules.rulebook import Rulebook
from zoning.rules.site import Proposal, Site, SiteError

# A building drawn this far over the parcel's line is put down to survey; more is another question.
OVERHANG_M = 0.5
# The finding on whether a building of given sides finds room at all; a kind beside the engine's.
FIT = "fit"


class NoVerdict(StrEnum):
    """Why there is no verdict on a parcel; never a pass."""

    NO_BUILDING = "no_building"
    OUTSIDE_PLAN = "outside_plan"
    NOT_JUDGED = "not_judged"


@dataclass(frozen=True)
class Land:
    """A parcel to judge: no site where the plan does not reach, no proposal where none stands.

    ``problem`` is the code of what makes its recorded building impossible to judge.
    """

    parcel: int
    site: Site | None
    proposal: Proposal | None
    problem: str = ""


@dataclass(frozen=True)
class Chunk:
    """Some parcels with the rulebook as text, which each worker reads once."""

    lands: tuple[Land, ...]
    rulebook_digest: str
    rulebook_text: str
    on: date


@dataclass(frozen=True)
class ParcelResult:
    """The verdict on one parcel; ``kinds`` are those that made it so. Areas in m²."""

    parcel: int
    outcome: str
    kinds: tuple[str, ...] = ()
    envelope_area_m2: Decimal | None = None
    max_floor_area_m2: Decimal | None = None
    governing_limit: str = ""
    findings: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Room:
    """What may be built on a site: the envelope (metric CRS), and the floor area with its limit."""

    envelope: BaseGeometry | None
    complete: bool
    area_m2: Decimal | None
    floor_area_m2: Decimal | None = None
    governed_by: str = ""


def room_of(judgement: Judgement) -> Room:
    """The room that the engine found; the one place that knows how a judgement keeps it."""
    envelope, capacity = judgement.envelope, judgement.capacity
    return Room(
        envelope.strict,
        envelope.complete,
        envelope.area_m2,
        capacity.floor_area_m2,
        capacity.governed_by,
    )


def judge_chunk(chunk: Chunk) -> list[ParcelResult]:
    """The verdict on every parcel of the chunk, in its order."""
    rulebook = _rulebook(chunk.rulebook_digest, chunk.rulebook_text)
    results = {
        land.parcel: _without_verdict(land)
        for land in chunk.lands
        if land.site is None or land.proposal is None
    }
    judged = [
        (land.parcel, land.site, _within_survey(land.proposal, land.site))
        for land in chunk.lands
        if land.site is not None and land.proposal is not None
    ]
    with_sides = [one for one in judged if _has_sides(one[2])]
    as_drawn = [one for one in judged if not _has_sides(one[2])]
    for result in (
        *_judged(as_drawn, rulebook, on=chunk.on),
        *_placed_and_judged(with_sides, rulebook, on=chunk.on),
    ):
        results[result.parcel] = result
    return [results[land.parcel] for land in chunk.lands]


# The text is no part of the key: the digest stands for it, and texts are long.
_rulebooks: dict[str, Rulebook] = {}


def _rulebook(digest: str, text: str) -> Rulebook:
    if digest not in _rulebooks:
        _rulebooks.clear()
        _rulebooks[digest] = load_rulebook(text)
    return _rulebooks[digest]


def _without_verdict(land: Land) -> ParcelResult:
    if land.site is None:
        return ParcelResult(land.parcel, NoVerdict.OUTSIDE_PLAN.value)
    if land.problem:
        return _not_judged(land.parcel, land.problem)
    return ParcelResult(land.parcel, NoVerdict.NO_BUILDING.value)


def _not_judged(parcel: int, reason: str) -> ParcelResult:
    return ParcelResult(parcel, NoVerdict.NOT_JUDGED.value, findings=({"reason": reason},))


Judged = tuple[int, Site, Proposal]


def _judged(lands: Sequence[Judged], rulebook: Rulebook, *, on: date) -> list[ParcelResult]:
    verdicts = evaluate_many(
        [site for _, site, _ in lands], [proposal for _, _, proposal in lands], rulebook, on=on
    )
    return [
        _result(parcel, verdict, rulebook)
        for (parcel, _, _), verdict in zip(lands, verdicts, strict=True)
    ]


def _placed_and_judged(
    lands: Sequence[Judged], rulebook: Rulebook, *, on: date
) -> list[ParcelResult]:
    """A building of given sides is judged where it fits the envelope, or is said not to fit."""
    empty = evaluate_many(
        [site for _, site, _ in lands], [proposal for _, _, proposal in lands], rulebook, on=on
    )
    results, placed, rooms = [], [], {}
    for (parcel, site, proposal), verdict in zip(lands, empty, strict=True):
        if isinstance(verdict, SiteError):
            results.append(_result(parcel, verdict, rulebook))
            continue
        room = room_of(verdict)
        footprint = _placed(room, proposal)
        if footprint is None:
            results.append(_with_fit(_result(parcel, verdict, rulebook), room, fits=False))
        else:
            rooms[parcel] = room
            placed.append((parcel, site, replace(proposal, footprint=footprint)))
    results += [
        _with_fit(result, rooms[result.parcel], fits=True)
        for result in _judged(placed, rulebook, on=on)
    ]
    return results


def _has_sides(proposal: Proposal) -> bool:
    """Whether it is a building type: its sides are known, its place is not."""
    sides = (proposal.building_length_m, proposal.building_width_m)
    return proposal.footprint is None and None not in sides


def _placed(room: Room, proposal: Proposal) -> Any:
    length, width = proposal.building_length_m, proposal.building_width_m
    if room.envelope is None or length is None or width is None:
        return None
    return place(room.envelope, float(length), float(width))


def _with_fit(result: ParcelResult, room: Room, *, fits: bool) -> ParcelResult:
    """The result with the finding on the fit. An envelope not surely known proves nothing."""
    if fits:
        return replace(result, findings=({"kind": FIT, "outcome": "complies"}, *result.findings))
    outcome = Outcome.BREACHES if room.complete else Outcome.NEEDS_REVIEW
    finding = {"kind": FIT, "outcome": outcome.value}
    if result.outcome != Outcome.BREACHES:
        kinds = (FIT,) if room.complete else tuple(sorted({FIT, *result.kinds}))
        result = replace(result, outcome=outcome.value, kinds=kinds)
    elif room.complete:
        result = replace(result, kinds=tuple(sorted({FIT, *result.kinds})))
    return replace(result, findings=(finding, *result.findings))


def _within_survey(proposal: Proposal, site: Site) -> Proposal:
    """A footprint a little over the line is cut at it; one far over is left for the engine."""
    footprint = proposal.footprint
    if footprint is None or shapely.covers(site.geometry, footprint):
        return proposal
    if not shapely.covers(shapely.buffer(site.geometry, OVERHANG_M), footprint):
        return proposal
    return replace(proposal, footprint=polygons(shapely.intersection(footprint, site.geometry)))


def _result(parcel: int, verdict: Judgement | SiteError, rulebook: Rulebook) -> ParcelResult:
    if isinstance(verdict, SiteError):
        return _not_judged(parcel, verdict.code)
    room = room_of(verdict)
    return ParcelResult(
        parcel=parcel,
        outcome=verdict.outcome.value,
        kinds=_deciding_kinds(verdict, rulebook),
        envelope_area_m2=room.area_m2,
        max_floor_area_m2=room.floor_area_m2,
        governing_limit=room.governed_by,
        findings=tuple(compact(finding) for finding in verdict.findings),
    )


def _deciding_kinds(judgement: Judgement, rulebook: Rulebook) -> tuple[str, ...]:
    """The kinds of rules that made the verdict what it is; none where all is well."""
    if judgement.outcome == Outcome.COMPLIES:
        return ()
    kinds = {one.kind for one in judgement.findings if one.outcome == judgement.outcome}
    if judgement.outcome == Outcome.NEEDS_REVIEW:
        decided = {one.kind for one in judgement.findings if one.outcome in DECIDED}
        kinds |= set(rulebook.document.mandatory) - decided
    return tuple(sorted(kinds))


def compact(finding: Finding) -> dict[str, Any]:
    """What a table of the city needs of a finding, numbers in the legal unit; nothing empty."""
    row = {
        "kind": finding.kind,
        "target": finding.target,
        "rule": finding.rule_id,
        "bound": finding.bound,
        "required": _legal(finding.required, finding.unit),
        "provided": _legal(finding.provided, finding.unit),
        "unit": finding.unit if finding.bound else "",
        "outcome": finding.outcome.value,
        "reason": finding.reason.value,
        "missing": list(finding.missing),
    }
    return {name: value for name, value in row.items() if value}


def _legal(value: Decimal | None, unit: str) -> str:
    return "" if value is None else plain(UNITS[unit].from_si(value))
