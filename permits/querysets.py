"""Questions about applications."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser, User
from django.contrib.gis.db.models import QuerySet
from django.db.models import Q

from gisapp.roles import HOLDERS, Permission
from permits.workflow import Status


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
