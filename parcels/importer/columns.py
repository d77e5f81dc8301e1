"""How the profile maps columns to fields, and how a cell becomes a value.

A cell that can not be right (a negative area, text where a number belongs) is *refused*: the field
stays unknown, the report gets a line, and the feature itself is kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from gisapp.translated import LANGUAGES
from parcels.importer.units import UNITS, Quantity

Row = Mapping[str, Any]

ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")
PERSIAN_DECIMAL = str.maketrans({"٫": ".", "٬": ""})


class Refused(Exception):
    """A cell's value can not be right; ``code`` and ``limit`` say why, for the report."""

    def __init__(self, code: str, *, value: Any, limit: Any = "") -> None:
        super().__init__(code)
        self.code = code
        self.value = value
        self.limit = limit


def _texts(value: Any) -> Any:
    if isinstance(value, str):
        return {"en": value}
    if isinstance(value, dict):
        unknown = sorted(set(value) - set(LANGUAGES))
        if unknown:
            raise ValueError(_("“%s” is not a language here; there are ar, en, fr.") % unknown[0])
        if not value:
            raise ValueError(_("give the text in at least one language."))
    return value


def _compiles(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(_("not a regular expression: %s.") % error) from error
    return value


Texts = Annotated[dict[str, str], BeforeValidator(_texts)]
Pattern = Annotated[str, AfterValidator(_compiles)]
Scalar = str | int | float | bool


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, compiled once."""
    return re.compile(pattern)


def cell_text(value: Any) -> str:
    """A cell as text: a whole float without its ``.0``, nothing for a missing value."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\x00", "").strip()


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Where(Strict):
    """Rows in which a column holds one of the values, or text that matches a whole pattern."""

    column: str
    values: list[Scalar] = []
    pattern: Pattern | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Where:
        if not self.values and self.pattern is None:
            raise ValueError(_("name `values` or a `pattern`."))
        return self

    def holds(self, row: Row) -> bool:
        text = cell_text(row[self.column])
        if any(_same(text, value) for value in self.values):
            return True
        return self.pattern is not None and compiled(self.pattern).fullmatch(text) is not None


class Column(Strict):
    """One field's source: a column (or a fixed ``value``), its unit, what means nothing in it."""

    kind: Literal["~column"]
    quantity: Quantity
    column: str | None = None
    value: Scalar | None = None
    unit: str | None = None
    blank: list[Scalar] = []
    table: dict[str, Scalar] = {}
    otherwise: Scalar | None = None
    above: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    aggregate: str | None = Field(default=None, pattern="^(sum|max|min|first)$")
    except_where: Where | None = None

    @classmethod
    def long_form(cls, spec: Any, *, quantity: Quantity) -> Any:
        """What the profile says, as this model reads it: a column's name is short for itself."""
        if isinstance(spec, str):
            spec = {"column": spec}
        if not isinstance(spec, dict):
            return spec
        return {**_text_keys(spec), "kind": "~column", "quantity": quantity}

    @model_validator(mode="after")
    def _is_whole(self) -> Column:
        if (self.column is None) == (self.value is None):
            raise ValueError(_("name either a `column` or a fixed `value`."))
        units = UNITS.get(self.quantity, {})
        if units and self.unit not in units:
            raise ValueError(
                _("say the unit of this measure: `unit: …`, one of %s.") % ", ".join(units)
            )
        if not units and self.unit is not None:
            raise ValueError(_("this field has no unit."))
        return self

    def columns_read(self) -> list[str]:
        also = [self.except_where.column] if self.except_where else []
        return ([self.column] if self.column else []) + also

    def read(self, row: Row) -> Any:
        """The field's value in this row: text, Decimal (SI), int, or None where there is none.

        Raises Refused where the cell can not be right.
        """
        cell = self.value if self.column is None else row[self.column]
        text = cell_text(cell)
        if text == "" or any(_same(text, blank) for blank in self.blank):
            return None if self.quantity is not Quantity.TEXT else ""
        if self.table:
            found = self._looked_up(text)
            if found is None:
                return None if self.quantity is not Quantity.TEXT else ""
            text = cell_text(found)
        return text if self.quantity is Quantity.TEXT else self._measure(text)

    def _looked_up(self, text: str) -> Scalar | None:
        """The table's word for a code; a key that begins with ``^`` is a pattern."""
        if text in self.table:
            return self.table[text]
        for key, value in self.table.items():
            if key.startswith("^") and compiled(key).fullmatch(text):
                return value
        return self.otherwise

    def _measure(self, text: str) -> Decimal | int:
        number = number_of(text)
        too_low = (self.above is not None and number <= Decimal(str(self.above))) or (
            self.at_least is not None and number < Decimal(str(self.at_least))
        )
        if too_low:
            limit = self.above if self.above is not None else self.at_least
            raise Refused("too_low", value=text, limit=limit)
        if self.at_most is not None and number > Decimal(str(self.at_most)):
            raise Refused("too_high", value=text, limit=self.at_most)
        if self.quantity is Quantity.WHOLE:
            if number != int(number):
                raise Refused("not_whole", value=text)
            return int(number)
        return number * UNITS.get(self.quantity, {}).get(self.unit or "", Decimal(1))


def _same(text: str, value: Scalar) -> bool:
    """Whether a cell says this value; a number is compared as a number (0 is 0.0)."""
    if isinstance(value, bool | str):
        return text == str(value)
    try:
        return number_of(text) == Decimal(str(value))
    except Refused:
        return False


def number_of(text: str) -> Decimal:
    """A finite number, in Western or Arabic digits; raises Refused for anything else."""
    try:
        number = Decimal(text.translate(PERSIAN_DECIMAL).replace(",", ""))
    except InvalidOperation as error:
        raise Refused("not_a_number", value=text) from error
    if not number.is_finite():
        raise Refused("not_a_number", value=text)
    return number


class Names(Strict):
    """A name in several languages.

    ``ar``, ``en``, ``fr`` name columns of one language each. ``columns`` are of unknown language:
    the first value with Arabic letters is the Arabic name, the first without them the English one.
    ``table`` gives the names for a code, ``value`` the same name for every feature without one.
    """

    kind: Literal["~names"]
    ar: str | None = None
    en: str | None = None
    fr: str | None = None
    columns: list[str] = []
    table: dict[str, Texts] = {}
    blank: list[Pattern] = []
    value: Texts = {}

    @classmethod
    def long_form(cls, spec: Any) -> Any:
        """What the profile says, as this model reads it: a column's name is short for itself."""
        if isinstance(spec, str):
            spec = {"columns": [spec]}
        if not isinstance(spec, dict):
            return spec
        return {**_text_keys(spec), "kind": "~names"}

    @model_validator(mode="after")
    def _says_something(self) -> Names:
        if not (self.columns_read() or self.value):
            raise ValueError(_("name a column or give a fixed `value`."))
        return self

    def columns_read(self) -> list[str]:
        return [c for c in (self.ar, self.en, self.fr) if c] + list(self.columns)

    def read(self, row: Row) -> dict[str, str]:
        """The name by language; empty where the row has none and no fixed value is given."""
        found: dict[str, str] = {}
        for language in LANGUAGES:
            column = getattr(self, language)
            if column and (text := self._said(row[column])):
                found[language] = text
        for column in self.columns:
            text = self._said(row[column])
            if text in self.table:
                return {**self.table[text]}
            if text:
                found.setdefault("ar" if ARABIC.search(text) else "en", text)
        return found or dict(self.value)

    def _said(self, cell: Any) -> str:
        text = cell_text(cell)
        return "" if any(compiled(p).fullmatch(text) for p in self.blank) else text


def _text_keys(spec: dict[Any, Any]) -> dict[Any, Any]:
    """YAML reads the codes of a table as numbers; codes are text."""
    table = spec.get("table")
    if not isinstance(table, dict):
        return spec
    return {**spec, "table": {str(code): value for code, value in table.items()}}
