"""Facts of many parcels at once: what ``facts_of`` says of one, for a run over a city.

The city's zones, overlays, objects and buildings are read once, its rasters opened once; parcels
and edges are read in batches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from parcels.models import Parcel
from parcels.querysets import UnknownParcel
from permits.facts import rulebook_of
from permits.sites import (
    Ground,
    make_sites,
    read_edges,
    read_surroundings,
    read_zones,
    rows_of,
    whole,
)
from permits.terrain import terrain_reader
from zoning.models import PlanVersion
from zoning.rules.site import Site

BATCH = 1_000

# What a run says after each batch: how many parcels are done.
Progress = Callable[[int], None]


def parcel_batches(municipality_id: int, *, size: int = BATCH) -> Iterator[list[int]]:
    """The keys of a municipality's parcels in their order, so many at a time."""
    keys = Parcel.objects.filter(municipality=municipality_id).order_by("pk")
    batch: list[int] = []
    for key in keys.values_list("pk", flat=True).iterator(chunk_size=10 * size):
        batch.append(key)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def facts_of_many(
    parcels: Iterable[Sequence[int]],
    *,
    version: PlanVersion,
    on: date,
    progress: Progress | None = None,
) -> Iterator[tuple[int, Site]]:
    """The key and the site of each parcel, by one plan version on one day, in the given order.

    ``parcels`` are batches of keys. A site is the one that ``facts_of`` gives where that version
    governs; a parcel that the version does not zone gets a site without zones, for the caller to
    decide on. Raises UnknownParcel for a key that is none of the version's municipality.
    """
    municipality_id = version.plan.municipality_id
    zones = read_zones(version)
    surroundings = read_surroundings(municipality_id, on=on)
    done = 0
    with terrain_reader(municipality_id, rulebook_of(version).names) as on_its_ground:
        for batch in parcels:
            grounds = _grounds(batch, municipality_id)
            sites = make_sites(grounds, zones, surroundings)
            yield from zip(batch, map(on_its_ground, sites), strict=True)
            done += len(batch)
            if progress:
                progress(done)


def _grounds(keys: Sequence[int], municipality_id: int) -> list[Ground]:
    """The land of each parcel, in the order of the keys."""
    query = Parcel.objects.filter(pk__in=keys, municipality=municipality_id)
    columns = ("pk", "reference", "registered_area_m2", "surveyed_area_m2")
    shapes, rows = rows_of(query, "geometry", *columns)
    edges = read_edges(keys)
    found = {
        key: Ground(
            reference=reference,
            geometry=whole([shape]),
            parcels=frozenset([key]),
            edges=tuple(edges.get(key, ())),
            registered_area_m2=registered_m2,
            surveyed_area_m2=surveyed_m2,
        )
        for shape, (key, reference, registered_m2, surveyed_m2) in zip(shapes, rows, strict=True)
    }
    try:
        return [found[key] for key in keys]
    except KeyError as missing:
        raise UnknownParcel(str(missing.args[0])) from missing
