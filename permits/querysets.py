"""Questions about applications, and about checks of the whole city."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser, User
from django.contrib.gis.db.models import QuerySet
from django.db.models import Q

from gisapp.roles import HOLDERS, Permission, Role
from permits.workflow import Status
from zoning.workflow import VersionStatus


class ApplicationQuerySet(QuerySet):
    """Applications, asked for by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The public register for everyone; every file of a municipality for its staff."""
        if not user.is_authenticated:
            return self.filter(status__in=Status.public())
        if user.is_superuser:
            return self
        own = user.memberships.filter(role__in=HOLDERS[Permission.SEE_ALL_APPLICATIONS])
        return self.filter(
            Q(status__in=Status.public()) | Q(municipality__in=own.values("municipality"))
        )


class ConformanceRunQuerySet(QuerySet):
    """Checks of a whole city, asked for by who may read them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """For everyone those of plans in force; for staff who judge or plan those of public plans.

        Those of drafts only for who may see drafts.
        """
        seen = Q(plan_version__status=VersionStatus.IN_FORCE)
        if user.is_authenticated and user.is_superuser:
            return self
        if user.is_authenticated:
            judging = HOLDERS[Permission.EVALUATE] | HOLDERS[Permission.EDIT_PLANS]
            seen |= Q(
                plan_version__status__in=VersionStatus.public(),
                municipality__in=_where(user, judging),
            )
            seen |= Q(municipality__in=_where(user, HOLDERS[Permission.SEE_DRAFT_PLANS]))
        return self.filter(seen)

    def latest_finished(self) -> Self:
        """Of each plan version the newest finished run over all its parcels: what the map shows."""
        whole = self.filter(status="done", parcels=[])
        newest = whole.order_by("plan_version", "-finished_at", "-pk").distinct("plan_version")
        return self.filter(pk__in=newest.values("pk"))


def _where(user: User, roles: frozenset[Role]) -> QuerySet:
    """The municipalities in which the person holds one of the roles."""
    return user.memberships.filter(role__in=roles).values("municipality")
