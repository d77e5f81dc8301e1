"""How much of a parcel each thing of the plan covers: the arithmetic of the parcel extract.

Pure: Shapely and NumPy, no rows. Geometry is valid and in one metric CRS; lengths are metres,
areas square metres. Nothing is rounded here, so that sums of parts are sums.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import GeometryCollection
from shapely.geometry.base import BaseGeometry

from zoning.rules.measure import GRID_M

SLIVER_M2 = 0.5
"""A drawn common area below this is drawing noise along a boundary, and is left out."""
SLIVER_M = 0.1
"""The same for the common length of a line."""
LOST_M2 = 0.01
"""Two ways to a common area differ by less than this, unless one of them is wrong."""

Geometries = npt.NDArray[np.object_]
Indices = npt.NDArray[np.intp]


class Word(StrEnum):
    """Whether a theme concerns the parcel; three words, never two."""

    CONCERNED = "concerned"
    NOT_CONCERNED = "not_concerned"
    NO_DATA = "no_data"


class Standing(StrEnum):
    """Where a validity stands on a day."""

    PAST = "past"
    IN_FORCE = "in_force"
    PENDING = "pending"


@dataclass(frozen=True)
class Land:
    """A parcel: its drawn boundary, and its area in the register if that is known."""

    geometry: BaseGeometry
    registered_area_m2: Decimal | None = None

    @cached_property
    def drawn_area_m2(self) -> float:
        return float(shapely.area(self.geometry))

    @cached_property
    def scale(self) -> float:
        """Registered ÷ drawn area: what drawn areas are multiplied by to add up to the deed."""
        if not self.registered_area_m2 or not self.drawn_area_m2:
            return 1.0
        return float(self.registered_area_m2) / self.drawn_area_m2

    @property
    def is_scaled(self) -> bool:
        """Whether the scale differs from 1 in the four decimals that people are told."""
        return round(self.scale, 4) != 1


@dataclass(frozen=True)
class Share:
    """What of a thing lies on the land.

    An area has square metres, scaled to the registered area, and a percentage of the parcel; a
    line has metres as drawn; points have a number. The others are None.
    """

    area_m2: float | None = None
    percent: float | None = None
    length_m: float | None = None
    points: int | None = None


def shares(land: Land, things: Sequence[BaseGeometry]) -> list[Share | None]:
    """The share of each thing on the land, None where it does not concern it.

    An area that only touches, or lies on the land with less than SLIVER_M2, does not; nor does a
    line with less than SLIVER_M. A collection counts by its parts of highest dimension.
    """
    found: list[Share | None] = [None] * len(things)
    layer = Layer(things)
    _, indices, parts = layer.on([land.geometry])
    for index, part in zip(indices, parts, strict=True):
        found[index] = share_of(land, part, int(layer.dimensions[index]))
    return found


def share_of(land: Land, part: BaseGeometry, dimension: int) -> Share | None:
    """The share that a part of the land is, of a thing of that dimension; None for noise."""
    if dimension == 2:
        drawn_m2 = float(shapely.area(part))
        if drawn_m2 < SLIVER_M2:
            return None
        return Share(area_m2=drawn_m2 * land.scale, percent=100 * drawn_m2 / land.drawn_area_m2)
    if dimension == 1:
        length_m = float(shapely.length(part))
        return None if length_m < SLIVER_M else Share(length_m=length_m)
    return Share(points=int(shapely.get_num_coordinates(part)))


def together(several: Iterable[Share]) -> Share:
    """The sum of shares, each measure for itself, from unrounded values."""
    parts = list(several)
    points = _sum(part.points for part in parts)
    return Share(
        area_m2=_sum(part.area_m2 for part in parts),
        percent=_sum(part.percent for part in parts),
        length_m=_sum(part.length_m for part in parts),
        points=None if points is None else int(points),
    )


def _sum(values: Iterable[float | None]) -> float | None:
    """The sum of what is known, whatever its order; None where nothing is."""
    known = [value for value in values if value is not None]
    return math.fsum(known) if known else None


def rest(land: Land, several: Iterable[Share]) -> Share | None:
    """What none of the shares covers, None where that is less than a sliver.

    The shares are those of one plan version, whose zones do not overlap.
    """
    left = 100 - (together(several).percent or 0.0)
    drawn_m2 = land.drawn_area_m2 * left / 100
    return None if drawn_m2 < SLIVER_M2 else Share(area_m2=drawn_m2 * land.scale, percent=left)


def word(*, concerned: bool, loaded: bool) -> Word:
    """The word of a theme; what was never loaded is no data, never “not concerned”."""
    if concerned:
        return Word.CONCERNED
    return Word.NOT_CONCERNED if loaded else Word.NO_DATA


def standing(starts: date | None, ends: date | None, *, on: date) -> Standing:
    """Where the half-open validity ``[starts, ends)`` stands on a day; None is without end."""
    if ends is not None and (ends <= on or starts == ends):
        return Standing.PAST
    return Standing.PENDING if starts is not None and on < starts else Standing.IN_FORCE


def reach(
    geometries: Sequence[BaseGeometry] | Geometries, distances_m: Sequence[Decimal | None]
) -> Geometries:
    """Each geometry with the distance that it reaches, as an area; as drawn where it has none."""
    found = as_array(geometries)
    by_m = np.array([float(distance or 0) for distance in distances_m])
    far = by_m > 0
    found[far] = shapely.buffer(found[far], by_m[far])
    return found


def as_array(geometries: Sequence[BaseGeometry] | Geometries) -> Geometries:
    """The geometries as an array of objects of its own."""
    found = np.empty(len(geometries), dtype=object)
    found[:] = list(geometries)
    return found


class Layer:
    """Things of one theme, indexed once and asked for the neighbourhood of many parcels."""

    def __init__(self, geometries: Sequence[BaseGeometry] | Geometries) -> None:
        self.geometries = as_array([_plain(geometry) for geometry in geometries])
        self.dimensions = shapely.get_dimensions(self.geometries)
        shapely.prepare(self.geometries)
        self._tree = shapely.STRtree(self.geometries)

    def near(
        self, lands: Sequence[BaseGeometry] | Geometries, *, distance_m: float = 0.0
    ) -> tuple[Indices, Indices]:
        """Every pair of a land and a thing that come within the distance of each other.

        Two arrays of indices, in the order of the lands, then of the things.
        """
        found = as_array(lands)
        bounds = shapely.bounds(found) + np.array([-1, -1, 1, 1]) * distance_m
        land, thing = self._tree.query(shapely.box(*bounds.T))
        if distance_m:
            close = shapely.dwithin(self.geometries[thing], found[land], distance_m)
        else:
            close = shapely.intersects(self.geometries[thing], found[land])
        land, thing = land[close], thing[close]
        order = np.lexsort((thing, land))
        return land[order], thing[order]

    def on(self, lands: Sequence[BaseGeometry] | Geometries) -> tuple[Indices, Indices, Geometries]:
        """Every pair of a land and a thing that share area, length or a point of the thing's kind.

        Two arrays of indices as in ``near``, and what is common, with the thing's dimension: where
        areas only touch they share nothing. A land inside a thing is common as it stands.
        """
        found = as_array(lands)
        land, thing = self.near(found)
        common = found[land]
        cut = ~shapely.covers(self.geometries[thing], common)
        common[cut] = _in_common(common[cut], self.geometries[thing[cut]])
        common[cut] = as_array([_plain(each) for each in common[cut]])
        kept = (shapely.get_dimensions(common) == self.dimensions[thing]) & ~shapely.is_empty(
            common
        )
        return land[kept], thing[kept], common[kept]


def _in_common(some: Geometries, others: Geometries) -> Geometries:
    """What pairs have in common: to the last digit, unless GEOS loses a piece; see ``GRID_M``."""
    exact = shapely.intersection(some, others)
    sound = shapely.intersection(some, others, grid_size=GRID_M)
    lost = np.abs(shapely.area(exact) - shapely.area(sound)) > LOST_M2
    return as_array(np.where(lost, sound, exact))


def _plain(geometry: BaseGeometry) -> BaseGeometry:
    """A collection without its parts of lower dimension; anything else as it is."""
    if not isinstance(geometry, GeometryCollection):
        return geometry
    parts = shapely.get_parts(geometry)
    dimensions = shapely.get_dimensions(parts)
    return shapely.union_all(parts[dimensions == dimensions.max(initial=-1)])
