"""The buildable envelope: where a building may stand once every setback and exclusion is kept.

Steps 1 to 6 of the specification: the net parcel; a setback for every edge, strict and relaxed
where it is a range; each edge's strip taken off; exclusions taken out; the same again for the upper
parts of the building; every part kept. Step 7, the floor area, is in :mod:`capacity`.

*Strict* is where a building keeps its distances whatever is still open (an edge of unknown class,
an unanswered condition, what is left to the authority); *relaxed* is where it may keep them.
Outside the relaxed envelope nothing can comply.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from parcels.edges import EdgeKind
from zoning.rules.case import Case
from zoning.rules.edge_values import edge_values
from zoning.rules.exclusions import excluded
from zoning.rules.findings import geojson
from zoning.rules.inset import inset, taken_off
from zoning.rules.light import widths_at_m
from zoning.rules.limits import MOST_REMEMBERED, further, groups, in_scope
from zoning.rules.measure import area_m2, common, polygons, without
from zoning.rules.once import cached_property
from zoning.rules.quantities import measured, plain
from zoning.rules.records import record
from zoning.rules.rulebook import CompiledRule
from zoning.rules.sides import required_sums_m, sides
from zoning.rules.site import Edge
from zoning.rules.storeys import most_storeys, storey_height_m

# An edge governs a part of the envelope that comes this near to the edge's line of setback.
GOVERNS_M = 0.01
# No building has more storeys; a rulebook that permits more is asked for this many.
MOST_STOREYS = 120
# The classes that an edge of unknown class may be of.
CLASSES = tuple(kind for kind in EdgeKind if kind != EdgeKind.UNKNOWN)


class EdgeSetback(NamedTuple):
    """What one edge asks for, in m: at the most and at the least; None where it is not known."""

    strict_m: float | None
    relaxed_m: float | None
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exclusion:
    """Ground that a rule forbids to build on; not ``sure`` while a condition of it is open."""

    kind: str
    code: str
    rule_id: str
    geometry: BaseGeometry
    sure: bool = True


@dataclass(frozen=True)
class EnvelopeTier:
    """The strict envelope of the parts of a building from one height to another, in m."""

    from_m: Decimal
    to_m: Decimal | None
    geometry: Polygon | MultiPolygon


@dataclass(frozen=True)
class EnvelopePart:
    """One connected part of the envelope, and the edges whose setbacks bound it, by index."""

    geometry: Polygon
    area_m2: Decimal
    edges: tuple[int, ...]


@record(frozen=True)
class Envelope:
    """Where a building may stand; geometry in the metric CRS.

    ``area_m2`` is that of the strict envelope, all parts together. ``setbacks`` has one for each of
    the ``edges``, in their order.
    """

    strict: Polygon | MultiPolygon
    relaxed: Polygon | MultiPolygon
    complete: bool
    area_m2: Decimal
    corners: str = "rounded"
    setbacks: tuple[EdgeSetback, ...] = ()
    edges: tuple[Edge, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    tiers: tuple[EnvelopeTier, ...] = field(default=())

    @cached_property
    def parts(self) -> tuple[EnvelopePart, ...]:
        """Every part, the largest first, with the edges that bound it."""
        return tuple(
            EnvelopePart(part, area_m2(part), self._bounding(part))
            for part in sorted(shapely.get_parts(self.strict), key=lambda one: -one.area)
            if not part.is_empty
        )

    def _bounding(self, part: BaseGeometry) -> tuple[int, ...]:
        return tuple(
            index
            for index, (setback, edge) in enumerate(zip(self.setbacks, self.edges, strict=True))
            if setback.strict_m is not None
            and shapely.distance(part, edge.line) <= setback.strict_m + GOVERNS_M
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; m and m² as decimal strings, geometry in the metric CRS."""
        return {
            "complete": self.complete,
            "corners": self.corners,
            "area_m2": plain(self.area_m2),
            "relaxed_area_m2": plain(area_m2(self.relaxed)),
            "relaxed": geojson(self.relaxed),
            "parts": [
                {
                    "area_m2": plain(part.area_m2),
                    "edges": list(part.edges),
                    "geometry": geojson(part.geometry),
                }
                for part in self.parts
            ],
            "setbacks": [
                {
                    "edge": index,
                    "strict_m": None if one.strict_m is None else round(one.strict_m, 6),
                    "relaxed_m": None if one.relaxed_m is None else round(one.relaxed_m, 6),
                    "rules": list(one.rules),
                }
                for index, one in enumerate(self.setbacks)
            ],
            "exclusions": [
                {
                    "kind": one.kind,
                    "code": one.code,
                    "rule": one.rule_id,
                    "geometry": geojson(one.geometry),
                }
                for one in self.exclusions
            ],
            "tiers": [
                {
                    "from_m": plain(tier.from_m),
                    "to_m": None if tier.to_m is None else plain(tier.to_m),
                    "area_m2": plain(area_m2(tier.geometry)),
                    "geometry": geojson(tier.geometry),
                }
                for tier in self.tiers
            ],
        }


def envelopes(cases: Sequence[Case]) -> list[Envelope]:
    """The envelope of every case, all at once; see :func:`envelope` for one."""
    asked = [setbacks(case) for case in cases]
    strict = areas_left(
        [
            (case, [one.strict_m or 0.0 for one in own])
            for case, own in zip(cases, asked, strict=True)
        ]
    )
    ranged = [index for index, own in enumerate(asked) if _is_range(own)]
    relaxed = list(strict)
    loosened = areas_left(
        [(cases[index], [one.relaxed_m or 0.0 for one in asked[index]]) for index in ranged]
    )
    for index, area in zip(ranged, loosened, strict=True):
        relaxed[index] = area
    rooms = [
        _less_exclusions(case, within, at_most)
        for case, within, at_most in zip(cases, strict, relaxed, strict=True)
    ]
    areas = shapely.area([room.strict for room in rooms]).tolist() if rooms else []
    return [
        _assembled(case, own, room, measured(area))
        for case, own, room, area in zip(cases, asked, rooms, areas, strict=True)
    ]


def _is_range(asked: Sequence[EdgeSetback]) -> bool:
    return [one.strict_m or 0.0 for one in asked] != [one.relaxed_m or 0.0 for one in asked]


def envelope(case: Case) -> Envelope:
    """The part of the net parcel outside every required setback and exclusion."""
    return envelopes([case])[0]


class _Room(NamedTuple):
    """What is left once setbacks are kept and exclusions are taken out."""

    strict: Polygon | MultiPolygon
    relaxed: Polygon | MultiPolygon
    exclusions: tuple[Exclusion, ...]


def _less_exclusions(
    case: Case, strict: Polygon | MultiPolygon, relaxed: Polygon | MultiPolygon
) -> _Room:
    out = exclusions(case)
    if out:
        same = relaxed is strict and all(one.sure for one in out)
        strict = _without(strict, [one.geometry for one in out])
        relaxed = strict if same else _without(relaxed, [one.geometry for one in out if one.sure])
    return _Room(strict, relaxed, out)


def _assembled(
    case: Case, asked: Sequence[EdgeSetback], room: _Room, strict_m2: Decimal
) -> Envelope:
    sure = (
        bool(case.site.edges)
        and not case.doubtful_edges
        and None not in [one.strict_m for one in asked]
    )
    return Envelope(
        strict=room.strict,
        relaxed=room.relaxed,
        complete=sure,
        area_m2=strict_m2,
        # A setback that counts from a widened street is taken off as a true distance.
        corners="rounded" if case.is_widened else case.rulebook.document.corners,
        setbacks=tuple(asked),
        edges=case.site.edges,
        exclusions=room.exclusions,
        tiers=tiers(case, room.strict, room.exclusions) if case.explained else (),
    )


def _without(area: Polygon | MultiPolygon, gone: Sequence[BaseGeometry]) -> Polygon | MultiPolygon:
    return without(area, shapely.union_all(gone)) if gone else area


def areas_left(asked: Sequence[tuple[Case, Sequence[float]]]) -> list[Polygon | MultiPolygon]:
    """What is left of each case's net parcel beyond the given distance from each of its edges."""
    result: list[Polygon | MultiPolygon | None] = [None] * len(asked)
    by_corners: dict[str, list[int]] = {}
    for index, (case, widths) in enumerate(asked):
        corners: str = case.rulebook.document.corners
        if not any(widths):
            result[index] = polygons(case.net_parcel)
        elif case.is_widened:
            lines = [case.boundary_of(edge) for edge in case.site.edges]
            result[index] = taken_off(polygons(case.net_parcel), lines, np.asarray(widths))
        else:
            by_corners.setdefault(corners, []).append(index)
    for corners, chosen in by_corners.items():
        edges = [edge.line for index in chosen for edge in asked[index][0].site.edges]
        owner = np.repeat(
            np.arange(len(chosen)), [len(asked[index][0].site.edges) for index in chosen]
        )
        width_m = np.array([width for index in chosen for width in asked[index][1]], dtype=float)
        areas = [asked[index][0].site.geometry for index in chosen]
        for index, area in zip(chosen, inset(areas, edges, owner, width_m, corners), strict=True):
            result[index] = area
    return [area for area in result if area is not None]


# --- what each edge asks for --------------------------------------------------------------------


def setbacks(case: Case, *, height_m: Decimal | None = None) -> list[EdgeSetback]:
    """The setback of every edge for the part of a building at a height (at the ground: None)."""
    known: dict[Any, EdgeSetback] = case.memory.setdefault("asked of edges", {})
    if len(known) >= MOST_REMEMBERED:
        known.clear()
    found: list[EdgeSetback] = []
    looked_up: dict[int, EdgeSetback] = {}
    for index, read in enumerate(edge_values(case).each):
        asked = looked_up.get(id(read)) or known.get((height_m, read))
        if asked is None:
            asked = known[height_m, read] = _setback(case, index, height_m)
        looked_up[id(read)] = asked
        found.append(asked)
    return _with_sums(case, found)


def _setback(case: Case, index: int, height_m: Decimal | None) -> EdgeSetback:
    """What an edge asks for, of whatever class it may be."""
    edge = case.site.edges[index]
    if edge.is_doubtful:
        return _of_any_kind(case, index, height_m)
    return _by_kind(case, index, edge.kind, height_m)


def _of_any_kind(case: Case, edge: int, height_m: Decimal | None) -> EdgeSetback:
    """Of an edge that may be of any class, the most and the least that any would ask for."""
    each = [_by_kind(case, edge, kind, height_m) for kind in CLASSES]
    strict = [found.strict_m for found in each]
    return EdgeSetback(
        None if None in strict else max(width for width in strict if width is not None),
        min(found.relaxed_m or 0.0 for found in each),
        tuple(sorted({rule for found in each for rule in found.rules})),
    )


def _by_kind(case: Case, edge: int, kind: EdgeKind, height_m: Decimal | None) -> EdgeSetback:
    """The widest setback that may be asked of an edge of this class, and the least that must be."""
    strict: Decimal | None = Decimal(0)
    relaxed = Decimal(0)
    rules: tuple[str, ...] = ()
    for part, above, group in _ways(case, kind):
        values = case.values(district=part.district, edge=edge)
        if above is not None and not _reaches(case, above, group.rules[0], values, height_m):
            continue
        asked = group.limits(values).asked
        rules += asked.rules
        relaxed = max(relaxed, asked.relaxed)
        strict = None if strict is None or asked.strict is None else max(strict, asked.strict)
    for part, here in groups(case, "setback", edge_kind=kind):
        for group in here:
            if group.bound == "min":
                continue
            # A minimum beyond a line is a contradiction: the line may be what holds.
            for limit in group.limits(case.values(district=part.district, edge=edge)):
                if limit is not None and limit.loosest is not None:
                    relaxed = min(relaxed, limit.loosest)
    return EdgeSetback(
        None if strict is None else float(strict), float(relaxed), tuple(dict.fromkeys(rules))
    )


def _ways(case: Case, kind: EdgeKind) -> list[tuple[Any, str | None, Any]]:
    """The groups of setback rules for a class of edge, on every part and for every tier."""
    key = ("setback of an edge", kind)
    found: list[tuple[Any, str | None, Any]] | None = case.memory.get(key)
    if found is not None:
        return found
    tiers_named = dict.fromkeys(
        rule.rule.above for rule in case.rulebook.of_kind("setback") if rule.rule.above is not None
    )
    found = case.memory[key] = [
        (part, above, group)
        for above in (None, *tiers_named)
        for part, here in groups(case, "setback", edge_kind=kind, above=above)
        for group in here
        if group.bound != "max"
    ]
    return found


def _reaches(
    case: Case, above: str, rule: CompiledRule, values: Any, height_m: Decimal | None
) -> bool:
    """Whether the part of a building at this height lies above where a tier's rule begins."""
    if height_m is None:
        return False
    begins = further(rule, "above", values).value
    return begins is not None and height_m > begins


def _with_sums(case: Case, found: list[EdgeSetback]) -> list[EdgeSetback]:
    """The strict setbacks of two sides raised, each by half, to the sum that they must come to."""
    for least_m in required_sums_m(case):
        both = sides(case)
        own = [max((found[edge].strict_m or 0.0) for edge in side) for side in both]
        short = least_m - sum(own)
        if short <= 0 or len(both) != 2:
            continue
        for side, least in zip(both, own, strict=True):
            for edge in side:
                one = found[edge]
                strict = None if one.strict_m is None else max(one.strict_m, least + short / 2)
                found[edge] = one._replace(strict_m=strict)
    return found


# --- exclusions and tiers -----------------------------------------------------------------------


def exclusions(case: Case) -> tuple[Exclusion, ...]:
    """The ground that rules of the kind *exclusion* forbid to build on, or may forbid."""
    return tuple(
        Exclusion(
            one.overlay.kind,
            one.overlay.code,
            one.rule.id,
            one.overlay.geometry,
            sure=one.sure is True,
        )
        for one in excluded(case)
    )


def has_tiers(case: Case) -> bool:
    """Whether upper parts of a building have setbacks of their own here."""
    if not case.rulebook.has_tiers:
        return False
    return any(
        in_scope(rule, case.on, part=part, edge_kind=edge.kind)
        for rule in (
            *(one for one in case.rulebook.of_kind("setback") if one.rule.above is not None),
            *case.rulebook.of_kind("light_plane"),
        )
        for part in case.parts
        for edge in case.site.edges
    )


def tiers(
    case: Case, ground: Polygon | MultiPolygon, out: Sequence[Exclusion]
) -> tuple[EnvelopeTier, ...]:
    """The strict envelope by height, storey by storey, equal storeys together.

    Nothing where no rule speaks of upper parts, or where the height of a storey is not known. The
    last tier reaches as high as the height limit, or the proposal, or ten storeys.
    """
    storey = storey_height_m(case)
    if storey is None or not has_tiers(case):
        return ()
    tops = [storey * (index + 1) for index in range(_storeys_drawn(case))]
    return tuple(_merged(storey_areas(case, tops, ground, out), tops))


def _storeys_drawn(case: Case) -> int:
    most, _, _ = most_storeys(case)
    stated = case.value("storeys")
    if most is not None:
        return max(1, min(most, MOST_STOREYS))
    return int(stated) if isinstance(stated, Decimal) and 1 <= stated <= MOST_STOREYS else 10


def storey_areas(
    case: Case,
    tops_m: Sequence[Decimal],
    ground: Polygon | MultiPolygon,
    out: Sequence[Exclusion],
) -> list[Polygon | MultiPolygon]:
    """The strict envelope of the storeys that end at these heights."""
    widths = []
    for top in tops_m:
        asked = [one.strict_m or 0.0 for one in setbacks(case, height_m=top)]
        widths.append([max(pair) for pair in zip(asked, widths_at_m(case, top), strict=True)])
    distinct = {tuple(own): own for own in widths}
    areas = dict(zip(distinct, areas_left([(case, own) for own in distinct.values()]), strict=True))
    gone = [one.geometry for one in out]
    found = []
    for own in widths:
        found.append(_without(common(areas[tuple(own)], ground), gone))
    return found


def _merged(
    areas: Iterable[Polygon | MultiPolygon], tops_m: Sequence[Decimal]
) -> Iterable[EnvelopeTier]:
    """Storeys of one area as one tier."""
    begins, last = Decimal(0), None
    top = Decimal(0)
    for area, top in zip(areas, tops_m, strict=True):
        if last is not None and not area.equals_exact(last, 1e-9):
            below = tops_m[tops_m.index(top) - 1]
            yield EnvelopeTier(begins, below, last)
            begins = below
        last = area
    if last is not None:
        yield EnvelopeTier(begins, top, last)
