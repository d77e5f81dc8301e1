"""The states of a plan version, as a table that the database holds too."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class VersionStatus(TextChoices):
    """Where a plan version stands between draft and repeal."""

    DRAFT = "draft", _("draft")
    INTERNAL_REVIEW = "internal_review", _("internal review")
    PUBLIC_DISPLAY = "public_display", _("public display")
    IN_FORCE = "in_force", _("in force")
    SUPERSEDED = "superseded", _("superseded")
    REPEALED = "repealed", _("repealed")

    @classmethod
    def legal(cls) -> list[str]:
        """The states of a version with legal force, now or once: dated, and never changed."""
        return [cls.IN_FORCE.value, cls.SUPERSEDED.value, cls.REPEALED.value]

    @classmethod
    def public(cls) -> list[str]:
        """The states in which everyone may see the version."""
        return [cls.PUBLIC_DISPLAY.value, *cls.legal()]


VERSION_TRANSITIONS: list[tuple[str, str]] = [
    (VersionStatus.DRAFT.value, VersionStatus.INTERNAL_REVIEW.value),
    (VersionStatus.INTERNAL_REVIEW.value, VersionStatus.DRAFT.value),
    (VersionStatus.INTERNAL_REVIEW.value, VersionStatus.PUBLIC_DISPLAY.value),
    (VersionStatus.PUBLIC_DISPLAY.value, VersionStatus.INTERNAL_REVIEW.value),
    (VersionStatus.PUBLIC_DISPLAY.value, VersionStatus.IN_FORCE.value),
    (VersionStatus.IN_FORCE.value, VersionStatus.SUPERSEDED.value),
    (VersionStatus.IN_FORCE.value, VersionStatus.REPEALED.value),
]
