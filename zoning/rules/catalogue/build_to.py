"""Build-to: the building must stand near the edge along a share of the edge's length.

Share = the stretches of the edge along which the building stands within the depth of the build-to
zone (``within``), over the edge's length; the worst edge of a class decides. On a street that is
to be widened, the depth counts from the widened street. Undecided when no footprint is drawn, or
when the class of an edge is not known well enough.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from zoning.rules.case import Case
from zoning.rules.catalogue.base import EdgeLimitKind
from zoning.rules.limits import further
from zoning.rules.measure import LENGTH_TOLERANCE_M, common
from zoning.rules.provided import Measured
from zoning.rules.quantities import measured
from zoning.rules.rulebook import CompiledRule


def measure(case: Case, edge: int, rule: CompiledRule) -> Measured:
    """The share of the edge's length along which the building stands near it."""
    footprint, length_m = case.proposal.footprint, case.edge_length(edge)
    if footprint is None or length_m is None:
        return Measured(None, missing=("footprint" if footprint is None else "edge_length",))
    depth = further(rule, "within", case.values(district=case.district_codes[0], edge=edge))
    if depth.value is None:
        return Measured(None, missing=depth.missing, reason=depth.reason)
    own = case.site.edges[edge]
    # A wall that stands on the far line of the zone, or on a line without depth, is within it.
    reach_m = float(depth.value + LENGTH_TOLERANCE_M)
    covered = covered_m(footprint, own.line, reach_m, case.taken_along(own))
    return Measured(
        measured(covered) / length_m,
        inputs=case.told("edge_length", length_m, "m", "parcel_edges"),
        tolerance=LENGTH_TOLERANCE_M / length_m,
        geometry=own.line,
    )


def covered_m(
    building: BaseGeometry, line: BaseGeometry, reach_m: float, taken: BaseGeometry
) -> float:
    """The length of a line, in m, along which a building stands within a distance of it."""
    total = 0.0
    for begin, end in pairwise(shapely.get_coordinates(line)):
        length = float(np.hypot(*(end - begin)))
        if length == 0:
            continue
        along = (end - begin) / length
        zone = shapely.buffer(shapely.linestrings([begin, end]), reach_m, cap_style="flat")
        if not taken.is_empty:
            zone = shapely.union(zone, shapely.buffer(taken, reach_m))
        stretches = []
        inside = common(building, zone)
        for piece in [] if inside.is_empty else shapely.get_parts(inside):
            # A piece in one part covers one stretch, from its first corner to its last.
            at = (shapely.get_coordinates(piece) - begin) @ along
            stretches.append((max(float(at.min()), 0.0), min(float(at.max()), length)))
        reached = 0.0
        for first, last in sorted(stretches):
            total += max(last - max(first, reached), 0.0)
            reached = max(reached, last)
    return total


KIND = EdgeLimitKind(
    "build_to", dimension=0, unit="%", measure=measure, bounds=("min",), needed=("within",)
)
