"""From a view's document to the response: format, language, caching, and errors as problems."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from gisapp.errors import BadInput, UmranError
from gisapp.importmap import import_map, import_map_hash
from gisapp.middleware import POLICY
from gisapp.problems import problem
from gisapp.responses import FOR_ONE, etag_of, tagged
from gisapp.translated import LANGUAGES
from tiles.ogc import params
from tiles.ogc.errors import BadParameter, NotAcceptable, NotSafe

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
SCHEMA, OPENAPI = "application/schema+json", "application/vnd.oai.openapi+json;version=3.0"
FOR_ALL = "public, max-age=60"

View = Callable[..., "Answer"]


@dataclass
class Answer:
    """What a view found: the JSON document, as values or already as text.

    ``same`` is what the ETag is made of, where the document also tells the time.
    ``shown`` is what the HTML page needs beside the document.
    """

    document: Any
    personal: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    same: str = ""
    shown: dict[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """The document as JSON."""
        if isinstance(self.document, str):
            return self.document
        return json.dumps(self.document, cls=DjangoJSONEncoder, ensure_ascii=False)

    def values(self) -> Any:
        """The document as values, for the page."""
        return json.loads(self.text())


def resource(
    template: str, *, media: str = JSON, known: tuple[str, ...] | None = ()
) -> Callable[[View], Callable[..., HttpResponse]]:
    """A resource with a JSON document of the media type and an HTML page from the template.

    Parameters other than ``f``, ``lang`` and the known ones are refused; None leaves that to the
    view. Errors are problem details, or a page for who prefers HTML, in the person's language.
    """

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answer(request: HttpRequest, **address: str) -> HttpResponse:
            with override(_language(request)):
                try:
                    _check_method(request)
                    _check_count(request)
                    if known is not None:
                        params.check(request, *known)
                    _check_language(request)
                    kind = _format(request, media)
                    found = view(request, **address)
                    if kind == HTML:
                        return _page(request, template, found)
                    return _document(request, found, kind)
                except UmranError as error:
                    return refuse(request, error)

        return answer

    return decorate


def refuse(request: HttpRequest, error: UmranError) -> HttpResponse:
    """The error as problem details, or as a page for who prefers HTML."""
    if isinstance(error, BadInput):
        error.status = 400  # what the standard asks for, whoever found the mistake
    if _prefers_html(request):
        context = {"status": error.status, "heading": error.title, "detail": error.detail}
        response = render(request, "error.html", context, status=error.status)
    else:
        response = problem(error)
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = get_language() or settings.LANGUAGE_CODE
    if error.status == 405:
        response["Allow"] = "GET, HEAD"
    if error.status == 503:
        response["Retry-After"] = "2"
    return response


def _language(request: HttpRequest) -> str:
    """The language asked for by ``lang``, else by the browser."""
    asked = _given(request, "lang")
    return asked if asked in LANGUAGES else get_language() or settings.LANGUAGE_CODE


def _given(request: HttpRequest, name: str) -> str:
    """A parameter, also where the query as a whole is refused later."""
    try:
        return request.GET.get(name, "")
    except SuspiciousOperation:
        return ""


def _check_language(request: HttpRequest) -> None:
    if request.GET.get("lang", "ar") not in LANGUAGES:
        raise BadParameter(_("The languages are: ar, en, fr."), pointer="/lang")


def _check_count(request: HttpRequest) -> None:
    try:
        request.GET  # noqa: B018 (Django reads the query at the first look)
    except SuspiciousOperation as error:
        raise BadParameter(_("There are too many parameters."), pointer="/") from error


def _check_method(request: HttpRequest) -> None:
    if request.method not in ("GET", "HEAD"):
        raise NotSafe(_("Use GET or HEAD; nothing can be changed here."))


def _format(request: HttpRequest, media: str) -> str:
    """The media type of the answer, by ``f`` or by Accept. Raises BadParameter, NotAcceptable."""
    by_name = {"json": media, "html": HTML}
    asked = request.GET.get("f", "")
    if "f" in request.GET:
        if asked not in by_name:
            raise BadParameter(
                _("There is no format “%(name)s”. There are: json, html.") % {"name": asked[:40]},
                pointer="/f",
            )
        return by_name[asked]
    wanted = request.get_preferred_type([media.partition(";")[0], JSON, HTML])
    if wanted is None:
        raise NotAcceptable(
            _("This is offered as: %(media)s.") % {"media": f"{media}, {HTML}"}, pointer="/Accept"
        )
    return HTML if wanted == HTML else media


def _prefers_html(request: HttpRequest) -> bool:
    asked = _given(request, "f")
    if asked:
        return asked == "html"
    return request.get_preferred_type([JSON, "application/problem+json", HTML]) == HTML


def _document(request: HttpRequest, found: Answer, media: str) -> HttpResponse:
    text = found.text()
    # Weak, because a document that tells the time differs in that each time.
    etag = f"W/{etag_of((found.same or text).encode())}"
    response = tagged(request, text.encode(), content_type=media, etag=etag)
    for name, value in found.headers.items():
        response[name] = value
    response["Content-Language"] = get_language() or settings.LANGUAGE_CODE
    response["Cache-Control"] = FOR_ONE if found.personal else FOR_ALL
    patch_vary_headers(response, ["Accept", "Accept-Language", "Accept-Encoding", "Cookie"])
    return response


def _page(request: HttpRequest, template: str, found: Answer) -> HttpResponse:
    """The document as a page. It greets who is signed in, so it is never for all."""
    context = {
        "document": found.values(),
        "import_map": import_map(),
        "in_languages": {code: _address_in(request, code) for code in LANGUAGES},
        "in_language": f"?lang={request.GET['lang']}" if "lang" in request.GET else "",
        "as_json": address(request, f="json"),
        **found.shown,
    }
    response = HttpResponse(render_to_string(template, context, request))
    response["Content-Security-Policy"] = POLICY.replace(
        "script-src 'self'", f"script-src 'self' {import_map_hash()}"
    )
    response["Content-Language"] = get_language() or settings.LANGUAGE_CODE
    response["Cache-Control"] = FOR_ONE
    patch_vary_headers(response, ["Accept", "Accept-Language", "Cookie"])
    return response


def _address_in(request: HttpRequest, language: str) -> str:
    query = request.GET.copy()
    query["lang"] = language
    return f"{request.path}?{query.urlencode()}"


def address(request: HttpRequest, **changed: str) -> str:
    """This request's own address with some parameters changed."""
    query = request.GET.copy()
    for name, value in changed.items():
        query[name] = value
    text = query.urlencode()
    return request.build_absolute_uri(request.path) + (f"?{text}" if text else "")
