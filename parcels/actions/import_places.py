"""Store the places of a layer."""

from __future__ import annotations

from gisapp.geometry import from_shapely
from parcels.importer.prepare import Feature
from parcels.importer.report import Kind
from parcels.importer.store import Import, Row, Stored, store_by_key
from parcels.importer.values import mapped_values
from parcels.models import Place


def import_places(*, features: list[Feature], work: Import) -> Stored:
    """Create or update a place for each named point; one without a name can not be searched for."""
    rows = []
    for feature in features:
        values = mapped_values(feature, work.layer, report=work.report)
        if not values["name_en"]:
            work.report.add(Kind.REJECTED, "no_name", **feature.where())
            continue
        location = from_shapely(feature.geometry)
        rows.append(Row(feature, {**values, "source_id": feature.key, "location": location}))
    return store_by_key(Place, rows, work=work)
