"""Text folded for searching: spellings that people do not tell apart become one.

Arabic: the forms of alef become ا, teh marbuta ه, alef maqsura ي, hamza on its carriers the bare
carrier; short vowels and the tatweel fall away; Arabic-Indic and Persian digits become 0–9. Latin:
case and accents fall away. The same table serves what is typed (``fold``) and what is stored
(``Folded``, an SQL expression that the search indexes are made of), so the two always meet.

``number_key`` goes one step further for parcel numbers: whatever people write between block and
number becomes one slash.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import CharField, F, Func

from gisapp.translated import LANGUAGES

_LETTERS = {
    "أ": "ا",
    "إ": "ا",
    "آ": "ا",
    "ٱ": "ا",
    "ة": "ه",
    "ى": "ي",
    "ی": "ي",
    "ئ": "ي",
    "ؤ": "و",
    "ک": "ك",
    "گ": "ك",
}
_DIGITS = {chr(0x0660 + n): str(n) for n in range(10)} | {
    chr(0x06F0 + n): str(n) for n in range(10)
}
_CHANGED = _LETTERS | _DIGITS
# Tatweel; tanwin, short vowels, shadda, sukun, hamza above and below; dagger alef; direction marks.
_DROPPED = "ـ" + "".join(map(chr, range(0x064B, 0x0656))) + "ٰ\u200e\u200f\u061c"
# Between block and number people write a slash, a dash, a point, a comma, a colon, or only a space.
SEPARATOR_PATTERN = r"[\s/\\|.,:;_#–—،٫·-]+"
_SEPARATORS = re.compile(SEPARATOR_PATTERN)
_TABLE = str.maketrans(_CHANGED | dict.fromkeys(_DROPPED, ""))


def fold(text: str) -> str:
    """The text as it is compared: one spelling, lower case, single spaces."""
    plain = unicodedata.normalize("NFKC", text).translate(_TABLE)
    decomposed = unicodedata.normalize("NFD", plain.casefold())
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(bare.split())


def number_key(text: str) -> str:
    """A number as it is compared: folded, any run of separators one slash, none at the ends."""
    return _SEPARATORS.sub("/", fold(text)).strip("/")


class Folded(Func):
    """A stored text folded by the database in the same way (NULL becomes an empty text)."""

    function = "umran_fold"
    arity = 1
    output_field = CharField()


class NumberKey(Func):
    """A stored number as ``number_key`` has it."""

    function = "umran_number_key"
    arity = 1
    output_field = CharField()


NAME_COLUMNS = tuple(f"name_{language}" for language in LANGUAGES)


class FoldedNames(Func):
    """The names of a row in all languages, folded, each in a line of its own."""

    # Written out: every search asks for them several times, and expressions take longer to put
    # together than to evaluate.
    template = "umran_fold(chr(10) || coalesce(%(expressions)s, '') || chr(10))"
    arg_joiner = ", '') || chr(10) || coalesce("
    output_field = CharField()

    def __init__(self) -> None:
        super().__init__(*map(F, NAME_COLUMNS))

    @classmethod
    def sql(cls) -> str:
        """The same of the columns themselves, for triggers."""
        return cls.template % {"expressions": cls.arg_joiner.join(NAME_COLUMNS)}


def words_of(text: Any, *, name: str) -> GinIndex:
    """An index by which a part of a text is found, also when it is misspelt."""
    return GinIndex(OpClass(text, name="gin_trgm_ops"), name=name)


def database_functions() -> str:
    """SQL that makes what ``Folded`` and ``NumberKey`` call.

    Immutable, as an index needs them; so where the table above changes, a migration must run this
    again and rebuild the indexes made of them.
    """
    sql = (Path(__file__).parent / "sql" / "folding.sql").read_text(encoding="utf-8")
    return sql.format(
        source="".join(_CHANGED) + _DROPPED,
        target="".join(_CHANGED.values()),
        separators=SEPARATOR_PATTERN,
    )
