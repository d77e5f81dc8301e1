"""What the engine is told about a site: its zones' ground, things near it, existing buildings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from shapely.geometry import LineString, Point, box

from gisapp.geometry import from_shapely, multipolygon
from parcels.models import Building
from permits.facts import facts_of
from permits.sites import BUILDINGS_REACH_M, OBJECTS_REACH_M
from tests.town import Town, here, make_parcel
from zoning.models import Overlay

DAY = date(2026, 5, 1)


def add_overlay(town: Town, kind: str, shape, **facts) -> None:
    Overlay.objects.create(
        municipality=town.municipality, kind=kind, geometry=from_shapely(here(shape)), **facts
    )


def add_building(town: Town, west: float, **facts) -> None:
    footprint = multipolygon(here(box(west, 5, west + 8, 15)))
    Building.objects.create(municipality=town.municipality, footprint=footprint, **facts)


def site_of(town: Town):
    return facts_of([town.parcel], on=DAY).site


def test_each_share_carries_its_ground(town: Town) -> None:
    street = town.parcel.edges.first().street
    split = make_parcel(town.municipality, street, number="99", west=15)
    by_code = {zone.district: zone for zone in facts_of([split], on=DAY).site.zones}
    assert by_code["R1"].geometry.equals(here(box(15, 0, 20, 30)))
    assert by_code["R2"].geometry.equals(here(box(20, 0, 35, 30)))
    assert by_code["R2"].share == pytest.approx(0.75)


def test_objects_within_reach_are_there_as_drawn(town: Town) -> None:
    east = 20 + OBJECTS_REACH_M
    add_overlay(town, "heritage", box(100, 0, 120, 20), code="tomb", distance_m=50)
    add_overlay(town, "easement", LineString([(60, -900), (60, 900)]), code="line")
    add_overlay(town, "flood", box(east + 0.1, 0, east + 90, 30))
    add_overlay(town, "coast", box(east - 0.1, 0, east + 90, 30), validity=("2020-01-01", DAY))
    add_overlay(town, "airport", box(100, 0, 120, 20))
    site = site_of(town)
    found = {thing.code: thing.geometry for thing in site.objects}
    assert found.keys() == {"tomb", "line"}
    assert found["tomb"].distance(site.geometry) == pytest.approx(80)
    assert found["line"].distance(site.geometry) == pytest.approx(40)
    assert found["line"].length == pytest.approx(30 + 2 * OBJECTS_REACH_M)
    assert site.objects_reach_m == OBJECTS_REACH_M


def test_none_near_is_told_from_no_data(town: Town) -> None:
    assert site_of(town).object_kinds == frozenset()
    add_overlay(town, "heritage", box(9000, 0, 9020, 20), code="tomb")
    add_overlay(town, "flood", box(9000, 0, 9020, 20))
    add_overlay(town, "airport", box(9000, 0, 9020, 20))
    site = site_of(town)
    assert site.objects == ()
    assert site.object_kinds == {"heritage", "tomb", "flood"}


def test_buildings_on_the_site_and_on_neighbouring_land(town: Town) -> None:
    add_building(town, 2, height_m=Decimal("7.5"))
    add_building(town, 16.1)  # most of it stands on the neighbour's land
    add_building(town, 25, parcel=town.neighbour)
    add_building(town, 20 + BUILDINGS_REACH_M + 0.1)
    add_building(town, -4, parcel=town.neighbour)  # half of it here, registered there
    site = site_of(town)
    found = [(building.own, building.height_m) for building in site.buildings]
    assert found == [
        (True, Decimal("7.500")),
        (False, None),
        (False, None),
        (False, None),
    ]
    assert site.buildings_known


def test_without_a_footprint_in_the_city_buildings_are_not_known(town: Town) -> None:
    Building.objects.create(municipality=town.municipality, storeys=2, parcel=town.parcel)
    assert not site_of(town).buildings_known
    add_building(town, 9000)
    site = site_of(town)
    assert site.buildings == ()
    assert site.buildings_known


def test_of_joined_parcels_what_runs_beyond_the_shallower_one_is_still_an_edge(town: Town) -> None:
    street = town.parcel.edges.first().street
    shallow = make_parcel(town.municipality, street, number="99", west=20, depth_m=20)
    site = facts_of([town.parcel, shallow], on=DAY).site
    outer = sum(edge.line.length for edge in site.edges)
    assert outer == pytest.approx(site.geometry.exterior.length, abs=0.2)
    jog = [edge.line for edge in site.edges if edge.line.distance(here(Point(20, 25))) < 0.01]
    assert [line.length for line in jog] == [pytest.approx(10, abs=0.1)]
