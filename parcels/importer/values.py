"""The values of a feature's fields, as its layer maps them; what is refused goes to the report."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from gisapp.translated import texts
from parcels.importer.columns import Column, Names, Refused, cell_text
from parcels.importer.layers import Layer
from parcels.importer.prepare import Feature
from parcels.importer.report import Kind, Report


def field_value(feature: Feature, field: str, spec: Column, *, report: Report) -> Any:
    """One field's value; a refused cell is reported and becomes None."""
    try:
        return spec.read(feature.row)
    except Refused as refusal:
        report.add(
            Kind.VALUE,
            refusal.code,
            **feature.where(),
            field=field,
            value=str(refusal.value),
            limit=str(refusal.limit),
        )
        return None


def mapped_values(feature: Feature, layer: Layer, *, report: Report) -> dict[str, Any]:
    """Model arguments for every mapped field: numbers in SI, names in each language."""
    values: dict[str, Any] = {}
    for field, spec in layer.fields.items():
        if isinstance(spec, Names):
            values.update(texts(field, spec.read(feature.row)))
        else:
            value = field_value(feature, field, spec, report=report)
            values[field] = "" if value is None and spec.quantity.value == "text" else value
    return values


def further_attributes(feature: Feature, layer: Layer) -> dict[str, Any]:
    """The columns kept as they are, by the names the profile gives them; blanks left out."""
    found = {name: feature.row[column] for name, column in layer.attributes.items()}
    return {name: _plain(value) for name, value in found.items() if cell_text(value) != ""}


def _plain(value: Any) -> Any:
    """A value JSON can hold, the same on every run."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 9)
    return value if isinstance(value, int | bool) else cell_text(value)


def rounded(value: Decimal | None, places: int) -> Decimal | None:
    """To the decimal places the column keeps, so that a second run finds the row unchanged."""
    return None if value is None else value.quantize(Decimal(1).scaleb(-places))


def in_square_metres(value: Decimal) -> float:
    """An area for a JSON column: square metres, to a hundredth."""
    number = float(rounded(value, 2) or 0)
    return int(number) if math.isclose(number, int(number)) else number
