"""Findings as people read them: numbers with units, sentences, and geometry for the map.

The page, the command line, the API and the report all show what comes from here, in the language
that is active when it is called.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.utils.formats import date_format, get_format
from django.utils.translation import get_language, gettext
from shapely.geometry import shape

from gisapp import geojson
from parcels.models import Parcel
from permits import wording
from permits.actions.evaluate_application import evaluation_values, judge
from permits.facts import rulebook_of
from permits.models import Evaluation
from permits.room import other_basis, remedy, room
from zoning.models import PlanVersion
from zoning.rules.findings import OUTCOME_ORDER
from zoning.rules.quantities import UNITS
from zoning.rules.rulebook import Rulebook
from zoning.rules.site import Proposal

# Decimals shown of each unit; a number is never shown as equal to a limit that it misses.
DECIMALS = {"m": 2, "cm": 0, "km": 3, "ft": 2, "in": 1, "m2": 1, "ft2": 0, "ha": 4, "acre": 3}
DECIMALS |= {"%": 1, "ratio": 2, "count": 2, "stalls": 2, "trees": 2, "per_ha": 1, "deg": 1}
ALWAYS_SHOWN = {"m": 2, "ft": 1, "m2": 0, "ratio": 2}
MORE_DECIMALS = 3
# Lengths and areas in other units have these beside them; so many to the hectare have none.
SI_UNITS = {1: "m", 2: "m2"}
BOUND_SIGNS = {"max": "≤", "min": "≥", "exact": "="}


def present(evaluation: Evaluation) -> dict[str, Any]:
    """A stored evaluation, ready for a template, a terminal or JSON."""
    return present_values(
        {
            "on": evaluation.on,
            "plan_version": evaluation.plan_version,
            "engine_version": evaluation.engine_version,
            "input_digest": evaluation.input_digest,
            "inputs": evaluation.inputs,
            "outcome": evaluation.outcome,
            "findings": evaluation.findings,
        }
    )


def present_values(values: dict[str, Any]) -> dict[str, Any]:
    """The columns of an evaluation (stored or not) as people read them; geometry in WGS84."""
    version: PlanVersion = values["plan_version"]
    rulebook = rulebook_of(version)
    names = names_of(rulebook)
    findings = [
        _finding(index, one, names, rulebook)
        for index, one in enumerate(values["findings"]["findings"], start=1)
    ]
    counts = Counter(one["outcome"] for one in findings)
    return {
        "overall": {
            "code": values["outcome"],
            "label": str(wording.OUTCOMES[values["outcome"]]),
        },
        "on": values["on"],
        "plan_version": str(version),
        "plan_version_id": version.pk,
        "rulebook": text(rulebook.document.title),
        "notice": text(rulebook.document.notice),
        "engine_version": values["engine_version"],
        "digest": values["input_digest"],
        "counts": {outcome.value: counts.get(outcome.value, 0) for outcome in OUTCOME_ORDER},
        "findings": findings,
        "room": room(values["findings"], names, quantity),
        "map": _map(values),
    }


def text(texts: dict[str, str]) -> str:
    """A multilingual text in the active language, else in English, Arabic or any other."""
    language = (get_language() or "en").split("-")[0]
    for key in (language, "en", "ar"):
        if texts.get(key):
            return texts[key]
    return next(iter(texts.values()), "")


def _finding(
    index: int, finding: dict[str, Any], names: dict[str, str], rulebook: Rulebook
) -> dict[str, Any]:
    kind, unit = finding["kind"], finding["unit"]
    missing = gettext(", ").join(wording.input_name(name, names) for name in finding["missing"])
    citation = finding["citation"]
    return {
        "id": f"finding-{index}",
        "kind": kind,
        "kind_label": str(wording.KINDS[kind]),
        "target": target_label(finding, names),
        "outcome": finding["outcome"],
        "outcome_label": str(wording.OUTCOMES[finding["outcome"]]),
        "rule_id": finding["rule"],
        "required": _required(finding, names),
        "provided": quantity(finding["provided"], unit, finding["required"]),
        "margin": quantity(finding["margin"], unit, "0", signed=True),
        "relaxed": quantity(finding.get("relaxed"), unit, finding["provided"]),
        "remedy": remedy(finding.get("remedy"), names, quantity),
        "other": other_basis(finding.get("other"), unit, quantity),
        "reason": str(wording.REASONS[finding["reason"]]) % {"missing": missing},
        "text": text(finding["text"]),
        "citation": _citation(citation, rulebook),
        "citation_url": citation.get("url") or rulebook.document.instrument.url or "",
        "trace": [wording.step_sentence(step, names) for step in finding["trace"]],
        "inputs": [
            {
                "name": wording.input_name(one["name"], names),
                "value": _input_value(one),
                "source": str(wording.SOURCES.get(one["source"], one["source"])),
            }
            for one in finding["inputs"]
        ],
        "geometry": to_map(finding["geometry"]),
    }


def names_of(rulebook: Rulebook) -> dict[str, str]:
    """The rulebook's own names: of uses by their code, of documents as ``clearance:<code>``."""
    document = rulebook.document
    named = {use: text(texts) for use, texts in document.uses.items()}
    named |= {f"clearance:{code}": text(texts) for code, texts in document.documents.items()}
    return named


def target_label(finding: dict[str, Any], names: dict[str, str]) -> str:
    """What a finding is about within its kind: a kind of edge, a use, or a document."""
    target = finding["target"]
    if finding["kind"] == "clearance":
        return names.get(f"clearance:{target}", target)
    first, _colon, which = target.partition(":")
    if finding["kind"] == "land_use":
        label = names.get(first, first)
        which = str(wording.FLOORS.get(which, which))
    else:
        label = str(wording.EDGES.get(first, first))
    return f"{label} ({which})" if which else label


def _required(finding: dict[str, Any], names: dict[str, str]) -> str:
    if finding["allowed"]:
        return gettext(", ").join(names.get(use, use) for use in finding["allowed"])
    amount = quantity(finding["required"], finding["unit"], finding["provided"])
    return f"{BOUND_SIGNS[finding['bound']]} {amount}" if amount else ""


def _citation(citation: dict[str, Any], rulebook: Rulebook) -> str:
    if not citation:
        return ""
    instrument = rulebook.document.instrument
    parts = [gettext("Article %(article)s") % {"article": citation["article"]}]
    if citation.get("page"):
        parts.append(gettext("page %(page)s") % {"page": citation["page"]})
    title = text(instrument.title)
    number = f" {instrument.number}" if instrument.number else ""
    parts.append(f"{title}{number} ({date_format(instrument.date)})")
    return gettext(", ").join(parts)


def _input_value(one: dict[str, Any]) -> str:
    value, unit = one["value"], one["unit"]
    if value is None:
        return gettext("not known")
    if value in ("yes", "no"):
        return gettext("yes") if value == "yes" else gettext("no")
    try:
        Decimal(value)
    except ArithmeticError:
        return str(value)
    return quantity(value, unit)


def quantity(
    amount: str | None, unit: str, other: str | None = None, *, signed: bool = False
) -> str:
    """A number with its unit, rounded for reading, with the SI value beside a legal unit.

    Where rounding would make it look equal to ``other`` although it is not, more decimals are kept.
    """
    if amount is None:
        return ""
    value = Decimal(amount)
    places = DECIMALS[unit]
    if other is not None and value != Decimal(other):
        while places < MORE_DECIMALS and _rounded(value, places) == _rounded(
            Decimal(other), places
        ):
            places += 1
    shown = _plain(_rounded(value, places), ALWAYS_SHOWN.get(unit, 0))
    sign = "+" if signed and value > 0 else ""
    symbol = str(wording.UNITS[unit])
    gap = "" if unit == "%" or not symbol else " "
    words = f"{sign}{shown.replace('-', '−')}{gap}{symbol}"
    si_unit = SI_UNITS.get(UNITS[unit].dimension)
    if si_unit is not None and unit != si_unit:
        si = UNITS[unit].to_si(value)
        words += f" ({quantity(format(si, 'f'), si_unit, signed=signed)})"
    return words


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)


def _plain(value: Decimal, least_places: int) -> str:
    """Without trailing zeros beyond the decimals always shown, in the language's separators."""
    whole, _point, decimals = format(value, "f").partition(".")
    decimals = decimals.rstrip("0").ljust(least_places, "0")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(digits):,}".replace(",", get_format("THOUSAND_SEPARATOR"))
    point = get_format("DECIMAL_SEPARATOR")
    return f"{sign}{grouped}{point}{decimals}" if decimals else f"{sign}{grouped}"


def to_map(geometry: dict[str, Any] | None) -> dict[str, Any] | None:
    """Stored geometry (metric CRS) as GeoJSON in WGS84."""
    return None if geometry is None else geojson.write(shape(geometry))


def _map(values: dict[str, Any]) -> dict[str, Any]:
    drawn = values["inputs"]["map"]
    return {
        "parcel": to_map(drawn["parcel"]),
        "footprint": to_map(drawn["footprint"]),
        "envelope": to_map(values["findings"]["envelope"]),
        "envelope_complete": values["findings"]["envelope_complete"],
        "relaxed": to_map((values["findings"].get("buildable") or {}).get("relaxed")),
        "overlap": to_map((values["findings"].get("footprint") or {}).get("overlap")),
        "fit": to_map((values["findings"].get("fit") or {}).get("position")),
        "edges": [
            {
                "kind": edge["kind"],
                "label": str(wording.EDGES[edge["kind"]]),
                "street": edge["street_name"],
                "street_width": quantity(edge["street_width_m"], "m"),
                "confidence": edge["confidence"],
                "geometry": to_map(edge["geometry"]),
            }
            for edge in drawn["edges"]
        ],
    }


def requirements(parcel: Parcel, *, on: date) -> dict[str, Any]:
    """What the plan asks of a parcel on a day, before anything is proposed.

    The findings of an empty proposal, of which only what is required is of interest. Raises
    NoPlanInForce where no plan holds.
    """
    presented = present_values(evaluation_values(judge([parcel], Proposal(), on=on)))
    presented["findings"] = [one for one in presented["findings"] if one["rule_id"]]
    return presented
