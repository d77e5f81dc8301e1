"""The API of parcel edges: what each faces, for everyone; corrections, for those who may.

It stands beside the extract: giving an edge back needs the overlays that its parcel faces.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Annotated, Any, cast

from django.contrib.auth.models import User
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from ninja.security import django_auth
from pydantic import ConfigDict, Field

from gisapp.errors import NotThere
from parcels.actions.correct_edge import KNOWN, WIDEST_STREET_M, correct_edge
from parcels.finding import parcel_called
from parcels.models import Parcel, ParcelEdge
from parcels.surroundings import wgs84
from zoning.actions.release_edge import release_edge

router = Router(tags=["parcels"])
PATH = "/parcels/{block}/{number}/edges"

EDGE: dict[str, Any] = {
    "edge": 1,
    "kind": "front",
    "kind_label": "front",
    "length_m": 20.0,
    "street": "Palm Street",
    "street_width_m": 12.0,
    "confidence": 0.95,
    "source": "street",
    "source_label": "nearest street",
    "locked": False,
    "seen": "5e1f0c9b7a3d2468",
    "geometry": {
        "type": "LineString",
        "coordinates": [[39.5943211, 24.4102011], [39.5945183, 24.4102004]],
    },
}


class EdgeOut(Schema):
    """One edge of a parcel; labels in the language of ``Accept-Language``."""

    edge: int = Field(description="its number along the boundary, from 1, as on the parcel's page")
    kind: str = Field(description=f"{', '.join(KNOWN)} or unknown")
    kind_label: str
    length_m: float
    street: str = Field(description="name of the street it faces, empty for none")
    street_width_m: float | None = Field(description="null is not known, or no street")
    confidence: float = Field(description="0 to 1; below 0.5 it decides no rule")
    source: str = Field(description="what the class rests on")
    source_label: str
    locked: bool = Field(description="corrected or imported: kept by classification and import")
    seen: str = Field(description="stamp of this state, to be sent with a correction")
    geometry: dict[str, Any] = Field(description="GeoJSON LineString in WGS84")


class EdgesOut(Schema):
    """The edges of a parcel in the order of its boundary."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"parcel": "125/7", "municipality": "town", "edges": [EDGE]}}
    )

    parcel: str
    municipality: str = Field(description="short name of the municipality")
    edges: list[EdgeOut]


class CorrectionIn(Schema):
    """What an edge faces, as somebody who has looked at it says."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "seen": EDGE["seen"],
                "kind": "secondary_street",
                "street_width_m": 9.5,
            }
        },
    )

    seen: str = Field(description="the stamp under which the edge was seen", max_length=64)
    kind: str = Field(max_length=40, json_schema_extra={"enum": list(KNOWN)})
    street_width_m: Decimal | None = Field(
        None,
        max_digits=6,
        decimal_places=2,
        description=f"more than 0, at most {WIDEST_STREET_M}; left out, an edge on a street keeps "
        "the width it has. Edges off the streets have none",
    )


Municipality = Annotated[
    str, Query(description="Short name, where several have a parcel of this number")
]


@router.get(PATH, response=EdgesOut, summary="What each edge of a parcel faces")
def edges(
    request: HttpRequest,
    response: HttpResponse,
    block: str,
    number: str,
    municipality: Municipality = "",
) -> dict[str, Any]:
    """Every edge with its class, street, confidence and source; none before classification.

    404 says that the parcel is unknown, 422 that several municipalities have one of this number.
    """
    response["Cache-Control"] = "no-cache"
    return _edges_of(parcel_called(f"{block}/{number}", municipality))


@router.patch(
    f"{PATH}/{{edge}}",
    response=EdgesOut,
    auth=django_auth,
    summary="Say what an edge faces, and lock it",
)
def correct(
    request: HttpRequest,
    block: str,
    number: str,
    edge: int,
    body: CorrectionIn,
    municipality: Municipality = "",
) -> dict[str, Any]:
    """Store a correction, which classification and later imports keep; answers with all edges.

    For planners, data officers and administrators of the municipality who are signed in; send the
    cookie ``csrftoken`` as header ``X-CSRFToken`` too. 401 and 403 say that this is not so, 404
    that there is no such edge, 409 that it is no longer what was seen, 422 what in the body is
    wrong and where.
    """
    land = parcel_called(f"{block}/{number}", municipality)
    correct_edge(
        edge=_edge(land, edge),
        actor=_person(request),
        kind=body.kind,
        street_width_m=body.street_width_m,
        seen=body.seen,
    )
    return _edges_of(land)


@router.delete(
    f"{PATH}/{{edge}}/lock",
    response=EdgesOut,
    auth=django_auth,
    summary="Give a locked edge back to the classifier",
)
def release(
    request: HttpRequest,
    block: str,
    number: str,
    edge: int,
    seen: Annotated[str, Query(description="The stamp under which the edge was seen")],
    municipality: Municipality = "",
) -> dict[str, Any]:
    """Unlock an edge and classify its parcel at once; answers with all edges, numbered anew.

    For the same people and with the same header as a correction. 409 says that the edge is not
    locked, or no longer what was seen.
    """
    land = parcel_called(f"{block}/{number}", municipality)
    today = timezone.localdate()
    release_edge(edge=_edge(land, edge), actor=_person(request), on=today, seen=seen)
    return _edges_of(land)


def _person(request: HttpRequest) -> User:
    """Who is signed in; the operation lets nobody else through."""
    return cast(User, request.user)


def _edge(land: Parcel, number: int) -> ParcelEdge:
    """The edge of this number, from 1. Raises NotThere."""
    found = land.edges.select_related("parcel__municipality")
    for edge in found.filter(position=number - 1) if 0 < number <= 32_768 else ():
        return edge
    raise NotThere(
        _("Parcel %(parcel)s has no edge %(number)s.")
        % {"parcel": land.reference, "number": number},
        pointer="/edge",
    )


def _edges_of(land: Parcel) -> dict[str, Any]:
    rows = land.edges.select_related("street").annotate(shape=wgs84(F("geometry")))
    return {
        "parcel": land.reference,
        "municipality": land.municipality.slug,
        "edges": [
            {
                "edge": row.position + 1,
                "kind": row.kind,
                "kind_label": row.get_kind_display(),
                "length_m": round(row.geometry.length, 2),
                "street": row.street.name if row.street else "",
                "street_width_m": row.street_width_m,
                "confidence": row.confidence,
                "source": row.source,
                "source_label": row.get_source_display(),
                "locked": row.locked,
                "seen": row.stamp,
                "geometry": json.loads(row.shape),
            }
            for row in rows
        ],
    }
