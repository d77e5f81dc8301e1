"""Fill the database with a generated city of any size, for measuring: land, streets, one plan."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from typing import Any

import shapely
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from data.generated.city import Block, blocks
from data.generated.names import street_name
from gisapp.copying import copy_rows
from gisapp.errors import BadInput, Conflict
from gisapp.geometry import multipolygon
from gisapp.models import Municipality
from gisapp.translated import texts
from parcels.models import Parcel, StreetSegment
from zoning.models import District, Plan, PlanVersion, Zone
from zoning.rules.measure import polygons

SLUG = "generated"
SOURCE = "generated"
MOST_PARCELS = 2_000_000
ORIGIN = (560_000.0, 2_700_000.0)
BLOCKS_PER_WRITE = 500
IN_FORCE_FROM = date(2024, 1, 1)
NAME = {"ar": "مدينة مولّدة", "en": "Generated city", "fr": "Ville générée"}
COLOURS = ("#e8c468", "#8fb996", "#d98c8c", "#9db4d6", "#c7b2d6")
STREETS_EVERY = 8  # one street in so many is a main street

Ground = shapely.Polygon | shapely.MultiPolygon
Progress = Callable[[int, int], None]


def generate_city(
    *, parcels: int, rebuild: bool = False, progress: Progress = lambda done, of: None
) -> int:
    """Make the city of exactly so many parcels, all or nothing; how many parcels there are.

    Raises BadInput for a number out of range, Conflict where another municipality's land is
    in the database, or the city is there and ``rebuild`` is not asked for.
    """
    if not 1 <= parcels <= MOST_PARCELS:
        raise BadInput(
            _("A city has from 1 to %(most)s parcels.") % {"most": f"{MOST_PARCELS:,}"},
            pointer="/parcels",
        )
    if Parcel.objects.exclude(source=SOURCE).exists():
        raise Conflict(_("This database holds a real city. Generate one in a database of its own."))
    with transaction.atomic():
        municipality, made = Municipality.objects.get_or_create(
            slug=SLUG, defaults=texts("name", NAME)
        )
        if not made and Parcel.objects.filter(municipality=municipality).exists():
            if not rebuild:
                raise Conflict(_("The generated city is there already; --rebuild makes it anew."))
            Parcel.objects.filter(municipality=municipality).delete()
            StreetSegment.objects.filter(municipality=municipality).delete()
            # First, for districts with zones are protected.
            Zone.objects.filter(version__plan__municipality=municipality).delete()
            Plan.objects.filter(municipality=municipality).delete()
        quarters = _land(municipality, parcels, progress)
        _plan(municipality, quarters)
        municipality.boundary = multipolygon(polygons(shapely.union_all(list(quarters.values()))))
        municipality.save(update_fields=["boundary"])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return parcels


def _land(municipality: Municipality, parcels: int, progress: Progress) -> dict[int, Ground]:
    """Store lots and streets, and give the ground of each quarter."""
    grounds: dict[int, list[shapely.Polygon]] = {}
    made = blocks(parcels, origin=ORIGIN)
    done = 0
    while chunk := list(islice(made, BLOCKS_PER_WRITE)):
        for block in chunk:
            grounds.setdefault(block.quarter, []).append(block.ground)
        done += copy_rows(
            Parcel,
            (
                "municipality_id",
                "source",
                "source_id",
                "block",
                "number",
                "geometry",
                "address",
                "land_use",
                "attributes",
            ),
            _lots(municipality.pk, chunk),
        )
        copy_rows(
            StreetSegment,
            (
                "municipality_id",
                "source",
                "source_id",
                "name",
                "name_ar",
                "name_en",
                "name_fr",
                "street_class",
                "centre_line",
                "planned_width_m",
                "width_source",
                "attributes",
            ),
            _streets(municipality.pk, chunk),
        )
        progress(done, parcels)
    return {quarter: polygons(shapely.union_all(own)) for quarter, own in grounds.items()}


def _lots(municipality: int, chunk: list[Block]) -> Iterator[tuple[Any, ...]]:
    for block in chunk:
        name = street_name(block.number)
        for number, lot in enumerate(block.lots, start=1):
            addresses = {
                "ar": f"{name['ar']}، {number}",
                "en": f"{number}, {name['en']}",
                "fr": f"{number}, {name['fr']}",
            }
            yield (
                municipality,
                SOURCE,
                f"{block.number}/{number}",
                str(block.number),
                str(number),
                shapely.MultiPolygon([lot]),
                " · ".join(addresses.values()),
                "",
                json.dumps({"addresses": addresses}),
            )


def _streets(municipality: int, chunk: list[Block]) -> Iterator[tuple[Any, ...]]:
    for block in chunk:
        is_main = block.number % STREETS_EVERY == 0
        name = street_name(block.number)
        yield (
            municipality,
            SOURCE,
            f"street/{block.number}",
            name["ar"],
            *name.values(),
            "primary" if is_main else "local",
            block.street,
            30 if is_main else 12,
            "plan",
            "{}",
        )


def _plan(municipality: Municipality, quarters: dict[int, Ground]) -> None:
    plan = Plan.objects.create(
        municipality=municipality, reference="G/1", kind=Plan.Kind.MASTER, **texts("name", NAME)
    )
    version = PlanVersion.objects.create(
        plan=plan,
        label="1",
        status=PlanVersion.Status.IN_FORCE,
        validity=DateRange(IN_FORCE_FROM, None),
    )
    districts = [
        District.objects.create(plan=plan, code=f"G{index}", colour=colour, name=f"G{index}")
        for index, colour in enumerate(COLOURS, start=1)
    ]
    Zone.objects.bulk_create(
        Zone(
            version=version,
            district=districts[quarter % len(districts)],
            geometry=multipolygon(ground),
        )
        for quarter, ground in quarters.items()
    )
