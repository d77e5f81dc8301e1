"""A town of one street and two parcels, made in the database for tests.

Coordinates count from ``ORIGIN`` in the deployment's metric CRS, so that tests read in metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pgtrigger
from django.contrib.auth.models import User
from django.db import connection
from shapely import affinity
from shapely.geometry import LineString, box
from shapely.geometry.base import BaseGeometry

from gisapp.geometry import from_shapely, multipolygon
from gisapp.models import Membership, Municipality
from gisapp.roles import Role
from gisapp.translated import texts
from parcels.models import Parcel, ParcelEdge, StreetSegment
from permits.models import Application
from permits.workflow import Status
from zoning.models import District, Plan, PlanVersion, Rulebook, Zone

ORIGIN = (560_000.0, 2_700_000.0)
RULEBOOK = Path(__file__).parent / "town_rulebook.yaml"
IN_FORCE_FROM = date(2024, 3, 1)


def let_the_law_change() -> None:
    """As if what is in force had always been what this test makes of it, until the test ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    names = (f"zoning.{model}:stays_once_in_force" for model in ("Rulebook", "Zone"))
    pgtrigger.disable(*names)


def here(geometry: BaseGeometry) -> BaseGeometry:
    """The geometry moved from (0, 0) to where the town lies."""
    return affinity.translate(geometry, *ORIGIN)


@dataclass
class Town:
    """The rows of the town."""

    municipality: Municipality
    version: PlanVersion
    parcel: Parcel
    neighbour: Parcel
    application: Application


def make_town() -> Town:
    """Parcel 125/7 (20 × 30 m, R1) fronts a street 12 m wide; 125/8 lies east of it in R2."""
    municipality = Municipality.objects.create(
        slug="town", **texts("name", {"ar": "بلدة", "en": "Town", "fr": "Bourg"})
    )
    street = StreetSegment.objects.create(
        municipality=municipality,
        centre_line=from_shapely(here(LineString([(-50, -6), (90, -6)]))),
        planned_width_m=12,
        street_class="local",
        **texts("name", {"ar": "شارع النخيل", "en": "Palm Street", "fr": "Rue des Palmiers"}),
    )
    version = make_plan(municipality)
    parcel = make_parcel(municipality, street, number="7", west=0)
    neighbour = make_parcel(municipality, street, number="8", west=20)
    application = make_application(municipality, parcel)
    return Town(municipality, version, parcel, neighbour, application)


def make_plan(municipality: Municipality) -> PlanVersion:
    """A plan in force with R1 west of x = 20 and R2 east of it."""
    plan = Plan.objects.create(
        municipality=municipality,
        reference="MP-1",
        kind=Plan.Kind.MASTER,
        **texts("name", {"ar": "المخطط العام", "en": "Master plan", "fr": "Plan directeur"}),
    )
    version = PlanVersion.objects.create(
        plan=plan,
        label="2024",
        status=PlanVersion.Status.IN_FORCE,
        validity=(IN_FORCE_FROM, None),
    )
    Rulebook.objects.create(
        version=version, slug="town", source_text=RULEBOOK.read_text(encoding="utf-8")
    )
    for code, area in (("R1", box(-50, -20, 20, 60)), ("R2", box(20, -20, 90, 60))):
        district = District.objects.create(
            plan=plan, code=code, colour="#e8d8a0", **texts("name", {"en": f"Residential {code}"})
        )
        Zone.objects.create(version=version, district=district, geometry=multipolygon(here(area)))
    return version


def make_parcel(
    municipality: Municipality,
    street: StreetSegment,
    *,
    number: str,
    west: float,
    depth_m: float = 30,
) -> Parcel:
    """A parcel of 20 × 30 m whose south side is its front."""
    east = west + 20
    parcel = Parcel.objects.create(
        municipality=municipality,
        block="125",
        number=number,
        registered_area_m2=Decimal(20) * Decimal(str(depth_m)),
        geometry=multipolygon(here(box(west, 0, east, depth_m))),
    )
    sides = [
        ("front", [(west, 0), (east, 0)]),
        ("interior_side", [(east, 0), (east, depth_m)]),
        ("rear", [(east, depth_m), (west, depth_m)]),
        ("interior_side", [(west, depth_m), (west, 0)]),
    ]
    for position, (kind, line) in enumerate(sides):
        ParcelEdge.objects.create(
            parcel=parcel,
            position=position,
            kind=kind,
            geometry=from_shapely(here(LineString(line))),
            street=street if kind == "front" else None,
            street_width_m=Decimal(12) if kind == "front" else None,
            confidence=0.95,
            source="street" if kind == "front" else "adjacency",
        )
    return parcel


def make_application(
    municipality: Municipality, parcel: Parcel, *, number: str = "2026/BP/000123", **facts: Any
) -> Application:
    """An application under review: its east wall stands 1.50 m from the side, 2.00 m are asked."""
    footprint = facts.pop("footprint", here(box(2, 4, 18.5, 22)))
    application = Application.objects.create(
        **{
            "municipality": municipality,
            "number": number,
            "status": Status.UNDER_REVIEW,
            "filing_date": date(2026, 2, 10),
            "footprint": None if footprint is None else multipolygon(footprint),
            "storeys": 3,
            "height_m": Decimal("11.5"),
            "floor_areas_m2": {"residential": 700},
            "dwelling_units": 3,
            "parking_stalls": 4,
            **texts("title", {"ar": "مبنى سكني", "en": "Dwelling house", "fr": "Habitation"}),
            **facts,
        }
    )
    application.parcels.add(parcel)
    return application


def make_member(municipality: Municipality, role: Role, *, username: str = "") -> User:
    """A person with one role in the municipality."""
    user = User.objects.create_user(username or f"{role.value}-{municipality.slug}")
    Membership.objects.create(user=user, municipality=municipality, role=role)
    return user
