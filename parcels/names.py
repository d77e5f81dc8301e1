"""The names that search looks through: each street's once, each address once without its number.

A city has a few thousand of them and hundreds of thousands of parcels, so what was typed is
compared with the names, and the parcels that bear one are read by name and house number. Triggers
keep the tables with parcels and streets, in the transaction that changes those
(``sql/search_names.sql``).
"""

from __future__ import annotations

import re

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import OpClass
from django.db import connection, transaction
from django.db.models import F

from gisapp.folding import SEPARATOR_PATTERN, FoldedNames, fold, words_of
from parcels.sql import statement

_SEPARATORS = re.compile(SEPARATOR_PATTERN)


class StreetName(models.Model):
    """The names that a street has in all languages, as ``gisapp.folding.FoldedNames``.

    Three names of at most 200 characters are short enough for a key, whatever is in them.
    """

    text = models.TextField(primary_key=True)

    class Meta:
        indexes = [words_of(F("text"), name="street_name_words")]

    def __str__(self) -> str:
        return self.text


class AddressLine(models.Model):
    """What addresses say beside a house number, folded, each language in a line of its own."""

    key = models.UUIDField(primary_key=True)
    text = models.TextField()

    class Meta:
        indexes = [words_of(F("text"), name="address_line_words")]

    def __str__(self) -> str:
        return self.text


class HouseNumber(models.Model):
    """A number in the address of a parcel; one that is empty where the address has none."""

    pk = models.CompositePrimaryKey("parcel_id", "number")
    parcel_id = models.BigIntegerField()
    line = models.UUIDField()
    number = models.TextField()

    class Meta:
        indexes = [
            models.Index(F("line"), OpClass("number", "text_pattern_ops"), name="house_on_a_line")
        ]

    def __str__(self) -> str:
        return self.number


def address_words(text: str) -> tuple[list[str], list[str]]:
    """The words of what was typed as addresses have them: those beside house numbers, and these."""
    words = _SEPARATORS.sub(" ", fold(text)).split()
    return (
        [word for word in words if not "0" <= word[0] <= "9"],
        [word for word in words if "0" <= word[0] <= "9"],
    )


def follow_names() -> str:
    """SQL that makes the functions and triggers which keep the tables."""
    return _statement("search_names")


def fill_names() -> None:
    """Make the tables anew from parcels and streets; names that nobody bears are let go."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_statement("search_names_fill"))


def _statement(name: str) -> str:
    sql = statement(name).replace("{keep_addresses}", statement("search_addresses_keep"))
    return sql.replace("{separators}", SEPARATOR_PATTERN).replace("{names}", FoldedNames.sql())
