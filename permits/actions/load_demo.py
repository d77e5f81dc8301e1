"""Build the demo town and store it: land, plans, overlays and applications, all or nothing.

The town itself comes from the pure generator in `data/demo/`; this action only turns its records
into rows and has the parcels' edges classified.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pgtrigger
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from data.demo.names import TOWN
from data.demo.pictures import draw_flood_depth, draw_photo, write_picture
from data.demo.terrain import write_terrain
from data.demo.town import Town, build_town
from gisapp.geometry import multipolygon
from gisapp.models import Municipality
from gisapp.translated import texts
from parcels.actions.import_raster import Credits, import_raster
from parcels.models import Building, ImportRun, Parcel, ParcelEdge, Place, Raster, StreetSegment
from parcels.rasters.source import Reading
from permits.actions.demo_rows import DemoRows
from permits.actions.evaluate_applications import evaluate_applications
from permits.models import Application, ConformanceResult, ConformanceRun, Evaluation
from zoning.actions.classify_edges import classify_edges
from zoning.models import District, Overlay, Plan, PlanVersion, Rulebook, Zone

SLUG = "demo"
SOURCE = "demo"
ROWS_PER_WRITE = 2_000
RASTER_TITLES = {
    Raster.Kind.TERRAIN: {
        "ar": "أرض المدينة المتخيّلة",
        "en": "Terrain of the invented city",
        "fr": "Relief de la ville inventée",
    },
    Raster.Kind.ORTHOPHOTO: {
        "ar": "المدينة المتخيّلة من الجو",
        "en": "The invented city from above",
        "fr": "La ville inventée vue du ciel",
    },
    Raster.Kind.FLOOD_DEPTH: {
        "ar": "سيل الوادي لمئة سنة",
        "en": "Hundred-year flood of the wadi",
        "fr": "Crue centennale de l'oued",
    },
}

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Loaded:
    """What a run did: whether it built anything, and how many rows of each kind there are."""

    built: bool
    counts: dict[str, int]


def load_demo(
    *, parcels: int = 12_000, rebuild: bool = False, progress: Progress = print
) -> Loaded:
    """Build the demo town of about `parcels` parcels in one transaction.

    Does nothing when the town is there, unless `rebuild` is set: then the town's land, plans,
    applications and their evaluations go and are made anew; memberships stay. Raises ValueError
    for a town too small to be drawn.
    """
    there = Parcel.objects.filter(municipality__slug=SLUG, source=SOURCE)
    if there.exists() and not rebuild:
        progress("The demo town is already loaded; nothing to do (--rebuild makes it anew).")
        return Loaded(False, _counts(Municipality.objects.get(slug=SLUG)))
    town = build_town(parcels=parcels, progress=progress)
    with transaction.atomic():
        municipality = _municipality(town)
        _clear(municipality)
        _store(town, municipality, progress)
        progress("classifying parcel edges")
        # The invented town is as it is on the day it is built.
        classify_edges(municipality=municipality, on=timezone.localdate())
        counts = _counts(municipality)
        ImportRun.objects.create(
            municipality=municipality,
            profile=SLUG,
            layer="all",
            file="data/demo",
            attribution=TOWN._asdict(),
            counts=counts,
        )
        _import_rasters(town, municipality)
        progress("imported terrain, flood depths and a picture from above")
    progress("evaluating the applications")
    evaluate_applications()
    return Loaded(True, counts)


def _import_rasters(town: Town, municipality: Municipality) -> None:
    """Terrain, flood depth and orthophoto, by way of the files that any city would bring."""
    srid = settings.METRIC_SRID
    with tempfile.TemporaryDirectory() as folder:
        for kind in Raster.Kind:
            path = Path(folder) / f"{kind}.tif"
            if kind == Raster.Kind.TERRAIN:
                write_terrain(town.terrain, path, srid=srid)
            elif kind == Raster.Kind.ORTHOPHOTO:
                write_picture(draw_photo(town), path, srid=srid)
            else:
                write_picture(draw_flood_depth(town), path, srid=srid)
            import_raster(
                path,
                municipality=municipality,
                reading=Reading(kind=kind),
                credit=Credits(RASTER_TITLES[kind]),
            )


def _municipality(town: Town) -> Municipality:
    municipality, _ = Municipality.objects.update_or_create(
        slug=SLUG,
        defaults={
            **texts("name", TOWN._asdict()),
            "boundary": multipolygon(town.layout.scope),
            "attribution": [
                {
                    "ar": "مدينة متخيّلة ولّدها عمران",
                    "en": "Invented city, generated by Umran",
                    "fr": "Ville inventée, générée par Umran",
                }
            ],
        },
    )
    # Two builds at once would mix their rows.
    return Municipality.objects.select_for_update().get(pk=municipality.pk)


def _rows_of(municipality: Municipality) -> list[QuerySet]:
    """The rows that the town is made of, those that lean on others first."""
    land = {"municipality": municipality}
    plan = {"plan__municipality": municipality}
    version = {"version__plan__municipality": municipality}
    return [
        Application.parcels.through.objects.filter(application__municipality=municipality),
        Application.objects.filter(**land),
        ParcelEdge.objects.filter(parcel__municipality=municipality),
        Building.objects.filter(**land),
        Parcel.objects.filter(**land),
        StreetSegment.objects.filter(**land),
        Place.objects.filter(**land),
        Overlay.objects.filter(**land),
        Zone.objects.filter(**version),
        Rulebook.objects.filter(**version),
        PlanVersion.objects.filter(**plan),
        District.objects.filter(**plan),
        Plan.objects.filter(**land),
    ]


def _counts(municipality: Municipality) -> dict[str, int]:
    """How many rows there are, by model."""
    counted = Counter(
        {rows.model._meta.model_name: rows.count() for rows in _rows_of(municipality)}
    )
    return {name: count for name, count in counted.items() if count and name}


def _clear(municipality: Municipality) -> None:
    """Remove the town's rows and all that was judged of them; keep no history: it is invented."""
    evaluations = Evaluation.objects.filter(application__municipality=municipality)
    checks = ConformanceRun.objects.filter(municipality=municipality)
    results = ConformanceResult.objects.filter(run__in=checks)
    with pgtrigger.ignore():
        for rows in (evaluations, results, checks, *_rows_of(municipality)):
            rows._raw_delete(rows.db)


def _store(town: Town, municipality: Municipality, progress: Progress) -> None:
    rows = DemoRows(town, municipality, source=SOURCE)
    StreetSegment.objects.bulk_create(rows.streets(), batch_size=ROWS_PER_WRITE)
    parcels = Parcel.objects.bulk_create(rows.parcels(), batch_size=ROWS_PER_WRITE)
    by_reference = {f"{parcel.block}/{parcel.number}": parcel for parcel in parcels}
    progress(f"stored {len(parcels)} parcels")
    Building.objects.bulk_create(rows.buildings(by_reference), batch_size=ROWS_PER_WRITE)
    Place.objects.bulk_create(rows.places(), batch_size=ROWS_PER_WRITE)
    Overlay.objects.bulk_create(rows.overlays(), batch_size=ROWS_PER_WRITE)
    progress("stored buildings, places and overlays")
    plan = rows.plan()
    plan.save()
    District.objects.bulk_create(rows.districts(plan))
    versions = {
        version.label: version for version in PlanVersion.objects.bulk_create(rows.versions(plan))
    }
    for rulebook in rows.rulebooks(versions):
        rulebook.save()
    districts = {district.code: district for district in District.objects.filter(plan=plan)}
    Zone.objects.bulk_create(rows.zones(versions, districts), batch_size=ROWS_PER_WRITE)
    progress(f"stored {len(versions)} plan versions with their zones and rulebooks")
    applications = Application.objects.bulk_create(
        rows.applications(versions), batch_size=ROWS_PER_WRITE
    )
    link = Application.parcels.through
    link.objects.bulk_create(
        link(application_id=row.pk, parcel_id=by_reference[reference].pk)
        for row, file in zip(applications, town.applications, strict=True)
        for reference in file.parcels
    )
    progress(f"stored {len(applications)} applications")
