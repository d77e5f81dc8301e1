"""Checks of a whole city: one run, and its verdict on each parcel.

A run can be made again from the land and the plan at any time, so it goes with them.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gisapp.models import Municipality
from parcels.models import Parcel
from permits.querysets import ConformanceRunQuerySet
from zoning.models import PlanVersion

# A run that says it is running, and has stored nothing for so long, has been killed.
SILENT_FOR = timedelta(minutes=10)


class ConformanceRun(models.Model):
    """A plan version held against the buildings of a city, or against one type of building."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting for the worker")
        RUNNING = "running", _("running")
        CANCELLED = "cancelled", _("cancelled")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="conformance_runs"
    )
    plan_version = models.ForeignKey(
        PlanVersion,
        on_delete=models.CASCADE,
        related_name="conformance_runs",
        verbose_name=_("plan version"),
    )
    on = models.DateField(_("judged as of"))
    building = models.JSONField(_("building type"), null=True, blank=True)
    parcels = models.JSONField(_("only these parcels"), default=list, blank=True)
    engine = models.CharField(_("engine"), max_length=10)
    engine_version = models.CharField(_("engine version"), max_length=20)
    rulebook_digest = models.CharField(_("rulebook digest"), max_length=64)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.WAITING
    )
    task_id = models.CharField(_("task of the worker"), max_length=64, blank=True)
    cancel_asked = models.BooleanField(_("to be cancelled"), default=False)
    done = models.PositiveIntegerField(_("parcels done"), default=0)
    total = models.PositiveIntegerField(_("parcels in all"), default=0)
    outcomes = models.JSONField(_("parcels by outcome"), default=dict)
    problem = models.TextField(_("why it failed"), blank=True)
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    heard_at = models.DateTimeField(_("last heard of"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ConformanceRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("conformance check")
        verbose_name_plural = _("conformance checks")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done__lte=F("total")), name="conformance_run_does_no_more_than_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_version} · {self.on}"

    def get_absolute_url(self) -> str:
        return reverse("conformance-run", args=[self.pk])

    @property
    def percent(self) -> int:
        """How much is done, in whole percent; 100 only when all is."""
        return self.done * 100 // self.total if self.total else 0

    @property
    def is_silent(self) -> bool:
        """Whether it was killed, most likely: it says that it runs, but nothing comes of it."""
        heard = self.heard_at or self.created_at
        return self.status == self.Status.RUNNING and timezone.now() - heard > SILENT_FOR

    @property
    def is_under_way(self) -> bool:
        """Whether something may still come by itself."""
        return self.status in (self.Status.WAITING, self.Status.RUNNING) and not self.is_silent


class ConformanceResult(models.Model):
    """The verdict on one parcel; ``kinds`` are the kinds of rules that made it so."""

    run = models.ForeignKey(ConformanceRun, on_delete=models.CASCADE, related_name="results")
    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=16)
    kinds = ArrayField(models.CharField(max_length=40), verbose_name=_("because of"))
    envelope_area_m2 = models.DecimalField(
        _("buildable area (m²)"), max_digits=16, decimal_places=3, null=True
    )
    max_floor_area_m2 = models.DecimalField(
        _("largest floor area (m²)"), max_digits=16, decimal_places=3, null=True
    )
    governing_limit = models.CharField(_("limit that governs"), max_length=60, blank=True)
    findings = models.JSONField(_("findings"))

    class Meta:
        verbose_name = _("conformance of a parcel")
        verbose_name_plural = _("conformance of parcels")
        constraints = [
            models.UniqueConstraint(fields=["run", "parcel"], name="conformance_of_parcel_once"),
        ]
        indexes = [models.Index(fields=["run", "outcome"], name="conformance_outcome")]

    def __str__(self) -> str:
        return f"{self.run_id} · {self.parcel_id} · {self.outcome}"
