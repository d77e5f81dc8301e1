"""TileJSON of the raster layers, and what the map page lists of them."""

from __future__ import annotations

import math
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from parcels.models import Raster
from parcels.rasters.telling import bounds_wgs84, raster_facts
from tiles.grid import EARTH_RADIUS_M, TILE_PX
from tiles.raster import LAYERS, MAX_ZOOM, MIN_ZOOM, offered, rasters_of, span_of

FINER = 2
"""How many zooms beyond its own cells a raster is drawn; from there on the browser enlarges."""


def describe(name: str, request: HttpRequest) -> dict[str, Any]:
    """The TileJSON 3.0 document of a layer, in the active language. Raises NotThere."""
    rasters = rasters_of(name)
    west, south, east, north = _bounds_wgs84(rasters)
    low, high = span_of(rasters)
    return {
        "tilejson": "3.0.0",
        "name": str(LAYERS[name].title),
        "description": " · ".join(dict.fromkeys(raster.title for raster in rasters)),
        "version": "1.0.0",
        "scheme": "xyz",
        "tiles": [request.build_absolute_uri(_address(name)) + "{z}/{x}/{y}.png"],
        "minzoom": MIN_ZOOM,
        "maxzoom": _max_zoom(rasters, (south + north) / 2),
        "bounds": [round(value, 6) for value in (west, south, east, north)],
        "attribution": attribution(rasters),
        "legend": {name: legend(name, rasters)},
        "range_m": None if LAYERS[name].kind == Raster.Kind.ORTHOPHOTO else [low, high],
        "rasters": [raster_facts(raster) for raster in rasters],
    }


def listed() -> list[dict[str, Any]]:
    """The layers that there are, for the map page, in the active language."""
    return [_listed(name, rasters) for name, rasters in offered().items()]


def attribution(rasters: list[Raster]) -> str:
    """Whose data a layer shows and on what terms, each once."""
    told = [" · ".join(filter(None, (raster.attribution, raster.licence))) for raster in rasters]
    return " · ".join(dict.fromkeys(filter(None, told)))


def legend(name: str, rasters: list[Raster]) -> list[dict[str, Any]]:
    """The legend of a layer as plain values, in the active language."""
    return [entry.as_dict() for entry in LAYERS[name].legend(span_of(rasters))]


def _listed(name: str, rasters: list[Raster]) -> dict[str, Any]:
    west, south, east, north = _bounds_wgs84(rasters)
    return {
        "name": name,
        "title": str(LAYERS[name].title),
        "group": "ground",
        "address": _address(name),
        "form": "webp" if LAYERS[name].kind == Raster.Kind.ORTHOPHOTO else "png",
        "attribution": attribution(rasters),
        "bounds": [west, south, east, north],
        "minZoom": MIN_ZOOM,
        "maxNativeZoom": _max_zoom(rasters, (south + north) / 2),
        "legend": legend(name, rasters),
        "shown": LAYERS[name].shown_at_first,
    }


def _address(name: str) -> str:
    return reverse("raster-tile", args=[name, "0", "0", "0", "png"]).removesuffix("0/0/0.png")


def _bounds_wgs84(rasters: list[Raster]) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees."""
    boxes = [bounds_wgs84(raster) for raster in rasters]
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return min(wests), min(souths), max(easts), max(norths)


def _max_zoom(rasters: list[Raster], latitude: float) -> int:
    """The zoom at which a pixel is as small as the finest cell, and a little beyond."""
    finest_m = min(raster.resolution_m for raster in rasters)
    widest_m = 2 * math.pi * EARTH_RADIUS_M * math.cos(math.radians(latitude)) / TILE_PX
    return max(MIN_ZOOM, min(MAX_ZOOM, math.ceil(math.log2(widest_m / finest_m)) + FINER))
