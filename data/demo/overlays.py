"""What lies over the zones: heritage, flood, airport heights, widening, coast, open land…"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from .blocks import Block, Face
from .geometry import band, disc, lines_of, polygons_of, tidy_coordinates, to_millimetre
from .layout import Layout
from .names import Name
from .streets import Street

# (inner and outer distance over the town's radius, height cap in m) of the approach surface
APPROACH_STEPS = ((0.84, 1.10, 15.0), (0.64, 0.84, 24.0), (0.42, 0.64, 36.0))
AIRPORT_BEARING_DEG = -7.0


@dataclass(frozen=True)
class Overlay:
    kind: str  # heritage, flood, airport, widening, coast, open_space, easement
    code: str
    name: Name
    geometry: BaseGeometry
    distance_m: float | None = None
    attributes: dict[str, Any] = field(default_factory=dict)


def all_overlays(
    *,
    layout: Layout,
    faces: list[Face],
    blocks: list[Block],
    streets: list[Street],
    chosen: dict[int, str],
    rng: np.random.Generator,
) -> list[Overlay]:
    """Every overlay of the town, in a fixed order."""
    found = [
        *_heritage(faces, chosen),
        _flood(layout, rng),
        *_airport(layout),
        *_widenings(blocks, streets),
        _coast(layout),
        _countryside(layout),
        *_power_line(layout),
    ]
    return [overlay for overlay in found if not overlay.geometry.is_empty]


def _settled(geometry: BaseGeometry) -> BaseGeometry:
    return tidy_coordinates(to_millimetre(geometry))


def _heritage(faces: list[Face], chosen: dict[int, str]) -> list[Overlay]:
    souq = [f.polygon for f in faces if chosen[f.index] == "SQ" and f.quarter.place == "core"]
    town = [f.polygon for f in faces if f.quarter.place == "core"]
    ring = shapely.coverage_union_all(town).difference(shapely.coverage_union_all(souq))
    return [
        Overlay(
            "heritage",
            "heritage-souq",
            Name("حرم السوق القديم", "Old Souq conservation area", "Périmètre du vieux souk"),
            _settled(shapely.coverage_union_all(souq)),
            attributes={"height_limit_m": 7.5, "listed_since": 1998},
        ),
        Overlay(
            "heritage",
            "heritage-town",
            Name("نطاق المدينة المسوّرة", "Walled town setting", "Abords de la ville close"),
            _settled(ring),
            attributes={"height_limit_m": 10.0, "listed_since": 2009},
        ),
    ]


def _flood(layout: Layout, rng: np.random.Generator) -> Overlay:
    """The hundred-year flood of the wadi: wider where the valley opens."""
    half = layout.corridor.area / max(layout.wadi.length, 1.0) / 2
    count = max(24, round(layout.wadi.length / 40))
    phases = rng.uniform(0, 2 * math.pi, size=3)
    discs = []
    for step in range(count + 1):
        t = step / count
        swell = sum(
            math.sin(2 * math.pi * k * t + p) / k for k, p in zip((2, 5, 9), phases, strict=True)
        )
        at = layout.wadi.interpolate(t, normalized=True)
        discs.append(disc((at.x, at.y), half * (1.75 + 0.4 * swell)))
    hulls = [a.union(b).convex_hull for a, b in itertools.pairwise(discs)]
    area = shapely.union_all(hulls).intersection(layout.scope)
    return Overlay(
        "flood",
        "flood-100",
        Name("نطاق فيضان الوادي", "Wadi flood area", "Zone inondable de l'oued"),
        _settled(area),
        attributes={"return_period_years": 100},
    )


def _airport(layout: Layout) -> list[Overlay]:
    """Steps of the approach surface of the airport east of the town."""
    bearing = math.radians(AIRPORT_BEARING_DEG)
    along, left = (math.cos(bearing), math.sin(bearing)), (-math.sin(bearing), math.cos(bearing))
    radius, (x0, y0) = layout.radius_m, layout.centre
    overlays = []
    for inner, outer, cap_m in APPROACH_STEPS:
        corners = []
        for share, side in ((inner, -1), (outer, -1), (outer, 1), (inner, 1)):
            half = radius * (0.08 + 0.16 * (1.1 - share))
            away = share * radius
            corners.append(
                (
                    x0 + along[0] * away + left[0] * half * side,
                    y0 + along[1] * away + left[1] * half * side,
                )
            )
        area = Polygon(corners).intersection(layout.scope)
        cap = int(cap_m)
        overlays.append(
            Overlay(
                "airport",
                f"airport-{cap}",
                Name(
                    f"سطح اقتراب المطار: {cap} م",
                    f"Airport approach surface, {cap} m",
                    f"Surface d'approche de l'aéroport, {cap} m",
                ),
                _settled(area),
                attributes={"height_limit_m": cap_m, "surface": "approach"},
            )
        )
    return overlays


def _widenings(blocks: list[Block], streets: list[Street]) -> list[Overlay]:
    """Strips that the plan takes from parcels where their street stays narrower than planned."""
    tree = shapely.STRtree([block.polygon for block in blocks])
    overlays = []
    for street in streets:
        if street.planned_width_m <= street.gap_width_m:
            continue
        planned = band(street.line, street.planned_width_m)
        near = [blocks[int(i)].polygon for i in tree.query(planned, predicate="intersects")]
        land = shapely.intersection(shapely.union_all(near), planned)
        parts = polygons_of(_settled(land), min_area_m2=1.0)
        if not parts:
            continue
        gap, planned_m = street.gap_width_m, street.planned_width_m
        overlays.append(
            Overlay(
                "widening",
                f"widening-{street.number}",
                Name(
                    f"توسعة {street.name.ar} إلى {planned_m:g} م",
                    f"Widening of {street.name.en} to {planned_m:g} m",
                    f"Élargissement à {planned_m:g} m : {street.name.fr}",
                ),
                shapely.multipolygons(parts) if len(parts) > 1 else parts[0],
                attributes={"planned_width_m": planned_m, "existing_width_m": gap},
            )
        )
    return overlays


def _coast(layout: Layout) -> Overlay:
    """The shore line itself; the restriction reaches 25 m inland."""
    line = layout.shore.intersection(layout.scope.buffer(1.0))
    longest = max(lines_of(line), key=lambda part: part.length)
    return Overlay(
        "coast",
        "coast-25",
        Name("حرم الشاطئ", "Shore protection strip", "Bande de protection du rivage"),
        _settled(longest),
        distance_m=25.0,
    )


def _countryside(layout: Layout) -> Overlay:
    """The open land around the town, which its outermost parcels face."""
    return Overlay(
        "open_space",
        "countryside",
        Name("الأراضي المفتوحة حول المدينة", "Open country", "Campagne"),
        _settled(layout.countryside),
    )


def _power_line(layout: Layout) -> list[Overlay]:
    """A high-voltage line behind the ring road, with a strip on both sides."""
    radius, (x0, y0) = layout.radius_m, layout.centre
    points = []
    for degrees in range(-70, 31, 20):
        away = radius * (0.93 + 0.02 * math.cos(math.radians(degrees * 5)))
        turn = math.radians(degrees)
        points.append((x0 + away * math.cos(turn), y0 + away * math.sin(turn)))
    parts = lines_of(LineString(points).intersection(layout.scope), min_length_m=60.0)
    return [
        Overlay(
            "easement",
            f"easement-power-{number}",
            Name(
                "ارتفاق خط الجهد العالي",
                "High-voltage line easement",
                "Servitude de ligne électrique",
            ),
            _settled(part),
            distance_m=12.0,
            attributes={"voltage_kv": 110},
        )
        for number, part in enumerate(parts, start=1)
    ]


def height_caps_m(overlays: list[Overlay], lots: dict[str, Polygon]) -> dict[str, float]:
    """The lowest height cap in m on each lot that an overlay with a cap touches, by reference."""
    capped = [overlay for overlay in overlays if "height_limit_m" in overlay.attributes]
    references = list(lots)
    tree = shapely.STRtree([lots[reference] for reference in references])
    caps: dict[str, float] = {}
    for overlay in capped:
        cap = float(overlay.attributes["height_limit_m"])
        for index in tree.query(overlay.geometry, predicate="intersects"):
            reference = references[int(index)]
            caps[reference] = min(cap, caps.get(reference, math.inf))
    return caps
