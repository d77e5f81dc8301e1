"""The API under /api/v1/: mounts each app's router and turns errors into problem details."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from gisapp.documented import PROBLEM_ANSWER, PROBLEM_SCHEMA
from gisapp.errors import BadInput, NotAllowed, NotSignedIn, TooLarge, UmranError, Unavailable
from gisapp.params import only_known
from gisapp.problems import problem
from gisapp.translated import LANGUAGES


class DocumentedAPI(NinjaAPI):
    """An API whose document says of every operation how it refuses."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        schema["components"].setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"].setdefault("default", PROBLEM_ANSWER)
        return schema


def make_api(*routers: Any) -> NinjaAPI:
    """The API with these routers."""
    api = DocumentedAPI(
        title="Umran",
        version="1",
        description="Parcels, zoning plans and building permits of a municipality.",
    )
    api.add_decorator(only_documented, mode="view")

    @api.exception_handler(UmranError)
    def umran_error(request: HttpRequest, error: UmranError) -> HttpResponse:
        return problem(error)

    @api.exception_handler(ValidationError)
    def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        first = error.errors[0]
        kind, *place = map(str, first["loc"])
        if kind == "body":  # it has one more name in front: that of the argument that takes it
            place = place[1:] or place
        return problem(BadInput(first["msg"], pointer="/" + "/".join(place)))

    @api.exception_handler(HttpError)
    def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
        if error.status_code == NotSignedIn.status:
            return problem(NotSignedIn(_("Sign in first; the session's cookie says who you are.")))
        if error.status_code == NotAllowed.status:
            # The API raises it itself only where the token against forgery is not there.
            return problem(
                NotAllowed(_("Send the cookie csrftoken also as the header X-CSRFToken."))
            )
        wrong = BadInput(str(error) or _("The request can not be read."), pointer="body")
        wrong.status = error.status_code
        return problem(wrong)

    @api.exception_handler(OperationalError)
    @api.exception_handler(InterfaceError)
    def no_database(request: HttpRequest, error: Exception) -> HttpResponse:
        return problem(Unavailable(_("The database does not answer. Try again in a moment.")))

    @api.exception_handler(RequestDataTooBig)
    def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        return problem(TooLarge(_("At most 2 MB can be sent in one request.")))

    @api.exception_handler(ValueError)
    def not_storable(request: HttpRequest, error: ValueError) -> HttpResponse:
        # What PostgreSQL has no text for: NUL, and half of a pair of surrogates.
        if not isinstance(error, UnicodeEncodeError) and "NUL" not in str(error):
            raise error
        return problem(BadInput(_("A text has a character that can not be stored.")))

    for router in routers:
        api.add_router("", router)
    return api


def only_documented(run: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse a query parameter that the operation does not document, listing those it does.

    An answer in the language that ``lang`` asks for says so.
    """
    operation: Any = run.__self__  # type: ignore[attr-defined]  # a decorator gets the bound method
    known = [
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    ]

    @wraps(run)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            only_known(request, *known)
        except UmranError as error:
            return problem(error)
        response = run(request, *args, **kwargs)
        # Errors are put into words outside of the operation, in the language of the request.
        if response.status_code < 400 and request.GET.get("lang") in LANGUAGES:
            response["Content-Language"] = request.GET["lang"]
        return response

    return checked
