"""The town from above: how deep the wadi's flood stands, and a picture like an aerial photograph.

Both are drawn from what the town is made of, so that every raster layer has something true to show.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
import shapely
from rasterio import Affine
from rasterio.enums import ColorInterp
from rasterio.features import rasterize
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from .standards import DISTRICTS
from .town import Town

DEEPEST_M = 3.4
PHOTO_SEED = 7
SHADOW_PER_HEIGHT = 0.55  # the sun stands in the south, at about 61°

SEA, SHALLOWS, SAND, GRAVEL, ASPHALT, SHADE = range(6)
GROUND_OF = {"open_space": 6, "agricultural": 7, "industrial": 8, "commercial": 9}
YARD = 10
FIRST_ROOF = 11
COLOURS = np.array(
    [
        (38, 84, 112),  # sea
        (72, 132, 146),  # shallows
        (205, 182, 142),  # sand
        (186, 172, 148),  # gravel of the wadi
        (122, 119, 116),  # asphalt
        (84, 74, 62),  # shade
        (104, 122, 76),  # parks
        (126, 130, 74),  # farms
        (172, 164, 152),  # yards of industry
        (178, 168, 154),  # paved squares
        (196, 176, 142),  # yards of houses
        (232, 226, 214),  # roofs
        (218, 208, 192),
        (204, 190, 170),
        (190, 178, 164),
        (214, 196, 180),
    ],
    dtype="float32",
)


@dataclass(frozen=True)
class Picture:
    """Bands, north row first; `west` and `north` are the outer corner in m."""

    bands: np.ndarray
    west: float
    north: float
    cell_m: float

    @property
    def grid(self) -> Affine:
        return Affine(self.cell_m, 0, self.west, 0, -self.cell_m, self.north)


def draw_flood_depth(town: Town) -> Picture:
    """The depth of the wadi's flood in m on half a terrain cell; 0 on dry land within the scope.

    It is deepest along the wadi and runs out at the edge of the flood overlay. Outside the scope
    nobody has computed it: NaN.
    """
    area = next(one.geometry for one in town.overlays if one.kind == "flood")
    scope = town.layout.scope
    cell = max(2.5, town.terrain.cell_m / 2)
    empty = _sheet(scope.bounds, cell)
    inside = _burn(empty, [(scope, 1), (area, 2)])
    depths = np.where(inside == 0, np.nan, 0.0).astype("float32")
    rows, columns = np.nonzero(inside == 2)
    points = shapely.points(empty.west + cell * (columns + 0.5), empty.north - cell * (rows + 0.5))
    edge = shapely.boundary(area)
    for geometry in (edge, town.layout.wadi):
        shapely.prepare(geometry)
    to_edge = shapely.distance(points, edge)
    to_wadi = shapely.distance(points, town.layout.wadi)
    share = to_edge / np.maximum(to_edge + to_wadi, 1e-6)
    depths[rows, columns] = np.round(DEEPEST_M * share, 2)
    return Picture(depths[None], empty.west, empty.north, cell)


def draw_photo(town: Town) -> Picture:
    """The town as from an aeroplane: red, green and blue, a metre or more to a cell."""
    layout = town.layout
    cell = max(1.0, round(layout.radius_m / 1_600, 1))
    margin = 0.1 * layout.radius_m
    west, south, east, north = layout.scope.bounds
    empty = _sheet((west - margin, south - margin, east + margin, north + margin), cell)
    lots = [
        (parcel.lot.polygon, GROUND_OF.get(DISTRICTS[parcel.district].category, YARD))
        for parcel in town.parcels
    ]
    roofs = len(COLOURS) - FIRST_ROOF
    codes = _burn(
        empty,
        [
            (shapely.box(*_bounds(empty)), SAND),
            (layout.sea, SEA),
            (layout.sea.intersection(layout.shore.buffer(45)), SHALLOWS),
            *[(face.polygon, ASPHALT) for face in town.faces],
            *[(block.polygon, YARD) for block in town.blocks],
            (layout.corridor, GRAVEL),
            *lots,
            *[(one.right_of_way, ASPHALT) for one in town.streets if one.is_dead_end],
            *[(_shadow(one.footprint, one.height_m), SHADE) for one in town.buildings],
            *[
                (one.footprint, FIRST_ROOF + number % roofs)
                for number, one in enumerate(town.buildings)
            ],
        ],
    )
    rng = np.random.default_rng(PHOTO_SEED)
    grain = rng.normal(0, 5, size=codes.shape).astype("float32")
    bands = np.clip(COLOURS[codes] + grain[..., None], 1, 255)
    return Picture(np.moveaxis(bands, -1, 0).astype("uint8"), empty.west, empty.north, cell)


def write_picture(picture: Picture, path: Path, *, srid: int) -> None:
    """Write the bands as a GeoTIFF in the metric CRS `srid`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count, rows, columns = picture.bands.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=rows,
        width=columns,
        count=count,
        dtype=picture.bands.dtype.name,
        nodata=np.nan if picture.bands.dtype.kind == "f" else None,
        crs=f"EPSG:{srid}",
        transform=picture.grid,
        tiled=True,
    ) as file:
        file.write(picture.bands)
        if count == 3:
            file.colorinterp = [ColorInterp.red, ColorInterp.green, ColorInterp.blue]


def _shadow(footprint: BaseGeometry, height_m: float) -> BaseGeometry:
    """The ground that the building keeps the sun from, roughly: its outline moved north."""
    return affinity.translate(
        footprint, 0.3 * SHADOW_PER_HEIGHT * height_m, SHADOW_PER_HEIGHT * height_m
    )


def _sheet(bounds: tuple[float, float, float, float], cell: float) -> Picture:
    """An empty picture over these bounds."""
    west, south, east, north = bounds
    west, north = float(np.floor(west)), float(np.ceil(north))
    rows, columns = int((north - south) / cell) + 1, int((east - west) / cell) + 1
    return Picture(np.empty((0, rows, columns)), west, north, cell)


def _bounds(sheet: Picture) -> tuple[float, float, float, float]:
    _none, rows, columns = sheet.bands.shape
    return (
        sheet.west,
        sheet.north - rows * sheet.cell_m,
        sheet.west + columns * sheet.cell_m,
        sheet.north,
    )


def _burn(sheet: Picture, shapes: list[tuple[BaseGeometry, int]]) -> np.ndarray:
    """The number of the last shape over each cell's middle; 0 where there is none."""
    return np.asarray(
        rasterize(
            [(shape, number) for shape, number in shapes if not shape.is_empty],
            out_shape=sheet.bands.shape[1:],
            transform=sheet.grid,
            fill=0,
            dtype="uint8",
        )
    )
