"""The columns that are told of a parcel, wherever parcels are listed: queries, tables, exports."""

from __future__ import annotations

from typing import Any

from django.db.models import F, FloatField, Func, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.translation import get_language


class Metres(Func):
    """A measure rounded to the centimetre or square centimetre."""

    template = "round((%(expressions)s)::numeric, 2)::float8"
    output_field = FloatField()


def parcel_columns() -> dict[str, Any]:
    """What is told of a parcel, by name; the address in the active language where it is known."""
    address = NullIf(KT(f"attributes__addresses__{get_language() or 'en'}"), Value(""))
    return {
        "reference": F("reference"),
        "block": F("block"),
        "number": F("number"),
        "municipality": F("municipality__slug"),
        "registered_area_m2": Cast("registered_area_m2", FloatField()),
        "surveyed_area_m2": Cast("surveyed_area_m2", FloatField()),
        "drawn_area_m2": Metres(Func(F("geometry"), function="ST_Area")),
        "land_use": F("land_use"),
        "address": Coalesce(address, F("address"), output_field=TextField()),
    }
