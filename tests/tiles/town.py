"""The town of one street with what a map also shows: buildings, an overlay, a hidden file."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.contrib.gis.geos import LineString, MultiPolygon, Polygon

from gisapp.crs import metric_srid
from gisapp.models import Municipality
from gisapp.roles import Role
from gisapp.translated import texts
from parcels.models import Building, Parcel, StreetSegment
from permits.models import Application
from tests.town import ORIGIN, make_application, make_member, make_parcel, make_town
from zoning.models import District, Overlay, PlanVersion


@dataclass(frozen=True)
class MapTown:
    """What the tests ask for by name."""

    municipality: Municipality
    version: PlanVersion
    parcel: Parcel
    public: Application
    other: Application
    hidden: Application


def box(west: float, south: float, width_m: float, depth_m: float) -> MultiPolygon:
    """A rectangle whose corner lies the given metres east and north of the town's origin."""
    west, south = ORIGIN[0] + west, ORIGIN[1] + south
    rectangle = Polygon.from_bbox((west, south, west + width_m, south + depth_m))
    return MultiPolygon(rectangle, srid=metric_srid())


def line(*points: tuple[float, float]) -> LineString:
    """A line through points in metres from the town's origin."""
    moved = [(ORIGIN[0] + x, ORIGIN[1] + y) for x, y in points]
    return LineString(moved, srid=metric_srid())


def build_town() -> MapTown:
    """Parcels 125/7 to 125/10, each with a building; R1 west and R2 east of x = 20."""
    town = make_town()
    municipality = town.municipality
    municipality.attribution = [{"ar": "تجربة", "en": "Test data", "fr": "Essai"}]
    municipality.save()
    street = StreetSegment.objects.get()
    more = [make_parcel(municipality, street, number=str(9 + i), west=40 + 20 * i) for i in (0, 1)]
    for position, parcel in enumerate([town.parcel, town.neighbour, *more]):
        Building.objects.create(
            municipality=municipality,
            parcel=parcel,
            footprint=box(position * 20 + 4, 8, 12, 14),
            storeys=2,
        )
    District.objects.filter(code="R1").update(
        **texts("name", {"ar": "سكن منخفض", "en": "Low housing", "fr": "Habitat bas"})
    )
    Overlay.objects.create(
        municipality=municipality,
        kind=Overlay.Kind.HERITAGE,
        geometry=box(12, -5, 200, 200),
        **texts("name", {"ar": "البلدة القديمة", "en": "Old town", "fr": "Vieille ville"}),
    )
    hidden = make_application(
        municipality, town.parcel, number="2026/BP/000124", status=Application.Status.SUBMITTED
    )
    other = make_application(municipality, town.neighbour, number="2026/BP/000125")
    return MapTown(municipality, town.version, town.parcel, town.application, other, hidden)


def staff(town: MapTown, role: str) -> User:
    """A person with one role in the town."""
    return make_member(town.municipality, Role(role))
