"""The addresses of map tiles: parse, render, and say how long the answer may be kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gisapp.errors import BadInput, UmranError
from gisapp.params import only_known
from gisapp.problems import problem
from gisapp.responses import FOR_ONE, kept_json, tagged
from gisapp.translated import LANGUAGES
from tiles import mvt, tilejson
from tiles.grid import read_tile
from tiles.layers import LAYERS, layer_called
from tiles.quick import FOR_ALL, MVT
from tiles.scope import Scope, make_scope

View = Callable[..., HttpResponse]


def with_problems(view: View) -> View:
    """Answer the errors a person can mend as problem details (RFC 9457)."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except UmranError as error:
            response = problem(error)
            if error.status == 503:
                response["Retry-After"] = "2"
            return response

    return answer


def read_layers(names: str) -> list[str]:
    """The layers of a comma-separated list, in the order of drawing. Raises NotThere."""
    asked = names.split(",")
    for name in asked:
        layer_called(name)
    return [name for name in LAYERS if name in asked]


def read_language(request: HttpRequest) -> str:
    """The language of the parameter ``lang``, else the active one. Raises BadInput."""
    language = request.GET.get("lang", get_language() or "en")
    if language not in LANGUAGES:
        raise BadInput(_("The languages are: ar, en, fr."), pointer="/lang")
    return language


def read_scope(request: HttpRequest, *, also: tuple[str, ...] = ()) -> Scope:
    """The date or plan version of the query; other parameters are refused. Raises BadInput."""
    only_known(request, "on", "version", *also)
    return make_scope(request, on=request.GET.get("on", ""), version=request.GET.get("version", ""))


@require_safe
@with_problems
def vector_tile(request: HttpRequest, layers: str, z: str, x: str, y: str) -> HttpResponse:
    """One vector tile of one or several layers; 204 where there is nothing to draw."""
    names, tile, scope = read_layers(layers), read_tile(z, x, y), read_scope(request)
    personal = scope.personal or any(LAYERS[name].personal for name in names)
    response = tagged(request, mvt.render(names, tile, scope), content_type=MVT)
    response["Cache-Control"] = FOR_ONE if personal else FOR_ALL
    patch_vary_headers(response, ["Accept-Encoding", *(["Cookie"] if personal else [])])
    return response


@require_safe
@with_problems
def tile_json(request: HttpRequest, layers: str) -> HttpResponse:
    """The TileJSON document of one or several layers, with their legend."""
    names, scope = read_layers(layers), read_scope(request, also=("lang",))
    with override(read_language(request)):
        cache = FOR_ONE if scope.personal else FOR_ALL
        return kept_json(request, tilejson.describe(names, scope, request), cache=cache)
