"""What people call by what they type: parcels, applications, streets, places, districts.

The search page, the map's box and the API all ask here. Of each kind the closest come first:
exactly that name, then names that begin with it, then names with all its words, then similar ones.
Spelling is folded first (``gisapp.folding``); every question is answered from an index.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any

from django.contrib.gis.db.models import Extent, QuerySet
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import F, Q
from django.urls import reverse

from gisapp.crs import WGS84_SRID, metric_srid, transformer
from gisapp.folding import Folded, FoldedNames, NumberKey, fold, number_key
from gisapp.translated import LANGUAGES
from parcels.models import Parcel, Place, StreetSegment
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

    @property
    def has_a_word(self) -> bool:
        """Whether a name can be looked through for it; any number occurs in some address."""
        return any(len(word) >= SHORTEST_WORD and not word.isdigit() for word in self.words)

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
    for similar in (False, True):
        found = {
            "parcel": parcels_called(wanted, limit=limit, similar=similar),
            "application": applications_called(wanted, user=user, limit=limit),
            "street": streets_called(wanted, limit=limit, similar=similar),
            "place": places_called(wanted, limit=limit, similar=similar),
            "district": districts_called(wanted, on=on, limit=limit, similar=similar),
        }
        if any(found.values()):
            return found
    return {}


def parcels_called(wanted: Wanted, *, limit: int, similar: bool = False) -> list[Hit]:
    """Parcels of this number or address; with ``similar``, of an address like it."""
    found: dict[int, Closeness] = {}
    if not similar:
        found = _numbered(wanted)
        if len(found) < limit and wanted.has_a_word:
            found |= _addressed(wanted.words, wanted.closeness)
    elif wanted.has_a_word:
        found = _addressed(_mended(wanted), lambda names: Closeness.SIMILAR)
    chosen = list(found)[:limit]
    rows = Parcel.objects.in_bulk(chosen)
    return [Hit(found[key], rows[key]) for key in chosen if key in rows]


def called(parcels: QuerySet, wanted: Wanted) -> QuerySet:
    """Of these parcels all whose number begins so, or with all the words in their address."""
    rows = parcels.annotate(key=NumberKey("reference"), folded=Folded("address"))
    of_the_number = Q(key__startswith=wanted.key) if wanted.key else Q(pk__in=[])
    if not wanted.has_a_word:
        return rows.filter(of_the_number)
    return rows.filter(of_the_number | _all_in("folded", wanted.words))


def _numbered(wanted: Wanted) -> dict[int, Closeness]:
    """Parcels whose number begins so, the closest first."""
    if not wanted.key:
        return {}
    numbered: Any = Parcel.objects.numbered_from(wanted.key)
    rows = numbered.values_list("pk", "key")
    ordered = sorted(rows.order_by("key")[:CANDIDATES], key=lambda row: (len(row[1]), row[1]))
    return {pk: Closeness.EXACT if key == wanted.key else Closeness.PREFIX for pk, key in ordered}


def _addressed(
    words: Sequence[str], closeness: Callable[[Sequence[str]], Closeness]
) -> dict[int, Closeness]:
    """Parcels with all the words in their address, the closest first.

    An address may hold its text in several languages, with a middle dot between.
    """
    if not words:
        return {}
    rows = Parcel.objects.annotate(folded=Folded("address")).filter(_all_in("folded", words))
    found = sorted(
        (closeness(address.split(" · ")), _strays(address, words), address, pk)
        for pk, address in rows.values_list("pk", "folded")[:CANDIDATES]
    )
    return {pk: close for close, _, _, pk in found}


def _all_in(column: str, words: Iterable[str]) -> Q:
    condition = Q()
    for word in words:
        condition &= Q(**{f"{column}__contains": word})
    return condition


def _strays(name: str, words: Iterable[str]) -> int:
    """How many of the words are only a part of a word of the name, as 12 is of 112."""
    whole = set(_WORD.findall(name))
    return sum(word not in whole for word in words)


def _mended(wanted: Wanted) -> list[str]:
    """The words of an address, its street as the streets have it; none where none is similar.

    There are too many addresses to compare with each; the streets' names are their vocabulary.
    """
    letters = " ".join(word for word in wanted.words if not word.isdigit())
    streets = _similar(StreetSegment.objects.all(), letters).values_list("folded", flat=True)
    for names in streets[:1]:
        name = max(names.split("\n"), key=lambda line: _likeness(letters, line))
        return [*_WORD.findall(name), *(word for word in wanted.words if word.isdigit())]
    return []


def _likeness(text: str, name: str) -> float:
    """The share of the text's trigrams that the name has."""
    wanted = _trigrams(text)
    return len(wanted & _trigrams(name)) / max(len(wanted), 1)


def _trigrams(text: str) -> set[str]:
    padded = (f"  {word} " for word in _WORD.findall(text))
    return {word[at : at + 3] for word in padded for at in range(len(word) - 2)}


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


def streets_called(wanted: Wanted, *, limit: int, similar: bool = False) -> list[Hit]:
    """Streets of this name, or a similar one, all segments of one name together."""

    def together(rows: QuerySet) -> list[Named]:
        columns = [f"name_{language}" for language in LANGUAGES]
        grouped = rows.order_by().values(*columns).annotate(extent=Extent("centre_line"))
        return [
            Named({lang: row[f"name_{lang}"] or "" for lang in LANGUAGES}, row["extent"])
            for row in grouped[:CANDIDATES]
        ]

    rows = StreetSegment.objects.all()
    found = _by_name(rows, wanted, together, lambda one: one.names.values(), similar=similar)
    return found[:limit]


def places_called(wanted: Wanted, *, limit: int, similar: bool = False) -> list[Hit]:
    """Places of this name, or a similar one."""

    def names(place: Any) -> Iterable[str | None]:
        return place.name_ar, place.name_en, place.name_fr

    def read(rows: QuerySet) -> list[Any]:
        return list(rows[:CANDIDATES])

    return _by_name(Place.objects.all(), wanted, read, names, similar=similar)[:limit]


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

    by_code: list[Hit] = []
    if not similar:
        codes = District.objects.annotate(folded=Folded("code")).filter(folded=wanted.text)
        by_code = [Hit(Closeness.EXACT, one) for one in together(codes)]
    rows = District.objects.all()
    by_name = _by_name(rows, wanted, together, lambda one: one.names.values(), similar=similar)
    known = {hit.thing.code for hit in by_code}
    return [*by_code, *(hit for hit in by_name if hit.thing.code not in known)][:limit]


def _by_name(
    rows: QuerySet,
    wanted: Wanted,
    read: Callable[[QuerySet], list[Any]],
    names: Callable[[Any], Iterable[str | None]],
    *,
    similar: bool,
) -> list[Hit]:
    """Rows with all the words in their names, or with a similar name, the closest first."""
    if not any(len(word) >= SHORTEST_WORD for word in wanted.words):
        return []
    if similar:
        found = read(_similar(rows, wanted.text))
    else:
        named = rows.annotate(folded=FoldedNames())
        found = read(named.filter(_all_in("folded", wanted.words)))

    def order(hit: Hit) -> tuple[Closeness, float, int]:
        said = [fold(name) for name in names(hit.thing) if name]
        likeness = max((_likeness(wanted.text, name) for name in said), default=0)
        return hit.closeness, -likeness, min(map(len, said), default=0)

    hits = (
        Hit(wanted.closeness([fold(name) for name in names(thing) if name]), thing)
        for thing in found
    )
    return sorted(hits, key=order)


def _similar(rows: QuerySet, text: str) -> QuerySet:
    """Rows with a name similar to the text, the most similar first."""
    tolerate_misspelling()
    return (
        rows.annotate(folded=FoldedNames())
        .filter(folded__trigram_word_similar=text)
        .annotate(similarity=TrigramWordSimilarity(text, F("folded")))
        .order_by("-similarity", "pk")
    )
