"""Land that is called by what somebody typed: parcels, streets, places; the closest come first.

What was typed is compared with each name once (``parcels.names``), and what bears the closest names
is read by an index.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice
from typing import Any

from django.contrib.gis.db.models import Extent, QuerySet
from django.db import connection
from django.db.models import Q
from django.urls import reverse

from gisapp.closeness import (
    CANDIDATES,
    Closeness,
    Hit,
    Wanted,
    holding,
    in_order,
    likeness,
    most_similar,
    wanted_of,
)
from gisapp.crs import WGS84_SRID, metric_srid, transformer
from gisapp.folding import NAME_COLUMNS, FoldedNames, NumberKey
from gisapp.translated import LANGUAGES
from parcels.models import AddressLine, HouseNumber, Parcel, Place, StreetName, StreetSegment
from parcels.names import address_words
from parcels.sql import statement

LIKELY = 30
"""Of similar names so many are compared letter by letter."""
NAMES = 50
"""So many kept names are asked for what bears them."""


@dataclass(frozen=True)
class Named:
    """A street or district: a name in three languages, and where all that has it lies.

    ``extent`` is west, south, east, north in the metric CRS.
    """

    names: dict[str, str]
    extent: tuple[float, float, float, float]
    code: str = ""

    @property
    def map_address(self) -> str:
        """The map with all of it in view."""
        to_degrees = transformer(metric_srid(), WGS84_SRID)
        west, south, east, north = to_degrees.transform_bounds(*self.extent)
        # A map 500 pixels wide; the whole Earth is 256 wide at zoom 0.
        degrees = max(east - west, north - south, 1e-4)
        zoom = min(18, int(math.log2(360 / degrees * 500 / 256)))
        lat, lon = (south + north) / 2, (west + east) / 2
        return f"{reverse('map')}#{zoom}/{lat:.5f}/{lon:.5f}"


def parcels_called(wanted: Wanted, *, limit: int, like: Iterable[str] | None = None) -> list[Hit]:
    """Parcels of this number or address; or on the street, of those like it, that is meant."""
    beside, numbers = _address(wanted)
    if like is not None:
        mended = _mended(beside.text, like)
        found = dict.fromkeys(_addressed(mended, numbers, limit=limit), Closeness.SIMILAR)
    else:
        found = _numbered(wanted)
        if len(found) < limit:
            found |= _addressed(beside, numbers, limit=limit)
    chosen = list(found)[:limit]
    rows = Parcel.objects.in_bulk(chosen)
    return [Hit(found[key], rows[key]) for key in chosen if key in rows]


def called(parcels: QuerySet, wanted: Wanted) -> QuerySet:
    """Of these parcels all whose number begins so, or with all the words in their address."""
    rows = parcels.annotate(key=NumberKey("reference"))
    chosen = Q(key__startswith=wanted.key) if wanted.key else Q(pk__in=[])
    beside, numbers = _address(wanted)
    if beside.can_be_looked_for:
        lines = AddressLine.objects.filter(holding("text", beside.words))
        on_them = HouseNumber.objects.filter(line__in=lines.values("key"))
        there = Q()
        for number in numbers or [""]:
            houses = on_them.filter(number__startswith=number)
            there &= Q(pk__in=houses.values("parcel_id"))
        chosen |= there
    return rows.filter(chosen)


def streets_called(wanted: Wanted, *, limit: int, like: Iterable[str] | None = None) -> list[Hit]:
    """Streets of this name, or those like it, all segments of one name together."""
    names = like
    if names is None:
        if not wanted.can_be_looked_for:
            return []
        names = _street_names(wanted)
    likely = islice(names, NAMES)
    closest = sorted(likely, key=lambda text: wanted.order(text.split("\n")))[:limit]
    segments = StreetSegment.objects.annotate(folded=FoldedNames()).filter(folded__in=closest)
    grouped = segments.order_by().values(*NAME_COLUMNS).annotate(extent=Extent("centre_line"))
    streets = (
        Named({lang: row[f"name_{lang}"] or "" for lang in LANGUAGES}, row["extent"])
        for row in grouped
    )
    return in_order(wanted, streets, lambda one: one.names.values())[:limit]


def similar_streets(wanted: Wanted) -> list[str]:
    """The kept names of streets similar to what was typed beside house numbers, the most first."""
    beside, _ = _address(wanted)
    if not beside.can_be_looked_for:
        return []
    similar = most_similar(StreetName.objects.all(), beside.text, column="text")
    return list(similar.values_list("text", flat=True)[:CANDIDATES])


def places_called(wanted: Wanted, *, limit: int, similar: bool = False) -> list[Hit]:
    """Places of this name, or a similar one."""
    if not wanted.can_be_looked_for:
        return []
    rows = Place.objects.annotate(folded=FoldedNames())
    if similar:
        found = most_similar(rows, wanted.text)
    else:
        found = rows.filter(holding("folded", wanted.words))

    def names(place: Place) -> Iterable[str | None]:
        return [getattr(place, column) for column in NAME_COLUMNS]

    return in_order(wanted, found[:CANDIDATES], names)[:limit]


def _address(wanted: Wanted) -> tuple[Wanted, list[str]]:
    """What was typed as an address: what stands beside house numbers, and these."""
    beside, numbers = address_words(wanted.text)
    return wanted_of(" ".join(beside)), numbers


def _numbered(wanted: Wanted) -> dict[int, Closeness]:
    """Keys of parcels whose number begins so, the closest first."""
    if not wanted.key:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(statement("parcels_numbered"), [_beginning(wanted.key), CANDIDATES])
        rows = sorted(cursor.fetchall(), key=lambda row: (len(row[1]), row[1]))
    return {pk: Closeness.EXACT if key == wanted.key else Closeness.PREFIX for pk, key in rows}


def _addressed(beside: Wanted, numbers: list[str], *, limit: int) -> dict[int, Closeness]:
    """Keys of parcels with all the words in their address and all the house numbers, closest first.

    A number that is only the beginning of a house's comes after those that are the whole.
    """
    if not beside.can_be_looked_for:
        return {}
    first, *others = sorted(numbers, key=len, reverse=True) or [""]
    ordered = []
    for pk, number, line in _houses(beside, first, others, limit=limit):
        fit = beside.closeness(line.split("\n"))
        stray = number != first
        at_best = Closeness.EXACT if not stray else Closeness.PREFIX if first else Closeness.WORD
        order = max(fit, at_best), stray, fit, len(line), line, len(number), number
        ordered.append((order, pk))
    found: dict[int, Closeness] = {}
    for (closeness, *_), pk in sorted(ordered):
        found.setdefault(pk, closeness)
    return found


def _houses(
    beside: Wanted, number: str, others: list[str], *, limit: int
) -> set[tuple[int, str, str]]:
    """Parcel, number and line of houses whose number begins so, on the closest lines.

    A house is sought on all lines that hold the words; without a number, a few houses on each of
    the closest lines do.
    """
    lines, values = _closest(AddressLine, beside, most=None if number else NAMES)
    sql = statement("houses_on_lines").format(lines=lines)
    patterns = [_beginning(other) for other in others]

    def asked(pattern: str) -> set[tuple[int, str, str]]:
        on_a_line = CANDIDATES if number else limit
        with connection.cursor() as cursor:
            cursor.execute(sql, [*values, pattern, patterns, on_a_line, CANDIDATES])
            return set(cursor.fetchall())

    found = asked(_beginning(number))
    whole = sum(its_number == number for _, its_number, _ in found)
    if len(found) == CANDIDATES and whole < limit:  # farther back may be more of the whole number
        found |= asked(_escaped(number))
    return found


def _street_names(wanted: Wanted) -> list[str]:
    """Kept names of streets with all the words, the closest first."""
    with connection.cursor() as cursor:
        cursor.execute(*_closest(StreetName, wanted, most=NAMES))
        return [text for _, text, *_ in cursor.fetchall()]


def _closest(
    table: type[AddressLine | StreetName], wanted: Wanted, *, most: int | None
) -> tuple[str, list[Any]]:
    """The question for kept names with all the words, the closest first, and its values."""
    question = statement("names_closest").format(
        key=table._meta.pk.column,
        table=table._meta.db_table,
        held=" AND ".join(["text LIKE %s"] * len(wanted.words)),
    )
    held = [f"%{_escaped(word)}%" for word in wanted.words]
    return question, [f"\n{wanted.text}\n", f"\n{wanted.text}", *held, most]


def _beginning(text: str) -> str:
    """A pattern of LIKE for what begins with a text."""
    return f"{_escaped(text)}%"


def _escaped(text: str) -> str:
    """A text in a pattern of LIKE that stands for itself."""
    return re.sub(r"([%_\\])", r"\\\1", text)


def _mended(beside: str, streets: Iterable[str]) -> Wanted:
    """An address beside its house number, as one of the streets like it has it; empty without any.

    There may be as many addresses as parcels; the streets' names are their vocabulary.
    """
    names = [name for text in streets for name in text.split("\n") if name]
    likely = sorted(names, key=lambda name: (-likeness(beside, name), len(name)))[:LIKELY]

    def fit(name: str) -> float:
        # Trigrams alone can not tell "nlie street" from any other street.
        return likeness(beside, name) + SequenceMatcher(None, beside, name).ratio()

    return wanted_of(" ".join(address_words(max(likely, key=fit, default=""))[0]))
