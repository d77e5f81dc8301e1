"""Buildings: a massing drawn inside (or, on purpose, outside) what the district allows.

The same drawing serves the existing buildings and the proposals of the applications. Lengths are in
metres, areas in m².
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.polygon import orient

from .geometry import (
    XY,
    Frame,
    clipped_by_half_plane,
    is_convex,
    largest_polygon,
    polygons_of,
    ring_area,
    tidy_coordinates,
    to_millimetre,
    vertices,
)
from .sites import Site, envelope, setbacks_m, storeys_allowed
from .standards import District, parking_required

CLEARANCE_M = 0.05  # buildings that comply keep this much more than the rule asks
DETACHED_BLOCKS = {"EH", "CT", "SD"}  # several buildings on one lot
SQUARE_METRES_PER_DWELLING = 135.0


@dataclass(frozen=True)
class Massing:
    """A building's outline and figures."""

    footprint: MultiPolygon
    storeys: int
    height_m: float
    floor_areas_m2: dict[str, float]
    dwelling_units: int
    parking_stalls: int
    breaks: tuple[str, ...] = ()

    @property
    def footprint_m2(self) -> float:
        return float(self.footprint.area)


@dataclass(frozen=True)
class Building:
    parcel: str  # block/number
    footprint: MultiPolygon
    storeys: int
    height_m: float
    floor_areas_m2: dict[str, float]
    dwelling_units: int
    parking_stalls: int
    year_built: int
    use: str
    breaks: tuple[str, ...] = field(default=())  # the rules it was drawn to break


def design(
    site: Site, district: District, *, breaking: Collection[str], rng: np.random.Generator
) -> Massing | None:
    """Draw a building that keeps every limit except those in `breaking`.

    The limits that can be broken on purpose: front, side, coverage, height, floor_area_ratio.
    None when nothing sensible fits.
    """
    allowed = storeys_allowed(site, district)
    low = max(1, allowed - (2 if allowed > 4 else 1))
    storeys = int(rng.integers(low, allowed + 1))
    if "floor_area_ratio" in breaking:
        storeys = allowed
    setbacks = setbacks_m(site, district, storeys=storeys)
    room = envelope(site, _bent_to(breaking, site, setbacks, rng))
    if room.is_empty or room.area < 0.16 * site.area_m2 * min(1.0, district.coverage_pct / 30):
        return None
    goal = district.coverage_pct / 100 * site.area_m2 * float(rng.uniform(0.8, 0.975))
    if "coverage" in breaking:
        goal = district.coverage_pct / 100 * site.area_m2 * float(rng.uniform(1.12, 1.35))
    elif "floor_area_ratio" in breaking:
        goal = district.coverage_pct / 100 * site.area_m2 * 0.985
    else:
        most = district.floor_area_ratio * site.area_m2 * 0.985
        while storeys > 1 and min(goal, room.area) * storeys > most:
            storeys -= 1
        goal = min(goal, most / storeys)
    footprint = _outline(site, district, room, goal, rng)
    if footprint.is_empty or footprint.area < 12:
        return None
    if "height" in breaking:
        storeys = allowed + int(rng.integers(1, 3))
    return _figures(site, district, footprint, storeys, breaking, rng)


def _bent_to(
    breaking: Collection[str], site: Site, setbacks: list[float], rng: np.random.Generator
) -> list[float]:
    """The setbacks a designer keeps: all of them and a little more, or too little on one kind."""
    kept = [setback + CLEARANCE_M if setback > 0 else 0.0 for setback in setbacks]
    share = float(rng.uniform(0.2, 0.55))
    beside = [i for i, e in enumerate(site.edges) if e.role in {"side", "either"}]
    if "side" in breaking and beside:
        kept[beside[0]] *= share * 0.75
    for index, edge in enumerate(site.edges):
        if "front" in breaking and edge.role == "front":
            kept[index] *= share
        if "coverage" in breaking:
            kept[index] *= 0.55
    return kept


# --- outlines ---------------------------------------------------------------------------------


def _outline(
    site: Site, district: District, room: Polygon, goal_m2: float, rng: np.random.Generator
) -> MultiPolygon:
    """A footprint of about `goal_m2` inside the room left."""
    code = district.code
    if code in {"OC", "SQ"}:
        shape: Polygon | MultiPolygon = room
        if room.area > 70:
            shape = _with_courtyard(room, goal_m2)
        if shape.area > goal_m2:
            shape = _front_part(site, room, goal_m2)
    elif code in DETACHED_BLOCKS and room.area > 1_200:
        shape = _bars(site, room, goal_m2, rng)
    else:
        front = _front_part(site, room, goal_m2)
        notched = code in {"V", "RM", "PF"} and rng.random() < 0.45 and front.area > 90
        shape = _notched(site, front, rng) if notched else front
    parts = polygons_of(to_millimetre(shape), min_area_m2=4.0)
    return tidy_coordinates(MultiPolygon([orient(part) for part in parts]))


def _front_part(site: Site, room: Polygon, goal_m2: float) -> Polygon:
    """The part of the room nearest the street, as deep as the goal allows."""
    if room.area <= goal_m2 or not is_convex(room):
        if room.area <= goal_m2:
            return room
        return _shrunk(room, goal_m2)
    angle = site.front_angle_rad
    inward = (-math.sin(angle), math.cos(angle))
    ring: list[XY] = vertices(room)
    depths = [x * inward[0] + y * inward[1] for x, y in ring]
    low, high = min(depths), max(depths)
    nearest = low
    for _ in range(18):
        middle = (low + high) / 2
        point = (inward[0] * middle, inward[1] * middle)
        if ring_area(clipped_by_half_plane(ring, point, (-inward[0], -inward[1]))) < goal_m2:
            low = middle
        else:
            high = middle
    if low - nearest < 6.0:  # too shallow to live in: shrink evenly instead
        return _shrunk(room, goal_m2)
    point = (inward[0] * low, inward[1] * low)
    return Polygon(clipped_by_half_plane(ring, point, (-inward[0], -inward[1])))


def _shrunk(room: Polygon, goal_m2: float) -> Polygon:
    """The room made smaller around its centroid, without leaving it."""
    scale = math.sqrt(goal_m2 / room.area)
    return largest_polygon(affinity.scale(room, scale, scale, origin="centroid").intersection(room))


def _with_courtyard(room: Polygon, goal_m2: float) -> Polygon:
    """The whole lot around an inner court."""
    court = room.area - goal_m2
    if court <= 6:
        return room
    scale = math.sqrt(court / room.area)
    hole = affinity.scale(room, scale, scale, origin="centroid")
    return largest_polygon(room.difference(hole)) if is_convex(room) else room


def _notched(site: Site, shape: Polygon, rng: np.random.Generator) -> Polygon:
    """Cut a rear corner away, so that villas are not all rectangles."""
    frame = Frame((shape.centroid.x, shape.centroid.y), site.front_angle_rad)
    local = frame.to_local(shape)
    u0, v0, u1, v1 = local.bounds
    wide, deep = (
        (u1 - u0) * float(rng.uniform(0.25, 0.45)),
        (v1 - v0) * float(rng.uniform(0.2, 0.4)),
    )
    if rng.random() < 0.5:
        notch = shapely.box(u0 - 1, v1 - deep, u0 + wide, v1 + 1)
    else:
        notch = shapely.box(u1 - wide, v1 - deep, u1 + 1, v1 + 1)
    return largest_polygon(frame.to_world(local.difference(notch)))


def _bars(site: Site, room: Polygon, goal_m2: float, rng: np.random.Generator) -> MultiPolygon:
    """Parallel wings with courts between them."""
    frame = Frame((room.centroid.x, room.centroid.y), site.front_angle_rad)
    local = frame.to_local(room)
    u0, v0, u1, v1 = local.bounds
    share = min(0.8, goal_m2 / room.area)
    count = max(1, round((v1 - v0) / 44))
    pitch = (v1 - v0) / count
    wing = pitch * share
    boxes = []
    for step in range(count):
        low = v0 + pitch * step + (pitch - wing) / 2
        cut = float(rng.uniform(0.0, 0.18)) * (u1 - u0)
        left, right = (u0 + cut, u1) if step % 2 else (u0, u1 - cut)
        boxes.append(shapely.box(left, low, right, low + wing))
    clipped = shapely.union_all(boxes).intersection(local)
    return frame.to_world(MultiPolygon(polygons_of(clipped, min_area_m2=20.0)))


# --- figures ----------------------------------------------------------------------------------


def _figures(
    site: Site,
    district: District,
    footprint: MultiPolygon,
    storeys: int,
    breaking: Collection[str],
    rng: np.random.Generator,
) -> Massing:
    height = round(storeys * district.storey_m + float(rng.uniform(0.0, 0.05)), 2)
    if "height" not in breaking:
        height = min(height, site.height_limit_m(district))
    total = footprint.area * storeys
    floors = _floors_by_use(district, footprint.area, total, storeys)
    homes = floors.get("residential", 0.0)
    per_home = 320.0 if district.code == "V" else SQUARE_METRES_PER_DWELLING
    dwellings = max(1, int(homes / per_home)) if homes else 0
    stalls = parking_required(district.code, dwellings, floors) + int(rng.integers(0, 3))
    massing = Massing(footprint, storeys, height, floors, dwellings, stalls)
    if not breaking:
        return massing
    broken = rules_broken(massing, site, district)
    return Massing(footprint, storeys, height, floors, dwellings, stalls, broken)


def _floors_by_use(
    district: District, footprint_m2: float, total_m2: float, storeys: int
) -> dict[str, float]:
    """Floor area by use: shops below, offices or homes above, where the district mixes."""
    first, *others = district.uses
    if district.code in {"MX", "CC", "SQ"} and storeys > 1 and others:
        floors = {first: round(footprint_m2, 1)}
        rest = others if storeys > 3 else others[-1:]
        for use in rest:
            floors[use] = round((total_m2 - footprint_m2) / len(rest), 1)
        return floors
    return {first: round(total_m2, 1)}


def rules_broken(massing: Massing, site: Site, district: District) -> tuple[str, ...]:
    """The district's limits that a building breaks beyond doubt, measured."""
    broken = []
    setbacks = setbacks_m(site, district, storeys=massing.storeys, lenient=True)
    lines = shapely.linestrings([(edge.start, edge.end) for edge in site.edges])
    away = shapely.distance(lines, massing.footprint)
    for edge, asked, kept in zip(site.edges, setbacks, away, strict=True):
        name = "setback_side" if edge.role == "either" else f"setback_{edge.role}"
        if kept < asked - 0.01 and name not in broken:
            broken.append(name)
    if massing.footprint_m2 > district.coverage_pct / 100 * site.area_m2:
        broken.append("coverage")
    if sum(massing.floor_areas_m2.values()) > district.floor_area_ratio * site.area_m2:
        broken.append("floor_area_ratio")
    if massing.height_m > site.height_limit_m(district):
        broken.append("height")
    if massing.storeys > district.storeys:
        broken.append("storeys")
    return tuple(broken)


def existing_building(
    site: Site, district: District, *, parcel: str, rng: np.random.Generator
) -> Building | None:
    """The building that stands on a lot, if one does; about one in ten breaks a rule."""
    if rng.random() > district.built_share:
        return None
    breaking: list[str] = []
    if rng.random() < 0.13:
        breaking = [str(rng.choice(("side", "front", "coverage", "height", "floor_area_ratio")))]
    massing = design(site, district, breaking=breaking, rng=rng)
    if massing is None:
        return None
    start, end = {"OC": (1890, 1960), "SQ": (1880, 1950)}.get(district.code, (1975, 2023))
    return Building(
        parcel=parcel,
        footprint=massing.footprint,
        storeys=massing.storeys,
        height_m=massing.height_m,
        floor_areas_m2=massing.floor_areas_m2,
        dwelling_units=massing.dwelling_units,
        parking_stalls=massing.parking_stalls,
        year_built=int(rng.integers(start, end)),
        use=next(iter(massing.floor_areas_m2)),
        breaks=massing.breaks,
    )
