"""The parcels that a run has still to judge, read from the database a chunk at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from django.contrib.gis.db.models import QuerySet
from django.db.models import Exists, OuterRef

from gisapp.errors import BadInput
from parcels.models import Building, Parcel
from permits.bulk_facts import facts_of_many
from permits.city.buildings import proposal_of_buildings
from permits.city.judging import Chunk, Land
from permits.conformance_models import ConformanceResult, ConformanceRun
from permits.proposals import ProposalIn
from zoning.rules.site import Site

PARCELS_PER_CHUNK = 500


def parcels_of(run: ConformanceRun) -> QuerySet[Parcel]:
    """All parcels that the run is about."""
    parcels = Parcel.objects.filter(municipality=run.municipality_id)
    return parcels.filter(reference__in=run.parcels) if run.parcels else parcels


def chunks_left(run: ConformanceRun, *, size: int = PARCELS_PER_CHUNK) -> Iterator[Chunk]:
    """What the run has not stored yet, in the order of keys; reads only when asked for the next."""
    rulebook = run.plan_version.rulebook
    sites = facts_of_many(_keys_left(run, size), version=run.plan_version, on=run.on)
    while some := list(islice(sites, size)):
        yield Chunk(tuple(_lands(some, run)), rulebook.digest, rulebook.source_text, run.on)


def _keys_left(run: ConformanceRun, size: int) -> Iterator[list[int]]:
    stored = ConformanceResult.objects.filter(run=run, parcel=OuterRef("pk"))
    left = parcels_of(run).exclude(Exists(stored)).order_by("pk").values_list("pk", flat=True)
    last = 0
    while keys := list(left.filter(pk__gt=last)[:size]):
        last = keys[-1]
        yield keys


def _lands(sites: Sequence[tuple[int, Site]], run: ConformanceRun) -> Iterator[Land]:
    within = [(parcel, site if site.zones else None) for parcel, site in sites]
    if run.building is not None:
        one = ProposalIn.model_validate(run.building).proposal()
        yield from (Land(parcel, site, one) for parcel, site in within)
        return
    standing = _buildings_on([parcel for parcel, _ in sites])
    for parcel, site in within:
        try:
            proposal = proposal_of_buildings(standing[parcel])
        except BadInput:
            yield Land(parcel, site, None, problem="not_a_measure")
        else:
            yield Land(parcel, site, proposal)


def _buildings_on(parcels: Sequence[int]) -> dict[int, list[Building]]:
    standing: dict[int, list[Building]] = defaultdict(list)
    for building in Building.objects.filter(parcel__in=parcels).order_by("pk"):
        if building.parcel_id is not None:
            standing[building.parcel_id].append(building)
    return standing
