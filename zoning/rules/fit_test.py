"""Whether a building of which only the sides are stated finds room in the buildable envelope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from zoning.rules.case import Case
from zoning.rules.envelope import Envelope
from zoning.rules.findings import Outcome, geojson
from zoning.rules.fit import Answer, Fit, fit_many
from zoning.rules.measure import common


@dataclass(frozen=True)
class FitTest:
    """Whether it fits, and where: *complies* in the strict envelope, *needs review* in the relaxed
    one only, or where it is too close to tell, *breaches* in neither: nothing can comply outside
    the relaxed envelope."""

    outcome: Outcome
    length_m: float
    width_m: float
    found: Fit | None

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; the position in the metric CRS, the angle to the east in degrees."""
        return {
            "outcome": self.outcome.value,
            "length_m": self.length_m,
            "width_m": self.width_m,
            "position": None if self.found is None else geojson(self.found.position),
            "angle_deg": None if self.found is None else round(self.found.angle_deg, 3),
        }


def sides_of(case: Case) -> tuple[float, float] | None:
    """The sides of a building that has them stated and no footprint drawn."""
    proposal = case.proposal
    length, width = proposal.building_length_m, proposal.building_width_m
    if proposal.footprint is not None or not length or not width:
        return None
    return float(length), float(width)


def fit_tests(cases: Sequence[Case], envelopes: Sequence[Envelope]) -> list[FitTest | None]:
    """The test of each case; None where there is nothing to place."""
    sides = [sides_of(case) for case in cases]
    tested: list[FitTest | None] = [None] * len(cases)
    asked = [index for index, pair in enumerate(sides) if pair is not None]
    strict = _fits(asked, [envelope.strict for envelope in envelopes], sides)
    again = [
        index
        for index in asked
        if not isinstance(strict[index], Fit)
        and envelopes[index].relaxed is not envelopes[index].strict
    ]
    relaxed = {**strict, **_fits(again, [envelope.relaxed for envelope in envelopes], sides)}
    for index in asked:
        length, width = sides[index] or (0.0, 0.0)
        first, last = strict[index], relaxed[index]
        outcome = Outcome.BREACHES if first is None and last is None else Outcome.NEEDS_REVIEW
        found = next((one for one in (first, last) if isinstance(one, Fit)), None)
        if isinstance(first, Fit):
            outcome = Outcome.COMPLIES
        tested[index] = FitTest(outcome, length, width, found)
    return tested


def _fits(
    chosen: Sequence[int], areas: Sequence[Any], sides: Sequence[tuple[float, float] | None]
) -> dict[int, Answer]:
    found = fit_many(
        [areas[index] for index in chosen], [sides[index] or (1, 1) for index in chosen]
    )
    return dict(zip(chosen, found, strict=True))


def placed(case: Case, test: FitTest | None) -> Case:
    """The case with the building drawn where it was found to fit."""
    if test is None or test.found is None:
        return case
    footprint = common(test.found.position, case.site.geometry)
    return replace(case, proposal=replace(case.proposal, footprint=footprint))
