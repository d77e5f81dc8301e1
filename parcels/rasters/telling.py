"""What is known of rasters and of the ground, for pages, the API and the command alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gisapp.crs import WGS84_SRID, metric_srid, transformer
from gisapp.figures import rounded
from gisapp.geometry import to_shapely
from parcels.models import Parcel, Raster
from parcels.rasters.reading import Found, Measure, Unknown, open_ground

NAMES = {
    Measure.ELEVATION: gettext_lazy("Elevation"),
    Measure.SLOPE: gettext_lazy("Slope"),
    Measure.FLOOD_DEPTH: gettext_lazy("Flood depth"),
}
KEYS = {
    Measure.ELEVATION: "elevation_m",
    Measure.SLOPE: "slope_deg",
    Measure.FLOOD_DEPTH: "flood_depth_m",
}
# Decimals and unit: what a terrain model of some metres can tell.
FORMS = {Measure.ELEVATION: "1 m", Measure.SLOPE: "1 deg", Measure.FLOOD_DEPTH: "2 m"}
REASONS = {
    Unknown.NO_RASTER: gettext_lazy("no such raster has been imported"),
    Unknown.OUTSIDE: gettext_lazy("outside the raster"),
    Unknown.NO_DATA: gettext_lazy("the raster has no value here"),
    Unknown.UNREADABLE: gettext_lazy("the raster's file can not be read"),
}


@dataclass(frozen=True)
class Row:
    """One measure of a parcel's ground, ready to be shown."""

    measure: Measure
    found: Found

    @property
    def name(self) -> str:
        return str(NAMES[self.measure])

    @property
    def form(self) -> str:
        return FORMS[self.measure]

    @property
    def reason(self) -> str:
        """Why nothing is known, in words; empty where something is."""
        return str(REASONS[self.found.unknown]) if self.found.unknown else ""

    @property
    def note(self) -> str:
        """What must be said beside the values; empty where they speak for themselves."""
        if self.found.unknown:
            return ""
        if self.found.is_interpolated:
            return _("smaller than a cell of the raster: interpolated at one point")
        if not self.found.is_whole:
            return _("known of %(share)s %% of the parcel") % {
                "share": rounded(100 * self.found.covered, 0)
            }
        return ""


def ground_of(parcel: Parcel) -> dict[Measure, Found]:
    """What the municipality's rasters say of a parcel."""
    with open_ground(parcel.municipality_id) as ground:
        return ground.over(to_shapely(parcel.geometry))


def ground_rows(parcel: Parcel) -> list[Row]:
    """The measures of a parcel for which there is a raster; nothing where there is none."""
    return [
        Row(measure, found)
        for measure, found in ground_of(parcel).items()
        if found.unknown is not Unknown.NO_RASTER
    ]


def as_json(measure: Measure, found: Found) -> dict[str, Any]:
    """One measure as plain values; numbers in the unit of its key."""
    row = Row(measure, found)
    method = None if found.unknown else "interpolated" if found.is_interpolated else "cells"
    return {
        "minimum": _number(found.least),
        "mean": _number(found.mean),
        "maximum": _number(found.greatest),
        "covered_percent": round(100 * found.covered, 1),
        "cells": found.cells,
        "method": method,
        "reason": found.unknown,
        "reason_text": row.reason,
        "note": row.note,
    }


def terrain_json(parcel: Parcel) -> dict[str, Any]:
    """What the rasters say of a parcel, as plain values."""
    found = ground_of(parcel)
    return {
        "parcel": parcel.reference,
        "municipality": parcel.municipality.slug,
        **{key: as_json(measure, found[measure]) for measure, key in KEYS.items()},
    }


def _number(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def bounds_wgs84(raster: Raster) -> tuple[float, float, float, float]:
    """West, south, east, north of a raster in degrees."""
    west, south, east, north = transformer(metric_srid(), WGS84_SRID).transform_bounds(
        *raster.extent.extent
    )
    return west, south, east, north


def raster_facts(raster: Raster) -> dict[str, Any]:
    """What is known of one raster, as plain values, in the active language."""
    return {
        "kind": raster.kind,
        "municipality": raster.municipality.slug,
        "title": raster.title,
        "attribution": raster.attribution,
        "licence": raster.licence,
        "resolution_m": round(raster.resolution_m, 3),
        "crs": raster.crs_name,
        "bounds": [round(value, 6) for value in bounds_wgs84(raster)],
        "minimum_m": _number(raster.minimum),
        "maximum_m": _number(raster.maximum),
        "imported_at": raster.imported_at,
        "sha256": raster.checksum,
    }
