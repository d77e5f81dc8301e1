"""What lies at a point on a date: exact geometry, and only what the person may see."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from django.contrib.gis.geos import Point
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _

from gisapp import geojson
from gisapp.crs import WGS84_SRID, metric_srid, transformer
from gisapp.errors import BadInput
from gisapp.templatetags.umran import use_name
from parcels.models import Building, Parcel
from permits.models import Application
from tiles.legends import STATUS_GROUPS
from tiles.limits import bounded
from tiles.scope import Scope
from zoning.models import Overlay, Zone

MOST_OF_A_KIND = 20
MOST_APPLICATIONS = 50

Row = dict[str, Any]


def metric_point(lon: float, lat: float) -> Point:
    """Degrees to a point in the stored CRS.

    Raises BadInput for what is no place on Earth, or none the deployment's CRS can express.
    """
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise BadInput(
            _("A place is a longitude from −180 to 180 and a latitude from −90 to 90."),
            pointer="/lon",
        )
    x, y = transformer(WGS84_SRID, metric_srid()).transform(lon, lat)
    if not (math.isfinite(x) and math.isfinite(y)):
        raise BadInput(_("This place lies too far from the municipality."), pointer="/lon")
    return Point(x, y, srid=metric_srid())


def identify(*, lon: float, lat: float, scope: Scope) -> dict[str, Any]:
    """Parcels, zones, overlays, buildings and applications at the point. Raises BadInput."""
    point = metric_point(lon, lat)
    with bounded():
        parcels = list(Parcel.objects.at(point).order_by("pk")[:MOST_OF_A_KIND])
        versions = list(scope.versions().select_related("plan"))
        return {
            "lon": lon,
            "lat": lat,
            "on": scope.on.isoformat(),
            "plans": [{"version": version.pk, "name": str(version)} for version in versions],
            "parcels": [_parcel(parcel) for parcel in parcels],
            "zones": _zones(point, scope),
            "overlays": _overlays(point, scope),
            "buildings": _buildings(point),
            "applications": _applications(parcels, scope),
        }


def page_of(thing: Parcel | Application) -> str:
    """The address of a thing's page, or nothing where its number can not be part of an address."""
    try:
        return thing.get_absolute_url()
    except NoReverseMatch:
        return ""


def _parcel(parcel: Any) -> Row:
    """A parcel annotated with its drawn ``area``."""
    return {
        "reference": parcel.reference,
        "block": parcel.block,
        "number": parcel.number,
        "address": parcel.local_address,
        "land_use": parcel.land_use,
        "land_use_name": use_name(parcel.land_use),
        "registered_area_m2": parcel.registered_area_m2,
        "surveyed_area_m2": parcel.surveyed_area_m2,
        "drawn_area_m2": round(parcel.geometry.area, 2),
        "url": page_of(parcel),
        "geometry": geojson.stored(parcel.geometry),
    }


def _zones(point: Point, scope: Scope) -> list[Row]:
    rows = Zone.objects.at(point).filter(version__in=scope.versions().values("pk"))
    return [
        {
            "code": zone.district.code,
            "name": zone.district.name,
            "description": zone.district.description,
            "colour": zone.district.colour,
            "label": zone.label,
            "plan": str(zone.version),
            "geometry": geojson.stored(zone.geometry),
        }
        for zone in rows.select_related("district", "version__plan").order_by("pk")[:MOST_OF_A_KIND]
    ]


def _overlays(point: Point, scope: Scope) -> list[Row]:
    rows = Overlay.objects.in_force(on=scope.on).reaching(point)
    return [
        {
            "kind": overlay.kind,
            "kind_name": overlay.get_kind_display(),
            "code": overlay.code,
            "name": overlay.name,
            "distance_m": overlay.distance_m,
            "geometry": geojson.stored(overlay.geometry),
        }
        for overlay in rows.order_by("kind", "pk")[:MOST_OF_A_KIND]
    ]


def _buildings(point: Point) -> list[Row]:
    rows = Building.objects.filter(footprint__intersects=point).order_by("pk")
    return [
        {
            "name": building.name,
            "storeys": building.storeys,
            "height_m": building.height_m,
            "use": building.use,
            "use_name": use_name(building.use),
            "year_built": building.year_built,
            "geometry": geojson.stored(building.footprint),
        }
        for building in rows[:MOST_OF_A_KIND]
    ]


def _applications(parcels: Sequence[Parcel], scope: Scope) -> list[Row]:
    links = Application.parcels.through.objects.filter(parcel__in=parcels)
    rows = Application.objects.visible_to(scope.user).filter(pk__in=links.values("application"))
    return [
        {
            "number": application.number,
            "title": application.title,
            "status": application.status,
            "status_name": application.get_status_display(),
            "group": status_group(application.status),
            "kind_name": application.get_kind_display(),
            "filing_date": application.filing_date,
            "url": page_of(application),
            "geometry": geojson.stored(application.footprint),
        }
        for application in rows.order_by("-filing_date", "-number")[:MOST_APPLICATIONS]
    ]


def status_group(status: str) -> str:
    """The legend's group of an application's state."""
    return next((group for group, states in STATUS_GROUPS.items() if status in states), "internal")
