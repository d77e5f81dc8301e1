"""Geometry columns in the deployment's metric CRS.

The SRID comes from the setting when a migration runs, never from the migration file, so that each
city's database is made in that city's CRS.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.gis.db import models


class _Metric:
    """Takes the SRID from the setting, and leaves it out of migrations."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["srid"] = settings.METRIC_SRID
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        kwargs.pop("srid", None)
        return name, path, args, kwargs


class MetricPointField(_Metric, models.PointField):
    """A point in metres."""


class MetricLineStringField(_Metric, models.LineStringField):
    """A line in metres."""


class MetricMultiPolygonField(_Metric, models.MultiPolygonField):
    """An area in metres, of one or more parts."""


class MetricGeometryField(_Metric, models.GeometryField):
    """Any geometry in metres."""
