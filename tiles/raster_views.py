"""The addresses of raster tiles and of their TileJSON."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gisapp.errors import BadInput, NotThere
from gisapp.params import only_known
from gisapp.translated import LANGUAGES
from tiles import raster, raster_json
from tiles.grid import TILE_PX, read_tile
from tiles.views import with_problems

FOR_A_MINUTE = "public, max-age=60"


@require_safe
@with_problems
def raster_tile(
    request: HttpRequest, layer: str, z: str, x: str, y: str, form: str, twice: bool = False
) -> HttpResponse:
    """One picture tile; 204 where there is nothing to draw. A picture is never compressed again."""
    only_known(request)
    if form not in raster.FORMATS:
        raise NotThere(
            _("A raster tile ends in: %s.") % ", ".join(f".{one}" for one in raster.FORMATS),
            pointer="/format",
        )
    body = raster.render(
        layer, read_tile(z, x, y), side_px=TILE_PX * (2 if twice else 1), form=form
    )
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    response: HttpResponse
    if not body:
        response = HttpResponse(status=204)
    elif etag in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type=raster.FORMATS[form])
    if body:
        response["ETag"] = etag
    response["Cache-Control"] = FOR_A_MINUTE
    return response


@require_safe
@with_problems
def raster_json_document(request: HttpRequest, layer: str) -> HttpResponse:
    """The TileJSON document of a raster layer, with its legend and whose data it shows."""
    only_known(request, "lang")
    language = request.GET.get("lang", get_language() or "en")
    if language not in LANGUAGES:
        raise BadInput(_("The languages are: ar, en, fr."), pointer="/lang")
    with override(language):
        response = JsonResponse(raster_json.describe(layer, request))
    response["Cache-Control"] = FOR_A_MINUTE
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response
