"""Judging all that wait: each once, resumable, in the background too."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from permits.actions.evaluate_applications import evaluate_applications, waiting_for_evaluation
from permits.models import Evaluation
from permits.workflow import Status
from tests.town import make_application, make_town


@pytest.fixture
def waiting(town):
    """Three that wait, of which one can not be judged (no parcel); a draft does not wait."""
    make_application(town.municipality, town.parcel, number="2026/BP/000124")
    homeless = make_application(town.municipality, town.parcel, number="2026/BP/000125")
    homeless.parcels.clear()
    make_application(town.municipality, town.parcel, number="2026/BP/000126", status=Status.DRAFT)
    return town


def test_each_is_judged_once_and_a_second_run_finds_only_what_is_left(waiting):
    steps = []
    outcomes = evaluate_applications(progress=lambda done, total: steps.append((done, total)))
    assert outcomes == {"breaches": 2, "refused": 1}
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert Evaluation.objects.count() == 2
    assert [one.number for one in waiting_for_evaluation()] == ["2026/BP/000125"]
    assert evaluate_applications() == {"refused": 1}
    assert Evaluation.objects.count() == 2


def test_the_worker_does_it_in_the_background(transactional_db):
    make_town()
    call_command("evaluate_applications", background=True, stdout=StringIO())
    assert not Evaluation.objects.exists()
    call_command("db_worker", batch=True, interval=0, verbosity=0, startup_delay=False)
    assert Evaluation.objects.count() == 1
