"""Errors as RFC 9457 problem details, for everything under /api/."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from gisapp.errors import BadInput, NotThere, UmranError, Unavailable

PROBLEM = "application/problem+json"
FOR_PROGRAMS = "/api/"


def problem(error: UmranError) -> JsonResponse:
    """An error as problem details; one that may pass says when to try again."""
    response = JsonResponse(error.problem(), status=error.status, content_type=PROBLEM)
    response["Cache-Control"] = "no-store"
    if isinstance(error, Unavailable):
        response["Retry-After"] = str(error.retry_after_s)
    return response


class ProblemMiddleware:
    """What Django itself refuses under the API's address is said as problem details too.

    An address that leads nowhere, a method that is not there, a body that is too large: people get
    a page for it, programs something that they can read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 400 or not request.path_info.startswith(FOR_PROGRAMS):
            return response
        if "json" in response.get("Content-Type", ""):
            return response
        return self._said(request, response)

    def _said(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        error = _meaning(request, response)
        error.status = response.status_code
        said = problem(error)
        for name in ("Allow", "Retry-After"):
            if name in response:
                said[name] = response[name]
        return said


def _meaning(request: HttpRequest, response: HttpResponse) -> UmranError:
    if response.status_code == NotThere.status:
        return NotThere(_("There is nothing at this address; /api/v1/docs lists what there is."))
    if response.status_code == 405:
        return BadInput(
            _("%(method)s is not possible here; possible are: %(allowed)s.")
            % {"method": request.method, "allowed": response.get("Allow", "")},
            pointer="method",
        )
    if response.status_code >= 500:
        return Unavailable(_("Something went wrong here, not in your request. Try again later."))
    return BadInput(_("The request can not be read."))
