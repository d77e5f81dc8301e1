"""Measurements on geometry, with the tolerances that every comparison names.

All geometry is in the metric CRS; results are decimals in metres or square metres.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from parcels.edges import EdgeKind
from zoning.rules.quantities import measured
from zoning.rules.site import Site

# A drawn length is read to the millimetre: below that, survey and drawing say nothing.
LENGTH_TOLERANCE_M = Decimal("0.001")
# A drawn area is read to this: the millimetre along some ten metres of outline.
AREA_TOLERANCE_M2 = Decimal("0.01")
# How closely an outline is gone along for its furthest place: opposite an arc of 3 m a step of
# 2 cm misses less than a hundredth of a millimetre.
STEP_M = 0.02
MOST_STEPS = 5_000
# Part of a parcel in a second zone smaller than this is drawing noise, not a split zone.
MINOR_PART_SHARE = 0.01
MINOR_PART_AREA_M2 = 1.0
# The lot areas that a ratio may be taken of, by the word of the rule for it.
BASE_VARIABLE = {
    "registered": "lot_area",
    "net": "net_lot_area",
    "gross": "measured_lot_area",
}


def area_m2(geometry: BaseGeometry) -> Decimal:
    """Area in m²; lines and points have none."""
    return measured(shapely.area(geometry))


def distance_m(geometry: BaseGeometry, line: BaseGeometry) -> Decimal:
    """Shortest distance in m between a geometry and a line; 0 where they touch."""
    return measured(shapely.distance(geometry, line))


# Overlays are made on this grid, whose noding is sound: with floating coordinates GEOS 3.14 now and
# then finds nothing in common between areas whose edges nearly coincide (a box in a box, both
# turned by 249.03125°), and leaves the whole where nothing is left.
GRID_M = 1e-6


def common(area: BaseGeometry, other: BaseGeometry) -> Polygon | MultiPolygon:
    """What two areas have in common, as far as it is an area."""
    return polygons(shapely.intersection(area, other, grid_size=GRID_M))


def without(area: BaseGeometry, gone: BaseGeometry) -> Polygon | MultiPolygon:
    """What is left of an area once another is taken off it."""
    return polygons(shapely.difference(area, gone, grid_size=GRID_M))


def outside(building: BaseGeometry, area: BaseGeometry) -> Polygon | MultiPolygon:
    """What of a building stands outside an area; empty where it is within the tolerance."""
    if shapely.covers(area, building):
        return Polygon()
    found = without(building, area)
    if found.is_empty or area.is_empty:
        return found
    return Polygon() if reach_m(found, area) <= LENGTH_TOLERANCE_M else found


def reach_m(pieces: BaseGeometry, area: BaseGeometry) -> Decimal:
    """How far, in m, the furthest place of these pieces lies from an area that is not empty."""
    # Opposite an arc a wall reaches furthest somewhere along it, not at a corner.
    step_m = max(STEP_M, shapely.length(pieces) / MOST_STEPS)
    places = shapely.points(shapely.get_coordinates(shapely.segmentize(pieces, step_m)))
    return measured(float(shapely.distance(places, area).max()))


@dataclass(frozen=True)
class Measures:
    """What is measured of a site before anything is judged: m², m, and m for each edge.

    ``depth_m`` is the greatest distance from the front to a place of the parcel; it is measured
    only where a rule reads it, and is None without a front.
    """

    area_m2: float
    edge_lengths_m: tuple[float, ...]
    depth_m: float | None = None


def measure_sites(sites: Sequence[Site], names: frozenset[str]) -> list[Measures]:
    """Measure many sites at once; ``names`` are the variables that the rulebook reads."""
    areas = np.atleast_1d(shapely.area([site.geometry for site in sites])).tolist()
    lines = [edge.line for site in sites for edge in site.edges]
    lengths = shapely.length(lines).tolist() if lines else []
    depths = _depths_m(sites) if "lot_depth" in names else [None] * len(sites)
    found, first = [], 0
    for site, area, depth in zip(sites, areas, depths, strict=True):
        end = first + len(site.edges)
        found.append(Measures(area, tuple(lengths[first:end]), depth))
        first = end
    return found


def _depths_m(sites: Sequence[Site]) -> list[float | None]:
    """For each site, how far the farthest place of the parcel lies from its front."""
    fronts = [
        [edge.line for edge in site.edges if edge.kind == EdgeKind.FRONT and not edge.line.is_empty]
        for site in sites
    ]
    lines = [line for own in fronts for line in own]
    owner = np.repeat(np.arange(len(sites)), [len(own) for own in fronts])
    depths: list[float | None] = [None] * len(sites)
    if not lines:
        return depths
    with_front = np.unique(owner)
    front = np.full(len(sites), None, dtype=object)
    front[with_front] = shapely.multilinestrings(lines, indices=np.searchsorted(with_front, owner))
    corners, site = shapely.get_coordinates(
        [sites[index].geometry for index in with_front], return_index=True
    )
    away = shapely.distance(shapely.points(corners), front[with_front][site])
    deepest = np.zeros(len(with_front))
    np.maximum.at(deepest, site, away)
    for index, depth in zip(with_front.tolist(), deepest.tolist(), strict=True):
        several = len(fronts[index]) > 1
        depths[index] = _depth_m(sites[index].geometry, front[index]) if several else depth
    return depths


def _depth_m(parcel: Polygon | MultiPolygon, front: BaseGeometry) -> float:
    """The same for one parcel between several fronts, where the farthest place is no corner.

    It lies on the boundary, looked at every 2 cm and there ever closer, or in the middle of the
    largest circle inside.
    """
    step_m = max(STEP_M, parcel.length / MOST_STEPS)
    middle = shapely.maximum_inscribed_circle(parcel, STEP_M).coords[0]
    deepest = float(shapely.distance(shapely.Point(middle), front))
    for ring in shapely.get_rings(parcel):
        line = ring
        for closer in (1, 1_000, 1_000_000):
            places = shapely.get_coordinates(shapely.segmentize(line, step_m / closer))
            away = np.asarray(shapely.distance(shapely.points(places), front))
            best = int(away.argmax())
            deepest = max(deepest, float(away[best]))
            # The last place of a ring is its first again.
            line = shapely.LineString(
                [places[best - 1], places[best], places[(best + 1) % len(places)]]
            )
    return deepest


def sides_m(footprint: BaseGeometry) -> tuple[Decimal, Decimal]:
    """Longer and shorter side in m of the smallest rectangle around a footprint."""
    box = shapely.minimum_rotated_rectangle(footprint)
    if not isinstance(box, Polygon):  # a sliver without width
        return measured(shapely.length(box)), Decimal(0)
    corners = shapely.get_coordinates(box)
    sides = sorted(float(np.hypot(*(corners[i + 1] - corners[i]))) for i in (0, 1))
    return measured(sides[1]), measured(sides[0])


def polygons(geometry: BaseGeometry) -> Polygon | MultiPolygon:
    """Only the parts that have area; an empty polygon where none has."""
    if isinstance(geometry, Polygon | MultiPolygon) and geometry.is_valid:
        return geometry
    parts = [
        part
        for part in shapely.get_parts(geometry, return_index=False)
        if isinstance(part, Polygon | MultiPolygon)
    ]
    merged = shapely.union_all(parts) if parts else Polygon()
    return merged if isinstance(merged, Polygon | MultiPolygon) else Polygon()
