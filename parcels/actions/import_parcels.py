"""Store the parcels of a layer."""

from __future__ import annotations

from typing import Any

from gisapp.geometry import from_shapely
from parcels.importer.prepare import Feature, report_overlaps
from parcels.importer.report import Kind
from parcels.importer.store import Import, Row, Stored, store_rows
from parcels.importer.values import further_attributes, mapped_values, rounded
from parcels.models import Parcel

AREAS = ("registered_area_m2", "surveyed_area_m2")


def import_parcels(*, features: list[Feature], work: Import) -> Stored:
    """Create or update a parcel for each feature, known by block and number.

    Overlaps above the layer's limit are reported; both parcels are kept, since the register, not
    the drawing, says which is right.
    """
    report_overlaps(features, above_m2=work.layer.overlaps_above_m2, report=work.report)
    rows = [Row(feature, _values(feature, work)) for feature in features]
    return store_rows(
        Parcel,
        rows,
        match=("block", "number"),
        scope={"municipality": work.municipality},
        ours={"source": work.layer.name},
        work=work,
    )


def _values(feature: Feature, work: Import) -> dict[str, Any]:
    values = mapped_values(feature, work.layer, report=work.report)
    for name in AREAS:
        if name in values:
            values[name] = positive_area(feature, name, values[name], work)
    return {
        **feature.parts,
        "geometry": from_shapely(feature.geometry),
        "source": work.layer.name,
        "source_id": feature.key,
        "attributes": further_attributes(feature, work.layer),
        **values,
    }


def positive_area(feature: Feature, field: str, value: Any, work: Import) -> Any:
    """An area as the column keeps it; 0 and less is no area, and reported."""
    value = rounded(value, 3)
    if value is None or value > 0:
        return value
    work.report.add(
        Kind.VALUE, "too_low", **feature.where(), field=field, value=str(value), limit="0"
    )
    return None
