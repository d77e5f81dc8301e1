"""Who asks, and about which plan: what every map service needs to know before it reads a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.gis.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from gisapp.errors import BadInput, NotThere
from gisapp.params import LATEST, read_day
from gisapp.roles import Permission, may
from zoning.models import PlanVersion


@dataclass(frozen=True)
class Scope:
    """The person who asks, the day, and the plan version if one was named instead of a day.

    ``user`` stays lazy: a layer that is the same for everyone never reads the session, so that its
    response may be kept by shared caches.
    """

    user: Any
    on: date
    version: PlanVersion | None = None

    @property
    def personal(self) -> bool:
        """Whether the plan version is one that not everyone may see."""
        return self.version is not None and self.version.status not in PlanVersion.Status.public()

    def versions(self) -> QuerySet:
        """The plan versions shown: the one named, else those in force on the day."""
        if self.version is not None:
            return PlanVersion.objects.filter(pk=self.version.pk)
        return PlanVersion.objects.in_force(on=self.on)


def visible_versions(user: Any) -> list[PlanVersion]:
    """Every plan version the person may see, newest first; drafts only for those who may."""
    versions = list(PlanVersion.objects.select_related("plan__municipality"))
    public = set(PlanVersion.Status.public())
    allowed: dict[int, bool] = {}

    def seen(version: PlanVersion) -> bool:
        if version.status in public:
            return True
        municipality = version.plan.municipality
        if municipality.pk not in allowed:
            allowed[municipality.pk] = may(
                user, Permission.SEE_DRAFT_PLANS, municipality=municipality
            )
        return allowed[municipality.pk]

    shown = [version for version in versions if seen(version)]
    return sorted(shown, key=_newest_first)


def _newest_first(version: PlanVersion) -> tuple[bool, int]:
    start = version.validity.lower if version.validity else None
    return (start is not None, -(start or LATEST).toordinal())


def visible_version(user: Any, key: str) -> PlanVersion:
    """The version with this number, if the person may see it.

    Raises NotThere otherwise: that a draft exists is itself not public.
    """
    missing = NotThere(_("There is no such plan version."), pointer="/version")
    if not (key.isascii() and key.isdigit() and len(key) <= 10):
        raise missing
    version = PlanVersion.objects.select_related("plan__municipality").filter(pk=int(key)).first()
    if version is None:
        raise missing
    # The person is looked at only for a version that is not public: see Scope.
    if version.status in PlanVersion.Status.public() or may(
        user, Permission.SEE_DRAFT_PLANS, municipality=version.plan.municipality
    ):
        return version
    raise missing


def make_scope(request: HttpRequest, *, on: str = "", version: str = "") -> Scope:
    """Read who asks and about which plan. Raises BadInput or NotThere."""
    if on and version:
        raise BadInput(_("Give a date or a plan version, not both."), pointer="/on")
    return Scope(
        user=request.user,
        on=read_day(on) if on else timezone.localdate(),
        version=visible_version(request.user, version) if version else None,
    )
