"""The coordinate reference systems of a deployment; the only module that names an EPSG code.

Three systems meet in Umran:

* the **metric CRS** of the deployment (``settings.METRIC_SRID``, from the city profile), in which
  geometries are stored and every length and area is measured, in metres;
* **WGS84**, in which the API and GeoJSON speak (longitude, latitude, RFC 7946);
* **Web Mercator**, the pixel grid of map tiles; never measured in.

Transformations are made by pyproj, with x before y (longitude before latitude) everywhere.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

WGS84_SRID = 4326
WEB_MERCATOR_SRID = 3857

Geometry = TypeVar("Geometry", bound=BaseGeometry)


def metric_srid() -> int:
    """EPSG code of the deployment's metric CRS."""
    from django.conf import settings

    return int(settings.METRIC_SRID)


@lru_cache(maxsize=64)
def transformer(source: int | str, target: int | str) -> Transformer:
    """A cached transformer between two EPSG codes or definitions (WKT), x before y on both sides.

    Heights are left as they are: of a compound CRS only the horizontal part counts.
    """
    here, there = (CRS.from_user_input(one).to_2d() for one in (source, target))
    return Transformer.from_crs(here, there, always_xy=True)


def transform(geometry: Geometry, *, source_srid: int, target_srid: int) -> Geometry:
    """The geometry (Shapely, any type, 2D) in another CRS; an empty geometry stays empty."""
    if source_srid == target_srid or geometry.is_empty:
        return geometry
    apply = transformer(source_srid, target_srid).transform

    def shift(coordinates: np.ndarray) -> np.ndarray:
        return np.column_stack(apply(coordinates[:, 0], coordinates[:, 1]))

    return shapely.transform(geometry, shift)


def to_wgs84(geometry: Geometry) -> Geometry:
    """From the deployment's metric CRS to longitude and latitude in degrees."""
    return transform(geometry, source_srid=metric_srid(), target_srid=WGS84_SRID)


def to_metric(geometry: Geometry, *, source_srid: int = WGS84_SRID) -> Geometry:
    """Into the deployment's metric CRS, from WGS84 unless told otherwise."""
    return transform(geometry, source_srid=source_srid, target_srid=metric_srid())


def is_metric(srid: int) -> bool:
    """Whether the CRS is projected with metres on both axes (what a deployment may store in)."""
    crs = CRS.from_epsg(srid)
    return crs.is_projected and all(axis.unit_name == "metre" for axis in crs.axis_info)


@lru_cache(maxsize=32)
def northing_first(srid: int) -> bool:
    """Whether the authority of the CRS writes north before east, as some national grids do."""
    return CRS.from_epsg(srid).axis_info[0].direction.lower() in ("north", "south")


def is_known(srid: int) -> bool:
    """Whether there is a CRS of this EPSG code."""
    try:
        CRS.from_epsg(srid)
    except CRSError:
        return False
    return True


def srid_of(text: str) -> int | None:
    """The EPSG code of a CRS told by a file (authority code or WKT); None if it has none."""
    return CRS.from_user_input(text).to_epsg(min_confidence=60)


def area_of_use_wgs84(srid: int) -> tuple[float, float, float, float]:
    """Where the CRS may be used: west, south, east, north in degrees; the world if not told."""
    area = CRS.from_epsg(srid).area_of_use
    return area.bounds if area else (-180.0, -90.0, 180.0, 90.0)


def transform_many(geometries: np.ndarray, *, source_srid: int, target_srid: int) -> np.ndarray:
    """An array of Shapely geometries (2D; None and empty stay so) in another CRS.

    A coordinate that can not be transformed becomes infinite; look with ``np.isfinite``.
    """
    if source_srid == target_srid:
        return geometries
    apply = transformer(source_srid, target_srid).transform

    def shift(coordinates: np.ndarray) -> np.ndarray:
        return np.column_stack(apply(coordinates[:, 0], coordinates[:, 1]))

    return shapely.transform(geometries, shift)
