"""Questions about plans, zones and overlays."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.gis.db.models import QuerySet
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Q

from zoning.workflow import VersionStatus


class PlanVersionQuerySet(QuerySet):
    """Plan versions, asked for by date and by who may see them."""

    def in_force(self, *, on: date) -> Self:
        """Versions with legal force on the day, the latest enacted first."""
        return self.filter(status__in=VersionStatus.legal(), validity__contains=on).order_by(
            "-validity"
        )

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

    def touching(self, geometry: GEOSGeometry) -> Self:
        """Overlays that share area or boundary with the geometry (metric CRS)."""
        return self.filter(geometry__intersects=geometry)
