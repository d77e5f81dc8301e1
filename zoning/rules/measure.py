"""Measurements on geometry, with the tolerances that every comparison names.

All geometry is in the metric CRS; results are decimals in metres or square metres.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, pairwise

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from parcels.edges import EdgeKind
from zoning.rules.boundaries import FloatArray, IntArray, ObjectArray, first_of
from zoning.rules.quantities import measured
from zoning.rules.records import record
from zoning.rules.site import Site

# Places in the plane as complex numbers: x + iy.
Places = npt.NDArray[np.complex128]

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
    reach = float(shapely.distance(places, area).max())
    if reach > LENGTH_TOLERANCE_M:
        return measured(reach)
    # In a hole of the area the furthest place is a middle: all of the boundary is the area's own.
    core = shapely.buffer(pieces, -float(LENGTH_TOLERANCE_M))
    if not core.is_empty:
        circles = shapely.maximum_inscribed_circle(shapely.get_parts(core))
        reach = float(shapely.distance(shapely.get_point(circles, 0), area).max())
    return measured(reach)


@record(frozen=True)
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
    all_lengths = shapely.length(lines).tolist() if lines else []
    ends = list(accumulate((len(site.edges) for site in sites), initial=0))
    lengths = [tuple(all_lengths[first:last]) for first, last in pairwise(ends)]
    depths = _depths_m(sites, lengths) if "lot_depth" in names else [None] * len(sites)
    return [Measures(*own) for own in zip(areas, lengths, depths, strict=True)]


def _depths_m(
    sites: Sequence[Site], lengths_m: Sequence[Sequence[float]]
) -> Sequence[float | None]:
    """For each site, how far the farthest place of the parcel lies from its front, in m.

    It is looked for along the whole boundary, and where the front lies around the parcel also in
    the middle of the largest circle inside.
    """
    lines = [
        [
            edge.line
            for edge, length in zip(site.edges, own, strict=True)
            if edge.kind is EdgeKind.FRONT and length > 0
        ]
        for site, own in zip(sites, lengths_m, strict=True)
    ]
    depths: list[float | None] = [None] * len(sites)
    chosen = [index for index, own in enumerate(lines) if own]
    if not chosen:
        return depths
    fronts = _Fronts.of([lines[index] for index in chosen])
    parcels = np.array([sites[index].geometry for index in chosen], dtype=object)
    parts, of_part = shapely.get_parts(parcels, return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    corner, ring = _places(rings)
    sides = ring[1:] == ring[:-1]
    owner = of_part[of_ring[ring[1:][sides]]]
    deepest = _deepest_along(corner[:-1][sides], corner[1:][sides], owner, fronts)
    for place in np.flatnonzero(fronts.bow_m >= deepest).tolist():
        middle = _places([shapely.maximum_inscribed_circle(parcels[place], STEP_M)])[0][:1]
        inside = fronts.each_m(middle, np.array([place]))[0].min()
        deepest[place] = max(deepest[place], inside)
    for index, depth in zip(chosen, deepest.tolist(), strict=True):
        depths[index] = depth
    return depths


def _places(lines: Sequence[BaseGeometry] | ObjectArray) -> tuple[Places, IntArray]:
    """The corners of lines or rings as complex numbers (x + iy), and the index of each one's."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    return xy[:, 0] + 1j * xy[:, 1], line


@dataclass(frozen=True)
class _Fronts:
    """The fronts of many sites as straight segments, in the order of the sites.

    ``number`` and ``first`` say which of them are a site's. ``bow_m`` is how far the front of a
    site reaches to the side of the line from where it begins to where it ends.
    """

    begin: Places
    along: Places
    number: IntArray
    first: IntArray
    bow_m: FloatArray

    @classmethod
    def of(cls, lines: Sequence[Sequence[BaseGeometry]]) -> _Fronts:
        """``lines`` are the fronts of each site, at least one."""
        place, line = _places([one for own in lines for one in own])
        site = np.repeat(np.arange(len(lines)), [len(own) for own in lines])[line]
        within = line[1:] == line[:-1]
        number = np.bincount(site[1:][within], minlength=len(lines))
        begins = np.flatnonzero(first_of(site))
        chord = place[np.r_[begins[1:], len(place)] - 1] - place[begins]
        chord /= np.maximum(np.abs(chord), np.finfo(float).tiny)
        aside = np.abs(((place - place[begins][site]) * chord[site].conj()).imag)
        return cls(
            begin=place[:-1][within],
            along=np.diff(place)[within],
            number=number,
            first=np.cumsum(number) - number,
            bow_m=np.maximum.reduceat(aside, begins),
        )

    def each_m(self, places: Places, owner: IntArray) -> tuple[FloatArray, IntArray]:
        """How far each place lies from each segment of its owner, and where each place begins."""
        number = self.number[owner]
        start = np.cumsum(number) - number
        segment = np.arange(number.sum()) + np.repeat(self.first[owner] - start, number)
        along = self.along[segment]
        offset = np.repeat(places, number) - self.begin[segment]
        length2 = np.maximum(along.real**2 + along.imag**2, np.finfo(float).tiny)
        share = np.clip((offset * along.conj()).real / length2, 0, 1)
        return np.abs(offset - share * along), start


def _deepest_along(begin: Places, end: Places, owner: IntArray, fronts: _Fronts) -> FloatArray:
    """The greatest distance of each owner from its front, anywhere on these straight sides.

    The distance from one segment is greatest at an end of a side; so none on the side is greater
    than the least, over all segments, of the greater of both. Sides that may hold a greater one
    than is known are halved until they can not, to the tolerance of a length.
    """
    deepest = np.zeros(len(fronts.number))
    while len(owner):
        (near, start), (far, _) = fronts.each_m(begin, owner), fronts.each_m(end, owner)
        np.maximum.at(deepest, owner, np.minimum.reduceat(near, start))
        np.maximum.at(deepest, owner, np.minimum.reduceat(far, start))
        at_most = np.minimum.reduceat(np.maximum(near, far), start)
        open_ = at_most > deepest[owner] + float(LENGTH_TOLERANCE_M)
        begin, end, owner = begin[open_], end[open_], owner[open_]
        middle = (begin + end) / 2
        begin, end, owner = np.r_[begin, middle], np.r_[middle, end], np.r_[owner, owner]
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
