"""The parcel extract as plain data: what the command prints and the API sends.

The fields are a promise to other programs, described in ``docs/reference/extract.md``. Words and
kinds are codes; names are in the active language. Metres and square metres to six decimals.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from zoning.extract import Extract, PlanShares, Statement, Theme
from zoning.overlaps import SLIVER_M, SLIVER_M2, Share

DECIMALS = 6


def as_json(extract: Extract) -> dict[str, Any]:
    """The extract as objects, lists, numbers and texts."""
    parcel, land = extract.parcel, extract.land
    return {
        "parcel": {
            "reference": parcel.reference,
            "block": parcel.block,
            "number": parcel.number,
            "municipality": parcel.municipality.slug,
        },
        "on": extract.on.isoformat(),
        "language": get_language(),
        "areas": {
            "registered_m2": _number(parcel.registered_area_m2),
            "surveyed_m2": _number(parcel.surveyed_area_m2),
            "drawn_m2": _number(land.drawn_area_m2),
            "scale": land.scale,
        },
        "left_out": {"areas_below_m2": SLIVER_M2, "lengths_below_m": SLIVER_M},
        "in_force": _statement(extract.in_force),
        "pending": _statement(extract.pending),
    }


def _statement(statement: Statement) -> dict[str, Any]:
    return {
        "zones": {
            "word": statement.zones.value,
            "plans": [_plan(plan) for plan in statement.plans],
        },
        "overlays": [_theme(theme) for theme in statement.overlays],
    }


def _plan(plan: PlanShares) -> dict[str, Any]:
    version = plan.version
    return {
        "plan": version.plan.reference,
        "name": version.plan.name,
        "version": version.label,
        "status": version.status,
        **_validity(version.validity),
        "districts": [
            {
                "code": one.district.code,
                "name": one.district.name,
                "category": one.district.category,
                **_area(one.share),
            }
            for one in plan.districts
        ],
        "in_no_zone": None if plan.in_no_zone is None else _area(plan.in_no_zone),
    }


def _theme(theme: Theme) -> dict[str, Any]:
    return {
        "kind": theme.kind,
        "name": theme.label,
        "word": theme.word.value,
        "touches": [
            {
                "code": touch.overlay.code,
                "name": touch.overlay.name,
                "distance_m": _number(touch.overlay.distance_m),
                **_validity(touch.overlay.validity),
                **_area(touch.share),
                "length_m": _number(touch.share.length_m),
                "points": touch.share.points,
            }
            for touch in theme.touches
        ],
    }


def _area(share: Share) -> dict[str, float | None]:
    return {"area_m2": _number(share.area_m2), "percent": _number(share.percent)}


def _validity(days: Any) -> dict[str, str | None]:
    """A half-open range of dates: the first day, and the first day after the last."""
    lower, upper = (days.lower, days.upper) if days else (None, None)
    return {
        "valid_from": lower and lower.isoformat(),
        "valid_to": upper and upper.isoformat(),
    }


def _number(value: Any) -> float | None:
    return None if value is None else round(float(value), DECIMALS)
