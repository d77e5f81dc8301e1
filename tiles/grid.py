"""The grid of map tiles (WebMercatorQuad): which piece of the world a tile shows.

Tiles are counted from the north-west corner, 2^z to a side; x grows eastward, y southward.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.contrib.gis.geos import Polygon
from django.utils.translation import gettext as _

from gisapp.crs import WEB_MERCATOR_SRID, metric_srid, transformer
from gisapp.errors import NotThere, UmranError

EARTH_RADIUS_M = 6_378_137.0  # of the sphere that Web Mercator takes the Earth for
HALF_WORLD_M = math.pi * EARTH_RADIUS_M
TILE_PX = 256
MAX_ZOOM = 22


class BadTileAddress(UmranError):
    """The address of a tile is not made of whole numbers."""

    status = 400
    code = "bad-tile-address"


@dataclass(frozen=True)
class Tile:
    """One tile of the grid."""

    z: int
    x: int
    y: int

    @property
    def side_m(self) -> float:
        """Length of the tile's side in Web Mercator metres (longer than on the ground)."""
        return 2 * HALF_WORLD_M / 2**self.z

    @property
    def bounds_mercator(self) -> tuple[float, float, float, float]:
        """West, south, east, north in Web Mercator metres."""
        west = -HALF_WORLD_M + self.x * self.side_m
        north = HALF_WORLD_M - self.y * self.side_m
        return west, north - self.side_m, west + self.side_m, north

    @property
    def ground_per_mercator(self) -> float:
        """Metres on the ground for one Web Mercator metre, at the tile's middle."""
        _west, south, _east, north = self.bounds_mercator
        return 1 / math.cosh((south + north) / 2 / 6_378_137.0)

    @property
    def pixel_m(self) -> float:
        """Side of one screen pixel (256 to a tile) on the ground, in metres."""
        return self.side_m / TILE_PX * self.ground_per_mercator

    def bounds_metric(self, *, margin_px: float = 0) -> Polygon | None:
        """The tile with a margin as a rectangle in the stored CRS.

        None where that CRS has no coordinates for the place (the other side of the Earth).
        """
        margin = margin_px * self.side_m / TILE_PX
        west, south, east, north = self.bounds_mercator
        box = transformer(WEB_MERCATOR_SRID, metric_srid()).transform_bounds(
            west - margin, south - margin, east + margin, north + margin, densify_pts=21
        )
        if not all(math.isfinite(value) for value in box):
            return None
        rectangle = Polygon.from_bbox(box)
        rectangle.srid = metric_srid()
        return rectangle


def read_tile(z: str, x: str, y: str) -> Tile:
    """The tile of an address. Raises BadTileAddress (400) or NotThere (404, outside the grid)."""
    numbers = []
    for name, text in (("z", z), ("x", x), ("y", y)):
        if not (text.isascii() and text.isdigit() and len(text) <= 10):
            raise BadTileAddress(
                _("A tile's address is made of three whole numbers: zoom, column, row."),
                pointer=f"/{name}",
            )
        numbers.append(int(text))
    tile = Tile(*numbers)
    if tile.z > MAX_ZOOM or tile.x >= 2**tile.z or tile.y >= 2**tile.z:
        raise NotThere(_("There is no such tile in the grid."), pointer=f"/{z}/{x}/{y}")
    return tile
