"""What the plan says of one parcel on one date: shares of zones, and overlays in three words.

Lengths are metres, areas square metres, all in the deployment's metric CRS. Areas of parts are
scaled by registered ÷ geometric area, so that they add up to the area in the deed; percentages
come from the unrounded geometric areas.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.gis.db.models.functions import Area, Intersection, Length
from django.utils.translation import gettext_lazy as _

from parcels.models import Parcel
from zoning.models import Overlay, PlanVersion, Zone

SLIVER_M2 = 0.5
"""Shared areas below this are drawing noise along a boundary and are dropped."""

CONCERNED, NOT_CONCERNED, NO_DATA = "concerned", "not_concerned", "no_data"
WORDS = {
    CONCERNED: _("concerned"),
    NOT_CONCERNED: _("not concerned"),
    NO_DATA: _("no data"),
}


@dataclass(frozen=True)
class ZoneShare:
    """The part of a parcel that lies in one zone."""

    zone: Zone
    area_m2: float
    percent: float


@dataclass(frozen=True)
class Touch:
    """One overlay on the parcel: its share as area, or as length where it is a line."""

    overlay: Overlay
    area_m2: float | None
    percent: float | None
    length_m: float | None


@dataclass(frozen=True)
class Theme:
    """One kind of overlay, and whether it concerns the parcel."""

    kind: str
    label: str
    word: str
    touches: tuple[Touch, ...]

    @property
    def word_label(self) -> str:
        return str(WORDS[self.word])


def zones_of(parcel: Parcel, *, on: date) -> list[ZoneShare]:
    """The zones in force on the day that cover part of the parcel, the largest share first.

    Touching without area is no share; slivers below SLIVER_M2 are dropped.
    """
    whole_m2 = parcel.geometry.area
    scale = _scale(parcel, whole_m2)
    zones = (
        Zone.objects.in_force(on=on)
        .filter(version__plan__municipality=parcel.municipality_id)
        .filter(geometry__intersects=parcel.geometry)
        .select_related("district", "version__plan")
        .annotate(shared=Area(Intersection("geometry", parcel.geometry)))
        .order_by("-shared")
    )
    return [
        ZoneShare(zone, zone.shared.sq_m * scale, 100 * zone.shared.sq_m / whole_m2)
        for zone in zones
        if zone.shared is not None and zone.shared.sq_m >= SLIVER_M2
    ]


def overlays_of(parcel: Parcel, *, on: date) -> list[Theme]:
    """Every kind of overlay with its word; a kind nothing was loaded for has no data."""
    known = set(
        Overlay.objects.filter(municipality=parcel.municipality_id)
        .order_by()
        .values_list("kind", flat=True)
        .distinct()
    )
    touches = _touches(parcel, on=on)
    themes = []
    for kind, label in Overlay.Kind.choices:
        mine = tuple(touch for touch in touches if touch.overlay.kind == kind)
        word = CONCERNED if mine else NOT_CONCERNED if kind in known else NO_DATA
        themes.append(Theme(kind, str(label), word, mine))
    order = {CONCERNED: 0, NOT_CONCERNED: 1, NO_DATA: 2}
    return sorted(themes, key=lambda theme: order[theme.word])


def versions_for(parcel: Parcel, *, on: date) -> list[PlanVersion]:
    """The plan versions in force in the parcel's municipality on the day."""
    return list(
        PlanVersion.objects.in_force(on=on)
        .filter(plan__municipality=parcel.municipality_id)
        .select_related("plan")
    )


def _scale(parcel: Parcel, whole_m2: float) -> float:
    if not parcel.registered_area_m2 or not whole_m2:
        return 1.0
    return float(parcel.registered_area_m2) / whole_m2


def _touches(parcel: Parcel, *, on: date) -> list[Touch]:
    whole_m2 = parcel.geometry.area
    scale = _scale(parcel, whole_m2)
    shared = Intersection("geometry", parcel.geometry)
    overlays = (
        Overlay.objects.in_force(on=on)
        .filter(municipality=parcel.municipality_id)
        .reaching(parcel.geometry)
        .annotate(shared_area=Area(shared), shared_length=Length(shared))
        .order_by("kind", "code", "pk")
    )
    found = []
    for overlay in overlays:
        area_m2 = overlay.shared_area.sq_m if overlay.shared_area else 0.0
        is_area = overlay.geometry.dims == 2
        within_reach = overlay.distance_m is not None
        if is_area and area_m2 < SLIVER_M2 and not within_reach:
            continue
        length_m = None if is_area or not overlay.shared_length else overlay.shared_length.m
        found.append(
            Touch(
                overlay,
                area_m2 * scale if area_m2 >= SLIVER_M2 else None,
                100 * area_m2 / whole_m2 if area_m2 >= SLIVER_M2 else None,
                length_m,
            )
        )
    return found
