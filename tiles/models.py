"""Exports made in the background: what was asked for, how far it is, until when it is kept."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zoning.models import PlanVersion

KEPT_FOR = timedelta(days=1)
# An export that says it is running, and has written nothing for so long, has been killed.
SILENT_FOR = timedelta(minutes=5)


class ExportQuerySet(models.QuerySet):
    """Exports, asked for by who may fetch them."""

    def open_to(self, user: Any) -> ExportQuerySet:
        """What was made for everyone, and what this person asked for."""
        mine = models.Q(pk__in=[])
        if user.is_authenticated:
            mine = models.Q(created_by=user)
        return self.filter(models.Q(personal=False) | mine)


class Export(models.Model):
    """One layer in one format; its key is its address, so it can not be guessed."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting for the worker")
        RUNNING = "running", _("running")
        CANCELLED = "cancelled", _("cancelled")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    layer = models.CharField(_("layer"), max_length=40)
    format = models.CharField(_("format"), max_length=10)
    part = models.JSONField(_("which part"), default=dict, blank=True)
    on = models.DateField(_("as of"))
    version = models.ForeignKey(
        PlanVersion, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    language = models.CharField(_("language"), max_length=2)
    personal = models.BooleanField(_("only for who asked"), default=False)
    shared = models.BooleanField(_("asked for by several"), default=False)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.WAITING
    )
    cancel_asked = models.BooleanField(_("to be cancelled"), default=False)
    done = models.PositiveIntegerField(_("rows done"), default=0)
    total = models.PositiveIntegerField(_("rows in all"), default=0)
    problem = models.TextField(_("why it failed"), blank=True)
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    heard_at = models.DateTimeField(_("last heard of"), auto_now_add=True)
    expires_at = models.DateTimeField(_("kept until"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("export", args=[self.key])

    @property
    def file_name(self) -> str:
        """What the file is called when it is fetched."""
        return f"{self.layer}-{self.on:%Y-%m-%d}.{self.format}"

    @property
    def path(self) -> Path:
        """Where its file lies once it is done."""
        return Path(settings.EXPORT_ROOT) / f"{self.key}.{self.format}"

    @property
    def percent(self) -> int:
        """How much is done, in whole percent; 100 only when all is."""
        return min(self.done * 100 // self.total, 100) if self.total else 0

    @property
    def is_silent(self) -> bool:
        """Whether it was killed, most likely: it says that it runs, but nothing comes of it."""
        return self.status == self.Status.RUNNING and timezone.now() - self.heard_at > SILENT_FOR

    @property
    def is_under_way(self) -> bool:
        """Whether something may still come by itself."""
        return self.status in (self.Status.WAITING, self.Status.RUNNING) and not self.is_silent
