"""The API under /api/v1/: mounts each app's router and turns errors into problem details."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from gisapp.errors import BadInput, NotAllowed, NotSignedIn, UmranError

PROBLEM = "application/problem+json"


def problem(error: UmranError) -> JsonResponse:
    """An error as RFC 9457 problem details."""
    return JsonResponse(error.problem(), status=error.status, content_type=PROBLEM)


def make_api(*routers: Any) -> NinjaAPI:
    """The API with these routers."""
    api = NinjaAPI(
        title="Umran",
        version="1",
        description="Parcels, zoning plans and building permits of a municipality.",
    )

    @api.exception_handler(UmranError)
    def umran_error(request: HttpRequest, error: UmranError) -> HttpResponse:
        return problem(error)

    @api.exception_handler(ValidationError)
    def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        first = error.errors[0]
        place = [str(part) for part in first["loc"] if part not in ("body", "query", "path")]
        return problem(BadInput(first["msg"], pointer="/" + "/".join(place[1:] or place)))

    @api.exception_handler(HttpError)
    def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
        if error.status_code == NotSignedIn.status:
            return problem(NotSignedIn(_("Sign in first; the session's cookie says who you are.")))
        if error.status_code == NotAllowed.status:
            # The API raises it itself only where the token against forgery is not there.
            return problem(
                NotAllowed(_("Send the cookie csrftoken also as the header X-CSRFToken."))
            )
        wrong = BadInput(str(error) or _("The request can not be read."))
        wrong.status = error.status_code
        return problem(wrong)

    for router in routers:
        api.add_router("", router)
    return api
