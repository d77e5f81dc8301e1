"""Work that the worker does in the background (`manage.py db_worker`)."""

from __future__ import annotations

from django_tasks import task

from permits.actions.evaluate_applications import evaluate_applications
from permits.actions.evaluate_city import evaluate_city
from permits.models import ConformanceRun


@task()
def evaluate_waiting_applications() -> dict[str, int]:
    """Judge every application that waits for it; how many came out with each outcome."""
    return dict(evaluate_applications())


@task()
def check_city(run: int) -> dict[str, int]:
    """Work at a check of the whole city, unless it was cancelled or removed before its turn."""
    waiting = ConformanceRun.objects.filter(pk=run, status=ConformanceRun.Status.WAITING).first()
    return evaluate_city(run=waiting).outcomes if waiting else {}
