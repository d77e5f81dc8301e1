"""The coordinate reference systems that geometry may be asked for and sent in (Part 2)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from gisapp.crs import WEB_MERCATOR_SRID, WGS84_SRID, metric_srid, northing_first
from tiles.ogc.errors import BadParameter

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


@dataclass(frozen=True)
class ReferenceSystem:
    """A CRS under its OGC name.

    ``decimals`` is how exactly coordinates are written: 7 for degrees (1 cm), 3 for metres.
    ``flipped`` says that the authority writes north before east.
    """

    uri: str
    srid: int
    decimals: int = 3
    flipped: bool = False

    @property
    def in_degrees(self) -> bool:
        """Whether this is CRS84: longitude, latitude."""
        return self.srid == WGS84_SRID


def crs84() -> ReferenceSystem:
    """Longitude and latitude on WGS84, which is meant where nothing is said."""
    return ReferenceSystem(CRS84, WGS84_SRID, decimals=7)


def of_authority(srid: int) -> ReferenceSystem:
    """The CRS with this EPSG code, its axes in the authority's order."""
    uri = f"http://www.opengis.net/def/crs/EPSG/0/{srid}"
    return ReferenceSystem(uri, srid, flipped=northing_first(srid))


def storage() -> ReferenceSystem:
    """The CRS that geometry is stored and measured in."""
    return of_authority(metric_srid())


def offered() -> list[ReferenceSystem]:
    """Every CRS on offer, the one meant by default first."""
    return [crs84(), of_authority(WEB_MERCATOR_SRID), storage()]


def read(uri: str, *, parameter: str) -> ReferenceSystem:
    """The CRS that a parameter names; CRS84 where it is empty. Raises BadParameter."""
    known = {system.uri: system for system in offered()}
    if not uri:
        return crs84()
    if uri not in known:
        raise BadParameter(
            _("“%(uri)s” is not offered as %(parameter)s. There are: %(known)s.")
            % {"uri": uri[:100], "parameter": parameter, "known": ", ".join(known)},
            pointer=f"/{parameter}",
        )
    return known[uri]
