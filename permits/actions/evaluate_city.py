"""Hold a plan version against a whole city, parcel by parcel; can be stopped and gone on with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from gisapp.copying import copy_rows
from gisapp.errors import BadInput, Conflict, NotAllowed, NotThere
from gisapp.models import Municipality
from gisapp.roles import Permission, may
from parcels.models import Parcel
from permits.city.chunks import PARCELS_PER_CHUNK, chunks_left, parcels_of
from permits.city.engines import LOCAL, engine
from permits.city.judging import ParcelResult
from permits.models import ConformanceResult, ConformanceRun
from permits.proposals import ProposalIn
from zoning.models import PlanVersion, Rulebook
from zoning.rules.digest import ENGINE_VERSION
from zoning.rules.loading import load_rulebook
from zoning.rules.reading import RulebookError

# What a run says after each chunk: how many parcels are done, of how many.
Progress = Callable[[int, int], None]
Status = ConformanceRun.Status

# The first half of PostgreSQL's advisory lock on a run: a number of our own.
LOCK_CLASS = 20_311

COLUMNS = (
    "run_id",
    "parcel_id",
    "outcome",
    "kinds",
    "envelope_area_m2",
    "max_floor_area_m2",
    "governing_limit",
    "findings",
)


def may_check(user: Any, municipality: Municipality) -> bool:
    """Whether the person's roles allow starting and cancelling checks of this city."""
    return any(
        may(user, permission, municipality=municipality)
        for permission in (Permission.EVALUATE, Permission.EDIT_PLANS)
    )


def open_run(
    *,
    version: PlanVersion,
    on: date,
    actor: User | None,
    building: ProposalIn | None = None,
    parcels: Sequence[str] = (),
    restart: bool = False,
) -> ConformanceRun:
    """The run that answers this question: the one there is, else (or with ``restart``) a new one.

    ``building`` is a type of building, without a footprint; None stands for the existing ones.
    ``actor`` None is the system itself. Raises NotAllowed, NotThere (a draft that the actor may
    not see, an unknown parcel), BadInput, and Conflict for a plan version whose rulebook is
    missing or not sound.
    """
    municipality = version.plan.municipality
    _check_actor(actor, version, municipality)
    question = {
        "municipality": municipality,
        "plan_version": version,
        "on": on,
        "parcels": _known_parcels(parcels, municipality),
        "rulebook_digest": _sound_rulebook(version).digest,
        "engine_version": ENGINE_VERSION,
    }
    kind = None if building is None else _as_stored(building)
    with transaction.atomic():
        # Two that ask the same at once get the same run.
        Municipality.objects.select_for_update().get(pk=municipality.pk)
        same = ConformanceRun.objects.filter(
            **question, **({"building__isnull": True} if kind is None else {"building": kind})
        )
        found = None if restart else same.first()
        return found or ConformanceRun.objects.create(
            **question, building=kind, engine=LOCAL, created_by=actor
        )


def _check_actor(actor: User | None, version: PlanVersion, municipality: Municipality) -> None:
    if actor is None:
        return
    public = version.status in PlanVersion.Status.public()
    if not public and not may(actor, Permission.SEE_DRAFT_PLANS, municipality=municipality):
        raise NotThere(_("There is no such plan version."), pointer="/version")
    if not may_check(actor, municipality):
        raise NotAllowed(_("Checking a city needs the role of a reviewer or planner."))


def _as_stored(building: ProposalIn) -> dict[str, Any]:
    if building.footprint is not None:
        raise BadInput(
            _("A building type has no place; give its sides instead of a footprint."),
            pointer="/footprint",
        )
    building.proposal()  # raises BadInput for negative numbers
    return building.model_dump(mode="json", exclude_defaults=True)


def _known_parcels(references: Sequence[str], municipality: Municipality) -> list[str]:
    asked = sorted({reference.strip() for reference in references})
    known = set(
        Parcel.objects.filter(municipality=municipality, reference__in=asked).values_list(
            "reference", flat=True
        )
    )
    for reference in asked:
        if reference not in known:
            raise NotThere(
                _("There is no parcel %(reference)s.") % {"reference": reference},
                pointer="--parcels",
            )
    return asked


def _sound_rulebook(version: PlanVersion) -> Rulebook:
    row = Rulebook.objects.filter(version=version).first()
    if row is None:
        raise Conflict(
            _("%(version)s has no rulebook, so there is nothing to check by.")
            % {"version": version}
        )
    try:
        load_rulebook(row.source_text)
    except RulebookError as error:
        raise Conflict(
            _("The rulebook of %(version)s has mistakes; correct them first. %(first)s")
            % {"version": version, "first": str(error).splitlines()[0]}
        ) from error
    return row


def evaluate_city(
    *,
    run: ConformanceRun,
    engine_name: str = LOCAL,
    workers: int | None = None,
    scheduler: str = "",
    progress: Progress | None = None,
    parcels_per_chunk: int = PARCELS_PER_CHUNK,
) -> ConformanceRun:
    """Judge what the run has not judged yet, as the system; each chunk in its own transaction.

    Killing it loses the chunks under way and no other. Returns the run, ``done`` or ``cancelled``
    (somebody asked for that meanwhile). Raises Conflict while another process is at it, or when
    the rulebook or the engine has changed since it began; passes on whatever else goes wrong after
    noting it in the run.
    """
    with _alone_at(run):
        _check_same_rules(run)
        _begin(run, engine_name)
        try:
            with engine(engine_name, workers=workers, scheduler=scheduler) as judge:
                for results in judge(chunks_left(run, size=parcels_per_chunk)):
                    _store(run, results)
                    if progress:
                        progress(run.done, run.total)
                    if _cancel_asked(run):
                        return _end(run, Status.CANCELLED)
        except KeyboardInterrupt:
            _end(run, Status.CANCELLED)
            raise
        except Exception as error:
            run.problem = str(error)[:1000]
            _end(run, Status.FAILED)
            raise
        return _end(run, Status.DONE)


def cancel_run(*, run: ConformanceRun, actor: User) -> None:
    """Ask a run to stop after its present chunk; what it has judged stays. Raises NotAllowed."""
    if not may_check(actor, run.municipality):
        raise NotAllowed(_("Checking a city needs the role of a reviewer or planner."))
    with transaction.atomic():
        locked = ConformanceRun.objects.select_for_update().get(pk=run.pk)
        if locked.status == Status.WAITING or locked.is_silent:
            locked.status = Status.CANCELLED
        elif locked.status == Status.RUNNING:
            locked.cancel_asked = True
        locked.save()


@contextmanager
def _alone_at(run: ConformanceRun) -> Iterator[None]:
    """Only one process works at a run; PostgreSQL takes the lock back from one that dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, run.pk])
        if not cursor.fetchone()[0]:
            raise Conflict(_("This check is running already; wait for it or cancel it."))
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, run.pk])


def _check_same_rules(run: ConformanceRun) -> None:
    """One run is one set of rules: half by the old and half by the new would mean nothing."""
    digest = Rulebook.objects.filter(version=run.plan_version).values_list("digest", flat=True)
    if (digest.first(), ENGINE_VERSION) != (run.rulebook_digest, run.engine_version):
        raise Conflict(
            _("The rulebook or the engine has changed since this check began; begin a new one.")
        )


def _begin(run: ConformanceRun, engine_name: str) -> None:
    run.refresh_from_db()
    run.status = Status.RUNNING
    run.engine = engine_name
    run.cancel_asked = False
    run.problem = ""
    run.finished_at = None
    run.started_at = run.started_at or timezone.now()
    run.heard_at = timezone.now()
    run.done = run.results.count()
    run.total = parcels_of(run).count()
    run.save()


def _store(run: ConformanceRun, results: list[ParcelResult]) -> None:
    with transaction.atomic():
        # A parcel that an import removed meanwhile has no place in the results any more.
        there = set(
            Parcel.objects.filter(pk__in=[one.parcel for one in results]).values_list(
                "pk", flat=True
            )
        )
        rows = [_row(run, one) for one in results if one.parcel in there]
        copy_rows(ConformanceResult, COLUMNS, rows)
        run.done += len(rows)
        run.total = max(run.total, run.done)
        run.heard_at = timezone.now()
        run.save(update_fields=["done", "total", "heard_at"])


def _row(run: ConformanceRun, result: ParcelResult) -> tuple[Any, ...]:
    return (
        run.pk,
        result.parcel,
        result.outcome,
        "{" + ",".join(result.kinds) + "}",
        result.envelope_area_m2,
        result.max_floor_area_m2,
        result.governing_limit,
        json.dumps(result.findings, ensure_ascii=False),
    )


def _cancel_asked(run: ConformanceRun) -> bool:
    return ConformanceRun.objects.filter(pk=run.pk, cancel_asked=True).exists()


def _end(run: ConformanceRun, status: str) -> ConformanceRun:
    run.status = status
    run.finished_at = timezone.now()
    run.outcomes = outcomes_of(run)
    run.done = sum(run.outcomes.values())
    if status == Status.DONE:
        run.total = run.done
    run.save(
        update_fields=["status", "finished_at", "outcomes", "done", "total", "problem"],
    )
    return run


def outcomes_of(run: ConformanceRun) -> dict[str, int]:
    """How many parcels came out with each outcome, counted now."""
    counted = run.results.values("outcome").annotate(count=Count("pk"))
    return {row["outcome"]: row["count"] for row in counted}
