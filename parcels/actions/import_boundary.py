"""Set the municipality's boundary from a layer."""

from __future__ import annotations

import shapely

from gisapp.geometry import multipolygon
from parcels.importer.prepare import Feature
from parcels.importer.repair import repair_polygon
from parcels.importer.store import Import, Stored


def import_boundary(*, features: list[Feature], work: Import) -> Stored:
    """The union of the layer's polygons becomes the boundary."""
    union = shapely.union_all([feature.geometry for feature in features])
    boundary = multipolygon(repair_polygon(union, sliver_m2=work.layer.sliver_m2).geometry)
    municipality = work.municipality
    if municipality.boundary is not None and municipality.boundary.wkb == boundary.wkb:
        return Stored(unchanged=1)
    created = municipality.boundary is None
    municipality.boundary = boundary
    municipality.save(update_fields=["boundary"])
    return Stored(created=int(created), updated=int(not created))
