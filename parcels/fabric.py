"""A drawing of the city's own fabric: parcels and buildings of its middle, as one small SVG.

Purely an ornament of the home page; colours follow the visitor's light or dark scheme.
"""

from __future__ import annotations

from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from parcels.models import Building, Parcel

WIDTH_M, HEIGHT_M = 460.0, 330.0
MOST_SHAPES = 1500

STYLE = (
    "path{vector-effect:non-scaling-stroke}"
    ".p{fill:none;stroke:#0b5c5b;stroke-opacity:.45;stroke-width:1}"
    ".b{fill:#0b5c5b;fill-opacity:.16}"
    "@media(prefers-color-scheme:dark){.p{stroke:#6cc7bf;stroke-opacity:.35}"
    ".b{fill:#6cc7bf;fill-opacity:.14}}"
)


def fabric_svg() -> str | None:
    """The drawing, in metres with y downwards; None where the city has no parcels."""
    centre = _middle()
    if centre is None:
        return None
    west, north = centre.x - WIDTH_M / 2, centre.y + HEIGHT_M / 2
    frame = Polygon.from_bbox((west, north - HEIGHT_M, west + WIDTH_M, north))
    frame.srid = centre.srid
    shapes = (
        ("p", Parcel.objects.filter(geometry__bboverlaps=frame).values_list("geometry")),
        ("b", Building.objects.filter(footprint__bboverlaps=frame).values_list("footprint")),
    )
    drawn = "".join(
        f'<path class="{name}" d="{"".join(_path(row[0], west, north) for row in rows)}"/>'
        for name, rows in ((name, rows[:MOST_SHAPES]) for name, rows in shapes)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH_M:.0f} {HEIGHT_M:.0f}" '
        f'preserveAspectRatio="xMidYMid slice"><style>{STYLE}</style>{drawn}</svg>'
    )


def _middle() -> Point | None:
    extent = Parcel.objects.aggregate(extent=Extent("geometry"))["extent"]
    if extent is None:
        return None
    west, south, east, north = extent
    srid = Parcel._meta.get_field("geometry").srid
    return Point((west + east) / 2, (south + north) / 2, srid=srid)


def _path(shape: MultiPolygon | None, west: float, north: float) -> str:
    """The rings as SVG path data, to a decimetre."""
    if shape is None:
        return ""
    rings = (ring for part in shape.coords for ring in part)
    return "".join(
        "M" + "L".join(f"{x - west:.1f} {north - y:.1f}" for x, y in ring[:-1]) + "Z"
        for ring in rings
    )
