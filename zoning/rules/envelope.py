"""The buildable envelope: what is left of the net parcel once every setback is kept.

Each edge's band is taken off the parcel; every part that remains is kept. At a corner where the
boundary turns inward, a rounded band keeps the true distance and a mitred one is drawn to a point;
the rulebook says which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from parcels.edges import CONFIDENCE_LIMIT, EdgeKind
from zoning.rules.case import Case
from zoning.rules.limits import resolve
from zoning.rules.measure import polygons
from zoning.rules.rulebook import CompiledRule
from zoning.rules.site import Edge

# A quarter circle of 10 m in this many chords is less than a millimetre off the arc.
ARC_SEGMENTS = 64
# A mitred corner reaches at most this many times the distance; a sharper one is cut off.
MITRE_LIMIT = 10.0


def band(line: BaseGeometry, distance_m: float, corners: str) -> BaseGeometry:
    """The strip within a distance of a line (metric CRS), with its corners rounded or mitred."""
    rounded = shapely.buffer(line, distance_m, quad_segs=ARC_SEGMENTS)
    if corners == "rounded" or distance_m == 0:
        return rounded
    mitred = shapely.buffer(
        line, distance_m, cap_style="flat", join_style="mitre", mitre_limit=MITRE_LIMIT
    )
    return shapely.union(rounded, mitred)


@dataclass(frozen=True)
class Envelope:
    """The buildable area, and whether every edge's setback was known when it was made."""

    geometry: Polygon | MultiPolygon
    complete: bool


def envelope(case: Case) -> Envelope:
    """The part of the net parcel outside every required setback band."""
    rules = [rule for rule in case.rulebook.of_kind("setback") if rule.rule.bound != "max"]
    complete = bool(case.site.edges)
    by_distance: dict[float, list[BaseGeometry]] = {}
    for edge in case.site.edges:
        metres = _strictest_m(case, edge, rules)
        if edge.kind == EdgeKind.UNKNOWN or edge.confidence < CONFIDENCE_LIMIT:
            complete = False
        if metres is None:
            complete = False
        elif metres > 0:
            by_distance.setdefault(metres, []).append(case.boundary_of(edge))
    corners = case.rulebook.document.corners
    bands = [band(_joined(lines), metres, corners) for metres, lines in by_distance.items()]
    left = (
        shapely.difference(case.net_parcel, shapely.union_all(bands)) if bands else case.net_parcel
    )
    return Envelope(polygons(left), complete)


def _strictest_m(case: Case, edge: Edge, rules: Sequence[CompiledRule]) -> float | None:
    """The widest setback that may be required of an edge, in m; None when it is not known."""
    widest = 0.0
    for part in case.parts:
        for bound in ("min", "exact"):
            of_bound = [rule for rule in rules if rule.rule.bound == bound]
            for limit in resolve(of_bound, case, part=part, edge=edge):
                if limit is None or limit.exempt:
                    continue
                if limit.value is None:
                    return None
                widest = max(widest, float(limit.value))
    return widest


def _joined(lines: list[BaseGeometry]) -> BaseGeometry:
    """Lines joined end to end, so that mitred corners are drawn between them."""
    joined = shapely.union_all(lines)
    return shapely.line_merge(joined) if shapely.get_dimensions(joined) == 1 else joined
