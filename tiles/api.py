"""The query API of the map: what is here, and where is that."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, override
from ninja import Query, Router

from gisapp.responses import JSON, kept
from tiles.identify import identify as things_at
from tiles.scope import make_scope
from tiles.search import LONGEST_QUERY, MOST
from tiles.search import search as things_called

router = Router(tags=["map"])

Language = Literal["ar", "en", "fr"]


@router.get("/identify", summary="What lies at a point on a date", url_name="identify")
def identify(
    request: HttpRequest,
    lon: Annotated[float, Query(description="Longitude in degrees (WGS84)", examples=[38.6])],
    lat: Annotated[float, Query(description="Latitude in degrees (WGS84)", examples=[24.4])],
    on: Annotated[str, Query(description="A day (YYYY-MM-DD); today if left out")] = "",
    version: Annotated[str, Query(description="A plan version instead of a day")] = "",
    lang: Annotated[Language | None, Query(description="Language of names and words")] = None,
) -> HttpResponse:
    """Parcels, zones of the plan in force, overlays, buildings and applications at the point.

    Geometry is exact, in WGS84; what the person may not see is left out.
    """
    with override(lang or get_language()):
        found = things_at(lon=lon, lat=lat, scope=make_scope(request, on=on, version=version))
    return kept(request, found, content_type=JSON)


@router.get("/search", summary="Find parcels, applications, streets and places", url_name="search")
def search(
    request: HttpRequest,
    response: HttpResponse,
    q: Annotated[str, Query(description="What to look for", max_length=LONGEST_QUERY)],
    limit: Annotated[int, Query(ge=1, le=MOST, description="At most so many of each kind")] = 6,
    lang: Annotated[Language | None, Query(description="Language of names")] = None,
) -> dict:
    """The closest first: that very name, then names that begin so, hold it, or are similar.

    Parcel numbers are read with any separator, in any digits; Arabic spelling and accents make no
    difference, and one wrong letter in a word of five is forgiven.
    """
    response["Cache-Control"] = "private, no-cache"
    today = timezone.localdate()
    with override(lang or get_language()):
        found = things_called(q, user=request.user, on=today, limit=limit)
    return {"query": q, "results": found}
