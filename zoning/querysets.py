"""Questions about plans, zones and overlays."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.gis.db.models import QuerySet
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import F, FloatField, Q
from django.db.models.functions import Coalesce

from zoning.workflow import VersionStatus


class PlanVersionQuerySet(QuerySet):
    """Plan versions, asked for by date and by who may see them."""

    def in_force(self, *, on: date) -> Self:
        """Versions with legal force on the day, the latest enacted first."""
        return self.filter(status__in=VersionStatus.legal(), validity__contains=on).order_by(
            "-validity"
        )

    def pending(self, *, on: date) -> Self:
        """Public versions that may come to hold: on display, or with a validity after the day."""
        return self.filter(
            Q(status=VersionStatus.PUBLIC_DISPLAY)
            | Q(status__in=VersionStatus.legal(), validity__startswith__gt=on)
        ).order_by("validity")

    def public(self) -> Self:
        """Versions that everyone may see: displayed, in force, and past ones."""
        return self.filter(status__in=VersionStatus.public())


class ZoneQuerySet(QuerySet):
    """Zones, asked for by plan version and place."""

    def in_force(self, *, on: date) -> Self:
        """Zones of the versions in force on the day."""
        return self.filter(
            version__status__in=VersionStatus.legal(), version__validity__contains=on
        )

    def at(self, point: GEOSGeometry) -> Self:
        """Zones that contain or touch the point (metric CRS)."""
        return self.filter(geometry__intersects=point)


class OverlayQuerySet(QuerySet):
    """Overlays, asked for by date and place."""

    def in_force(self, *, on: date) -> Self:
        """Overlays without dates, or whose dates include the day."""
        return self.filter(Q(validity=None) | Q(validity__contains=on))

    def not_past(self, *, on: date) -> Self:
        """Overlays in force on the day, and those whose dates begin later."""
        return self.filter(
            Q(validity=None) | Q(validity__upper_inf=True) | Q(validity__endswith__gt=on)
        )

    def reaching(self, geometry: GEOSGeometry, *, beyond_m: float = 0.0) -> Self:
        """Overlays that touch the geometry (metric CRS) or come within their own distance of it.

        ``beyond_m`` is added to the distance of each.
        """
        near = Coalesce(F("distance_m"), 0.0, output_field=FloatField()) + beyond_m
        return self.filter(Q(geometry__intersects=geometry) | Q(geometry__dwithin=(geometry, near)))
