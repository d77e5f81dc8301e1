"""What every template may show."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from gisapp.models import Municipality


def city(request: HttpRequest) -> dict[str, Any]:
    """The deployment's first municipality, read at most once and when a template asks."""
    return {
        "city_key": settings.CITY.key,
        "municipality": SimpleLazyObject(
            Municipality.objects.order_by("pk").defer("boundary").first
        ),
    }
