"""What people call by what they type, with where on the map it lies."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import get_language

from gisapp.closeness import LONGEST_QUERY as LONGEST_QUERY
from gisapp.closeness import Hit, wanted_of
from gisapp.crs import WGS84_SRID, metric_srid, transformer
from permits.search import everything_called
from tiles.identify import page_of
from tiles.limits import bounded, timeout_ms_of

MOST = 20

Row = dict[str, Any]


def search(text: str, *, user: Any, on: date, limit: int = 10) -> list[Row]:
    """What matches the text, the closest first; at most ``limit`` of each kind.

    ``on`` is the day whose plans name the districts. Raises TookTooLong.
    """
    limit = max(1, min(limit, MOST))
    with bounded(timeout_ms_of(user)):
        hits = everything_called(wanted_of(text), user=user, on=on, limit=limit)
        found = [(hit, _TOLD[kind](hit)) for kind, some in hits.items() for hit in some]
    found.sort(key=lambda pair: pair[0].closeness)  # stable: within it, kinds and their order stay
    return [{**row, "match": hit.closeness.name.lower()} for hit, row in found]


def _parcel(hit: Hit) -> Row:
    parcel = hit.thing
    return {
        "kind": "parcel",
        "title": parcel.reference,
        "detail": parcel.local_address,
        "url": page_of("parcel", parcel.block, parcel.number),
        **_place_of(parcel.geometry.extent, inside=parcel.geometry.point_on_surface),
    }


def _application(hit: Hit) -> Row:
    application = hit.thing
    row: Row = {
        "kind": "application",
        "title": application.number,
        "detail": application.title,
        "url": page_of("application", *application.number.split("/")),
    }
    first = min(application.parcels.all(), key=lambda parcel: parcel.pk, default=None)
    if first is not None:
        row |= _place_of(first.geometry.extent, inside=first.geometry.point_on_surface)
    return row


def _street(hit: Hit) -> Row:
    return {
        "kind": "street",
        **_titles(hit.thing.names),
        "url": "",
        **_place_of(hit.thing.extent),
    }


def _place(hit: Hit) -> Row:
    place = hit.thing
    names = {"ar": place.name_ar, "en": place.name_en, "fr": place.name_fr}
    return {"kind": "place", **_titles(names), "url": "", **_place_of(place.location.extent)}


def _district(hit: Hit) -> Row:
    """A district under its code, which the map shows, with its name beside it."""
    name = _titles(hit.thing.names)["title"]
    return {
        "kind": "district",
        "title": hit.thing.code,
        "detail": name,
        "url": "",
        **_place_of(hit.thing.extent),
    }


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


_TOLD = {
    "parcel": _parcel,
    "application": _application,
    "street": _street,
    "place": _place,
    "district": _district,
}
