"""One chunk of parcels judged: what a worker does, on this machine or on another.

Pure: no Django and no database, so that a worker needs nothing but the code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import shapely

from zoning.rules.batch import evaluate_many
from zoning.rules.engine import DECIDED
from zoning.rules.findings import Finding, Judgement, Outcome
from zoning.rules.footprint_test import PLACING, FootprintTest
from zoning.rules.loading import load_rulebook
from zoning.rules.measure import common
from zoning.rules.quantities import UNITS, plain
from zoning.rules.rulebook import Rulebook
from zoning.rules.site import Proposal, Site, SiteError

# A building drawn this far over the parcel's line is put down to survey; more is a breach.
OVERHANG_M = 0.5
# Findings beside the engine's kinds: whether a building of given sides finds room at all, and what
# became of a footprint as a whole.
FIT, FOOTPRINT = "fit", "footprint"
ON_OTHER_LAND, CUT_AT_THE_LINE = "on_other_land", "cut_at_the_line"


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


def judge_chunk(chunk: Chunk) -> list[ParcelResult]:
    """The verdict on every parcel of the chunk, in its order."""
    rulebook = _rulebook(chunk.rulebook_digest, chunk.rulebook_text)
    results = {
        land.parcel: _without_verdict(land)
        for land in chunk.lands
        if land.site is None or land.proposal is None
    }
    judged = [
        (land.parcel, land.site, land.proposal, _within_survey(land.proposal, land.site))
        for land in chunk.lands
        if land.site is not None and land.proposal is not None
    ]
    for result in _judged(judged, rulebook, on=chunk.on):
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


# The proposal as it is recorded, and as it is judged.
Judged = tuple[int, Site, Proposal, Proposal]


def _judged(lands: Sequence[Judged], rulebook: Rulebook, *, on: date) -> list[ParcelResult]:
    verdicts = evaluate_many(
        [site for _, site, _, _ in lands],
        [proposal for _, _, _, proposal in lands],
        rulebook,
        on=on,
        fit=True,
    )
    return [
        _result(parcel, verdict, rulebook, is_cut=cut is not recorded)
        for (parcel, _, recorded, cut), verdict in zip(lands, verdicts, strict=True)
    ]


def _within_survey(proposal: Proposal, site: Site) -> Proposal:
    """A footprint a little over the line is cut at it; one far over is left for the engine."""
    footprint = proposal.footprint
    if footprint is None or shapely.covers(site.geometry, footprint):
        return proposal
    if not shapely.covers(shapely.buffer(site.geometry, OVERHANG_M), footprint):
        return proposal
    return replace(proposal, footprint=common(footprint, site.geometry))


def _result(
    parcel: int, verdict: Judgement | SiteError, rulebook: Rulebook, *, is_cut: bool
) -> ParcelResult:
    if isinstance(verdict, SiteError):
        return _not_judged(parcel, verdict.code)
    kinds = _deciding_kinds(verdict, rulebook)
    test = verdict.fit
    on_fit = () if test is None else ({"kind": FIT, "outcome": test.outcome.value},)
    return ParcelResult(
        parcel=parcel,
        outcome=verdict.outcome.value,
        kinds=kinds,
        envelope_area_m2=verdict.envelope.area_m2,
        max_floor_area_m2=verdict.capacity.floor_area_m2,
        governing_limit=verdict.capacity.governed_by,
        findings=(
            *on_fit,
            *_on_footprint(verdict.footprint, kinds, is_cut=is_cut),
            *(compact(finding) for finding in verdict.findings),
        ),
    )


def _on_footprint(
    test: FootprintTest | None, kinds: Sequence[str], *, is_cut: bool
) -> Iterator[dict[str, Any]]:
    """What became of a footprint that leaves its parcel or decides as a whole, with how far it
    reaches out of the envelope, in m, and why."""
    if test is None or not (is_cut or FOOTPRINT in kinds):
        return
    row = {"kind": FOOTPRINT, "outcome": test.outcome.value}
    if test.intrusion_m is not None:
        row |= {"provided": plain(test.intrusion_m), "unit": "m"}
    if test.off_parcel_m2 is not None:
        row["reason"] = ON_OTHER_LAND
    elif is_cut:
        row["reason"] = CUT_AT_THE_LINE
    yield row


def _deciding_kinds(judgement: Judgement, rulebook: Rulebook) -> tuple[str, ...]:
    """The kinds of rules that made the verdict what it is; none where all is well."""
    if judgement.outcome == Outcome.COMPLIES:
        return ()
    kinds = {one.kind for one in judgement.findings if one.outcome == judgement.outcome}
    if judgement.fit is not None and judgement.fit.outcome == judgement.outcome:
        kinds.add(FIT)
    if _is_of_its_own(judgement.footprint, judgement.outcome, kinds):
        kinds.add(FOOTPRINT)
    if judgement.outcome == Outcome.NEEDS_REVIEW:
        decided = {one.kind for one in judgement.findings if one.outcome in DECIDED}
        kinds |= set(rulebook.document.mandatory) - decided
    return tuple(sorted(kinds))


def _is_of_its_own(test: FootprintTest | None, outcome: Outcome, kinds: set[str]) -> bool:
    """Whether the footprint as a whole says what no finding on a distance says as well."""
    if test is None or test.outcome != outcome:
        return False
    return test.off_parcel_m2 is not None or kinds.isdisjoint(PLACING)


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
