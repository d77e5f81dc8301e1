"""The town of one street with what a check of a whole city meets: built, empty, out of reach."""

from __future__ import annotations

from typing import Any

import pytest
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from gisapp.geometry import multipolygon
from parcels.models import Building, Parcel, StreetSegment
from tests.town import Town, here, make_parcel, make_town


def build(parcel: Parcel, footprint: BaseGeometry | None, **facts: Any) -> Building:
    """A house of three storeys and 11.50 m with 540 m² of dwellings, unless told otherwise."""
    building = Building.objects.create(
        municipality=parcel.municipality,
        parcel=parcel,
        footprint=None if footprint is None else multipolygon(here(footprint)),
        **{
            "storeys": 3,
            "height_m": "11.5",
            "floor_areas_m2": {"residential": 540},
            "dwelling_units": 3,
            "parking_stalls": 6,
            **facts,
        },
    )
    building.refresh_from_db()
    return building


def make_city() -> Town:
    """125/7 keeps the rules, 125/8 is empty, 125/9 is too high, 125/99 lies outside the plan."""
    town = make_town()
    street = StreetSegment.objects.get()
    build(town.parcel, box(2, 4, 18, 22))
    high = make_parcel(town.municipality, street, number="9", west=40)
    build(high, box(44, 4, 56, 22), height_m="13")
    far = make_parcel(town.municipality, street, number="99", west=400)
    build(far, box(404, 4, 416, 22))
    return town


@pytest.fixture
def city(db: None) -> Town:
    return make_city()
