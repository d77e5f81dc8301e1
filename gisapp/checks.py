"""System checks of the deployment: what must be true before Umran serves anyone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from gisapp.assets import missing_assets
from gisapp.crs import is_metric


@register()
def browser_assets_are_installed(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    missing = missing_assets()
    if not missing:
        return []
    return [
        Warning(
            f"Browser assets are not installed: {', '.join(missing)}.",
            hint="Run `bin/setup`, or `npm ci` in the project's folder.",
            id="gisapp.W001",
        )
    ]


@register()
def stored_crs_is_metric(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if is_metric(settings.METRIC_SRID):
        return []
    return [
        Error(
            f"EPSG:{settings.METRIC_SRID} is not a projected CRS in metres.",
            hint="Name one in the city's profile, for example its UTM zone (`crs: 32637`).",
            id="gisapp.E001",
        )
    ]
