"""Store the building footprints of a layer."""

from __future__ import annotations

from typing import Any

from gisapp.geometry import from_shapely
from parcels.importer.prepare import Feature
from parcels.importer.store import Import, Row, Stored, store_by_key
from parcels.importer.values import in_square_metres, mapped_values, rounded
from parcels.models import Building


def import_buildings(*, features: list[Feature], work: Import) -> Stored:
    """Create or update a building for each footprint; which parcel it stands on is left alone."""
    rows = [Row(feature, _values(feature, work)) for feature in features]
    return store_by_key(Building, rows, work=work)


def _values(feature: Feature, work: Import) -> dict[str, Any]:
    values = mapped_values(feature, work.layer, report=work.report)
    for name in ("storeys", "height_m"):
        if name in values:
            values[name] = rounded(values[name], 2)
    if "floor_area_m2" in values:
        area_m2 = values.pop("floor_area_m2")
        use = values.get("use") or "unknown"
        values["floor_areas_m2"] = {} if area_m2 is None else {use: in_square_metres(area_m2)}
    return {**values, "source_id": feature.key, "footprint": from_shapely(feature.geometry)}
