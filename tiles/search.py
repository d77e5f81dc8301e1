"""Find a parcel, an application, a street or a place by what people type."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.gis.db.models import Extent, QuerySet
from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import Length
from django.utils.translation import get_language

from gisapp.crs import WGS84_SRID, metric_srid, transformer
from gisapp.folding import Folded, fold
from gisapp.translated import LANGUAGES
from parcels.models import Parcel, Place, StreetSegment
from permits.models import Application
from tiles.identify import page_of
from tiles.limits import bounded

MOST = 20
LONGEST_QUERY = 200

Row = dict[str, Any]

PARCEL_NUMBER = re.compile(r"^([\w.-]{1,40})\s*[/\\ ]\s*([\w.-]{1,40})$")


def search(text: str, *, user: Any, limit: int = 10) -> list[Row]:
    """What matches the text, the closest kinds of name first; at most ``limit`` of each kind.

    Numbers match from their beginning, names anywhere; spelling is folded (gisapp.folding).
    """
    wanted = fold(text[:LONGEST_QUERY])
    limit = max(1, min(limit, MOST))
    if not wanted:
        return []
    with bounded():
        return [
            *_parcels(wanted, limit),
            *_applications(wanted, user, limit),
            *_streets(wanted, limit),
            *_places(wanted, limit),
        ]


def _parcels(wanted: str, limit: int) -> list[Row]:
    number = PARCEL_NUMBER.match(wanted)
    reference = f"{number[1]}/{number[2]}" if number else wanted
    rows = (
        Parcel.objects.annotate(
            folded_reference=Folded("reference"), folded_address=Folded("address")
        )
        .filter(Q(folded_reference__startswith=reference) | _names_a_part(wanted))
        .annotate(
            rank=Case(
                When(folded_reference=reference, then=Value(0)),
                When(folded_reference__startswith=reference, then=Value(1)),
                default=Value(2),
                output_field=IntegerField(),
            )
        )
        .order_by("rank", Length("reference"), "reference")[:limit]
    )
    return [
        {
            "kind": "parcel",
            "title": parcel.reference,
            "detail": parcel.local_address,
            "url": page_of("parcel", parcel.block, parcel.number),
            **_place_of(parcel.geometry.extent, inside=parcel.geometry.point_on_surface),
        }
        for parcel in rows
    ]


def _names_a_part(wanted: str) -> Q:
    """Addresses are looked through only for words, since any number occurs in some address."""
    if len(wanted) < 3 or not any(sign.isalpha() for sign in wanted):
        return Q(pk__in=[])
    return Q(folded_address__contains=wanted)


def _applications(wanted: str, user: Any, limit: int) -> list[Row]:
    rows = (
        Application.objects.visible_to(user)
        .annotate(folded=Folded("number"))
        .filter(Q(folded__startswith=wanted) | Q(folded__endswith=f"/{wanted.zfill(6)}"))
        .order_by("-number")
        .prefetch_related("parcels")[:limit]
    )
    found = []
    for application in rows:
        row: Row = {
            "kind": "application",
            "title": application.number,
            "detail": application.title,
            "url": page_of("application", *application.number.split("/")),
        }
        first = min(application.parcels.all(), key=lambda parcel: parcel.pk, default=None)
        if first is not None:
            row |= _place_of(first.geometry.extent, inside=first.geometry.point_on_surface)
        found.append(row)
    return found


def _by_name(rows: QuerySet, wanted: str) -> QuerySet:
    """Rows with the text in one of their names, those that begin with it first."""
    folded = {f"folded_{language}": Folded(f"name_{language}") for language in LANGUAGES}
    contained, begins = Q(), Q()
    for alias in folded:
        contained |= Q(**{f"{alias}__contains": wanted})
        begins |= Q(**{f"{alias}__startswith": wanted})
    return (
        rows.annotate(**folded)
        .filter(contained)
        .annotate(
            rank=Case(When(begins, then=Value(0)), default=Value(1), output_field=IntegerField())
        )
    )


def _streets(wanted: str, limit: int) -> list[Row]:
    """Streets by name, all segments of one name together."""
    columns = [f"name_{language}" for language in LANGUAGES]
    rows = (
        _by_name(StreetSegment.objects.all(), wanted)
        .values(*columns, "rank")
        .annotate(extent=Extent("centre_line"))
        .order_by("rank", *columns)[:limit]
    )
    return [
        {
            "kind": "street",
            **_titles({language: row[f"name_{language}"] for language in LANGUAGES}),
            "url": "",
            **_place_of(row["extent"]),
        }
        for row in rows
    ]


def _places(wanted: str, limit: int) -> list[Row]:
    rows = _by_name(Place.objects.all(), wanted).order_by("rank", "name_en", "pk")[:limit]
    return [
        {
            "kind": "place",
            **_titles({lang: getattr(place, f"name_{lang}") for lang in LANGUAGES}),
            "url": "",
            **_place_of(place.location.extent),
        }
        for place in rows
    ]


def _titles(names: dict[str, str | None]) -> Row:
    """The name in the active language, and the local one beside it where they differ."""
    active = (get_language() or "en")[:2]
    title = names.get(active) or names.get("ar") or names.get("en") or names.get("fr") or ""
    other = names.get("en") if active == "ar" else names.get("ar")
    return {"title": title, "detail": other if other and other != title else ""}


def _place_of(extent: tuple[float, float, float, float], *, inside: Any = None) -> Row:
    """Where to look: a point in it, and its bounding box (west, south, east, north), in degrees."""
    to_degrees = transformer(metric_srid(), WGS84_SRID)
    west, south, east, north = to_degrees.transform_bounds(*extent)
    if inside is not None:
        lon, lat = to_degrees.transform(inside.x, inside.y)
    else:
        lon, lat = (west + east) / 2, (south + north) / 2
    return {
        "lon": round(lon, 7),
        "lat": round(lat, 7),
        "bbox": [round(value, 7) for value in (west, south, east, north)],
    }
