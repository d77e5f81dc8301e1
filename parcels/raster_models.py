"""The city's rasters: terrain, orthophoto, flood depth; one of each kind to a municipality."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gisapp.fields import MetricMultiPolygonField
from gisapp.models import Municipality


def rasters_folder() -> Path:
    """Where this city's rasters lie."""
    return Path(settings.VAR_DIR) / "rasters" / settings.CITY.key


class Raster(models.Model):
    """An imported raster: a cloud-optimised GeoTIFF of our own making, and what is known of it.

    Terrain and flood depth hold 32-bit metres, and NaN where nothing is known; an orthophoto holds
    red, green, blue and opacity. The file is never changed: an import makes a new one.
    """

    class Kind(models.TextChoices):
        TERRAIN = "terrain", _("terrain")
        ORTHOPHOTO = "orthophoto", _("orthophoto")
        FLOOD_DEPTH = "flood_depth", _("flood depth")

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="rasters")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    attribution = models.CharField(_("attribution"), max_length=300, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    source_file = models.CharField(_("imported file"), max_length=200)
    source_nodata = models.CharField(
        _("values that meant “no data” in the imported file"), max_length=100, blank=True
    )
    crs = models.TextField(_("coordinate reference system"))
    crs_name = models.CharField(_("name of the coordinate reference system"), max_length=200)
    width = models.PositiveIntegerField(_("columns"))
    height = models.PositiveIntegerField(_("rows"))
    resolution_m = models.FloatField(_("side of a cell on the ground (m)"))
    extent = MetricMultiPolygonField(_("extent"))
    minimum = models.FloatField(_("least value (m)"), null=True)
    maximum = models.FloatField(_("greatest value (m)"), null=True)
    file = models.CharField(_("file"), max_length=200, unique=True)
    size_bytes = models.PositiveBigIntegerField(_("size (bytes)"))
    checksum = models.CharField(_("SHA-256 of the file"), max_length=64)
    imported_at = models.DateTimeField(_("imported"))

    class Meta:
        verbose_name = _("raster")
        verbose_name_plural = _("rasters")
        ordering = ["municipality", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "kind"], name="raster_kind_is_unique_in_municipality"
            ),
            models.CheckConstraint(
                condition=Q(kind="orthophoto", minimum=None, maximum=None)
                | Q(minimum__isnull=False, maximum__isnull=False),
                name="raster_range_is_known_of_measurements",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality.slug} · {self.get_kind_display()}"

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return rasters_folder() / self.file
