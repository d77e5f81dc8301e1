"""Store the street segments of a layer."""

from __future__ import annotations

from typing import Any

from gisapp.geometry import from_shapely
from parcels.importer.layers import StreetsLayer
from parcels.importer.prepare import Feature
from parcels.importer.report import Kind
from parcels.importer.store import Import, Row, Stored, store_by_key
from parcels.importer.values import further_attributes, mapped_values, rounded
from parcels.models import StreetSegment

WIDTHS = ("planned_width_m", "existing_width_m")


def import_streets(*, features: list[Feature], work: Import) -> Stored:
    """Create or update a segment for each line; a feature of several lines gives several."""
    rows = []
    for feature in features:
        values = _values(feature, work)
        for position, line in enumerate(feature.geometry):
            key = feature.key if len(feature.geometry) == 1 else f"{feature.key}:{position + 1}"
            rows.append(
                Row(feature, {**values, "source_id": key, "centre_line": from_shapely(line)})
            )
    return store_by_key(StreetSegment, rows, work=work)


def _values(feature: Feature, work: Import) -> dict[str, Any]:
    values = mapped_values(feature, work.layer, report=work.report)
    for name in WIDTHS:
        if values.get(name) is not None:
            values[name] = _positive(feature, name, values[name], work)
    known = any(values.get(name) is not None for name in WIDTHS)
    layer = work.layer
    assert isinstance(layer, StreetsLayer)  # noqa: S101 - chosen by target
    width_source = layer.width_source if known else StreetSegment.WidthSource.UNKNOWN.value
    return {
        "street_class": "",
        **values,
        "width_source": width_source,
        "attributes": further_attributes(feature, work.layer),
    }


def _positive(feature: Feature, field: str, value: Any, work: Import) -> Any:
    width_m = rounded(value, 2)
    if width_m is not None and width_m > 0:
        return width_m
    work.report.add(
        Kind.VALUE, "too_low", **feature.where(), field=field, value=str(width_m), limit="0"
    )
    return None
