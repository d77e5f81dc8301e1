"""The API of exports: a layer as a file at once, or in the background with progress."""

from __future__ import annotations

import json
from dataclasses import fields
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
from tiles.exports import asking, jobs
from tiles.exports.sending import send, send_file
from tiles.exports.wanted import FORMATS, Part, Wanted, read_name
from tiles.layers import LAYERS
from tiles.models import Export
from tiles.scope import make_scope

router = Router(tags=["exports"])

Lang = Annotated[Literal["ar", "en", "fr"] | None, Query(description="Language of texts")]
NAMES = f"layers: {', '.join(LAYERS)}; formats: {', '.join(FORMATS)}"


class Chosen(Schema):
    """Which part of a layer: in one way at most, and by a condition."""

    model_config = ConfigDict(extra="forbid")

    block: str = Field("", max_length=40, description="only this block (parcels)")
    number: str = Field("", max_length=40, description="within the block (parcels)")
    reference: str = Field(
        "", max_length=81, description="block and number, any separator (parcels)"
    )
    municipality: str = Field(
        "", max_length=50, description="short name, where several have a parcel of this number"
    )
    lon: float | None = Field(None, description="longitude of a point, in degrees (WGS 84)")
    lat: float | None = Field(None, description="latitude of a point, in degrees (WGS 84)")
    bbox: str = Field("", max_length=120, description="west,south,east,north in degrees")
    near: str = Field("", max_length=81, description="number of a parcel; what lies near it")
    distance_m: float | None = Field(None, description="metres from that parcel, at most 2,000")
    filter: str = Field(
        "", max_length=4_096, description="condition in CQL2 on the queryables of the collection"
    )
    filter_lang: Literal["cql2-text", "cql2-json"] = Field("cql2-text", alias="filter-lang")
    on: str = Field("", max_length=10, description="a day (YYYY-MM-DD); today if left out")
    version: str = Field("", max_length=20, description="a plan version, not a day")

    def wanted(self, request: HttpRequest, layer: str, kind: str, **more: str) -> Wanted:
        """What is asked for, in that format; ``more`` are lists and areas as text."""
        asked: dict[str, Any] = {name: getattr(self, name) for name in PART if name not in more}
        if not self.filter:
            asked["filter_lang"] = ""
        scope = make_scope(request, on=self.on, version=self.version)
        return Wanted(layer, kind, scope, Part(**(asked | more)))


PART = [field.name for field in fields(Part)]


class ChosenByAddress(Chosen):
    """The same in an address, where lists and areas are text."""

    references: str = Field(
        "", max_length=4_000, description="numbers of parcels, one on a line (parcels)"
    )
    within: str = Field("", max_length=4_000, description="GeoJSON Polygon or MultiPolygon")


@router.get(
    "/export/{name}",
    summary="A layer, or a part of it, as a file",
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
    request: HttpRequest, name: str, chosen: Query[ChosenByAddress], lang: Lang = None
) -> HttpResponseBase:
    """`{name}` is a layer and a format: `parcels.gpkg`, `zones.geojson`, `buildings.shp.zip`.

    Without more it is the whole layer. Choose a part in one way, as parcels are asked for: `bbox`,
    `lon` and `lat`, `within`, or `near` and `distance_m`; parcels also by `block` and `number`,
    `reference` or `references`. A `filter` narrows down any of them.

    A GeoPackage or shapefile of more than 5,000 rows, and whatever takes longer than half a minute
    to make, is 413: send it to `/exports` instead. What the person may not see is left out.
    """
    layer, kind = read_name(name)
    with override(lang or get_language()):
        wanted = chosen.wanted(
            request, layer, kind, references=chosen.references, within=chosen.within
        )
        return send(wanted)


SQUARE: Any = [[38.6, 24.4], [38.601, 24.4], [38.601, 24.401], [38.6, 24.401], [38.6, 24.4]]


class ExportIn(Chosen):
    """What to export."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"layer": "parcels", "format": "gpkg", "on": "2026-03-31"},
                {
                    "layer": "streets",
                    "format": "geojson",
                    "within": {"type": "Polygon", "coordinates": [SQUARE]},
                    "filter": "width_m >= 20",
                },
                {"layer": "buildings", "format": "csv", "near": "125/7", "distance_m": 50},
                {"layer": "parcels", "format": "shp.zip", "references": ["125/7", "125/8"]},
            ]
        },
    )

    layer: str = Field(max_length=40, json_schema_extra={"enum": list(LAYERS)})
    format: str = Field(max_length=10, json_schema_extra={"enum": list(FORMATS)})
    references: list[str] = Field([], description="numbers of parcels (parcels)")
    within: dict[str, Any] | None = Field(None, description="GeoJSON Polygon or MultiPolygon")


class ExportOut(Schema):
    """How far an export is, and where its file is once it is done."""

    key: UUID
    layer: str
    format: str
    on: date
    status: str = Field(description="waiting, running, done, cancelled or failed")
    done: int = Field(description="rows written")
    total: int = Field(description="rows in all, when it was asked for; 0 where not counted")
    shared: bool = Field(
        description="whether others asked for it too, so that it can not be stopped"
    )
    problem: str
    kept_until: datetime
    file: str = Field(description="address of the file; empty until it is done")


def _said(export: Export) -> dict[str, Any]:
    fetched = reverse("api-1:export-made-file", args=[export.key])
    return {
        **{name: getattr(export, name) for name in ("key", "layer", "format", "on")},
        **{
            name: getattr(export, name) for name in ("status", "done", "total", "shared", "problem")
        },
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

    What all may see is made once for all who ask while it is made (then it is `shared`). 429 when
    too many are waiting.
    """
    layer, kind = read_name(f"{body.layer}.{body.format}")
    with override(lang or get_language()):
        wanted = body.wanted(
            request,
            layer,
            kind,
            references="\n".join(body.references),
            within="" if body.within is None else json.dumps(body.within),
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
    """Stops it after the rows it is at; what is done is removed with its file.

    One that is `shared` goes on for the others who asked for it; you need not come back for it.
    """
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
