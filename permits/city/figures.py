"""The figures of a run: parcels by outcome, and by the kind of rule that made it so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import QuerySet
from django.db.models import CharField, Count, F, Func
from django.utils.translation import gettext

from gisapp.templatetags.umran import use_name
from permits import wording
from permits.city.judging import NoVerdict
from permits.models import ConformanceResult, ConformanceRun
from permits.presentation import quantity
from zoning.rules.catalogue import KINDS
from zoning.rules.findings import Outcome

VERDICTS = (Outcome.BREACHES, Outcome.NEEDS_REVIEW, Outcome.CONDITIONAL, Outcome.COMPLIES)
OUTCOMES: dict[str, Any] = {
    **{outcome.value: wording.OUTCOMES[outcome.value] for outcome in VERDICTS},
    **{code.value: wording.NO_VERDICTS[code.value] for code in NoVerdict},
}
BY_KIND = ("breaches", "needs_review", "conditional")


class _Each(Func):
    """A row for every element of an array."""

    function = "unnest"
    set_returning = True
    output_field = CharField()


@dataclass(frozen=True)
class Figure:
    """A number of parcels, and the filter that lists exactly these."""

    code: str
    label: str
    count: int
    percent: float


@dataclass(frozen=True)
class KindFigures:
    """A kind of rule with how many parcels it decided, by outcome."""

    kind: str
    label: str
    counts: tuple[tuple[str, int], ...]


def by_outcome(run: ConformanceRun) -> list[Figure]:
    """Every outcome that occurs; they add up to the parcels done. A city has one per parcel."""
    counted = run.results.order_by().values("outcome").annotate(count=Count("pk"))
    counts = {row["outcome"]: row["count"] for row in counted}
    total = sum(counts.values())
    return [
        Figure(code, str(label), counts[code], round(100 * counts[code] / total, 1))
        for code, label in OUTCOMES.items()
        if counts.get(code)
    ]


def by_kind(run: ConformanceRun) -> list[KindFigures]:
    """How many parcels each kind decided; one parcel may count under several kinds."""
    results = run.results.order_by().filter(outcome__in=BY_KIND)
    counted = (
        results.annotate(kind=_Each(F("kinds")))
        .values("kind", "outcome")
        .annotate(count=Count("pk"))
    )
    counts = {(row["kind"], row["outcome"]): row["count"] for row in counted}
    present = {kind for kind, _ in counts}
    return [
        KindFigures(
            kind, kind_label(kind), tuple((code, counts.get((kind, code), 0)) for code in BY_KIND)
        )
        for kind in (*wording.CITY_KINDS, *KINDS)
        if kind in present
    ]


def kind_label(kind: str) -> str:
    """A kind of rule in words."""
    return str({**wording.KINDS, **wording.CITY_KINDS}.get(kind, kind))


def because(result: ConformanceResult) -> str:
    """Why a parcel has its outcome, in words: kinds of rules, or what hinders a verdict."""
    if result.outcome == NoVerdict.NOT_JUDGED:
        reasons = [finding["reason"] for finding in result.findings]
        return " ".join(str(wording.SITE_PROBLEMS[reason]) for reason in reasons)
    return gettext(", ").join(kind_label(kind) for kind in result.kinds)


BUILDING_UNITS = {
    "building_width_m": "m",
    "building_length_m": "m",
    "storeys": "count",
    "height_m": "m",
    "dwelling_units": "count",
    "parking_stalls": "count",
    "open_space_m2": "m2",
    "roof_annex_m2": "m2",
}


def building_facts(building: dict[str, Any]) -> list[tuple[str, str]]:
    """A type of building as names and measures in words, in the active language."""
    facts = [
        (_input(name), quantity(str(building[name]), unit))
        for name, unit in BUILDING_UNITS.items()
        if building.get(name) is not None
    ]
    areas = building.get("floor_areas_m2") or {}
    return facts + [
        (f"{_input('floor_area')}: {use_name(use)}", quantity(str(area), "m2"))
        for use, area in areas.items()
    ]


def _input(name: str) -> str:
    return str(wording.INPUTS[name.removesuffix("_m2").removesuffix("_m")])


def listed(
    run: ConformanceRun, *, outcome: str = "", kind: str = ""
) -> QuerySet[ConformanceResult]:
    """The results behind a figure, in the order of parcels."""
    results = ConformanceResult.objects.filter(run=run)
    if outcome:
        results = results.filter(outcome=outcome)
    if kind:
        results = results.filter(kinds__contains=[kind])
    return results.select_related("parcel").order_by("parcel__block", "parcel__number")
