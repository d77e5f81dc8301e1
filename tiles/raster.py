"""The list of raster layers, and their tiles: windows of cloud-optimised GeoTIFF by rio-tiler.

A layer is made from one kind of raster when it is asked for; nothing is stored for it. Where
several municipalities have a raster of that kind, their pixels are put together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gisapp.errors import NotThere
from gisapp.figures import rounded
from parcels.models import Raster
from parcels.rasters.ground import slope_deg
from tiles import raster_paint as paint
from tiles.grid import EARTH_RADIUS_M, TILE_PX, Tile
from tiles.legends import Entry

MIN_ZOOM, MAX_ZOOM = 8, 20
NEEDED_PX = 1
TILES_KEPT = 256

Format = Literal["png", "webp"]
FORMATS: dict[Format, str] = {"png": "image/png", "webp": "image/webp"}


class Span(NamedTuple):
    """The least and the greatest value of a layer's rasters, in m."""

    low: float
    high: float


class Pixels(NamedTuple):
    """What a tile is painted from: bands with a margin of one pixel, NaN where nothing is known.

    ``width_m`` is the side of a pixel on the ground, row by row.
    """

    bands: np.ndarray
    width_m: np.ndarray
    span: Span


@dataclass(frozen=True)
class RasterLayer:
    """One entry of the list."""

    title: Any
    kind: Raster.Kind
    paint: Callable[[Pixels], np.ndarray]
    legend: Callable[[Span], list[Entry]]
    resampling: str = "bilinear"
    shown_at_first: bool = False


# --- painting ---------------------------------------------------------------------------------


def _inner(pixels: Pixels) -> np.ndarray:
    return pixels.bands[0, NEEDED_PX:-NEEDED_PX, NEEDED_PX:-NEEDED_PX]


def _sides(pixels: Pixels) -> dict[str, np.ndarray]:
    sides = pixels.width_m[NEEDED_PX:-NEEDED_PX, None]
    return {"width_m": sides, "height_m": sides}


def _hillshade(pixels: Pixels) -> np.ndarray:
    return paint.shade(paint.hillshade(pixels.bands[0], **_sides(pixels)))


def _relief(pixels: Pixels) -> np.ndarray:
    return paint.blended(_inner(pixels), stops=_stops(pixels.span), colours=paint.RELIEF)


def _slope(pixels: Pixels) -> np.ndarray:
    slopes = slope_deg(pixels.bands[0], **_sides(pixels))
    return paint.classed(slopes, bounds=paint.SLOPE_BOUNDS_DEG, colours=paint.SLOPES)


def _flood_depth(pixels: Pixels) -> np.ndarray:
    depths = _inner(pixels)
    wet = np.where(depths >= paint.DRY_M, depths, np.nan)
    return paint.classed(wet, bounds=paint.DEPTH_BOUNDS_M, colours=paint.DEPTHS, opacity=220)


def _orthophoto(pixels: Pixels) -> np.ndarray:
    picture = pixels.bands[:, NEEDED_PX:-NEEDED_PX, NEEDED_PX:-NEEDED_PX]
    known = np.isfinite(picture).all(axis=0)
    return np.concatenate([np.where(known, picture, 0), 255 * known[None]]).astype("uint8")


# --- legends ----------------------------------------------------------------------------------


def _hillshade_legend(span: Span) -> list[Entry]:
    return [
        Entry("light", _("slope towards the north-west"), "#ffffff", "solid"),
        Entry("dark", _("slope away from it, in shadow"), "#3a3a3a", "solid"),
    ]


def _stops(span: Span) -> np.ndarray:
    """Heights in round steps over the range, one for each colour."""
    steps = len(paint.RELIEF) - 1
    magnitude = 10 ** np.floor(np.log10(max(span.high - span.low, 1.0) / steps))
    for step in magnitude * np.array([1, 2, 5, 10, 20]):
        low = np.floor(span.low / step) * step
        if low + steps * step >= span.high:
            break
    return np.asarray(low + step * np.arange(steps + 1))


def _relief_legend(span: Span) -> list[Entry]:
    stops = _stops(span)
    decimals = 0 if stops[1] - stops[0] >= 1 else 1
    entries = []
    for height, colour in zip(stops, paint.RELIEF, strict=True):
        label = _("%(height)s m") % {"height": rounded(height, decimals)}
        entries.append(Entry(f"{height:g}", label, colour, "solid"))
    return entries[::-1]  # as on the ground: the highest on top


def _slope_legend(span: Span) -> list[Entry]:
    return _classes(paint.SLOPE_BOUNDS_DEG, paint.SLOPES, _("%(low)s to %(high)s°"), _("over %s°"))


def _depth_legend(span: Span) -> list[Entry]:
    return _classes(paint.DEPTH_BOUNDS_M, paint.DEPTHS, _("%(low)s to %(high)s m"), _("over %s m"))


def _classes(
    bounds: tuple[float, ...], colours: tuple[str, ...], between: str, over: str
) -> list[Entry]:
    named = [f"{bound:g}" if bound % 1 == 0 else rounded(bound, 1) for bound in (0.0, *bounds)]
    labels = [between % {"low": low, "high": high} for low, high in pairwise(named)]
    labels.append(over % named[-1])
    return [
        Entry(label, label, colour, "solid") for label, colour in zip(labels, colours, strict=True)
    ]


def _no_legend(span: Span) -> list[Entry]:
    return []


LAYERS: dict[str, RasterLayer] = {
    "orthophoto": RasterLayer(
        title=gettext_lazy("Orthophoto"),
        kind=Raster.Kind.ORTHOPHOTO,
        paint=_orthophoto,
        legend=_no_legend,
    ),
    "relief": RasterLayer(
        title=gettext_lazy("Heights"),
        kind=Raster.Kind.TERRAIN,
        paint=_relief,
        legend=_relief_legend,
    ),
    "slope": RasterLayer(
        title=gettext_lazy("Slope"),
        kind=Raster.Kind.TERRAIN,
        paint=_slope,
        legend=_slope_legend,
        resampling="cubic",
    ),
    "hillshade": RasterLayer(
        title=gettext_lazy("Relief"),
        kind=Raster.Kind.TERRAIN,
        paint=_hillshade,
        legend=_hillshade_legend,
        resampling="cubic",
        shown_at_first=True,
    ),
    "flood_depth": RasterLayer(
        title=gettext_lazy("Flood depth"),
        kind=Raster.Kind.FLOOD_DEPTH,
        paint=_flood_depth,
        legend=_depth_legend,
    ),
}
"""In the order of drawing, the lowest first."""


def offered() -> dict[str, list[Raster]]:
    """The layers that this deployment has data for, each with its rasters."""
    by_kind: dict[str, list[Raster]] = {}
    for raster in Raster.objects.select_related("municipality"):
        by_kind.setdefault(raster.kind, []).append(raster)
    return {name: by_kind[layer.kind] for name, layer in LAYERS.items() if layer.kind in by_kind}


def rasters_of(name: str) -> list[Raster]:
    """The rasters of a layer. Raises NotThere for one that is not offered."""
    there = offered()
    if name in there:
        return there[name]
    if not there:
        raise NotThere(_("This city has no raster layers."), pointer="/layer")
    raise NotThere(
        _("There is no raster layer “%(name)s”. There are: %(known)s.")
        % {"name": name[:60], "known": ", ".join(there)},
        pointer="/layer",
    )


def span_of(rasters: list[Raster]) -> Span:
    """The range of several rasters; 0 to 0 for pictures, which have none."""
    lows = [raster.minimum for raster in rasters if raster.minimum is not None]
    highs = [raster.maximum for raster in rasters if raster.maximum is not None]
    return Span(min(lows, default=0.0), max(highs, default=0.0))


# --- tiles ------------------------------------------------------------------------------------


def render(name: str, tile: Tile, *, side_px: int = TILE_PX, form: Format = "png") -> bytes:
    """The tile as a picture, transparent where nothing is known; empty where there is nothing.

    Raises NotThere for a layer that is not offered, RasterGone where a file can not be read.
    """
    rasters = rasters_of(name)
    if not MIN_ZOOM <= tile.z <= MAX_ZOOM:
        return b""
    return _render(name, tuple(_Key(raster) for raster in rasters), tile, side_px, form)


class _Key:
    """A raster in the memory of tiles: a new import has a new file, so old tiles are forgotten."""

    def __init__(self, raster: Raster) -> None:
        self.raster = raster

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.raster.file == other.raster.file

    def __hash__(self) -> int:
        return hash(self.raster.file)


@lru_cache(maxsize=TILES_KEPT)
def _render(name: str, keys: tuple[_Key, ...], tile: Tile, side_px: int, form: Format) -> bytes:
    # rio-tiler is half a second of start-up that no command and no other page should pay for.
    from tiles import raster_reading

    layer = LAYERS[name]
    rasters = [key.raster for key in keys]
    bands = raster_reading.read_pixels(rasters, tile, side_px=side_px, resampling=layer.resampling)
    if bands is None:
        return b""
    picture = layer.paint(Pixels(bands, pixel_sides_m(tile, side_px=side_px), span_of(rasters)))
    if not picture[3].any():
        return b""
    # Colours that a legend explains must arrive as they are.
    lossless = layer.kind != Raster.Kind.ORTHOPHOTO
    return raster_reading.encode(picture, form=form, lossless=lossless)


def pixel_sides_m(tile: Tile, *, side_px: int) -> np.ndarray:
    """The side of a pixel on the ground in m for each row of a tile and one row beyond.

    Web Mercator stretches by the secant of the latitude, which changes within a tile; taken row by
    row, slopes do not jump where two tiles meet.
    """
    _west, _south, _east, north = tile.bounds_mercator
    pixel = tile.side_m / side_px
    rows = np.arange(-NEEDED_PX, side_px + NEEDED_PX)
    return np.asarray(pixel / np.cosh((north - pixel * (rows + 0.5)) / EARTH_RADIUS_M))
