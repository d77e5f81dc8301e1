"""Questions about land."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.contrib.gis.db.models import QuerySet
from django.contrib.gis.geos import GEOSGeometry

from gisapp.folding import NumberKey

if TYPE_CHECKING:
    from parcels.models import Parcel


# An amana has some dozens of municipalities; a message need not name more of them.
MOST_NAMED = 50


class UnknownParcel(LookupError):
    """No parcel has this reference."""


class AmbiguousParcel(LookupError):
    """Several municipalities have a parcel of this reference; ``municipalities`` names them."""

    def __init__(self, reference: str, municipalities: list[str]) -> None:
        super().__init__(reference)
        self.municipalities = municipalities


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

    def the_one(self, reference: str, *, municipality: str = "") -> Parcel:
        """The parcel called e.g. ``125/7``, in the municipality of this short name if one is given.

        Raises UnknownParcel when there is none, AmbiguousParcel when there are several.
        """
        called = self.filter(reference=reference.strip()).select_related("municipality")
        if municipality:
            called = called.filter(municipality__slug=municipality)
        found: list[Any] = list(called.order_by("municipality__slug")[:MOST_NAMED])
        if not found:
            raise UnknownParcel(reference)
        if len(found) > 1:
            raise AmbiguousParcel(reference, [one.municipality.slug for one in found])
        parcel: Parcel = found[0]
        return parcel

    def numbered(self, *keys: str) -> Self:
        """Parcels of these numbers, by any separators; ``keys`` of gisapp.folding.number_key.

        Each has its own as ``key``.
        """
        return self.annotate(key=NumberKey("reference")).filter(key__in=keys)

    def at(self, point: GEOSGeometry) -> Self:
        """Parcels that contain or touch the point (metric CRS)."""
        return self.filter(geometry__intersects=point)


class StreetSegmentQuerySet(QuerySet):
    """Streets, asked for by place."""

    def near(self, geometry: GEOSGeometry, *, distance_m: float) -> Self:
        """Streets whose centre line comes within the distance of the geometry."""
        return self.filter(centre_line__dwithin=(geometry, distance_m))
