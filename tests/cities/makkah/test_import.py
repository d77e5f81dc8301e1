"""Makkah comes in with Arabic names; that parcels and a plan are missing is said, not hidden."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from gisapp.models import Municipality
from parcels.models import Building, Parcel, Place, StreetSegment
from tests.sample_data import sample
from zoning.loaded import loaded_themes, missing_sentences

pytestmark = pytest.mark.django_db


@pytest.fixture
def output(capsys: pytest.CaptureFixture[str]) -> str:
    call_command("import_city", "makkah", "--data", str(sample("makkah_sa")))
    return capsys.readouterr().out


def test_the_command_says_what_is_missing(output: str) -> None:
    assert "No parcels and no zoning plan have been loaded for this city" in output
    municipality = Municipality.objects.get(slug="makkah")
    assert municipality.name_ar == "مكة المكرمة"
    loaded = loaded_themes(municipality)
    assert (loaded.parcels, loaded.zoning_plan) == (False, False)
    assert (loaded.buildings, loaded.streets, loaded.places) == (True, True, True)
    assert len(missing_sentences(municipality)) == 1


def test_every_feature_is_there(output: str) -> None:
    counts = [model.objects.count() for model in (Building, StreetSegment, Place, Parcel)]
    assert counts == [2650, 4508, 1850, 0]


def test_names_are_arabic_where_the_source_has_them(output: str) -> None:
    kaaba = Building.objects.get(source_id="103914569")
    assert (kaaba.name_ar, kaaba.name_en, kaaba.height_m) == ("الكعبة", "Kaaba", 15)
    arabic = r"[\u0600-\u06ff]"
    assert Building.objects.filter(name_ar__regex=arabic).count() >= 604
    assert StreetSegment.objects.filter(name_ar__regex=arabic).count() >= 516
    assert Place.objects.filter(name_ar__regex=arabic).count() >= 1269


def test_class_names_are_not_taken_for_street_names(output: str) -> None:
    assert not StreetSegment.objects.filter(name_en="Residential Road").exists()
    assert StreetSegment.objects.filter(name_en="", street_class="residential").count() > 1700


def test_storeys_in_arabic_digits_are_read_and_low_heights_refused(
    output: str, tmp_path: Path
) -> None:
    assert Building.objects.filter(storeys=3).exists()
    assert "values refused" in output
    assert not Building.objects.filter(height_m__lt=2).exists()
