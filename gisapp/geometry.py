"""Between the two geometry libraries: GeoDjango's GEOS objects and Shapely's."""

from __future__ import annotations

from typing import Any

import shapely
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.geos import MultiPolygon as GeosMultiPolygon
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry


def to_shapely(geometry: GEOSGeometry) -> BaseGeometry:
    """The same geometry for Shapely; the CRS is understood to be the metric one."""
    return shapely.from_wkb(bytes(geometry.wkb))


def from_shapely(geometry: BaseGeometry) -> Any:
    """The same geometry for a model field, in the deployment's metric CRS.

    A GEOSGeometry of the class that fits; the type checker can not know which.
    """
    return GEOSGeometry(memoryview(shapely.to_wkb(geometry)), srid=settings.METRIC_SRID)


def multipolygon(geometry: Polygon | MultiPolygon) -> GeosMultiPolygon:
    """An area for a MultiPolygon field, in the deployment's metric CRS."""
    parts = geometry.geoms if isinstance(geometry, MultiPolygon) else [geometry]
    area: GeosMultiPolygon = from_shapely(MultiPolygon(list(parts)))
    return area
