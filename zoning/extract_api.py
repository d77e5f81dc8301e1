"""The API of the parcel extract: the planning statement as data, for everyone."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, override
from ninja import Query, Router, Schema
from pydantic import Field

from gisapp.params import read_day
from parcels.finding import parcel_called
from zoning.extract import extract_of
from zoning.extract_json import as_json
from zoning.overlaps import Word

router = Router(tags=["parcels"])


class ParcelOut(Schema):
    """Which parcel."""

    reference: str = Field(examples=["125/7"])
    block: str
    number: str
    municipality: str = Field(description="short name of the municipality")


class AreasOut(Schema):
    """The parcel's area by each source, in m²; null is not known."""

    registered_m2: float | None = Field(description="in the land register")
    surveyed_m2: float | None
    drawn_m2: float = Field(description="of the drawn boundary")
    scale: float = Field(description="registered ÷ drawn; every area below is multiplied by it")


class LeftOutOut(Schema):
    """What is too small to count: drawing noise along boundaries."""

    areas_below_m2: float
    lengths_below_m: float


class AreaOut(Schema):
    """A part of the parcel."""

    area_m2: float | None = Field(description="m², scaled to the registered area")
    percent: float | None = Field(description="of the parcel, 0 to 100, from unrounded areas")


class ValidityOut(Schema):
    """A half-open range of dates; null is without end."""

    valid_from: date | None = Field(description="the first day")
    valid_to: date | None = Field(description="the first day after the last")


class DistrictOut(AreaOut):
    """The part of the parcel in one zoning district."""

    code: str
    name: str
    category: str


class PlanOut(ValidityOut):
    """One plan version and how it divides the parcel, the largest part first."""

    plan: str = Field(description="reference of the plan")
    name: str
    version: str
    status: str
    districts: list[DistrictOut]
    in_no_zone: AreaOut | None = Field(description="what no zone of this version covers")


class ZonesOut(Schema):
    """Whether a plan zones the parcel, and each plan version that may."""

    word: Word
    plans: list[PlanOut]


class TouchOut(AreaOut, ValidityOut):
    """One overlay on the parcel: an area, a line or points; the other measures are null."""

    code: str
    name: str
    distance_m: float | None = Field(description="how far from its drawing it reaches, m")
    length_m: float | None = Field(description="of a line, m as drawn")
    points: int | None = Field(description="how many points lie on the parcel")


class ThemeOut(Schema):
    """One kind of overlay in one of three words."""

    kind: str
    name: str
    word: Word
    touches: list[TouchOut]


class StatementOut(Schema):
    """Zones and overlays."""

    zones: ZonesOut
    overlays: list[ThemeOut]


class ExtractOut(Schema):
    """The planning statement of a parcel on a day; names in the language asked for."""

    parcel: ParcelOut
    on: date
    language: str
    areas: AreasOut
    left_out: LeftOutOut
    in_force: StatementOut
    pending: StatementOut = Field(description="on public display, or beginning after the day")


@router.get(
    "/parcels/{block}/{number}/extract",
    response=ExtractOut,
    summary="What the plan says of a parcel on a date",
    url_name="parcel-extract",
)
def extract(
    request: HttpRequest,
    response: HttpResponse,
    block: str,
    number: str,
    on: Annotated[str, Query(description="A day (YYYY-MM-DD); today if left out")] = "",
    municipality: Annotated[
        str, Query(description="Short name, where several have a parcel of this number")
    ] = "",
    lang: Annotated[
        Literal["ar", "en", "fr"] | None, Query(description="Language of names")
    ] = None,
) -> dict[str, Any]:
    """Zones with their shares, and every kind of overlay as concerned, not concerned or no data.

    400 says which parameter is unknown, 404 that the parcel is, 422 that the date is none or that
    several municipalities have a parcel of this number.
    """
    day = read_day(on) if on else timezone.localdate()
    response["Cache-Control"] = "no-cache"
    with override(lang or get_language()):
        return as_json(extract_of(parcel_called(f"{block}/{number}", municipality), on=day))
