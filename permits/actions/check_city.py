"""Leave a check of the whole city to the worker, for people who ask for it on a page."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db.models import QuerySet
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from gisapp.errors import NotAllowed
from gisapp.roles import HOLDERS, Permission
from permits.actions.evaluate_city import may_check, open_run
from permits.models import ConformanceRun
from permits.proposals import ProposalIn
from permits.tasks import check_city
from zoning.models import PlanVersion

Status = ConformanceRun.Status


def start_in_background(*, run: ConformanceRun, actor: Any) -> None:
    """Give the run to the worker, unless it is done or under way. Raises NotAllowed."""
    if not may_check(actor, run.municipality):
        raise NotAllowed(_("Checking a city needs the role of a reviewer or planner."))
    with transaction.atomic():
        locked = ConformanceRun.objects.select_for_update().get(pk=run.pk)
        queued = locked.status == Status.WAITING and locked.task_id
        if (
            locked.status == Status.DONE
            or queued
            or (locked.status == Status.RUNNING and not locked.is_silent)
        ):
            return
        locked.status = Status.WAITING
        locked.cancel_asked = False
        locked.task_id = str(check_city.enqueue(run.pk).id)
        locked.save(update_fields=["status", "cancel_asked", "task_id"])


def open_again(*, run: ConformanceRun, actor: Any) -> ConformanceRun:
    """A new run of the same question, for the land or its buildings have changed meanwhile.

    The old one stays. Raises what :func:`permits.actions.evaluate_city.open_run` raises.
    """
    return open_run(
        version=run.plan_version,
        on=run.on,
        actor=actor,
        building=None if run.building is None else ProposalIn.model_validate(run.building),
        parcels=run.parcels,
        restart=True,
    )


def versions_to_check(user: Any) -> QuerySet:
    """The plan versions that this person may hold a city against, the latest first."""
    versions = PlanVersion.objects.select_related("plan").order_by("plan", "-validity", "-pk")
    if not user.is_authenticated:
        return versions.none()
    if user.is_superuser:
        return versions
    where = {
        permission: user.memberships.filter(role__in=HOLDERS[permission]).values("municipality")
        for permission in (Permission.EVALUATE, Permission.EDIT_PLANS, Permission.SEE_DRAFT_PLANS)
    }
    checking = Q(plan__municipality__in=where[Permission.EVALUATE]) | Q(
        plan__municipality__in=where[Permission.EDIT_PLANS]
    )
    seen = Q(status__in=PlanVersion.Status.public()) | Q(
        plan__municipality__in=where[Permission.SEE_DRAFT_PLANS]
    )
    return versions.filter(checking & seen)
