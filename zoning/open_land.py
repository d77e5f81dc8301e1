"""Overlays that the edges of parcels face: open land and water.

The classifier of edges lives below the plan and knows no overlays; here they become the polygons
that it takes. Geometry is in the deployment's metric CRS.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import Polygon

from parcels.edges import EdgeKind
from zoning.models import Overlay

SAYS = "edges"
"""The attribute by which an overlay says itself what an edge along it faces."""
FACED = (EdgeKind.OPEN_SPACE, EdgeKind.WATERCOURSE)
# A stream or shore drawn as a line has no width. This much on either side is taken for water: just
# so much that the classifier, which looks from half a metre off the boundary, meets a line on it.
LINE_HALF_WIDTH_M = 0.6


@dataclass(frozen=True)
class OpenLand:
    """Polygons of open spaces and of watercourses."""

    open_spaces: list[shapely.Geometry]
    watercourses: list[shapely.Geometry]


def open_land(box: Polygon, *, on: date) -> OpenLand:
    """What of the overlays in force on the day lies in the box, whichever municipality's it is."""
    found: dict[EdgeKind, list[shapely.Geometry]] = defaultdict(list)
    rows = Overlay.objects.in_force(on=on).filter(geometry__bboverlaps=box).order_by("pk")
    for kind, code, attributes, wkb in rows.values_list(
        "kind", "code", "attributes", AsWKB("geometry")
    ):
        geometry = shapely.from_wkb(bytes(wkb))
        dimension = int(shapely.get_dimensions(geometry))
        faced = faced_class(kind, code, attributes, dimension=dimension)
        if faced is not None and dimension > 0:
            drawn = geometry if dimension == 2 else geometry.buffer(LINE_HALF_WIDTH_M)
            found[faced].append(drawn)
    return OpenLand(found[EdgeKind.OPEN_SPACE], found[EdgeKind.WATERCOURSE])


def faced_class(
    kind: str, code: str, attributes: Mapping[str, Any], *, dimension: int
) -> EdgeKind | None:
    """What an edge along an overlay faces; None where the overlay is no such land.

    An overlay may say it itself. Else an open space is one, and water is whatever has the code
    ``watercourse`` and the line of a coast. The area of a coast is the strip that is protected on
    land: its edges are streets and neighbours.
    """
    said = attributes.get(SAYS)
    if said is not None:
        return EdgeKind(said) if said in FACED else None
    if code == EdgeKind.WATERCOURSE or (kind == Overlay.Kind.COAST and dimension == 1):
        return EdgeKind.WATERCOURSE
    return EdgeKind.OPEN_SPACE if kind == Overlay.Kind.OPEN_SPACE else None
