"""The application to look at first: a corner plot, wrong in three things and right in the rest."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

from shapely.geometry import MultiPolygon

from .geometry import is_convex, tidy_coordinates, to_millimetre, unit
from .registry import Application, Registry
from .sites import Site, envelope, setbacks_m, storeys_allowed
from .standards import parking_required
from .titles import title_of
from .zones import IN_FORCE

if TYPE_CHECKING:
    from .parcels import Parcel

SHOWCASE_NUMBER = "2026/BP/000123"


def showcase_parcel(registry: Registry) -> Parcel:
    """A four-cornered corner lot in the medium-density district, on a street of 12 to 20 m."""
    best: tuple[float, Parcel] | None = None
    for parcel in registry.parcels:
        if parcel.lot.kind != "corner" or len(parcel.lot.sides) != 2:
            continue
        site = registry.site(parcel)
        if site is None or not is_convex(site.polygon) or len(site.edges) not in {4, 5}:
            continue
        score = 0.0 if parcel.district == "RM" else 50.0 if parcel.district == "RH" else 90.0
        widths = sorted(registry.streets[s.street].planned_width_m for s in parcel.lot.sides)
        score += 0.0 if widths[0] < widths[1] else 10.0
        score += 0.0 if 12 <= widths[1] <= 20 else 20.0
        score += 5.0 * (len(site.edges) - 4)
        score += 30.0 if math.isfinite(site.height_cap_m) else 0.0
        score += 30.0 if any(edge.widening_m for edge in site.edges) else 0.0
        score += abs(site.area_m2 - 520) / 20 + abs(_squareness(site)) * 40
        score += abs(parcel.registered_area_m2 - parcel.lot.polygon.area)
        if best is None or score < best[0]:
            best = (score, parcel)
    if best is None:
        raise ValueError("the town has no corner parcel for its showcase application")
    return best[1]


def _squareness(site: Site) -> float:
    """How far the lot is from a rectangle (0 = its smallest rectangle is the lot)."""
    box = site.polygon.minimum_rotated_rectangle.area
    return float(1 - site.polygon.area / box)


def showcase(registry: Registry, parcel: Parcel, filed: date) -> Application:
    """Four storeys of 3.75 m on a corner: 0.8 m from the neighbour, one metre too high, two stalls
    short; coverage, floor-area ratio, storeys, use and the other setbacks keep to the rules.
    """
    site = registry.site(parcel)
    if site is None:
        raise ValueError("the showcase parcel has no street")
    district = registry.district(parcel, filed)
    storeys = storeys_allowed(site, district)
    asked = setbacks_m(site, district, storeys=storeys)
    kept = [setback + 0.4 for setback in asked]
    along = (math.cos(site.front_angle_rad), math.sin(site.front_angle_rad))
    sides = []
    for index, edge in enumerate(site.edges):
        dx, dy = unit(edge.end[0] - edge.start[0], edge.end[1] - edge.start[1])
        if edge.role in {"side", "rear", "either"}:
            sides.append((abs(dx * along[0] + dy * along[1]), index))
    kept[min(sides)[1]] = 0.8
    room = envelope(site, kept)
    most = 0.93 * min(district.coverage_pct / 100, district.floor_area_ratio / storeys)
    while room.area > most * site.area_m2:  # deepen the rear yard, then the front one
        rear = max(sides)[1]
        kept[rear] += 0.25
        if kept[rear] > 9.0:
            front = next(i for i, edge in enumerate(site.edges) if edge.role == "front")
            kept[front] += 0.25
        room = envelope(site, kept)
    footprint = tidy_coordinates(to_millimetre(MultiPolygon([room])))
    height = round(site.height_limit_m(district) + 1.2, 2)
    homes = 2 * storeys
    floors = {"residential": round(footprint.area * storeys, 1)}
    return Application(
        number=SHOWCASE_NUMBER,
        kind="new_building",
        status="under_review",
        filed=filed,
        version=IN_FORCE,
        parcels=(parcel.reference,),
        title=title_of("new_building", district.code, storeys),
        footprint=footprint,
        storeys=storeys,
        height_m=height,
        floor_areas_m2=floors,
        dwelling_units=homes,
        parking_stalls=max(0, parking_required(district.code, homes, floors) - 2),
        breaks=("setback_side", "height", "parking"),
        roof_annex_m2=24.0,
    )
