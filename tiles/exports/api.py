"""The API of exports: a layer as a file at once, or in the background with progress."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import ConfigDict, Field

from gisapp.documented import answers
from gisapp.errors import NotThere
from gisapp.params import read_bbox
from tiles.exports import asking, jobs
from tiles.exports.sending import send, send_file
from tiles.exports.wanted import FORMATS, Wanted, check_block, read_name
from tiles.layers import LAYERS
from tiles.models import Export
from tiles.scope import make_scope

router = Router(tags=["exports"])

Lang = Annotated[Literal["ar", "en", "fr"] | None, Query(description="Language of texts")]
NAMES = f"layers: {', '.join(LAYERS)}; formats: {', '.join(FORMATS)}"


@router.get(
    "/export/{name}",
    summary="A layer as a file",
    url_name="export-file",
    openapi_extra=answers(
        "The file; its licence, sources and date stand inside",
        application__geopackage_sqlite3="(a GeoPackage in the metric CRS)",
        application__geo_json={"type": "FeatureCollection", "name": "zones", "features": []},
        text__csv="id,code,colour,category,lon,lat\r\n",
        application__zip="(shapefiles, LICENCE.txt and README.txt)",
    ),
)
def export_file(
    request: HttpRequest,
    name: str,
    bbox: Annotated[
        str, Query(max_length=120, description="West, south, east, north in degrees")
    ] = "",
    block: Annotated[str, Query(max_length=40, description="Only this block (parcels)")] = "",
    on: Annotated[str, Query(description="A day (YYYY-MM-DD); today if left out")] = "",
    version: Annotated[str, Query(max_length=20, description="A plan version, not a day")] = "",
    lang: Lang = None,
) -> HttpResponseBase:
    """`{name}` is a layer and a format: `parcels.gpkg`, `zones.geojson`, `buildings.shp.zip`.

    GeoJSON and CSV are sent while they are read; a GeoPackage or shapefile of more than 5,000 rows
    is 413: send it to `/exports` instead. What the person may not see is left out.
    """
    layer, kind = read_name(name)
    with override(lang or get_language()):
        return send(_wanted(request, layer, kind, bbox=bbox, block=block, on=on, version=version))


def _wanted(
    request: HttpRequest, layer: str, kind: str, *, bbox: str, block: str, on: str, version: str
) -> Wanted:
    check_block(layer, block)
    scope = make_scope(request, on=on, version=version)
    return Wanted(layer, kind, scope, bbox=read_bbox(bbox) if bbox else None, block=block)


class ExportIn(Schema):
    """What to export."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"layer": "parcels", "format": "gpkg", "on": "2026-03-31"}},
    )

    layer: str = Field(max_length=40, json_schema_extra={"enum": list(LAYERS)})
    format: str = Field(max_length=10, json_schema_extra={"enum": list(FORMATS)})
    bbox: str = Field("", max_length=120, description="west,south,east,north in degrees")
    block: str = Field("", max_length=40, description="only this block (parcels)")
    on: str = Field("", max_length=10, description="a day; today if left out")
    version: str = Field("", max_length=20, description="a plan version, not a day")


class ExportOut(Schema):
    """How far an export is, and where its file is once it is done."""

    key: UUID
    layer: str
    format: str
    on: date
    status: str = Field(description="waiting, running, done, cancelled or failed")
    done: int = Field(description="rows written")
    total: int = Field(description="rows in all, when it was asked for")
    problem: str
    kept_until: datetime
    file: str = Field(description="address of the file; empty until it is done")


def _said(export: Export) -> dict[str, Any]:
    fetched = reverse("api-1:export-made-file", args=[export.key])
    return {
        **{name: getattr(export, name) for name in ("key", "layer", "format", "on")},
        **{name: getattr(export, name) for name in ("status", "done", "total", "problem")},
        "kept_until": export.expires_at,
        "file": fetched if export.status == Export.Status.DONE else "",
    }


@router.post(
    "/exports",
    response={202: ExportOut},
    summary="Make an export in the background",
    url_name="exports",
)
def exports(
    request: HttpRequest, response: HttpResponse, body: ExportIn, lang: Lang = None
) -> Status:
    """Answers at once with the address to ask how far it is; the file is kept for a day.

    Asked for twice while it is made, it is made once. 429 when too many are waiting.
    """
    layer, kind = read_name(f"{body.layer}.{body.format}")
    with override(lang or get_language()):
        wanted = _wanted(
            request,
            layer,
            kind,
            bbox=body.bbox,
            block=body.block,
            on=body.on,
            version=body.version,
        )
        export = asking.ask_for(wanted, user=request.user)
    response["Location"] = reverse("api-1:export-made", args=[export.key])
    return Status(202, _said(export))


@router.get(
    "/exports/{key}", response=ExportOut, summary="How far an export is", url_name="export-made"
)
def export_made(request: HttpRequest, response: HttpResponse, key: UUID) -> dict[str, Any]:
    """404 when there is none of this key, it has expired, or somebody else asked for it."""
    response["Cache-Control"] = "no-store"
    return _said(_find(request, key))


@router.delete("/exports/{key}", response=ExportOut, summary="Cancel an export")
def export_cancel(request: HttpRequest, key: UUID) -> dict[str, Any]:
    """Stops it after the rows it is at; what is done is removed with its file."""
    export = _find(request, key)
    jobs.cancel(export)
    export.refresh_from_db()
    return _said(export)


@router.get(
    "/exports/{key}/file",
    summary="The file of an export",
    url_name="export-made-file",
    openapi_extra=answers(
        "The file",
        application__geopackage_sqlite3="(a GeoPackage)",
        application__geo_json={"type": "FeatureCollection", "features": []},
        text__csv="id,lon,lat\r\n",
        application__zip="(shapefiles)",
    ),
)
def export_made_file(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """404 until it is done."""
    export = _find(request, key)
    if export.status != Export.Status.DONE or not export.path.exists():
        raise NotThere(_("This export has no file yet."), pointer="/key")
    return send_file(export)


def _find(request: HttpRequest, key: UUID) -> Export:
    found = Export.objects.open_to(request.user).filter(pk=key).first()
    if found is None:
        raise NotThere(_("There is no such export; it may have expired."), pointer="/key")
    return found
