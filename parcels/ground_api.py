"""The API of the ground: what rasters there are, and what they say of a point or a parcel."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from gisapp.crs import WGS84_SRID, metric_srid, transformer
from gisapp.errors import BadInput
from gisapp.params import only_known
from parcels.finding import parcel_called
from parcels.models import Raster
from parcels.rasters.reading import Unknown, ground_at
from parcels.rasters.telling import KEYS, REASONS, as_json, raster_facts, terrain_json

router = Router(tags=["ground"])

Language = Annotated[Literal["ar", "en", "fr"] | None, Query(description="Language of words")]


class RasterOut(Schema):
    """An imported raster."""

    kind: Literal["terrain", "orthophoto", "flood_depth"]
    municipality: str = Field(description="short name")
    title: str
    attribution: str
    licence: str
    resolution_m: float = Field(description="side of a cell on the ground", examples=[2.0])
    crs: str = Field(description="name of the CRS it was imported in")
    bounds: list[float] = Field(description="west, south, east, north in degrees")
    minimum_m: float | None = Field(description="null for pictures")
    maximum_m: float | None
    imported_at: datetime
    sha256: str


class RastersOut(Schema):
    """All rasters."""

    rasters: list[RasterOut]


class ReasonOut(Schema):
    """Why a value is not known."""

    code: Unknown
    text: str


class PointOut(Schema):
    """The ground at a point; null is not known, which is never the same as zero."""

    lon: float
    lat: float
    elevation_m: float | None = Field(examples=[612.4])
    slope_deg: float | None = Field(examples=[3.1])
    flood_depth_m: float | None = Field(examples=[None])
    reasons: dict[str, ReasonOut] = Field(
        description="for each value that is null, why",
        examples=[{"flood_depth_m": {"code": "no_data", "text": "the raster has no value here"}}],
    )


class MeasureOut(Schema):
    """One measure under a parcel, in the unit of its name; null is not known."""

    minimum: float | None
    mean: float | None = Field(description="weighted by the share of each cell in the parcel")
    maximum: float | None
    covered_percent: float = Field(description="of the parcel's area, known by the raster")
    cells: int = Field(description="of which at least 1 % lies in the parcel")
    method: Literal["cells", "interpolated"] | None = Field(
        description="interpolated: the parcel is smaller than a cell, all three values are those "
        "at one point inside it"
    )
    reason: Unknown | None
    reason_text: str
    note: str


class TerrainOut(Schema):
    """What the rasters say of a parcel."""

    parcel: str = Field(examples=["125/7"])
    municipality: str
    elevation_m: MeasureOut
    slope_deg: MeasureOut
    flood_depth_m: MeasureOut


@router.get(
    "/rasters", response=RastersOut, summary="The rasters that there are", url_name="rasters"
)
def rasters(request: HttpRequest, response: HttpResponse, lang: Language = None) -> dict[str, Any]:
    """Terrain, orthophotos and flood depths, with whose they are."""
    only_known(request, "lang")
    response["Cache-Control"] = "no-cache"
    with override(lang or get_language()):
        rows = Raster.objects.select_related("municipality")
        return {"rasters": [raster_facts(row) for row in rows]}


@router.get(
    "/rasters/point",
    response=PointOut,
    summary="Elevation, slope and flood depth at a point",
    url_name="ground-point",
)
def point(
    request: HttpRequest,
    response: HttpResponse,
    lon: Annotated[
        float, Query(ge=-180, le=180, description="Longitude in degrees (WGS84)", examples=[38.6])
    ],
    lat: Annotated[
        float, Query(ge=-90, le=90, description="Latitude in degrees (WGS84)", examples=[24.4])
    ],
    lang: Language = None,
) -> dict[str, Any]:
    """Interpolated between the four nearest cells.

    422 says which number is none, or that the place lies too far from the municipality.
    """
    only_known(request, "lon", "lat", "lang")
    response["Cache-Control"] = "no-cache"
    x, y = transformer(WGS84_SRID, metric_srid()).transform(lon, lat)
    if not (math.isfinite(x) and math.isfinite(y)):
        raise BadInput(_("This place lies too far from the municipality."), pointer="/lon")
    with override(lang or get_language()):
        found = ground_at(x, y)
        return {
            "lon": lon,
            "lat": lat,
            **{key: as_json(measure, found[measure])["mean"] for measure, key in KEYS.items()},
            "reasons": {
                KEYS[measure]: {"code": one.unknown, "text": str(REASONS[one.unknown])}
                for measure, one in found.items()
                if one.unknown
            },
        }


@router.get(
    "/parcels/{block}/{number}/terrain",
    response=TerrainOut,
    summary="Elevation, slope and flood depth of a parcel",
    url_name="parcel-terrain",
)
def terrain(
    request: HttpRequest,
    response: HttpResponse,
    block: str,
    number: str,
    municipality: Annotated[
        str, Query(description="Short name, where several have a parcel of this number")
    ] = "",
    lang: Language = None,
) -> dict[str, Any]:
    """Least, mean and greatest value over the parcel, for each measure.

    404 says that there is no such parcel, 422 that several municipalities have one.
    """
    only_known(request, "municipality", "lang")
    response["Cache-Control"] = "no-cache"
    with override(lang or get_language()):
        return terrain_json(parcel_called(f"{block}/{number}", municipality))
