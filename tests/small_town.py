"""A town of a few parcels for tests of pages: two streets, four parcels, one plan, three files.

Coordinates are metres in the demo city's CRS. Parcel 125/7 is 20 m × 25 m on a 16 m street.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.gis.geos import LineString, MultiPolygon, Polygon
from django.db.backends.postgresql.psycopg_any import DateRange

from gisapp.models import Membership, Municipality
from gisapp.translated import texts
from parcels.models import Building, Parcel, ParcelEdge, StreetSegment
from permits.models import Application
from zoning.models import District, Overlay, Plan, PlanVersion, Rulebook, Zone

EAST, NORTH = 459_000.0, 2_698_000.0
SRID = settings.METRIC_SRID

RULEBOOK = """
rulebook: small-town
version: "2024"
title: {ar: نظام البلدة, en: Town regulation, fr: Règlement de la ville}
instrument:
  title: {ar: نظام البناء, en: Building regulation, fr: Règlement de construction}
  number: "7"
  date: 2024-03-01
  url: null
corners: mitred
uses:
  residential: {ar: سكني, en: Residential, fr: Habitation}
  office: {ar: مكاتب, en: Office, fr: Bureaux}
districts:
  R1: {ar: سكن منخفض, en: Low housing, fr: Habitat bas}
  C1: {ar: تجاري, en: Commerce, fr: Commerce}
mandatory: [land_use, coverage, height]
rules:
  - id: R1-use
    kind: land_use
    permitted: [residential]
    conditional: [office]
    otherwise: prohibited
    scope: {districts: [R1]}
    citation: {article: "3", page: null, url: null}
    text: {ar: الحي للسكن, en: The quarter is for housing., fr: Le quartier est résidentiel.}
  - id: R1-coverage
    kind: coverage
    bound: max
    value: 60
    unit: "%"
    base: registered
    scope: {districts: [R1]}
    citation: {article: "12.1", page: null, url: null}
    text: {ar: لا تغطي المباني أكثر من ٦٠ بالمئة, en: Buildings cover at most 60 % of the parcel., fr: Les bâtiments couvrent au plus 60 % de la parcelle.}
  - id: R1-height
    kind: height
    bound: max
    value: 12
    unit: m
    scope: {districts: [R1]}
    citation: {article: "12.2", page: null, url: null}
    text: {ar: الارتفاع الأقصى ١٢ مترا, en: Buildings are at most 12 m high., fr: La hauteur maximale est de 12 m.}
  - id: R1-front
    kind: setback
    edges: [front]
    bound: min
    value: "max(3 m, street_width / 5)"
    unit: m
    scope: {districts: [R1]}
    citation: {article: "12.3", page: null, url: null}
    text: {ar: ارتداد أمامي, en: The front keeps a distance from the street., fr: Recul sur rue.}
  - id: R1-parking
    kind: parking
    bound: min
    value: "dwelling_units * 2"
    unit: stalls
    rounding: up
    scope: {districts: [R1]}
    citation: {article: "20", page: null, url: null}
    text: {ar: موقفان لكل وحدة, en: Two stalls for each dwelling., fr: Deux places par logement.}
"""


@dataclass(frozen=True)
class Town:
    """What the tests ask for by name."""

    municipality: Municipality
    version: PlanVersion
    parcel: Parcel
    breaching: Application
    complying: Application
    hidden: Application


def box(west: float, south: float, width_m: float, depth_m: float) -> MultiPolygon:
    """A rectangle whose corner lies the given metres east and north of the town's origin."""
    west, south = EAST + west, NORTH + south
    polygon = Polygon.from_bbox((west, south, west + width_m, south + depth_m))
    return MultiPolygon(polygon, srid=SRID)


def line(*points: tuple[float, float]) -> LineString:
    """A line through points in metres from the town's origin."""
    return LineString([(EAST + x, NORTH + y) for x, y in points], srid=SRID)


def build_town() -> Town:
    """Write the town to the database."""
    municipality = Municipality.objects.create(
        slug="small",
        **texts("name", {"ar": "البلدة", "en": "Small Town", "fr": "Petite Ville"}),
        attribution=[{"ar": "بيانات تجريبية", "en": "Test data", "fr": "Données d'essai"}],
    )
    street = StreetSegment.objects.create(
        municipality=municipality,
        **texts("name", {"ar": "شارع النخيل", "en": "Palm Street", "fr": "Rue des Palmiers"}),
        centre_line=line((-40, -8), (100, -8)),
        planned_width_m=16,
        width_source="plan",
    )
    parcels = [
        Parcel.objects.create(
            municipality=municipality,
            block="125",
            number=str(7 + index),
            geometry=box(index * 20, 0, 20, 25),
            registered_area_m2=500,
            address=f"{index + 1} Palm Street",
            land_use="residential",
        )
        for index in range(4)
    ]
    for index, parcel in enumerate(parcels):
        _edges(parcel, index * 20, street)
        Building.objects.create(
            municipality=municipality, parcel=parcel, footprint=box(index * 20 + 4, 8, 10, 10)
        )
    version = _plan(municipality)
    Overlay.objects.create(
        municipality=municipality,
        kind="heritage",
        **texts("name", {"ar": "البلدة القديمة", "en": "Old town", "fr": "Vieille ville"}),
        geometry=box(10, -5, 200, 200),
    )
    Overlay.objects.create(
        municipality=municipality,
        kind="flood",
        **texts("name", {"ar": "الوادي", "en": "Wadi", "fr": "Oued"}),
        geometry=box(500, 500, 50, 50),
    )
    breaching = _application(municipality, parcels[0], 1, "registered", box(1, 2, 18, 20))
    complying = _application(
        municipality, parcels[1], 2, "under_review", box(24, 5, 12, 15), parking_stalls=4
    )
    hidden = _application(municipality, parcels[0], 3, "submitted", box(4, 6, 12, 12))
    return Town(municipality, version, parcels[0], breaching, complying, hidden)


def staff(town: Town, role: str) -> User:
    """A person with one role in the town."""
    user = User.objects.create_user(f"{role}-of-small-town", password="a long enough password")
    Membership.objects.create(user=user, municipality=town.municipality, role=role)
    return user


def _edges(parcel: Parcel, west: float, street: StreetSegment) -> None:
    corners = [(west, 0), (west + 20, 0), (west + 20, 25), (west, 25), (west, 0)]
    kinds = ["front", "interior_side", "rear", "interior_side"]
    for position, kind in enumerate(kinds):
        ParcelEdge.objects.create(
            parcel=parcel,
            position=position,
            kind=kind,
            geometry=line(corners[position], corners[position + 1]),
            street=street if kind == "front" else None,
            street_width_m=16 if kind == "front" else None,
            confidence=0.95,
            source="street",
        )


def _plan(municipality: Municipality) -> PlanVersion:
    plan = Plan.objects.create(
        municipality=municipality,
        reference="P-1",
        kind="master",
        **texts("name", {"ar": "المخطط العام", "en": "Town plan", "fr": "Plan de ville"}),
    )
    version = PlanVersion.objects.create(plan=plan, label="2024")
    names = {
        "R1": {"ar": "سكن منخفض", "en": "Low housing", "fr": "Habitat bas"},
        "C1": {"ar": "تجاري", "en": "Commerce", "fr": "Commerce"},
    }
    districts = [
        District.objects.create(plan=plan, code=code, colour="#f2d06b", **texts("name", name))
        for code, name in names.items()
    ]
    Zone.objects.create(version=version, district=districts[0], geometry=box(-40, -8, 55, 100))
    Zone.objects.create(version=version, district=districts[0], geometry=box(20, -8, 100, 100))
    Zone.objects.create(version=version, district=districts[1], geometry=box(15, -8, 5, 100))
    Rulebook.objects.create(version=version, slug="small-town", source_text=RULEBOOK)
    version.validity = DateRange(date(2024, 4, 1), None)
    for status in ("internal_review", "public_display", "in_force"):
        version.status = status
        version.save()
    return version


def _application(
    municipality: Municipality,
    parcel: Parcel,
    serial: int,
    status: str,
    footprint: MultiPolygon,
    **measures: int,
) -> Application:
    application = Application.objects.create(
        municipality=municipality,
        number=f"2026/BP/{serial:06d}",
        status=status,
        filing_date=date(2026, 2, serial),
        footprint=footprint,
        storeys=3,
        height_m="10.5",
        floor_areas_m2={"residential": 900},
        dwelling_units=2,
        **texts(
            "title",
            {"ar": f"بيت رقم {serial}", "en": f"House {serial}", "fr": f"Maison {serial}"},
        ),
        **measures,
    )
    application.parcels.add(parcel)
    return application
