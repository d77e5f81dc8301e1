"""The query API of parcels: by number, by place, around each other, and what the plan says."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import get_language, override
from ninja import Query, Router, Schema
from pydantic import Field

from gisapp.documented import answers, takes
from gisapp.params import read_day
from parcels.finding import parcel_called
from tiles.limits import bounded, timeout_ms_of
from tiles.query import bodies, numbers, selection
from tiles.query.collections import MOST, USUAL, Format, answer, shown
from zoning.extract import extract_of
from zoning.extract_api import AreaOut, AreasOut, ParcelOut, ThemeOut, ValidityOut
from zoning.extract_json import as_json
from zoning.overlaps import Word

router = Router(tags=["parcels"])

Limit = Annotated[int, Query(ge=1, le=MOST, description="At most so many parcels on a page")]
Cursor = Annotated[
    str, Query(max_length=400, description="Where a page begins; from the link “next”")
]
AsWhat = Annotated[Format, Query(description="GeoJSON features, or objects without geometry")]
Lang = Annotated[
    Literal["ar", "en", "fr"] | None, Query(description="Language of names and addresses")
]
Municipality = Annotated[
    str, Query(max_length=50, description="Short name, where several have a parcel of this number")
]

PARCEL: dict[str, Any] = {
    "reference": "125/7",
    "block": "125",
    "number": "7",
    "municipality": "demo",
    "registered_area_m2": 600.0,
    "surveyed_area_m2": 599.8,
    "drawn_area_m2": 599.81,
    "land_use": "residential",
    "address": "7, Palm Street",
}
HEAD: dict[str, Any] = {
    "numberMatched": 1,
    "numberReturned": 1,
    "links": [
        {
            "rel": "self",
            "href": "https://plans.example.org/api/v1/parcels?reference=125/7",
            "type": "application/geo+json",
            "method": "GET",
        }
    ],
    "attribution": ["Cadastre of the municipality"],
}
SQUARE = [[38.6, 24.4], [38.601, 24.4], [38.601, 24.401], [38.6, 24.401], [38.6, 24.4]]
AREA: dict[str, Any] = {"type": "Polygon", "coordinates": [SQUARE]}


def _parcels(**more: Any) -> dict[str, Any]:
    """How a collection of parcels is documented."""
    properties = {**PARCEL, **more}
    feature = {"type": "Feature", "id": 7, "geometry": AREA, "properties": properties}
    return answers(
        "Parcels, with a link “next” where there are more; numberMatched is left out where more "
        "than 10,000 match, and on later pages",
        application__geo_json={"type": "FeatureCollection", **HEAD, "features": [feature]},
        application__json={**HEAD, "parcels": [properties]},
    )


@router.get(
    "/parcels",
    summary="Parcels by number, at a point or in a box",
    url_name="parcels",
    openapi_extra=_parcels(),
)
def parcels(
    request: HttpRequest,
    reference: Annotated[
        str,
        Query(max_length=81, description="Block and number, any separator", examples=["125/7"]),
    ] = "",
    block: Annotated[str, Query(max_length=40, description="Alone: all of the block")] = "",
    number: Annotated[str, Query(max_length=40, description="Within the block")] = "",
    municipality: Municipality = "",
    lon: Annotated[float | None, Query(description="Longitude in degrees (WGS 84)")] = None,
    lat: Annotated[float | None, Query(description="Latitude in degrees (WGS 84)")] = None,
    bbox: Annotated[
        str,
        Query(
            max_length=120,
            description="West, south, east, north in degrees (WGS 84)",
            examples=["38.6,24.4,38.61,24.41"],
        ),
    ] = "",
    f: AsWhat = "geojson",
    limit: Limit = USUAL,
    cursor: Cursor = "",
    lang: Lang = None,
) -> HttpResponse:
    """Choose in exactly one way: `reference`, `block` (and `number`), `lon` and `lat`, or `bbox`.

    Parcels come in a fixed order, page by page. An area or point selects what it has boundary or
    area in common with. The answer has an ETag; asked for again unchanged it is 304.
    """
    chosen = selection.by_parameters(
        selection.Asked(
            block=block,
            number=number,
            reference=reference,
            municipality=municipality,
            lon=lon,
            lat=lat,
            bbox=bbox,
        )
    )
    with override(lang or get_language()):
        return answer(request, chosen, shown(), limit=limit, cursor=cursor, f=f)


@router.post(
    "/parcels/within",
    summary="Parcels in an area",
    url_name="parcels-within",
    openapi_extra=takes(dict.fromkeys(bodies.JSON_KINDS, AREA), **_parcels()),
)
def within(
    request: HttpRequest,
    f: AsWhat = "geojson",
    limit: Limit = USUAL,
    cursor: Cursor = "",
    lang: Lang = None,
) -> HttpResponse:
    """The body is a GeoJSON Polygon or MultiPolygon in degrees: `type` and `coordinates`, no more.

    At most 20,000 corners and 2 MB. For the next page send the same body to the link “next”. 422
    says where the area is not valid and why, 413 that it is too large, 415 that it is no JSON.
    """
    body = bodies.body_of(request, *bodies.JSON_KINDS)
    chosen = selection.within(bodies.read_polygon(body), body)
    with override(lang or get_language()):
        return answer(request, chosen, shown(), limit=limit, cursor=cursor, f=f)


@router.get(
    "/parcels/{block}/{number}/nearby",
    summary="Parcels within a distance of a parcel",
    url_name="parcels-nearby",
    openapi_extra=_parcels(distance_m=12.4),
)
def nearby(
    request: HttpRequest,
    block: str,
    number: str,
    distance_m: Annotated[
        float, Query(description="Metres between boundaries, at most 2,000", examples=[50])
    ],
    municipality: Municipality = "",
    f: AsWhat = "geojson",
    limit: Limit = USUAL,
    cursor: Cursor = "",
    lang: Lang = None,
) -> HttpResponse:
    """The others, the nearest first, each with its distance in metres; those that touch have 0."""
    land = parcel_called(f"{block}/{number}", municipality)
    chosen = selection.nearby(land, distance_m=distance_m)
    with override(lang or get_language()):
        what = shown(rank=selection.distance_to(land), name="distance_m")
        return answer(request, chosen, what, limit=limit, cursor=cursor, f=f)


@router.get(
    "/parcels/{block}/{number}/neighbours",
    summary="Parcels that touch a parcel",
    url_name="parcels-neighbours",
    openapi_extra=_parcels(common_boundary_m=30.0),
)
def neighbours(
    request: HttpRequest,
    block: str,
    number: str,
    municipality: Municipality = "",
    f: AsWhat = "geojson",
    limit: Limit = USUAL,
    cursor: Cursor = "",
    lang: Lang = None,
) -> HttpResponse:
    """Each with the length of the common boundary, the longest first; 0 where only corners meet.

    Boundaries within 5 cm of each other count as one boundary drawn twice.
    """
    land = parcel_called(f"{block}/{number}", municipality)
    chosen = selection.neighbours(land)
    with override(lang or get_language()):
        what = shown(
            rank=selection.common_boundary_m(land), name="common_boundary_m", longest_first=True
        )
        return answer(request, chosen, what, limit=limit, cursor=cursor, f=f)


class ZoneOut(AreaOut):
    """The part of the parcel in one district of one plan version."""

    plan: str = Field(description="reference of the plan", examples=["MP-2024"])
    version: str
    code: str = Field(examples=["R1"])
    name: str
    category: str


class OverlayOut(AreaOut, ValidityOut):
    """One overlay on the parcel: an area, a line or points; the other measures are null."""

    kind: str = Field(examples=["heritage"])
    kind_name: str
    code: str
    name: str
    distance_m: float | None = Field(description="how far from its drawing it reaches, m")
    length_m: float | None
    points: int | None


class ZoningOut(Schema):
    """What holds on the parcel on the day."""

    parcel: ParcelOut
    on: date
    areas: AreasOut
    zoned: Word = Field(description="whether a plan in force zones the parcel, or there is no data")
    zones: list[ZoneOut]
    overlays: list[OverlayOut]
    themes: list[ThemeOut] = Field(description="every kind of overlay in one of three words")


@router.get(
    "/parcels/{block}/{number}/zoning",
    response=ZoningOut,
    summary="Zones and overlays of a parcel, in m² and percent",
    url_name="parcel-zoning",
)
def zoning(
    request: HttpRequest,
    response: HttpResponse,
    block: str,
    number: str,
    on: Annotated[str, Query(description="A day (YYYY-MM-DD); today if left out")] = "",
    municipality: Municipality = "",
    lang: Lang = None,
) -> dict[str, Any]:
    """The plan in force on a day, as lists; the extract has the same figures and what is pending.

    Areas are scaled to the registered area, percentages come from unrounded areas.
    """
    day = read_day(on) if on else timezone.localdate()
    response["Cache-Control"] = "no-cache"
    with override(lang or get_language()):
        said = as_json(extract_of(parcel_called(f"{block}/{number}", municipality), on=day))
    holds = said["in_force"]
    return {
        "parcel": said["parcel"],
        "on": said["on"],
        "areas": said["areas"],
        "zoned": holds["zones"]["word"],
        "zones": [
            {"plan": plan["plan"], "version": plan["version"], **district}
            for plan in holds["zones"]["plans"]
            for district in plan["districts"]
        ],
        "overlays": [
            {"kind": theme["kind"], "kind_name": theme["name"], **touch}
            for theme in holds["overlays"]
            for touch in theme["touches"]
        ],
        "themes": holds["overlays"],
    }


class TableRow(Schema):
    """What is known of one number, or why nothing is."""

    line: int = Field(description="of the list that was sent")
    asked: str
    result: Literal["found", "unknown", "ambiguous", "unreadable"]
    reason: str
    reference: str
    municipality: str
    registered_area_m2: float | None
    surveyed_area_m2: float | None
    drawn_area_m2: float | None
    districts: str = Field(examples=["R1 62.5 %; C2 37.5 %"])
    overlays: str
    land_use: str
    address: str


ROW = {
    "line": 2,
    "asked": "125-7",
    "result": "found",
    "reason": "",
    **PARCEL,
    "districts": "R1 100.0 %",
    "overlays": "",
}
TABLE = "line,asked,result,reason,reference,…\r\n2,125-7,found,,125/7,…\r\n"


@router.post(
    "/parcels/table",
    summary="What is known of a list of parcels, as a table",
    url_name="parcels-table",
    openapi_extra=takes(
        dict.fromkeys(numbers.CSV_KINDS, "parcel\r\n125/7\r\n125-8\r\n"),
        **answers(
            "One row for each row of the list, in its order",
            text__csv=TABLE,
            application__json={"on": "2026-03-31", "rows": [ROW]},
        ),
    ),
)
def table(
    request: HttpRequest,
    f: Annotated[Literal["csv", "json"], Query(description="CSV, or its rows as JSON")] = "csv",
    on: Annotated[str, Query(description="A day (YYYY-MM-DD); today if left out")] = "",
    municipality: Municipality = "",
    lang: Lang = None,
) -> HttpResponse:
    """The body is a CSV file of one column, with a header or without: at most 10,000 numbers, 2 MB.

    Numbers are read with any separator, in any digits. A number that has no answer has a reason in
    its row: unknown, ambiguous or unreadable. 422 says which line of the list can not be read.
    """
    asked = numbers.read_numbers(bodies.body_of(request, *numbers.CSV_KINDS))
    day = read_day(on) if on else timezone.localdate()
    with override(lang or get_language()), bounded(timeout_ms_of(request.user)):
        rows = list(numbers.answers(asked, on=day, municipality=municipality))
    if f == "json":
        response: HttpResponse = JsonResponse(
            {"on": day.isoformat(), "rows": [asdict(row) for row in rows]}
        )
    else:
        response = HttpResponse(numbers.csv_of(rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="parcels.csv"'
    response["Cache-Control"] = "no-store"
    return response
