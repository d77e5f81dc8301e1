"""Work that the worker does in the background (`manage.py db_worker`)."""

from __future__ import annotations

from django_tasks import task

from permits.actions.evaluate_applications import evaluate_applications


@task()
def evaluate_waiting_applications() -> dict[str, int]:
    """Judge every application that waits for it; how many came out with each outcome."""
    return dict(evaluate_applications())
