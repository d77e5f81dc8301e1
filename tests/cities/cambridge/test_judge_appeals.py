"""The batch on the real applications: measured agreement must not fall below what was reached.

The floors are a little under the figures in docs/explanation/ground-truth.md, so that a change in
how a parcel is matched does not fail the test and a rule that stops working does.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from gisapp.models import Municipality
from parcels.importer.profile_file import find_profile, load_profile
from permits.appeals.applications import FILE_NAME, Appeal, read_appeals
from permits.appeals.batch import judge_appeals
from permits.appeals.comparison import Exclusion, Verdict
from permits.appeals.summary import DISAGREEMENT_COLUMNS, summarise, write_disagreements
from tests.sample_data import sample
from zoning.actions.import_city import CityImport, import_city

LAYERS = {"streets", "parcels", "zoning-2014", "zoning-2020", "zoning-2026"}


@pytest.fixture(scope="module")
def cambridge(django_db_setup, django_db_blocker):
    """The parcels, streets and plan versions of the city, gone again after this module."""
    folder = sample("cambridge_ma")
    loaded = load_profile(find_profile("cambridge"))
    layers = [layer for layer in loaded.profile.layers if layer.name in LAYERS]
    profile = loaded.profile.model_copy(update={"layers": layers})
    work = CityImport(replace(loaded, profile=profile), folder.parent, date(2026, 3, 1))
    with django_db_blocker.unblock(), transaction.atomic():
        yield import_city(work=work, dry_run=False, announce=lambda where: None)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def run(cambridge):
    return judge_appeals(municipality=cambridge, data=sample("cambridge_ma"))


def first_appeal() -> Appeal:
    return next(read_appeals(sample("cambridge_ma", FILE_NAME)))


# dimension: verdicts compared at least, share of equal verdicts at least (all pairs)
FLOORS = {
    "floor_area_ratio": (800, 0.955),
    "lot_area": (650, 0.94),
    "lot_area_per_dwelling": (660, 0.93),
    "setback_front": (580, 0.955),
    "setback_rear": (510, 0.935),
    "setback_left": (510, 0.935),
    "setback_right": (530, 0.95),
    "height": (760, 0.97),
    "open_space": (630, 0.94),
    "parking": (570, 0.96),
    "all": (6200, 0.95),
}


@pytest.mark.parametrize("key", FLOORS)
def test_verdicts_agree_with_those_the_forms_imply(run, key):
    row = next(row for row in summarise(run.pairs, run.baseline) if row.key == key)
    compared, share = FLOORS[key]
    assert row.verdicts.of >= compared
    assert row.verdicts.agreed >= share * row.verdicts.of


def test_where_a_form_states_a_rule_of_the_district_more_verdicts_agree(run):
    total = summarise(run.pairs, run.baseline)[-1]
    stated, every = total.rule_stated, total.verdicts
    assert stated.agreed >= 0.965 * stated.of
    assert stated.agreed * every.of > every.agreed * stated.of


def test_most_fields_can_be_read(run):
    rows = summarise(run.pairs, run.baseline)[:-1]
    assert all(row.applications == 1_058 for row in rows)
    assert all(row.requested_read >= 780 and row.ordinance_read >= 800 for row in rows)


def test_every_pair_is_compared_or_says_why_not(run):
    for pair in run.pairs:
        assert (pair.exclusion is None) == (pair.agrees is not None)
        if pair.agrees is False:
            assert pair.reason is not None


def test_no_rule_and_needs_review_never_count_as_agreement(run):
    undecided = (Verdict.NO_RULE, Verdict.UNDECIDED)
    assert all(pair.exclusion for pair in run.pairs if pair.judgement.verdict in undecided)


def test_residence_b_has_two_steps(run):
    pairs = [
        pair
        for pair in run.pairs
        if pair.judgement.zone == "B"
        and pair.dimension.key == "floor_area_ratio"
        and pair.appeal.lot_area_ft2
        and pair.appeal.lot_area_ft2 > 5_000
    ]
    assert pairs
    limits = [pair.judgement.limit for pair in pairs]
    assert all(limit is not None and 0.35 < limit < 0.5 for limit in limits)


def test_the_disagreements_name_no_address(run):
    target = StringIO()
    count = write_disagreements(run.pairs, target)
    target.seek(0)
    rows = list(csv.DictReader(target))
    assert len(rows) == count > 0
    assert set(rows[0]) == set(DISAGREEMENT_COLUMNS)
    assert not {"address", "lat", "lon"} & set(rows[0])


def test_since_2025_no_rule_answers_and_nothing_passes(cambridge, monkeypatch):
    """The amended limits are not transcribed: the same applications filed later get no verdict."""
    filed_later = replace(first_appeal(), date=date(2026, 3, 1))
    monkeypatch.setattr("permits.appeals.batch.read_appeals", lambda path: iter([filed_later]))
    run = judge_appeals(municipality=cambridge, data=sample("cambridge_ma"))
    assert {pair.judgement.verdict for pair in run.pairs} == {Verdict.NO_RULE}
    assert all(pair.exclusion for pair in run.pairs)


def test_an_application_before_every_plan_has_no_place(cambridge, monkeypatch):
    filed_early = replace(first_appeal(), date=date(1999, 3, 1))
    monkeypatch.setattr("permits.appeals.batch.read_appeals", lambda path: iter([filed_early]))
    run = judge_appeals(municipality=cambridge, data=sample("cambridge_ma"))
    kinds = {pair.exclusion for pair in run.pairs if pair.implied is not None}
    assert kinds == {Exclusion.NO_PLACE}


@pytest.mark.django_db
def test_the_command_says_what_is_missing(tmp_path):
    Municipality.objects.create(slug="elsewhere", name="Elsewhere")
    with pytest.raises(CommandError, match=r"zoning_appeal_applications\.csv") as caught:
        call_command("judge_appeals", "--data", str(tmp_path), "--municipality", "elsewhere")
    assert caught.value.returncode == 3
