"""What people call by what they type: parcels, applications, streets, places, districts.

The search page, the map's box and the API all ask here. Of each kind the closest come first:
exactly that name, then names that begin with it, then names with all its words, then similar ones.
Spelling is folded first (``gisapp.folding``). What was typed is compared with each name once
(``parcels.names``), and what bears the closest names is read by an index.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import IntEnum
from functools import lru_cache
from itertools import islice
from typing import Any

from django.contrib.gis.db.models import Extent, QuerySet
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Length
from django.urls import reverse

from gisapp.crs import WGS84_SRID, metric_srid, transformer
from gisapp.folding import Folded, FoldedNames, NumberKey, fold, number_key
from gisapp.translated import LANGUAGES
from parcels.models import AddressLine, HouseNumber, Parcel, Place, StreetName, StreetSegment
from parcels.names import address_words
from permits.models import Application
from zoning.models import District, PlanVersion, Zone

LONGEST_QUERY = 200
SHORTEST_WORD = 3
"""A part of a name is looked for from three letters on: that is what an index of trigrams finds."""
SIMILAR_FROM = 0.45
"""The share of a query's trigrams that a name must have to count as a misspelling of it: about one
wrong letter in a word of five."""
CANDIDATES = 200
"""So many names are looked at to find the closest; who types “street” will type on."""
LIKELY = 30
"""Of similar names so many are compared letter by letter."""
NAMES = 50
"""Of names that are kept once, the database gives so many in the order of closeness."""
CLOSEST = """
    SELECT {key}, text
    FROM {table}
    WHERE {held}
    ORDER BY
        CASE
            WHEN strpos(text, %s) > 0 THEN 0
            WHEN strpos(text, %s) > 0 THEN 1
            ELSE 2
        END,
        length(text),
        text
    LIMIT %s
"""
"""Names that hold every word: first those that are a text or begin with it, then by length."""
SIMILAR = """
    SELECT text
    FROM parcels_streetname
    WHERE text %%> %(text)s
    ORDER BY word_similarity(%(text)s, text) DESC, length(text), text
    LIMIT %(most)s
"""
"""Names of streets similar to a text; see ``tolerate_misspelling``."""
NUMBERED = """
    SELECT id, umran_number_key(reference) AS key
    FROM parcels_parcel
    WHERE umran_number_key(reference) LIKE %s
    ORDER BY key USING ~<~
    LIMIT %s
"""
"""Parcels whose number begins so, in the order of the index, so that the rest is never sorted."""
HOUSES = """
    SELECT house.parcel_id, house.number, line.nth
    FROM unnest(%(lines)s::uuid[]) WITH ORDINALITY AS line (key, nth), LATERAL (
        SELECT parcel_id, number
        FROM parcels_housenumber AS first
        WHERE first.line = line.key AND first.number LIKE %(first)s AND (
            SELECT coalesce(bool_and(EXISTS (
                SELECT FROM parcels_housenumber AS other
                WHERE other.parcel_id = first.parcel_id AND other.number LIKE pattern)), true)
            FROM unnest(%(others)s::text[]) AS pattern)
        ORDER BY number USING ~<~
        LIMIT %(most)s
    ) AS house
"""
"""Houses on lines of addresses, a few of each: keys of lines, closest first; number patterns."""

_WORD = re.compile(r"\w+")


class Closeness(IntEnum):
    """How a name fits what was typed; the smaller the closer."""

    EXACT = 0
    PREFIX = 1
    WORD = 2
    SIMILAR = 3


@dataclass(frozen=True)
class Hit:
    """Something of that name."""

    closeness: Closeness
    thing: Any


@dataclass(frozen=True)
class Named:
    """A street or district: a name in three languages, and where all that has it lies."""

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


@dataclass(frozen=True)
class Wanted:
    """What was typed, as it is compared."""

    text: str
    key: str
    words: tuple[str, ...]

    def closeness(self, names: Iterable[str]) -> Closeness:
        """How the closest of some folded names fits."""
        return min((self._of(name) for name in names if name), default=Closeness.SIMILAR)

    def _of(self, name: str) -> Closeness:
        if name == self.text:
            return Closeness.EXACT
        if name.startswith(self.text):
            return Closeness.PREFIX
        held = all(word in name for word in self.words)
        return Closeness.WORD if held else Closeness.SIMILAR


def wanted_of(text: str) -> Wanted:
    """What a typed text asks for."""
    folded = fold(text[:LONGEST_QUERY].replace("\x00", ""))
    return Wanted(folded, number_key(folded), tuple(_WORD.findall(folded)))


def tolerate_misspelling() -> None:
    """Set what PostgreSQL calls similar, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(SIMILAR_FROM)]
        )


def everything_called(wanted: Wanted, *, user: Any, on: date, limit: int) -> dict[str, list[Hit]]:
    """What is called so, by kind, the closest first; of each kind at most ``limit``.

    Similar names are looked for only where nothing is closer: who writes a name rightly does not
    want its misspellings. ``on`` is the day whose plans name the districts.
    """
    if not wanted.words:
        return {}
    found = {
        "parcel": parcels_called(wanted, limit=limit),
        "application": applications_called(wanted, user=user, limit=limit),
        "street": streets_called(wanted, limit=limit),
        "place": places_called(wanted, limit=limit),
        "district": districts_called(wanted, on=on, limit=limit),
    }
    if any(found.values()):
        return found
    tolerate_misspelling()
    names = _similar_names(" ".join(address_words(wanted.text)[0]))
    return {
        "parcel": parcels_called(wanted, limit=limit, like=names),
        "street": streets_called(wanted, limit=limit, like=names),
        "place": places_called(wanted, limit=limit, similar=True),
        "district": districts_called(wanted, on=on, limit=limit, similar=True),
    }


def parcels_called(wanted: Wanted, *, limit: int, like: Iterable[str] | None = None) -> list[Hit]:
    """Parcels of this number or address; or on the street, of those like it, that is meant."""
    beside, numbers = address_words(wanted.text)
    if like is not None:
        mended = _mended(" ".join(beside), like)
        found = dict.fromkeys(_addressed(mended, numbers, limit=limit), Closeness.SIMILAR)
    else:
        found = _numbered(wanted)
        if len(found) < limit and _can_be_looked_for(beside):
            found |= _addressed(" ".join(beside), numbers, limit=limit)
    chosen = list(found)[:limit]
    rows = Parcel.objects.in_bulk(chosen)
    return [Hit(found[key], rows[key]) for key in chosen if key in rows]


def _can_be_looked_for(words: Iterable[str]) -> bool:
    return any(len(word) >= SHORTEST_WORD for word in words)


def called(parcels: QuerySet, wanted: Wanted) -> QuerySet:
    """Of these parcels all whose number begins so, or with all the words in their address."""
    rows = parcels.annotate(key=NumberKey("reference"))
    chosen = Q(key__startswith=wanted.key) if wanted.key else Q(pk__in=[])
    beside, numbers = address_words(wanted.text)
    if _can_be_looked_for(beside):
        lines = AddressLine.objects.filter(_all_in("text", _WORD.findall(" ".join(beside))))
        on_them = HouseNumber.objects.filter(line__in=lines.values("key"))
        there = Q()
        for number in numbers or [""]:
            houses = on_them.filter(number__startswith=number)
            there &= Q(pk__in=houses.values("parcel_id"))
        chosen |= there
    return rows.filter(chosen)


def _numbered(wanted: Wanted) -> dict[int, Closeness]:
    """Parcels whose number begins so, the closest first."""
    if not wanted.key:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(NUMBERED, [f"{_escaped(wanted.key)}%", CANDIDATES])
        rows = sorted(cursor.fetchall(), key=lambda row: (len(row[1]), row[1]))
    return {pk: Closeness.EXACT if key == wanted.key else Closeness.PREFIX for pk, key in rows}


def _escaped(text: str) -> str:
    """A text in a pattern of LIKE that stands for itself."""
    return re.sub(r"([%_\\])", r"\\\1", text)


def _addressed(beside: str, numbers: list[str], *, limit: int) -> dict[int, Closeness]:
    """Parcels with all the words in their address and all the house numbers, the closest first.

    A number that is only the beginning of a house's comes after those that are the whole.
    """
    words = _WORD.findall(beside)
    if not words:
        return {}
    lines = dict(_closest_names(AddressLine, beside, words))
    if not lines:
        return {}
    wanted = Wanted(beside, "", tuple(words))
    fits = {key: wanted.closeness(text.split("\n")) for key, text in lines.items()}
    first, *others = sorted(numbers, key=len, reverse=True) or [""]
    with connection.cursor() as cursor:
        cursor.execute(
            HOUSES,
            {
                "lines": list(lines),
                "first": f"{_escaped(first)}%",
                "others": [f"{_escaped(number)}%" for number in others],
                "most": CANDIDATES if numbers else limit,
            },
        )
        houses = cursor.fetchall()
    keys = list(lines)
    found = []
    for pk, number, nth in houses:
        stray = number != first
        at_best = Closeness.EXACT if not stray else Closeness.PREFIX if first else Closeness.WORD
        closeness = max(fits[keys[nth - 1]], at_best)
        found.append((closeness, stray, nth, len(number), number, pk))
    return {pk: closeness for closeness, *_, pk in sorted(found)}


def _closest_names(
    table: type[AddressLine | StreetName], text: str, words: Sequence[str]
) -> list[Any]:
    """The names kept once that have all the words, with their keys, the closest to a text first."""
    sql = CLOSEST.format(
        key=table._meta.pk.column,
        table=table._meta.db_table,
        held=" AND ".join(["text LIKE %s"] * len(words)),
    )
    held = [f"%{_escaped(word)}%" for word in words]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*held, f"\n{text}\n", f"\n{text}", NAMES])
        return cursor.fetchall()


def _all_in(column: str, words: Iterable[str]) -> Q:
    condition = Q()
    for word in words:
        condition &= Q(**{f"{column}__contains": word})
    return condition


def _mended(beside: str, streets: Iterable[str]) -> str:
    """An address beside its house number, as one of the streets like it has it; empty without any.

    There may be as many addresses as parcels; the streets' names are their vocabulary.
    """
    names = [name for text in streets for name in text.split("\n") if name]
    likely = sorted(names, key=lambda name: (-_likeness(beside, name), len(name)))[:LIKELY]

    def fit(name: str) -> float:
        # Trigrams alone can not tell "nlie street" from any other street.
        return _likeness(beside, name) + SequenceMatcher(None, beside, name).ratio()

    return " ".join(address_words(max(likely, key=fit, default=""))[0])


def _likeness(text: str, name: str) -> float:
    """The share of the text's trigrams that the name has."""
    wanted = _trigrams(text)
    return len(wanted & _trigrams(name)) / max(len(wanted), 1)


@lru_cache(maxsize=10_000)
def _trigrams(text: str) -> frozenset[str]:
    padded = (f"  {word} " for word in _WORD.findall(text))
    return frozenset(word[at : at + 3] for word in padded for at in range(len(word) - 2))


def applications_called(wanted: Wanted, *, user: Any, limit: int) -> list[Hit]:
    """Applications of this number or serial number that the person may see, the latest first."""
    if not wanted.text:
        return []
    rows = Application.objects.visible_to(user).annotate(folded=Folded("number"))
    called = Q(folded__startswith=wanted.text)
    if wanted.text.isdigit():
        called |= Q(folded__endswith=f"/{wanted.text.zfill(6)}")
    found = rows.filter(called).order_by("-number").prefetch_related("parcels")[:limit]
    return [
        Hit(Closeness.EXACT if application.folded == wanted.text else Closeness.PREFIX, application)
        for application in found
    ]


def streets_called(wanted: Wanted, *, limit: int, like: Iterable[str] | None = None) -> list[Hit]:
    """Streets of this name, or those like it, all segments of one name together."""
    names = like
    if names is None:
        if not _can_be_looked_for(wanted.words):
            return []
        names = (text for text, _ in _closest_names(StreetName, wanted.text, wanted.words))
    closest = sorted(islice(names, NAMES), key=lambda text: _order(wanted, text.split("\n")))[
        :limit
    ]
    segments = StreetSegment.objects.annotate(folded=FoldedNames()).filter(folded__in=closest)
    columns = [f"name_{language}" for language in LANGUAGES]
    grouped = segments.order_by().values(*columns).annotate(extent=Extent("centre_line"))
    streets = (
        Named({lang: row[f"name_{lang}"] or "" for lang in LANGUAGES}, row["extent"])
        for row in grouped
    )
    return _in_order(wanted, streets, lambda one: one.names.values())[:limit]


def places_called(wanted: Wanted, *, limit: int, similar: bool = False) -> list[Hit]:
    """Places of this name, or a similar one."""
    if not _can_be_looked_for(wanted.words):
        return []
    rows = Place.objects.annotate(folded=FoldedNames())
    if similar:
        found = _most_similar(rows, wanted.text)
    else:
        found = rows.filter(_all_in("folded", wanted.words))

    def names(place: Any) -> Iterable[str | None]:
        return place.name_ar, place.name_en, place.name_fr

    return _in_order(wanted, found[:CANDIDATES], names)[:limit]


def districts_called(wanted: Wanted, *, on: date, limit: int, similar: bool = False) -> list[Hit]:
    """Zoning districts of this code or name in the plans in force on the day."""
    versions = PlanVersion.objects.in_force(on=on).order_by().values("pk")

    def together(rows: QuerySet) -> list[Named]:
        zones = Zone.objects.filter(version__in=versions, district__in=rows.values("pk"))
        columns = ["district__code", *(f"district__name_{language}" for language in LANGUAGES)]
        grouped = zones.order_by().values(*columns).annotate(extent=Extent("geometry"))
        return [
            Named(
                {lang: row[f"district__name_{lang}"] or "" for lang in LANGUAGES},
                row["extent"],
                code=row["district__code"],
            )
            for row in grouped[:CANDIDATES]
        ]

    rows = District.objects.annotate(folded=FoldedNames())
    if similar:
        found = _most_similar(rows, wanted.text)
    else:
        wanted_rows = Q(code_folded=wanted.text)
        if _can_be_looked_for(wanted.words):
            wanted_rows |= _all_in("folded", wanted.words)
        found = rows.annotate(code_folded=Folded("code")).filter(wanted_rows)
    hits = _in_order(wanted, together(found), lambda one: (one.code, *one.names.values()))
    return hits[:limit]


def _in_order(
    wanted: Wanted, things: Iterable[Any], names: Callable[[Any], Iterable[str | None]]
) -> list[Hit]:
    """The things as hits, the closest first."""
    named = [(thing, [fold(name) for name in names(thing) if name]) for thing in things]
    named.sort(key=lambda pair: _order(wanted, pair[1]))
    return [Hit(wanted.closeness(said), thing) for thing, said in named]


def _order(wanted: Wanted, said: Iterable[str]) -> tuple[Closeness, float, int]:
    """By what something of these folded names goes among others."""
    names = [name for name in said if name]
    likeness = max((_likeness(wanted.text, name) for name in names), default=0)
    return wanted.closeness(names), -likeness, min(map(len, names), default=0)


def _similar_names(text: str) -> list[str]:
    """Names of streets similar to the text, the most similar first."""
    if not _can_be_looked_for(text.split()):
        return []
    with connection.cursor() as cursor:
        cursor.execute(SIMILAR, {"text": text, "most": CANDIDATES})
        return [name for (name,) in cursor.fetchall()]


def _most_similar(rows: QuerySet, text: str) -> QuerySet:
    """Rows whose ``folded`` names are similar to the text, the most similar first; see
    ``tolerate_misspelling``."""
    return (
        rows.filter(folded__trigram_word_similar=text)
        .annotate(similarity=TrigramWordSimilarity(text, F("folded")))
        .order_by("-similarity", Length("folded"), "folded")
    )
