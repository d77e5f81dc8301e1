"""The addresses of map tiles: parse, render, and say how long the answer may be kept."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gisapp.errors import BadInput, NotThere, UmranError
from gisapp.params import only_known
from gisapp.translated import LANGUAGES
from tiles import mvt, tilejson
from tiles.grid import read_tile
from tiles.layers import LAYERS
from tiles.quick import FOR_ALL, MVT
from tiles.scope import Scope, make_scope

FOR_ONE = "private, no-cache"
SMALLEST_GZIPPED = 400

View = Callable[..., HttpResponse]


def with_problems(view: View) -> View:
    """Answer the errors a person can mend as problem details (RFC 9457)."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except UmranError as error:
            response = JsonResponse(
                error.problem(), status=error.status, content_type="application/problem+json"
            )
            response["Cache-Control"] = "no-store"
            if error.status == 503:
                response["Retry-After"] = "2"
            return response

    return answer


def read_layers(names: str) -> list[str]:
    """The layers of a comma-separated list, in the order of drawing. Raises NotThere."""
    asked = names.split(",")
    for name in asked:
        if name not in LAYERS:
            raise NotThere(
                _("There is no layer “%(name)s”. There are: %(known)s.")
                % {"name": name[:60], "known": ", ".join(LAYERS)},
                pointer="/layer",
            )
    return [name for name in LAYERS if name in asked]


def read_scope(request: HttpRequest, *, also: tuple[str, ...] = ()) -> Scope:
    """The date or plan version of the query; other parameters are refused. Raises BadInput."""
    only_known(request, "on", "version", *also)
    return make_scope(request, on=request.GET.get("on", ""), version=request.GET.get("version", ""))


def _finish(request: HttpRequest, body: bytes, kind: str, *, personal: bool) -> HttpResponse:
    """A response that may be asked for again with its ETag, gzipped where that pays."""
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    response: HttpResponse
    if not body:
        response = HttpResponse(status=204)
    elif etag in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified()
    else:
        squeeze = len(body) > SMALLEST_GZIPPED and "gzip" in request.headers.get(
            "Accept-Encoding", ""
        )
        response = HttpResponse(gzip.compress(body, 1) if squeeze else body, content_type=kind)
        if squeeze:
            response["Content-Encoding"] = "gzip"
    if body:
        response["ETag"] = etag
    response["Cache-Control"] = FOR_ONE if personal else FOR_ALL
    patch_vary_headers(response, ["Accept-Encoding", *(["Cookie"] if personal else [])])
    return response


@require_safe
@with_problems
def vector_tile(request: HttpRequest, layers: str, z: str, x: str, y: str) -> HttpResponse:
    """One vector tile of one or several layers; 204 where there is nothing to draw."""
    names, tile, scope = read_layers(layers), read_tile(z, x, y), read_scope(request)
    personal = scope.personal or any(LAYERS[name].personal for name in names)
    return _finish(request, mvt.render(names, tile, scope), MVT, personal=personal)


@require_safe
@with_problems
def tile_json(request: HttpRequest, layers: str) -> HttpResponse:
    """The TileJSON document of one or several layers, with their legend."""
    names, scope = read_layers(layers), read_scope(request, also=("lang",))
    language = request.GET.get("lang", get_language() or "en")
    if language not in LANGUAGES:
        raise BadInput(_("The languages are: ar, en, fr."), pointer="/lang")
    with override(language):
        response = JsonResponse(tilejson.describe(names, scope, request))
    response["Cache-Control"] = FOR_ONE if scope.personal else FOR_ALL
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response
