"""The addresses of raster tiles and of their TileJSON."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from gisapp.errors import NotThere
from gisapp.params import only_known
from gisapp.responses import kept_json, tagged
from tiles import raster, raster_json
from tiles.grid import TILE_PX, read_tile
from tiles.views import read_language, with_problems

FOR_A_MINUTE = "public, max-age=60"


@require_safe
@with_problems
def raster_tile(
    request: HttpRequest, layer: str, z: str, x: str, y: str, form: str, twice: bool = False
) -> HttpResponse:
    """One picture tile; 204 where there is nothing to draw."""
    only_known(request)
    if form not in raster.FORMATS:
        raise NotThere(
            _("A raster tile ends in: %s.") % ", ".join(f".{one}" for one in raster.FORMATS),
            pointer="/format",
        )
    body = raster.render(
        layer, read_tile(z, x, y), side_px=TILE_PX * (2 if twice else 1), form=form
    )
    # A picture is never compressed again.
    response = tagged(request, body, content_type=raster.FORMATS[form], squeezed=False)
    response["Cache-Control"] = FOR_A_MINUTE
    return response


@require_safe
@with_problems
def raster_json_document(request: HttpRequest, layer: str) -> HttpResponse:
    """The TileJSON document of a raster layer, with its legend and whose data it shows."""
    only_known(request, "lang")
    with override(read_language(request)):
        return kept_json(request, raster_json.describe(layer, request), cache=FOR_A_MINUTE)
