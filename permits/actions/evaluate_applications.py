"""Judge every application that this engine has not judged yet; can be stopped and resumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from django.db.models import Exists, OuterRef, QuerySet

from gisapp.errors import UmranError
from permits.actions.evaluate_application import evaluate_application
from permits.models import Application, Evaluation
from permits.workflow import Status
from zoning.rules.digest import ENGINE_VERSION

# What a run says after each application: how many are done, of how many.
Progress = Callable[[int, int], None]


def waiting_for_evaluation() -> QuerySet[Application]:
    """Submitted applications without an evaluation by this version of the engine."""
    judged = Evaluation.objects.filter(application=OuterRef("pk"), engine_version=ENGINE_VERSION)
    waiting = Application.objects.exclude(status=Status.DRAFT).exclude(Exists(judged))
    return waiting.order_by("number")


def evaluate_applications(*, progress: Progress | None = None) -> Counter[str]:
    """Judge all that wait, as the system, each in a transaction of its own.

    Returns how many came out with each outcome; ``refused`` counts those that can not be judged at
    all. Stopping it loses nothing: a second run goes on with the rest.
    """
    waiting = list(waiting_for_evaluation())
    outcomes: Counter[str] = Counter()
    for done, application in enumerate(waiting, start=1):
        try:
            evaluation = evaluate_application(application=application, actor=None)
        except UmranError:
            outcomes["refused"] += 1
        else:
            outcomes[evaluation.outcome] += 1
        if progress:
            progress(done, len(waiting))
    return outcomes
