"""Questions about land."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.contrib.gis.db.models import QuerySet
from django.contrib.gis.geos import GEOSGeometry

if TYPE_CHECKING:
    from parcels.models import Parcel


class UnknownParcel(LookupError):
    """No parcel has this reference."""


class ParcelQuerySet(QuerySet):
    """Parcels, asked for by reference or by place."""

    def by_reference(self, reference: str) -> Parcel:
        """The one parcel called e.g. ``125/7`` (block, slash, number).

        Raises UnknownParcel when there is none.
        """
        found: Any = self.filter(reference=reference.strip()).first()
        if found is None:
            raise UnknownParcel(reference)
        parcel: Parcel = found
        return parcel

    def at(self, point: GEOSGeometry) -> Self:
        """Parcels that contain or touch the point (metric CRS)."""
        return self.filter(geometry__intersects=point)

    def touching(self, geometry: GEOSGeometry) -> Self:
        """Parcels that share area or boundary with the geometry (metric CRS)."""
        return self.filter(geometry__intersects=geometry)


class StreetSegmentQuerySet(QuerySet):
    """Streets, asked for by place."""

    def near(self, geometry: GEOSGeometry, *, distance_m: float) -> Self:
        """Streets whose centre line comes within the distance of the geometry."""
        return self.filter(centre_line__dwithin=(geometry, distance_m))
