"""Plans and what they say: versions with their validity, districts, zones, overlays, rulebooks."""

from __future__ import annotations

import hashlib
from typing import Any

import pgtrigger
from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gisapp.fields import MetricGeometryField, MetricMultiPolygonField
from gisapp.history import tracked
from gisapp.models import Municipality
from parcels.models import Imported, one_row_per_source_key
from zoning.querysets import OverlayQuerySet, PlanVersionQuerySet, ZoneQuerySet
from zoning.workflow import VERSION_TRANSITIONS, VersionStatus


class Plan(models.Model):
    """A legal instrument that says what land may become."""

    class Kind(models.TextChoices):
        MASTER = "master", _("master plan")
        DETAILED = "detailed", _("detailed plan")
        AMENDMENT = "amendment", _("zoning amendment")

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="plans")
    reference = models.CharField(_("reference"), max_length=80)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=200)
    approving_act = models.CharField(_("approving act"), max_length=300, blank=True)
    scope = MetricMultiPolygonField(_("scope"), null=True, blank=True)

    class Meta:
        verbose_name = _("zoning plan")
        verbose_name_plural = _("zoning plans")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "reference"], name="plan_reference_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked
class PlanVersion(models.Model):
    """One dated state of a plan, in force on each day of a half-open range of dates."""

    Status = VersionStatus

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="versions")
    label = models.CharField(_("version"), max_length=60)
    status = models.CharField(
        _("status"), max_length=16, choices=VersionStatus.choices, default=VersionStatus.DRAFT
    )
    validity = DateRangeField(_("in force"), null=True, blank=True)

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan version")
        verbose_name_plural = _("plan versions")
        constraints = [
            models.UniqueConstraint(fields=["plan", "label"], name="version_label_is_unique"),
            models.CheckConstraint(
                condition=~Q(status__in=VersionStatus.legal()) | Q(validity__isnull=False),
                name="version_with_legal_force_has_dates",
            ),
            ExclusionConstraint(
                name="versions_of_a_plan_never_overlap",
                expressions=[("plan", RangeOperators.EQUAL), ("validity", RangeOperators.OVERLAPS)],
                condition=Q(status__in=VersionStatus.legal()),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="version_status_moves_by_the_table",
                field="status",
                transitions=VERSION_TRANSITIONS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} · {self.label}"


def stays_once_in_force() -> pgtrigger.Trigger:
    """A part of a plan version that neither changes nor goes once the version has legal force.

    Looked at when the transaction ends: a version that goes as a whole takes its parts with it.
    """
    legal = ", ".join(f"'{status}'" for status in VersionStatus.legal())
    return pgtrigger.Trigger(
        name="stays_once_in_force",
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF TG_OP = 'UPDATE' THEN
                IF OLD IS NOT DISTINCT FROM NEW THEN RETURN NULL; END IF;
            END IF;
            IF EXISTS (
                SELECT 1 FROM zoning_planversion
                WHERE id = OLD.version_id AND status IN ({legal})
            ) THEN
                RAISE EXCEPTION 'pgtrigger: what has legal force never changes (table %)',
                    TG_TABLE_NAME;
            END IF;
            RETURN NULL;
        """,  # noqa: S608 - the states are our own
    )


class Rulebook(models.Model):
    """The regulation of one plan version, as data; immutable once the version has legal force."""

    version = models.OneToOneField(PlanVersion, on_delete=models.CASCADE, related_name="rulebook")
    slug = models.CharField(_("rulebook"), max_length=80)
    source_text = models.TextField(_("YAML"))
    digest = models.CharField(_("SHA-256"), max_length=64, editable=False)

    class Meta:
        verbose_name = _("rulebook")
        verbose_name_plural = _("rulebooks")
        triggers = [stays_once_in_force()]

    def __str__(self) -> str:
        return self.slug

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.digest = hashlib.sha256(self.source_text.encode()).hexdigest()
        super().save(*args, **kwargs)


class District(models.Model):
    """A zoning district: a code, its names, how it is drawn."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="districts")
    code = models.CharField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=200)
    description = models.CharField(_("description"), max_length=500, blank=True)
    colour = models.CharField(_("colour"), max_length=7, default="#cccccc")
    category = models.CharField(_("category"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("zoning district")
        verbose_name_plural = _("zoning districts")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="district_code_is_unique"),
            models.CheckConstraint(
                condition=Q(colour__regex=r"^#[0-9a-f]{6}$"), name="district_colour_is_hex"
            ),
        ]

    def __str__(self) -> str:
        return self.code


@tracked
class Zone(models.Model):
    """A polygon of one plan version in one district."""

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="zones")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="zones")
    geometry = MetricMultiPolygonField(_("area"))
    label = models.CharField(_("label"), max_length=100, blank=True)
    source_id = models.CharField(_("key in the source"), max_length=100, blank=True)

    objects = ZoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        constraints = [
            models.CheckConstraint(
                condition=Q(geometry__isvalid=True), name="zone_geometry_is_valid"
            ),
        ]
        triggers = [stays_once_in_force()]

    def __str__(self) -> str:
        return f"{self.district} · {self.pk}"


class Overlay(Imported):
    """A restriction that lies over the zones: heritage, flood, airport height, road widening…"""

    class Kind(models.TextChoices):
        HERITAGE = "heritage", _("heritage")
        FLOOD = "flood", _("flood")
        AIRPORT = "airport", _("airport height")
        WIDENING = "widening", _("road widening")
        EASEMENT = "easement", _("easement")
        COAST = "coast", _("coast")
        OPEN_SPACE = "open_space", _("open space")
        SPECIAL = "special", _("special provisions")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    code = models.CharField(_("code"), max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=200)
    geometry = MetricGeometryField(_("extent"))
    distance_m = models.DecimalField(
        _("distance (m)"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    validity = DateRangeField(_("in force"), null=True, blank=True)
    attributes = models.JSONField(_("further attributes"), default=dict, blank=True)

    objects = OverlayQuerySet.as_manager()

    class Meta:
        verbose_name = _("overlay")
        verbose_name_plural = _("overlays")
        constraints = [one_row_per_source_key("overlay_source_key_is_unique")]

    def __str__(self) -> str:
        return self.name
