"""The API of the site; mounts the routers of the apps and holds no logic."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI

from gisapp.errors import UmranError
from tiles.api import router as map_router

api = NinjaAPI(title="Umran", version="1", urls_namespace="api-1")
api.add_router("/", map_router)


@api.exception_handler(UmranError)
def problem(request: HttpRequest, error: UmranError) -> HttpResponse:
    """Errors that a person can mend, as problem details (RFC 9457)."""
    return JsonResponse(
        error.problem(), status=error.status, content_type="application/problem+json"
    )
