"""GeoJSON as RFC 7946 has it: WGS84, seven decimals, rings by the right-hand rule."""

from __future__ import annotations

from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from shapely.geometry import mapping

from gisapp.crs import to_wgs84

DECIMALS = 7  # about a centimetre


def geometry(stored: GEOSGeometry | None) -> dict[str, Any] | None:
    """A stored geometry (metric CRS) as a GeoJSON geometry; None stays None."""
    if stored is None:
        return None
    shape = to_wgs84(shapely.from_wkb(bytes(stored.wkb)))
    oriented = shapely.orient_polygons(shape, exterior_cw=False)
    return mapping(shapely.transform(oriented, lambda xy: xy.round(DECIMALS)))
