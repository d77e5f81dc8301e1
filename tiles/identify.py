"""What lies at a point on a date: exact geometry, and only what the person may see.

The answer is put together as text: its geometry comes from PostGIS as GeoJSON, and reading it only
to write it again would cost more than all the rest.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON, ForcePolygonCW, Reverse, Transform
from django.contrib.gis.geos import Point
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gisapp.crs import WGS84_SRID, metric_srid, transformer
from gisapp.errors import BadInput
from gisapp.templatetags.umran import use_name
from gisapp.translated import chosen
from permits.models import Application
from tiles.legends import STATUS_GROUPS
from tiles.limits import bounded, timeout_ms_of
from tiles.prepared import Prepared
from tiles.scope import Scope
from tiles.sql import statement
from zoning.models import Overlay, PlanVersion

MOST_OF_A_KIND = 20
MOST_APPLICATIONS = 50
DECIMALS = 9

Row = dict[str, Any]
Shape = str | None


def metric_point(lon: float, lat: float) -> Point:
    """Degrees to a point in the stored CRS.

    Raises BadInput for what is no place on Earth, or none the deployment's CRS can express.
    """
    if not (math.isfinite(lon) and abs(lon) <= 180):
        raise BadInput(_("A longitude is a number from −180 to 180."), pointer="/lon")
    if not (math.isfinite(lat) and abs(lat) <= 90):
        raise BadInput(_("A latitude is a number from −90 to 90."), pointer="/lat")
    x, y = transformer(WGS84_SRID, metric_srid()).transform(lon, lat)
    if not (math.isfinite(x) and math.isfinite(y)):
        raise BadInput(_("This place lies too far from the municipality."), pointer="/lon")
    return Point(x, y, srid=metric_srid())


def identify(*, lon: float, lat: float, scope: Scope) -> bytes:
    """Parcels, zones, overlays, buildings and applications at the point, as JSON.

    Raises BadInput and TookTooLong.
    """
    point = metric_point(lon, lat)
    timeout_ms = timeout_ms_of(scope.user)
    found = _things_at(point, scope, timeout_ms=timeout_ms)
    applications: list[tuple[Row, Shape]] = []
    # Most parcels have none, and a look at the map should not pay for asking.
    if applied := [facts["id"] for facts, _shape in found["parcels"] if facts["applied"]]:
        with bounded(timeout_ms):
            applications = _applications(applied, scope)
    language = get_language() or "en"
    versions = {facts["version"]: _plan(facts, language) for facts, _shape in found["plans"]}
    said = {
        "parcels": [(_parcel(facts, language), shape) for facts, shape in found["parcels"]],
        "zones": [(_zone(facts, language, versions), shape) for facts, shape in found["zones"]],
        "overlays": [(_overlay(facts, language), shape) for facts, shape in found["overlays"]],
        "buildings": [(_building(facts, language), shape) for facts, shape in found["buildings"]],
        "applications": applications,
    }
    head: Row = {
        "lon": lon,
        "lat": lat,
        "on": scope.on.isoformat(),
        "plans": [{"version": key, "name": name} for key, name in versions.items()],
    }
    lists = (f", {json.dumps(kind)}: [{_written(rows)}]" for kind, rows in said.items())
    return f"{_dumps(head)[:-1]}{''.join(lists)}}}".encode()


@cache
def _question() -> Prepared:
    types = {
        "at": "geometry",
        "version": "bigint",
        "legal": "text[]",
        "day": "date",
        "most": "bigint",
    }
    return Prepared("identify", statement("identify").format(wgs84=WGS84_SRID), types)


def _things_at(
    point: Point, scope: Scope, *, timeout_ms: int
) -> dict[str, list[tuple[Row, Shape]]]:
    found: dict[str, list[tuple[Row, Shape]]] = {
        kind: [] for kind in ("plans", "parcels", "zones", "overlays", "buildings")
    }
    values: Any = {
        "at": point.hexewkb.decode(),
        "version": None if scope.version is None else scope.version.pk,
        "legal": [str(status) for status in PlanVersion.Status.legal()],
        "day": scope.on,
        "most": MOST_OF_A_KIND,
    }
    for kind, facts, shape in _question().rows(values, timeout_ms=timeout_ms):
        found[kind].append((json.loads(facts) if isinstance(facts, str) else facts, shape))
    return found


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _written(rows: Iterable[tuple[Row, Shape]]) -> str:
    """Rows as JSON objects, each with its geometry as it came."""
    return ", ".join(f'{_dumps(row)[:-1]}, "geometry": {shape or "null"}}}' for row, shape in rows)


def page_of(name: str, *parts: str) -> str:
    """The address of a thing's page, or nothing where its number can not be part of an address."""
    try:
        return reverse(name, args=parts)
    except NoReverseMatch:
        return ""


def _plan(facts: Row, language: str) -> str:
    """The name of a plan version, as its model says it."""
    return f"{chosen(facts, 'name', language=language)} · {facts['label']}"


def _parcel(facts: Row, language: str) -> Row:
    addresses = facts.pop("addresses") or {}
    del facts["id"], facts["applied"]
    return {
        **facts,
        "address": addresses.get(language) or facts["address"],
        "land_use_name": use_name(facts["land_use"]),
        "url": page_of("parcel", facts["block"], facts["number"]),
    }


def _zone(facts: Row, language: str, versions: dict[int, str]) -> Row:
    return {
        "code": facts["code"],
        "name": chosen(facts, "name", language=language),
        "description": chosen(facts, "description", language=language),
        "colour": facts["colour"],
        "label": facts["label"],
        "plan": versions[facts["version"]],
    }


def _overlay(facts: Row, language: str) -> Row:
    return {
        "kind": facts["kind"],
        "kind_name": str(Overlay.Kind(facts["kind"]).label),
        "code": facts["code"],
        "name": chosen(facts, "name", language=language),
        "distance_m": facts["distance_m"],
    }


def _building(facts: Row, language: str) -> Row:
    return {
        "name": chosen(facts, "name", language=language),
        "storeys": facts["storeys"],
        "height_m": facts["height_m"],
        "use": facts["use"],
        "use_name": use_name(facts["use"]),
        "year_built": facts["year_built"],
    }


def _applications(parcels: Sequence[int], scope: Scope) -> list[tuple[Row, Shape]]:
    """The applications on these parcels that the person may see, the latest first."""
    links = Application.parcels.through.objects.filter(parcel__in=parcels)
    # Reversed clockwise: the right-hand rule.
    shape = AsGeoJSON(
        Reverse(ForcePolygonCW(Transform("footprint", WGS84_SRID))), precision=DECIMALS
    )
    rows = (
        Application.objects.visible_to(scope.user)
        .filter(pk__in=links.values("application"))
        .annotate(shape=shape)
        .only("number", "title", "status", "kind", "filing_date")
    )
    return [
        (
            {
                "number": application.number,
                "title": application.title,
                "status": application.status,
                "status_name": application.get_status_display(),
                "group": status_group(application.status),
                "kind_name": application.get_kind_display(),
                "filing_date": application.filing_date,
                "url": page_of("application", *application.number.split("/")),
            },
            application.shape,
        )
        for application in rows.order_by("-filing_date", "-number")[:MOST_APPLICATIONS]
    ]


def status_group(status: str) -> str:
    """The legend's group of an application's state."""
    return next((group for group, states in STATUS_GROUPS.items() if status in states), "internal")
