"""Store the overlays of a layer: heritage, flood, special provisions and the like."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from gisapp.geometry import from_shapely
from parcels.importer.layers import OverlaysLayer
from parcels.importer.prepare import Feature
from parcels.importer.store import Import, Row, Stored, store_rows
from parcels.importer.values import further_attributes, mapped_values, rounded
from zoning.models import Overlay
from zoning.open_land import SAYS


def import_overlays(*, features: list[Feature], work: Import) -> Stored:
    """Create or update an overlay for each feature; overlays may lie over each other."""
    layer = work.layer
    assert isinstance(layer, OverlaysLayer)  # noqa: S101 - chosen by target
    validity = DateRange(layer.start, layer.end) if layer.start or layer.end else None
    rows = [Row(feature, _values(feature, layer, validity, work)) for feature in features]
    return store_rows(
        Overlay,
        rows,
        match=("source_id",),
        scope={"municipality": work.municipality, "source": layer.name},
        ours={},
        work=work,
    )


def _values(feature: Feature, layer: OverlaysLayer, validity: Any, work: Import) -> dict[str, Any]:
    values = mapped_values(feature, layer, report=work.report)
    says = {} if layer.edges is None else {SAYS: layer.edges}
    if "distance_m" in values:
        values["distance_m"] = rounded(values["distance_m"], 2)
    return {
        "kind": layer.kind,
        "code": "",
        **values,
        "validity": validity,
        "geometry": from_shapely(feature.geometry),
        "source_id": feature.key,
        "attributes": {**further_attributes(feature, layer), **says},
    }
