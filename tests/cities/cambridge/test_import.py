"""Cambridge comes in whole: its own counts, three plan versions, a line for each oddity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pgtrigger
import pytest
from django.contrib.gis.db.models.functions import Area
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from gisapp.city import PROFILES
from gisapp.models import Municipality
from parcels.importer.profile_file import load_profile
from parcels.importer.report_text import as_row
from parcels.models import Building, ImportRun, Parcel, ParcelEdge, StreetSegment
from tests.sample_data import sample
from zoning.actions.import_city import CityImport, import_city
from zoning.loaded import missing_sentences
from zoning.models import District, Overlay, Plan, PlanVersion, Rulebook, Zone


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[CityImport]:
    """The whole city, imported once for this module and taken out again."""
    loaded = load_profile(PROFILES / "cambridge.yaml")
    work = CityImport(loaded, sample("cambridge_ma"), date(2026, 3, 1))
    with django_db_blocker.unblock():
        import_city(work=work, dry_run=False, announce=lambda where: None)
    yield work
    with django_db_blocker.unblock():
        _forget()


def _forget() -> None:
    """Take the city out again, without history: other tests of this city begin empty."""
    with pgtrigger.ignore():
        for model in (
            ParcelEdge,
            Building,
            Parcel,
            StreetSegment,
            Overlay,
            Zone,
            Rulebook,
            PlanVersion,
            District,
            Plan,
            ImportRun,
            Municipality,
        ):
            rows = QuerySet(model).all()
            rows._raw_delete(rows.db)


pytestmark = pytest.mark.django_db


def codes(city: CityImport, layer: str) -> Counter[str]:
    return Counter(line.code for line in city.lines() if line.layer == layer)


def test_every_parcel_is_accounted_for(city: CityImport) -> None:
    assert Parcel.objects.count() == 13_017
    told = codes(city, "parcels")
    assert told["left_out"] == 90
    assert told["merged"] == 7
    assert told["empty"] == told["no_key"] == 1
    assert 13_017 + 90 + 7 + 1 + 1 == 13_116
    assert told["made_valid"] == 28
    assert told["overlap"] == 13


def test_streets_and_gaps_are_no_parcels(city: CityImport) -> None:
    for key in ("---", "-", "ROAD", "RR", "--MD", "--R", "21-XL"):
        assert not Parcel.objects.filter(source_id=key).exists()
    assert Parcel.objects.by_reference("267.3/275").source_id == "267.3-275"


def test_registered_areas_are_square_metres_and_fit_the_drawing(city: CityImport) -> None:
    rockwell = Parcel.objects.by_reference("127/123")
    assert float(rockwell.registered_area_m2) == pytest.approx(3224 * 0.09290304, abs=0.01)
    parcels = Parcel.objects.exclude(registered_area_m2=None).annotate(drawn=Area("geometry"))
    single = [p for p in parcels.iterator() if p.attributes.get("roll_lines") == 1]
    fits = [abs(p.drawn.sq_m / float(p.registered_area_m2) - 1) < 0.1 for p in single]
    assert sum(fits) / len(fits) == pytest.approx(0.94, abs=0.01)


def test_the_roll_tells_floor_areas_storeys_and_years(city: CityImport) -> None:
    assert Building.objects.count() == 12_426
    rockwell = Building.objects.get(source_id="127-123")
    assert rockwell.floor_areas_m2 == {"residential": pytest.approx(4247 * 0.09290304, abs=0.01)}
    assert (float(rockwell.storeys), rockwell.year_built, rockwell.dwelling_units) == (
        2.25,
        1854,
        3,
    )
    assert rockwell.parcel.reference == "127/123"
    told = [(line.code, line.key) for line in city.lines() if line.layer == "roll-2014"]
    assert ("too_low", "44-100") in told  # a floor area of -35,616 square feet
    assert ("too_low", "88-71") in told  # built in 1389


def test_no_value_of_the_roll_is_negative(city: CityImport) -> None:
    for building in Building.objects.iterator():
        assert all(area >= 0 for area in building.floor_areas_m2.values())
        assert building.year_built is None or 1630 <= building.year_built <= 2014


@pytest.mark.parametrize(
    ("on", "label", "zones", "codes"),
    [
        (date(2013, 10, 1), "2014", 289, 54),
        (date(2019, 12, 15), "2014", 289, 54),
        (date(2019, 12, 16), "2020", 296, 55),
        (date(2025, 2, 9), "2020", 296, 55),
        (date(2025, 2, 10), "2026", 261, 57),
    ],
)
def test_one_version_is_in_force_on_each_day(
    city: CityImport, on: date, label: str, zones: int, codes: int
) -> None:
    [version] = PlanVersion.objects.in_force(on=on)
    assert version.label == label
    assert version.zones.count() == zones
    assert version.zones.values("district").distinct().count() == codes
    assert version.rulebook.source_text


def test_districts_have_names_in_three_languages_and_a_colour(city: CityImport) -> None:
    residence = District.objects.get(code="B")
    assert (residence.name_en, residence.name_ar, residence.name_fr) == (
        "Residence B District",
        "منطقة سكنية B",
        "Zone résidentielle B",
    )
    assert not District.objects.filter(colour="#cccccc").exists()
    assert not District.objects.filter(category="").exists()
    assert all(d.name_ar != d.name_en for d in District.objects.all())


def test_zones_cover_what_the_source_covers(city: CityImport) -> None:
    """The plan has no overlaps, so the sum of areas is the city's land, about 18 km²."""
    version = PlanVersion.objects.get(label="2026")
    total_m2 = sum(zone.geometry.area for zone in version.zones.all())
    assert total_m2 == pytest.approx(18.4e6, rel=0.05)


def test_overlays_and_streets_are_there(city: CityImport) -> None:
    kinds = Counter(Overlay.objects.values_list("kind", flat=True))
    assert kinds == {"special": 408, "heritage": 123, "flood": 60, "open_space": 276}
    assert StreetSegment.objects.count() == 2643
    segment = StreetSegment.objects.get(source_id="Cambrid_St_29")
    assert segment.name_en == "Cambridge St"
    assert (segment.width_source, segment.existing_width_m) == ("unknown", None)
    assert segment.attributes["left_from"] == 1334


def test_every_line_says_what_where_why_and_what_was_done(city: CityImport) -> None:
    for line in city.lines():
        row = as_row(line)
        assert row["why"]
        assert row["done"]
    placed = [line for line in city.lines() if line.layer == "parcels" and line.code != "empty"]
    assert all(-71.2 < line.longitude < -71.0 and 42.3 < line.latitude < 42.45 for line in placed)


def test_nothing_is_missing_that_judging_needs(city: CityImport) -> None:
    assert missing_sentences(Municipality.objects.get()) == []


def test_a_second_run_writes_no_row(city: CityImport) -> None:
    again = CityImport(city.loaded, city.folder, city.on)
    with CaptureQueriesContext(connection) as queries:
        import_city(work=again, dry_run=False, announce=lambda where: None)
    assert all(not r.stored.created and not r.stored.updated for r in again.results)
    tables = ("parcels_parcel", "parcels_building", "zoning_zone", "zoning_overlay")
    written = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert not [sql for sql in written if any(f'"{table}"' in sql[:60] for table in tables)]
    assert again.edges is None
