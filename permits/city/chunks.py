"""The parcels that a run has still to judge, read from the database a chunk at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.contrib.gis.db.models import QuerySet
from django.db.models import Exists, OuterRef

from gisapp.errors import BadInput
from parcels.models import Building, Parcel
from permits.city.buildings import proposal_of_buildings
from permits.city.judging import Chunk, Land
from permits.conformance_models import ConformanceResult, ConformanceRun
from permits.facts import site_in_version
from permits.proposals import ProposalIn
from zoning.models import PlanVersion
from zoning.rules.site import Site

PARCELS_PER_CHUNK = 500


def parcels_of(run: ConformanceRun) -> QuerySet[Parcel]:
    """All parcels that the run is about."""
    parcels = Parcel.objects.filter(municipality=run.municipality_id)
    return parcels.filter(reference__in=run.parcels) if run.parcels else parcels


def chunks_left(run: ConformanceRun, *, size: int = PARCELS_PER_CHUNK) -> Iterator[Chunk]:
    """What the run has not stored yet, in the order of keys; reads only when asked for the next."""
    rulebook = run.plan_version.rulebook
    stored = ConformanceResult.objects.filter(run=run, parcel=OuterRef("pk"))
    left = parcels_of(run).exclude(Exists(stored)).order_by("pk")
    last = 0
    while rows := list(left.filter(pk__gt=last)[:size]):
        last = rows[-1].pk
        lands = _lands(rows, run)
        yield Chunk(tuple(lands), rulebook.digest, rulebook.source_text, run.on)


def _lands(parcels: list[Parcel], run: ConformanceRun) -> Iterator[Land]:
    sites = sites_of(parcels, version=run.plan_version, on=run.on)
    if run.building is not None:
        one = ProposalIn.model_validate(run.building).proposal()
        yield from (Land(parcel.pk, sites[parcel.pk], one) for parcel in parcels)
        return
    standing = _buildings_on(parcels)
    for parcel in parcels:
        try:
            proposal = proposal_of_buildings(standing[parcel.pk])
        except BadInput:
            yield Land(parcel.pk, sites[parcel.pk], None, problem="not_a_measure")
        else:
            yield Land(parcel.pk, sites[parcel.pk], proposal)


def sites_of(parcels: list[Parcel], *, version: PlanVersion, on: date) -> dict[int, Site | None]:
    """Each parcel as the version sees it on the day, by key; None where it has no zone."""
    return {parcel.pk: site_in_version([parcel], version=version, on=on) for parcel in parcels}


def _buildings_on(parcels: list[Parcel]) -> dict[int, list[Building]]:
    standing: dict[int, list[Building]] = defaultdict(list)
    for building in Building.objects.filter(parcel__in=parcels).order_by("pk"):
        if building.parcel_id is not None:
            standing[building.parcel_id].append(building)
    return standing
