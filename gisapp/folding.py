"""Text folded for searching: spellings that people do not tell apart become one.

Arabic: the forms of alef become ا, teh marbuta ه, alef maqsura ي, hamza on its carriers the bare
carrier; short vowels and the tatweel fall away; Arabic-Indic and Persian digits become 0–9. Latin:
case and accents fall away. The same table serves what is typed (``fold``) and what is stored
(``Folded``, an SQL expression), so the two always meet.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Func
from django.db.models.sql.compiler import SQLCompiler

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
_TABLE = str.maketrans(_CHANGED | dict.fromkeys(_DROPPED, ""))


def fold(text: str) -> str:
    """The text as it is compared: one spelling, lower case, single spaces."""
    plain = unicodedata.normalize("NFKC", text).translate(_TABLE)
    decomposed = unicodedata.normalize("NFD", plain.casefold())
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(bare.split())


class Folded(Func):
    """A stored text folded by the database in the same way (NULL becomes an empty text)."""

    output_field = CharField()

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        sql, parameters = compiler.compile(self.source_expressions[0])
        source = "".join(_CHANGED) + _DROPPED
        target = "".join(_CHANGED.values())
        return (
            f"translate(lower(unaccent(coalesce({sql}, ''))), %s, %s)",
            (*parameters, source, target),
        )
