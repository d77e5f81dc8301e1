"""A list of parcel numbers in, a table of what is known of each out: areas, districts, overlays.

The list is a CSV file of one column: UTF-8 with or without a byte order mark, commas, semicolons or
tabs, a header or none. Each row has an answer or the reason why it has none.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import shapely
from django.db.models import BinaryField, F, Func
from django.utils.translation import gettext as _

from gisapp.errors import BadInput
from gisapp.folding import fold, number_key
from gisapp.templatetags.umran import use_name
from parcels.models import Parcel
from tiles.query.cells import csv_line
from tiles.query.columns import parcel_columns
from zoning.extract_many import Brief, briefs_of
from zoning.overlaps import Land, Share

MOST_ROWS = 10_000
LONGEST_NUMBER = 81
PARCELS_AT_ONCE = 5_000
CSV_KINDS = ("text/csv", "text/plain", "application/csv", "application/vnd.ms-excel")
HEADERS = frozenset(
    {"parcel", "parcels", "number", "reference", "parcelle", "numero", "parcel number", "id"}
    | {"القطعه", "رقم القطعه", "رقم", "numero de parcelle", "parcel_number", "parcel_id"}
)


@dataclass(frozen=True)
class Answer:
    """One row of the table; empty where the number could not be answered, with the reason."""

    line: int
    asked: str
    result: str  # found | unknown | ambiguous | unreadable
    reason: str = ""
    reference: str = ""
    municipality: str = ""
    registered_area_m2: float | None = None
    surveyed_area_m2: float | None = None
    drawn_area_m2: float | None = None
    districts: str = ""
    overlays: str = ""
    land_use: str = ""
    address: str = ""


COLUMNS = tuple(field.name for field in fields(Answer))


class _Row(NamedTuple):
    """A parcel as the table tells it, without becoming an object of the model: there are many."""

    pk: int
    key: str
    reference: str
    municipality: str
    municipality_id: int
    shape: bytes
    registered_area_m2: Decimal | None
    surveyed_area_m2: Decimal | None
    land_use: str
    address: str


@dataclass(frozen=True)
class Asked:
    """One line of the list that is not empty."""

    line: int
    text: str


def read_numbers(data: bytes) -> list[Asked]:
    """The numbers of a list. Raises BadInput with the line for what is no such list."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadInput(
            _("Line %(line)s is not UTF-8. Save the list as CSV in UTF-8.") % {"line": line},
            pointer=f"line {line}",
        ) from error
    if "\x00" in text:
        raise BadInput(_("This is no CSV file."), pointer="line 1")
    rows = _rows(text)
    if rows and fold(rows[0].text) in HEADERS:
        rows = rows[1:]
    if not rows:
        raise BadInput(_("The list is empty."), pointer="line 1")
    if len(rows) > MOST_ROWS:
        raise BadInput(
            _("At most %(most)s parcels at once; the list has %(count)s.")
            % {"most": MOST_ROWS, "count": len(rows)},
            pointer=f"line {rows[MOST_ROWS].line}",
        )
    return rows


def _rows(text: str) -> list[Asked]:
    first = text.lstrip().partition("\n")[0]
    delimiter = next((sign for sign in (";", "\t") if sign in first), ",")
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    rows = []
    try:
        for cells in reader:
            kept = [cell.strip() for cell in cells if cell.strip()]
            if len(kept) > 1:
                raise BadInput(
                    _("Line %(line)s has more than one column; send the numbers alone.")
                    % {"line": reader.line_num},
                    pointer=f"line {reader.line_num}",
                )
            if kept:
                rows.append(Asked(reader.line_num, kept[0]))
    except csv.Error as error:
        raise BadInput(
            _("Line %(line)s can not be read as CSV.") % {"line": reader.line_num},
            pointer=f"line {reader.line_num}",
        ) from error
    return rows


def answers(asked: Sequence[Asked], *, on: date, municipality: str = "") -> Iterator[Answer]:
    """What is known of each, in the order of the list, by the plans in force on a day."""
    for start in range(0, len(asked), PARCELS_AT_ONCE):
        yield from _chunk(asked[start : start + PARCELS_AT_ONCE], on, municipality)


def _chunk(asked: Sequence[Asked], on: date, municipality: str) -> Iterator[Answer]:
    keys = {row: number_key(row.text[:LONGEST_NUMBER]) for row in asked}
    called = _parcels_by_key({key for key in keys.values() if key}, municipality)
    briefs = _briefs([some[0] for some in called.values() if len(some) == 1], on)
    for row in asked:
        parcels = called.get(keys[row], [])
        yield _answer(row, keys[row], parcels, briefs.get(parcels[0].pk) if parcels else None)


def _parcels_by_key(keys: set[str], municipality: str) -> dict[str, list[_Row]]:
    rows = Parcel.objects.numbered(*keys)
    if municipality:
        rows = rows.filter(municipality__slug=municipality)
    shape = Func(F("geometry"), function="ST_AsBinary", output_field=BinaryField())
    told = rows.annotate(shape=shape, told_address=parcel_columns()["address"]).values_list(
        "pk",
        "key",
        "reference",
        "municipality__slug",
        "municipality_id",
        "shape",
        "registered_area_m2",
        "surveyed_area_m2",
        "land_use",
        "told_address",
    )
    called: dict[str, list[_Row]] = defaultdict(list)
    for row in map(_Row._make, told.order_by("municipality__slug", "pk")):
        called[row.key].append(row)
    return called


def _briefs(parcels: Sequence[_Row], on: date) -> dict[int, Brief]:
    """What the plans say of each parcel, by its key."""
    shapes = shapely.from_wkb([bytes(parcel.shape) for parcel in parcels])
    lands: dict[int, dict[int, Land]] = defaultdict(dict)
    for parcel, ground in zip(parcels, shapes, strict=True):
        lands[parcel.municipality_id][parcel.pk] = Land(ground, parcel.registered_area_m2)
    found: dict[int, Brief] = {}
    for municipality, own in lands.items():
        found |= briefs_of(own, municipality=municipality, on=on)
    return found


def _answer(row: Asked, key: str, parcels: Sequence[_Row], brief: Brief | None) -> Answer:
    shown = row.text[:LONGEST_NUMBER]
    if not any(map(str.isalnum, key)) or len(row.text) > LONGEST_NUMBER:
        return Answer(row.line, shown, "unreadable", _("This is no parcel number."))
    if not parcels:
        return Answer(row.line, shown, "unknown", _("There is no parcel of this number."))
    if len(parcels) > 1:
        where = ", ".join(f"{one.reference} ({one.municipality})" for one in parcels[:5])
        reason = _("Several parcels have this number: %(where)s.") % {"where": where}
        return Answer(row.line, shown, "ambiguous", reason)
    (parcel,) = parcels
    brief = brief or Brief()
    return Answer(
        line=row.line,
        asked=shown,
        result="found",
        reference=parcel.reference,
        municipality=parcel.municipality,
        registered_area_m2=_number(parcel.registered_area_m2),
        surveyed_area_m2=_number(parcel.surveyed_area_m2),
        drawn_area_m2=round(brief.drawn_area_m2, 2),
        districts=_in_percent(brief.districts.items()),
        overlays=_in_percent(
            (f"{one.get_kind_display()}: {one.name}", share) for one, share in brief.overlays
        ),
        land_use=use_name(parcel.land_use),
        address=parcel.address,
    )


def _in_percent(named: Iterable[tuple[str, Share]]) -> str:
    """``R1 62.5 %; C2 37.5 %``; what is no area has no percentage."""
    return "; ".join(
        name if share.percent is None else f"{name} {share.percent:.1f} %" for name, share in named
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def csv_of(rows: Iterable[Answer]) -> Iterator[str]:
    """The table as lines of CSV, header first; formulas in texts are defused."""
    yield csv_line(COLUMNS)
    for row in rows:
        yield csv_line(tuple(getattr(row, name) for name in COLUMNS))
