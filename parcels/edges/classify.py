"""Classify the edges of a fabric of parcels."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from parcels.edges.beyond import Fabric
from parcels.edges.kinds import EdgeTable, IntArray, Surroundings
from parcels.edges.rings import read_rings
from parcels.edges.roles import assign_roles
from parcels.edges.sides import survey
from parcels.edges.stretches import lines_of


def classify_edges(
    parcels: Any,
    *,
    surroundings: Surroundings | None = None,
    addresses: Sequence[str] | None = None,
    only: IntArray | None = None,
) -> EdgeTable:
    """Split parcels into edges and say what each edge is.

    `parcels` are Polygons or MultiPolygons in a metric CRS (an empty or null one gives no edges);
    `addresses` are one text per parcel, in which the name of the address street is looked for;
    `only` limits the result to the parcels of these indices, the others being their neighbours.

    Raises ValueError for other geometry types, coordinates that are not finite, and addresses of
    another length.

    >>> from shapely import box
    >>> table = classify_edges([box(0, 0, 10, 20), box(10, 0, 20, 20)])
    >>> len(table.of_parcel(0))
    4
    """
    around = surroundings or Surroundings()
    geometries = np.asarray(parcels, dtype=object)
    if addresses is not None and len(addresses) != len(geometries):
        raise ValueError("addresses must be one per parcel")
    subject = np.arange(len(geometries)) if only is None else np.unique(np.asarray(only))
    rings = read_rings(geometries[subject], subject)
    _require_finite(geometries)
    if not len(rings.count):
        return _nothing()
    fabric = Fabric(
        geometries,
        np.asarray(around.open_spaces, dtype=object),
        np.asarray(around.watercourses, dtype=object),
    )
    sides = survey(rings, fabric, around.streets)
    roles = assign_roles(sides, around.streets, addresses, shapely.area(geometries))
    return EdgeTable(
        parcel=sides.parcel,
        position=_positions(sides.parcel),
        line=lines_of(rings, sides.stretches),
        kind=roles.kind,
        street=roles.street,
        street_width_m=roles.width_m,
        confidence=roles.confidence,
        source=roles.source,
    )


def _require_finite(geometries: Any) -> None:
    if not np.isfinite(shapely.get_coordinates(geometries)).all():
        raise ValueError("a parcel has a coordinate that is not finite")


def _positions(parcel: IntArray) -> IntArray:
    """0, 1, 2 … within each parcel; the rows of a parcel stand together."""
    first = np.flatnonzero(np.r_[True, parcel[1:] != parcel[:-1]])
    size = np.diff(np.r_[first, len(parcel)])
    result: IntArray = np.arange(len(parcel)) - np.repeat(first, size)
    return result


def _nothing() -> EdgeTable:
    whole = np.empty(0, dtype=np.int64)
    real = np.empty(0)
    thing = np.empty(0, dtype=object)
    return EdgeTable(
        parcel=whole,
        position=whole,
        line=thing,
        kind=thing,
        street=whole,
        street_width_m=real,
        confidence=real,
        source=thing,
    )
