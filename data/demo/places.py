"""Named points that people search for: mosques, schools, parks, the souq, the harbour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapely.geometry import Point

from .layout import Layout
from .names import LANDMARKS, QUARTERS, Name, place_name, quarter_name

if TYPE_CHECKING:
    from .parcels import Parcel

FACILITIES = ("school", "mosque", "clinic")


@dataclass(frozen=True)
class Place:
    category: str
    name: Name
    location: Point


def all_places(layout: Layout, parcels: list[Parcel]) -> list[Place]:
    """Landmarks, then the facilities and parks of each quarter, then the quarters' own names."""
    found = _landmarks(layout, parcels)
    turn: dict[int, int] = {}
    for parcel in parcels:
        if parcel.district not in {"PF", "PO"} or layout.quarters[parcel.quarter].place != "band":
            continue
        place = turn.get(parcel.quarter, 0)
        turn[parcel.quarter] = place + 1
        category = "park" if parcel.district == "PO" else FACILITIES[place % len(FACILITIES)]
        name = place_name(category, quarter_name(parcel.quarter))
        found.append(Place(category, name, _middle(parcel)))
    for quarter in layout.quarters:
        if quarter.place in {"band", "core", "fringe"} and quarter.index < len(QUARTERS):
            inside = quarter.polygon.representative_point()
            location = Point(round(inside.x, 3), round(inside.y, 3))
            found.append(Place("quarter", quarter_name(quarter.index), location))
    return found


def _middle(parcel: Parcel) -> Point:
    inside = parcel.lot.polygon.representative_point()
    return Point(round(inside.x, 3), round(inside.y, 3))


def _landmarks(layout: Layout, parcels: list[Parcel]) -> list[Place]:
    centre = Point(layout.centre)
    shore_side = Point(layout.centre[0] - layout.radius_m, layout.centre[1])
    wanted = (
        ("souq", "market", "SQ", centre),
        ("university", "university", "EH", shore_side),
        ("municipality", "public", "CC", centre),
        ("harbour", "harbour", "PO", shore_side),
        ("bus_station", "transport", "LG", centre),
        ("palm_market", "market", "AG", centre),
    )
    found = []
    for key, category, district, near in wanted:
        candidates = [p for p in parcels if p.district == district]
        if candidates:
            parcel = min(candidates, key=lambda p: round(p.lot.polygon.distance(near), 2))
            found.append(Place(category, LANDMARKS[key], _middle(parcel)))
    campus = [p for p in parcels if p.district == "EH"]
    if len(campus) > 1:
        found.append(Place("hospital", LANDMARKS["hospital"], _middle(campus[-1])))
    at = layout.wadi.intersection(layout.scope).interpolate(0.35, normalized=True)
    location = Point(round(at.x, 3), round(at.y, 3))
    found.append(Place("park", LANDMARKS["wadi_park"], location))
    return found
