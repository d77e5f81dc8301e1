"""A city of any size is generated, and generated anew."""

from __future__ import annotations

import pytest

from gisapp.errors import Conflict
from parcels.models import Parcel
from zoning.actions.generate_city import generate_city
from zoning.models import Plan, Zone

pytestmark = pytest.mark.django_db


def test_a_city_is_made_anew_only_where_that_is_asked_for() -> None:
    generate_city(parcels=30, progress=lambda *_: None)
    zones = Zone.objects.count()
    with pytest.raises(Conflict, match="--rebuild"):
        generate_city(parcels=30, progress=lambda *_: None)
    generate_city(parcels=30, rebuild=True, progress=lambda *_: None)
    assert (Plan.objects.count(), Zone.objects.count()) == (1, zones)
    assert Parcel.objects.count() == 30
