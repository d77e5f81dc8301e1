"""How close a name comes to what was typed.

Exactly that name is the closest, then names that begin with it, then names with all its words, then
similar ones. All of them are compared folded (``gisapp.folding``): here, and by the database, which
finds words and similar names by an index (``gisapp.folding.words_of``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Length

from gisapp.folding import fold, number_key

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
class Wanted:
    """What was typed, as it is compared: folded; as a number; its words."""

    text: str
    key: str
    words: tuple[str, ...]

    @property
    def can_be_looked_for(self) -> bool:
        """Whether an index finds names that hold the words."""
        return any(len(word) >= SHORTEST_WORD for word in self.words)

    def closeness(self, names: Iterable[str]) -> Closeness:
        """How the closest of some folded names fits."""
        return min((self._of(name) for name in names if name), default=Closeness.SIMILAR)

    def order(self, names: Iterable[str]) -> tuple[Closeness, float, int]:
        """By what something of these folded names goes among others, the closest first."""
        said = [name for name in names if name]
        share = max((likeness(self.text, name) for name in said), default=0)
        return self.closeness(said), -share, min(map(len, said), default=0)

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


def in_order(
    wanted: Wanted, things: Iterable[Any], names: Callable[[Any], Iterable[str | None]]
) -> list[Hit]:
    """The things as hits, the closest first; ``names`` tells what one is called."""
    named = [(thing, [fold(name) for name in names(thing) if name]) for thing in things]
    named.sort(key=lambda pair: wanted.order(pair[1]))
    return [Hit(wanted.closeness(said), thing) for thing, said in named]


def likeness(text: str, name: str) -> float:
    """The share of the text's trigrams that the name has, from 0 to 1."""
    wanted = _trigrams(text)
    return len(wanted & _trigrams(name)) / max(len(wanted), 1)


@lru_cache(maxsize=10_000)
def _trigrams(text: str) -> frozenset[str]:
    padded = (f"  {word} " for word in _WORD.findall(text))
    return frozenset(word[at : at + 3] for word in padded for at in range(len(word) - 2))


def holding(column: str, words: Sequence[str]) -> Q:
    """The condition that a folded column has all the words."""
    condition = Q()
    for word in words:
        condition &= Q(**{f"{column}__contains": word})
    return condition


def most_similar(rows: QuerySet, text: str, *, column: str = "folded") -> QuerySet:
    """Rows of which a folded column is similar to the text, the most similar first.

    Follows ``tolerate_misspelling``.
    """
    return (
        rows.filter(**{f"{column}__trigram_word_similar": text})
        .annotate(similarity=TrigramWordSimilarity(text, F(column)))
        .order_by("-similarity", Length(column), column)
    )


def tolerate_misspelling() -> None:
    """Set what PostgreSQL calls similar, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(SIMILAR_FROM)]
        )
