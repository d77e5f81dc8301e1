"""What every template may show."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from gisapp.models import Municipality


def city(request: HttpRequest) -> dict[str, Any]:
    """The deployment's first municipality and its languages, read when a template asks."""
    return {
        "city_key": settings.CITY.key,
        "municipality": Municipality.objects.order_by("pk").first,
    }
