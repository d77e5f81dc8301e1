"""Building applications and the evaluations made of them."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gisapp.fields import MetricMultiPolygonField
from gisapp.folding import Folded, words_of
from gisapp.models import Municipality
from parcels.models import Parcel
from permits.conformance_models import ConformanceResult as ConformanceResult
from permits.conformance_models import ConformanceRun as ConformanceRun
from permits.querysets import ApplicationQuerySet
from permits.workflow import TRANSITIONS, Status
from zoning.models import PlanVersion


class Application(models.Model):
    """A building application: whose turn it is, and what is proposed where.

    Geometry is in the metric CRS, lengths in metres, areas in square metres.
    """

    class Kind(models.TextChoices):
        NEW_BUILDING = "new_building", _("new building")
        EXTENSION = "extension", _("extension")
        CHANGE_OF_USE = "change_of_use", _("change of use")
        DEMOLITION = "demolition", _("demolition")
        SUBDIVISION = "subdivision", _("subdivision")

    Status = Status

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="applications"
    )
    number = models.CharField(_("number"), max_length=30)
    kind = models.CharField(
        _("type"), max_length=20, choices=Kind.choices, default=Kind.NEW_BUILDING
    )
    status = models.CharField(
        _("status"), max_length=24, choices=Status.choices, default=Status.DRAFT
    )
    title = models.CharField(_("title"), max_length=200)
    parcels = models.ManyToManyField(Parcel, related_name="applications", verbose_name=_("parcels"))
    filing_date = models.DateField(_("filed on"), null=True, blank=True)
    plan_version = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    footprint = MetricMultiPolygonField(_("footprint"), null=True, blank=True)
    storeys = models.DecimalField(
        _("storeys"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    height_m = models.DecimalField(
        _("height (m)"), max_digits=8, decimal_places=3, null=True, blank=True
    )
    floor_areas_m2 = models.JSONField(
        _("floor area by use (m²)"), null=True, blank=True, default=None
    )
    dwelling_units = models.PositiveIntegerField(_("dwellings"), null=True, blank=True)
    parking_stalls = models.PositiveIntegerField(_("parking stalls"), null=True, blank=True)
    declared = models.JSONField(_("measures the applicant states"), default=dict, blank=True)

    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "number"], name="application_number_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^\d{4}/[A-Z]{2,4}/\d{6}$"),
                name="application_number_has_its_form",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.DRAFT) | Q(filing_date__isnull=False),
                name="submitted_application_has_a_filing_date",
            ),
            models.CheckConstraint(
                condition=(Q(storeys__gt=0) | Q(storeys=None))
                & (Q(height_m__gt=0) | Q(height_m=None)),
                name="application_measures_are_positive",
            ),
            models.CheckConstraint(
                condition=Q(footprint__isvalid=True) | Q(footprint=None),
                name="application_footprint_is_valid",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-filing_date"], name="application_queue"),
            words_of(Folded("number"), name="application_number_words"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="application_status_moves_by_the_table",
                field="status",
                transitions=TRANSITIONS,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("application", args=self.number.split("/"))


class Evaluation(models.Model):
    """What the engine found about one application on one date; never changed, never deleted."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="evaluations"
    )
    on = models.DateField(_("judged as of"))
    plan_version = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    engine_version = models.CharField(_("engine version"), max_length=20)
    rulebook_digest = models.CharField(_("rulebook digest"), max_length=64, blank=True)
    input_digest = models.CharField(_("input digest"), max_length=64)
    inputs = models.JSONField(_("inputs"))
    outcome = models.CharField(_("outcome"), max_length=16)
    findings = models.JSONField(_("findings"))
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ["-created_at", "-pk"]
        triggers = [
            pgtrigger.Protect(
                name="evaluation_is_immutable", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="evaluations_are_not_truncated",
                operation=pgtrigger.Truncate,
                when=pgtrigger.Before,
                level=pgtrigger.Statement,
                func="RAISE EXCEPTION 'Evaluations are never removed.';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} · {self.on}"
