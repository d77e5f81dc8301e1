"""Classify edges with the open land and water that the overlays tell, and keep what was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.gis.db.models import QuerySet
from django.db import transaction

from gisapp.crs import to_wgs84
from gisapp.geometry import to_shapely
from gisapp.models import Municipality
from parcels.actions import classify_edges as land
from parcels.actions.classify_edges import EdgeCounts, Progress
from parcels.edges import EdgeKind
from parcels.importer.report import Kind, Report
from parcels.models import ImportRun, Parcel, ParcelEdge
from zoning.models import PlanVersion, Rulebook
from zoning.open_land import FACED, OpenLand, open_land
from zoning.rules.loading import load_rulebook

ALL_EDGES = "parcel edges"
"""The layer by which a run over a whole municipality is kept among its imports."""
SOME_EDGES = "some parcel edges"


@dataclass(frozen=True)
class EdgesRun:
    """What a classification found, and a line for each thing in it that needs attention."""

    counts: EdgeCounts
    report: Report


def classify_edges(
    *,
    municipality: Municipality,
    on: date,
    parcels: QuerySet[Parcel] | None = None,
    progress: Progress | None = None,
) -> EdgesRun:
    """Classify the edges of these parcels (default: all of the municipality), in one transaction.

    Overlays in force on the day tell open land and water. The run is kept among the imports: always
    for a whole municipality, and for some parcels where a lock was released, so that none is lost
    in silence. ``progress`` receives parcels done and parcels in all.
    """
    with transaction.atomic():
        box = land.surroundings_of(land.parcels_wanted(municipality, parcels))
        known = open_land(box, on=on) if box is not None else OpenLand([], [])
        counts = land.classify_edges(
            municipality=municipality,
            parcels=parcels,
            open_spaces=known.open_spaces,
            watercourses=known.watercourses,
            progress=progress,
        )
        report = Report(ALL_EDGES if parcels is None else SOME_EDGES)
        for edge in counts.released:
            _tell_release(edge, report)
        if parcels is None:
            _tell_classes_without_rule(municipality, counts, report, on=on)
        if counts.released or (parcels is None and counts.parcels):
            ImportRun.objects.create(
                municipality=municipality,
                profile=municipality.slug,
                layer=report.layer,
                counts={
                    "parcels": counts.parcels,
                    "edges": counts.edges,
                    "locked": counts.locked,
                    **report.counts(),
                },
                report=[line.as_json() for line in report.lines],
            )
    return EdgesRun(counts, report)


def _tell_release(edge: ParcelEdge, report: Report) -> None:
    line = to_shapely(edge.geometry)
    middle = to_wgs84(line.interpolate(0.5, normalized=True))
    report.add(
        Kind.RELEASED,
        "lock_released",
        key=edge.parcel.reference,
        at=(middle.x, middle.y),
        edge=edge.kind,
        by=edge.source,
        length_m=round(line.length, 2),
    )


def _tell_classes_without_rule(
    municipality: Municipality, counts: EdgeCounts, report: Report, *, on: date
) -> None:
    """Warn of open land and water for which a rulebook in force asks no distance.

    Such an edge would be a side or a rear without the overlay: its yard must not vanish unseen.
    """
    there = [kind for kind in FACED if counts.kinds[kind]]
    if not there:
        return
    versions = PlanVersion.objects.filter(plan__municipality=municipality).in_force(on=on)
    for rulebook in Rulebook.objects.filter(version__in=versions.values("pk")).order_by("pk"):
        for kind in there:
            if not _asks_a_distance(rulebook, kind):
                report.add(
                    Kind.WARNING,
                    "class_without_rule",
                    edge=kind.value,
                    edges=counts.kinds[kind],
                    rulebook=rulebook.slug,
                )


def _asks_a_distance(rulebook: Rulebook, kind: EdgeKind) -> bool:
    rules = load_rulebook(rulebook.source_text).of_kind("setback")
    return any(not each.rule.edges or kind in each.rule.edges for each in rules)
