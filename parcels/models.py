"""The land itself: parcels and their edges, streets, buildings, places. Knows nothing of plans.

Every geometry is in the deployment's metric CRS; lengths are metres, areas square metres.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import OpClass
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gisapp.fields import MetricLineStringField, MetricMultiPolygonField, MetricPointField
from gisapp.folding import FoldedNames, NumberKey, words_of
from gisapp.history import tracked
from gisapp.models import Municipality
from parcels.importer.report import Line
from parcels.importer.report_text import as_row
from parcels.names import AddressLine as AddressLine
from parcels.names import HouseNumber as HouseNumber
from parcels.names import StreetName as StreetName
from parcels.querysets import ParcelQuerySet, StreetSegmentQuerySet
from parcels.raster_models import Raster as Raster

REPORT_LINES_SHOWN = 200


class Imported(models.Model):
    """A row that may come from a file: which source, and which key there (empty if made here)."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(_("source"), max_length=100, blank=True)
    source_id = models.CharField(_("key in the source"), max_length=100, blank=True)

    class Meta:
        abstract = True


def one_row_per_source_key(name: str) -> models.UniqueConstraint:
    """An import run twice updates the same rows instead of doubling them."""
    return models.UniqueConstraint(
        fields=["municipality", "source", "source_id"],
        condition=~Q(source_id=""),
        name=name,
    )


@tracked
class Parcel(Imported):
    """A cadastral parcel, known by block and number."""

    block = models.CharField(_("block"), max_length=40)
    number = models.CharField(_("number"), max_length=40)
    reference = models.GeneratedField(
        expression=Concat(F("block"), Value("/"), F("number")),
        output_field=models.CharField(max_length=81),
        db_persist=True,
        verbose_name=_("parcel number"),
    )
    registered_area_m2 = models.DecimalField(
        _("registered area (m²)"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    surveyed_area_m2 = models.DecimalField(
        _("surveyed area (m²)"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    geometry = MetricMultiPolygonField(_("boundary"))
    address = models.CharField(_("address"), max_length=300, blank=True)
    land_use = models.CharField(_("present land use"), max_length=200, blank=True)
    attributes = models.JSONField(_("further attributes"), default=dict, blank=True)

    objects = ParcelQuerySet.as_manager()

    class Meta:
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "block", "number"], name="parcel_reference_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(registered_area_m2__gt=0) | Q(registered_area_m2=None),
                name="parcel_registered_area_is_positive",
            ),
            models.CheckConstraint(
                condition=Q(surveyed_area_m2__gt=0) | Q(surveyed_area_m2=None),
                name="parcel_surveyed_area_is_positive",
            ),
            models.CheckConstraint(
                condition=Q(geometry__isvalid=True), name="parcel_boundary_is_valid"
            ),
            one_row_per_source_key("parcel_source_key_is_unique"),
        ]
        indexes = [
            models.Index(fields=["reference"], name="parcel_reference"),
            models.Index(
                OpClass(NumberKey("reference"), name="text_pattern_ops"), name="parcel_number_key"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def local_address(self) -> str:
        """The address in the active language where several are known, else as registered."""
        by_language = self.attributes.get("addresses", {})
        return str(by_language.get(get_language()) or self.address)

    def get_absolute_url(self) -> str:
        return reverse("parcel", args=[self.block, self.number])


class StreetSegment(Imported):
    """A stretch of street with one width."""

    class WidthSource(models.TextChoices):
        PLAN = "plan", _("street plan")
        SURVEY = "survey", _("survey")
        ESTIMATE = "estimate", _("estimate from the parcel fabric")
        UNKNOWN = "unknown", _("not known")

    name = models.CharField(_("street"), max_length=200, blank=True)
    street_class = models.CharField(_("class"), max_length=40, blank=True)
    centre_line = MetricLineStringField(_("centre line"))
    planned_width_m = models.DecimalField(
        _("planned width (m)"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    existing_width_m = models.DecimalField(
        _("existing width (m)"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    width_source = models.CharField(
        _("source of the width"),
        max_length=10,
        choices=WidthSource.choices,
        default=WidthSource.UNKNOWN,
    )
    attributes = models.JSONField(_("further attributes"), default=dict, blank=True)

    objects = StreetSegmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("street segment")
        verbose_name_plural = _("street segments")
        constraints = [
            models.CheckConstraint(
                condition=(Q(planned_width_m__gt=0) | Q(planned_width_m=None))
                & (Q(existing_width_m__gt=0) | Q(existing_width_m=None)),
                name="street_widths_are_positive",
            ),
            one_row_per_source_key("street_source_key_is_unique"),
        ]
        indexes = [models.Index(FoldedNames(), name="street_names")]

    def __str__(self) -> str:
        return self.name or str(self.pk)


@tracked
class ParcelEdge(models.Model):
    """One side of a parcel between two corners, and what it faces."""

    class Source(models.TextChoices):
        STREET = "street", _("nearest street")
        STREET_GAP = "street_gap", _("nearest street, its width measured across the gap")
        FABRIC_GAP = "fabric_gap", _("gap in the parcel fabric")
        ADJACENCY = "adjacency", _("adjoining parcels")
        LAND_COVER = "land_cover", _("open space or water beside it")
        IMPORT = "import", _("imported")
        PLANNER = "planner", _("planner's correction")

    class Kind(models.TextChoices):
        FRONT = "front", _("front")
        SECONDARY_STREET = "secondary_street", _("secondary street")
        INTERIOR_SIDE = "interior_side", _("interior side")
        REAR = "rear", _("rear")
        OPEN_SPACE = "open_space", _("open space")
        WATERCOURSE = "watercourse", _("watercourse")
        PARTY_WALL = "party_wall", _("party wall")
        UNKNOWN = "unknown", _("unknown")

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="edges")
    position = models.PositiveSmallIntegerField(_("position along the boundary"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    geometry = MetricLineStringField(_("line"))
    street = models.ForeignKey(
        StreetSegment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    street_width_m = models.DecimalField(
        _("street width (m)"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    confidence = models.FloatField(_("confidence"))
    source = models.CharField(_("source"), max_length=12, choices=Source.choices)
    locked = models.BooleanField(_("corrected and locked"), default=False)

    class Meta:
        verbose_name = _("parcel edge")
        verbose_name_plural = _("parcel edges")
        ordering = ["parcel", "position"]
        constraints = [
            models.UniqueConstraint(fields=["parcel", "position"], name="edge_position_is_unique"),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1), name="edge_confidence_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parcel} · {self.position} · {self.kind}"

    @property
    def stamp(self) -> str:
        """Differs as soon as the stored edge does: it says which state of it somebody has seen."""
        width = "" if self.street_width_m is None else f"{self.street_width_m:.2f}"
        said = f"{self.pk} {self.kind} {self.street_id} {width} {self.source} {self.locked}"
        return hashlib.sha256(said.encode()).hexdigest()[:16]


class Building(Imported):
    """An existing building; without a footprint when only the roll knows of it."""

    parcel = models.ForeignKey(
        Parcel, on_delete=models.SET_NULL, null=True, blank=True, related_name="buildings"
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    footprint = MetricMultiPolygonField(_("footprint"), null=True, blank=True)
    storeys = models.DecimalField(
        _("storeys"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    height_m = models.DecimalField(
        _("height (m)"), max_digits=8, decimal_places=3, null=True, blank=True
    )
    floor_areas_m2 = models.JSONField(_("floor area by use (m²)"), default=dict, blank=True)
    dwelling_units = models.PositiveIntegerField(_("dwellings"), null=True, blank=True)
    parking_stalls = models.PositiveIntegerField(_("parking stalls"), null=True, blank=True)
    year_built = models.PositiveSmallIntegerField(_("year built"), null=True, blank=True)
    use = models.CharField(_("use"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        constraints = [
            models.CheckConstraint(
                condition=(Q(storeys__gte=0) | Q(storeys=None))
                & (Q(height_m__gte=0) | Q(height_m=None)),
                name="building_measures_are_not_negative",
            ),
            one_row_per_source_key("building_source_key_is_unique"),
        ]

    def __str__(self) -> str:
        return self.name or f"{_('building')} {self.pk}"


class Place(Imported):
    """A named point people search for: a mosque, a school, a square."""

    name = models.CharField(_("name"), max_length=200)
    category = models.CharField(_("category"), max_length=60, blank=True)
    location = MetricPointField(_("location"))

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [one_row_per_source_key("place_source_key_is_unique")]
        indexes = [words_of(FoldedNames(), name="place_words")]

    def __str__(self) -> str:
        return self.name


class ImportRun(models.Model):
    """One layer brought in from one file: counts, and a line per feature that needed attention."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="import_runs"
    )
    profile = models.CharField(_("profile"), max_length=60)
    layer = models.CharField(_("layer"), max_length=100)
    file = models.CharField(_("file"), max_length=200)
    attribution = models.JSONField(_("attribution"), default=dict, blank=True)
    counts = models.JSONField(_("counts"), default=dict)
    report = models.JSONField(_("report"), default=list)
    finished_at = models.DateTimeField(_("finished"), auto_now_add=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-finished_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.profile} · {self.layer}"

    def first_lines(self) -> list[dict[str, Any]]:
        """The report's first lines for a page: where, why and what was done, in words."""
        return [as_row(Line.from_json(line)) for line in self.report[:REPORT_LINES_SHOWN]]
