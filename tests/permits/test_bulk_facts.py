"""Facts of many parcels equal the facts of each, on a generated town with hard cases added."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely
from django.db import transaction
from django.test import override_settings
from shapely.geometry import MultiPolygon, Point, box

from gisapp.geometry import from_shapely, multipolygon, to_shapely
from parcels.models import Building, Parcel
from parcels.querysets import UnknownParcel
from permits.actions.load_demo import load_demo
from permits.bulk_facts import facts_of_many, parcel_batches
from permits.facts import NoPlanInForce, facts_of
from tests.town import let_the_law_change
from zoning.models import Overlay, PlanVersion, Zone
from zoning.rules.digest import as_plain

PARCELS = 250
COMPARED = 200
DAY = date(2026, 3, 1)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PlanVersion]:
    """The town loaded once; each test works in a savepoint above it."""
    folder = tmp_path_factory.mktemp("var")
    with django_db_blocker.unblock(), override_settings(VAR_DIR=folder), transaction.atomic():
        load_demo(parcels=PARCELS, progress=lambda _line: None)
        let_the_law_change()
        version = PlanVersion.objects.select_related("plan").get(label="2024")
        make_it_harder(version)
        yield version
        transaction.set_rollback(True)


def make_it_harder(version: PlanVersion) -> None:
    """Parcels of two parts and in two districts, land in no zone, overlays of every dimension."""
    municipality = version.plan.municipality
    parcels = list(Parcel.objects.filter(municipality=municipality).order_by("pk"))
    for parcel in parcels[::10]:
        drawn = shapely.get_parts(to_shapely(parcel.geometry))[0]
        west, south, east, north = drawn.bounds
        gap = box(west + 0.45 * (east - west), south - 1, west + 0.55 * (east - west), north + 1)
        parts = shapely.get_parts(drawn.difference(gap))
        parcel.geometry = from_shapely(MultiPolygon(list(parts)))
        parcel.save()
    west, south, east, north = to_shapely(parcels[40].geometry).bounds
    middle = ((west + east) / 2, (south + north) / 2)
    # A round part of every zone there becomes another district, and a hole is left in the middle.
    round_part, hole = Point(middle).buffer(120), Point(middle).buffer(30)
    other = version.plan.districts.last()
    for zone in Zone.objects.filter(version=version, geometry__intersects=from_shapely(round_part)):
        drawn = to_shapely(zone.geometry)
        inner = [
            part
            for part in shapely.get_parts(drawn.intersection(round_part).difference(hole))
            if part.area > 0
        ]
        outer = drawn.difference(round_part)
        for part in inner:
            Zone.objects.create(version=version, district=other, geometry=multipolygon(part))
        zone.delete() if outer.is_empty else Zone.objects.filter(pk=zone.pk).update(
            geometry=multipolygon(outer)
        )
    for kind, shape, distance_m in (
        ("heritage", Point(middle), None),
        ("flood", Point(middle).buffer(400, quad_segs=64), None),
        ("open_space", shapely.LineString([(west - 300, south), (east + 300, north)]), 7),
        ("special", shapely.MultiPoint([middle, (east + 40, north)]), 25),
    ):
        Overlay.objects.create(
            municipality=municipality,
            kind=kind,
            code=f"{kind}-test",
            geometry=from_shapely(shape),
            distance_m=distance_m,
        )
    unlinked = Building.objects.filter(municipality=municipality).order_by("pk")[:60]
    Building.objects.filter(pk__in=unlinked.values("pk")).update(parcel=None)


def test_facts_of_many_are_the_facts_of_each(version: PlanVersion) -> None:
    keys = list(Parcel.objects.order_by("pk").values_list("pk", flat=True))
    chosen = np.random.default_rng(7).choice(keys, COMPARED, replace=False).tolist()
    batches = [chosen[:3], chosen[3:120], [], chosen[120:]]
    done: list[int] = []
    many = list(facts_of_many(batches, version=version, on=DAY, progress=done.append))
    assert [key for key, _ in many] == chosen
    assert done == [3, 120, 120, COMPARED]
    parcels = Parcel.objects.in_bulk(chosen)
    unzoned = 0
    for key, site in many:
        try:
            alone = facts_of([parcels[key]], on=DAY).site
        except NoPlanInForce:
            assert site.zones == ()
            unzoned += 1
            continue
        assert site == alone
        assert as_plain(site) == as_plain(alone)
    sites = [site for _, site in many]
    assert unzoned < COMPARED / 10
    assert sum(len(site.zones) > 1 for site in sites) >= 5, "no split zones among them"
    assert sum(site.geometry.geom_type == "MultiPolygon" for site in sites) >= 10
    assert {part.kind for site in sites for part in site.overlays} >= {"flood", "open_space"}
    assert {thing.kind for site in sites for thing in site.objects} >= {"heritage", "coast"}
    assert {building.own for site in sites for building in site.buildings} == {True, False}


def test_every_parcel_comes_once_in_batches(version: PlanVersion) -> None:
    batches = list(parcel_batches(version.plan.municipality_id, size=100))
    assert [len(batch) for batch in batches[:-1]] == [100] * (len(batches) - 1)
    keys = [key for batch in batches for key in batch]
    assert keys == list(Parcel.objects.order_by("pk").values_list("pk", flat=True))


def test_a_batch_takes_the_same_queries_for_few_and_for_many(
    version: PlanVersion, django_assert_num_queries: Any
) -> None:
    (keys, *_) = parcel_batches(version.plan.municipality_id, size=150)
    for some in (keys[:10], keys):
        # zones, overlays, kinds, buildings, rulebook; parcels, edges, streets
        with django_assert_num_queries(8):
            list(facts_of_many([some], version=version, on=DAY))


def test_a_parcel_of_elsewhere_is_an_error(version: PlanVersion) -> None:
    with pytest.raises(UnknownParcel):
        list(facts_of_many([[-1]], version=version, on=DAY))
