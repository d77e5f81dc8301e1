"""What an export will hold, in words: which part of a layer, of when, how much, on which terms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from gisapp.templatetags.umran import measure, ref
from tiles.exports.licence import licence_of
from tiles.exports.wanted import Part, Wanted
from tiles.limits import TookTooLong, bounded, timeout_ms_of
from tiles.query.collections import COUNTED, counted
from tiles.query.numbers import read_numbers
from tiles.query.selection import place

MOST_LISTED = 5


def summary(wanted: Wanted) -> list[tuple[str, Any]]:
    """Each fact with its name, in the active language. For a question that can be read."""
    licence = licence_of(wanted)
    version = wanted.scope.version
    facts = [
        (_("Layer"), licence.title),
        (_("Which part"), part_in_words(wanted.part)),
        (_("Features"), _count(wanted)),
        (_("As of"), version or date_format(wanted.scope.on)),
        (_("Licence"), licence.licence),
        (_("Sources"), licence.attribution),
    ]
    if wanted.part.filter:
        condition = format_html('<code dir="ltr">{}</code>', wanted.part.filter)
        facts.insert(2, (_("Only where"), condition))
    return facts


def part_in_words(part: Part) -> str:
    """Which part of a layer is meant, but for its condition."""
    return WORDS[part.way](part)


def _rectangle(part: Part) -> str:
    where = place(part)
    if where is None or where.value is None:
        return _("A place far from the city")
    west, south, east, north = where.value.extent
    return format_html(
        _("A rectangle of {width} × {height}"),
        width=measure(east - west, "0 m"),
        height=measure(north - south, "0 m"),
    )


def _area(part: Part) -> str:
    where = place(part)
    size = None if where is None else where.value.area
    return format_html(_("An area of {size}"), size=measure(size, "0 m2"))


def _point(part: Part) -> str:
    return format_html(_("At the point {place}"), place=ref(f"{part.lon}, {part.lat}"))


def _near(part: Part) -> str:
    return format_html(
        _("Within {distance} of parcel {parcel}"),
        distance=measure(part.distance_m, "0 m"),
        parcel=ref(part.near),
    )


def _listed(part: Part) -> str:
    texts = [one.text for one in read_numbers(part.references.encode())]
    named = format_html_join(", ", "{}", ((ref(text[:40]),) for text in texts[:MOST_LISTED]))
    if len(texts) == 1:
        return format_html(_("Parcel {parcel}"), parcel=named)
    if len(texts) <= MOST_LISTED:
        return format_html(_("Parcels {parcels}"), parcels=named)
    more = len(texts) - MOST_LISTED
    return format_html(_("Parcels {parcels} and {count} more"), parcels=named, count=more)


WORDS: dict[str, Callable[[Part], str]] = {
    "": lambda part: part.municipality or _("The whole city"),
    "block": lambda part: format_html(_("Block {block}"), block=ref(part.block)),
    "references": _listed,
    "lon": _point,
    "bbox": _rectangle,
    "within": _area,
    "near": _near,
}


def _count(wanted: Wanted) -> str:
    try:
        with bounded(timeout_ms_of(wanted.scope.user)):
            found = counted(wanted.rows)
    except TookTooLong:
        return _("not counted; it would take long")
    if found is None:
        return _("more than %(most)s") % {"most": intcomma(COUNTED)}
    return intcomma(found)
