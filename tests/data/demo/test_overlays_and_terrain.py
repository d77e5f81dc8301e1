"""What lies over the zones, and the ground below."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
import shapely

from data.demo.overlays import height_caps_m
from data.demo.terrain import write_terrain
from data.demo.town import Town

SRID = 32637


def test_all_kinds_of_overlay_are_there(town: Town) -> None:
    kinds = {overlay.kind for overlay in town.overlays}
    assert kinds == {
        "heritage",
        "flood",
        "airport",
        "widening",
        "easement",
        "coast",
        "open_space",
    }
    assert all(overlay.geometry.is_valid for overlay in town.overlays)


def test_a_widening_takes_land_from_parcels_and_from_nothing_else(town: Town) -> None:
    land = shapely.union_all([parcel.lot.polygon for parcel in town.parcels])
    strips = [overlay.geometry for overlay in town.overlays if overlay.kind == "widening"]
    assert strips
    for strip in strips:
        assert shapely.area(shapely.difference(strip, land)) < 0.05 * shapely.area(strip)


def test_airport_surfaces_fall_towards_the_airport(town: Town) -> None:
    surfaces = [overlay for overlay in town.overlays if overlay.kind == "airport"]
    surfaces.sort(key=lambda overlay: overlay.geometry.centroid.x)
    caps = [overlay.attributes["height_limit_m"] for overlay in surfaces]
    assert caps == sorted(caps, reverse=True)


def test_the_lowest_cap_on_a_lot_counts(town: Town) -> None:
    lots = {parcel.reference: parcel.lot.polygon for parcel in town.parcels}
    caps = height_caps_m(town.overlays, lots)
    for reference, cap in list(caps.items())[:200]:
        over = [
            overlay.attributes["height_limit_m"]
            for overlay in town.overlays
            if "height_limit_m" in overlay.attributes
            and overlay.geometry.intersects(lots[reference])
        ]
        assert cap == min(over)


def test_the_wadi_floods_its_own_corridor(town: Town) -> None:
    flood = next(overlay for overlay in town.overlays if overlay.kind == "flood")
    corridor = town.layout.corridor
    assert shapely.area(corridor.intersection(flood.geometry)) > 0.9 * corridor.area


def test_the_sea_lies_below_zero_and_the_town_above(town: Town) -> None:
    terrain = town.terrain

    def height_at(x: float, y: float) -> float:
        row = int((terrain.north - y) / terrain.cell_m)
        return float(terrain.heights_m[row, int((x - terrain.west) / terrain.cell_m)])

    sea = town.layout.sea.representative_point()
    assert height_at(sea.x, sea.y) < 0
    heights = [height_at(*p.lot.polygon.centroid.coords[0]) for p in town.parcels[::20]]
    assert min(heights) > 0
    assert height_at(*town.layout.centre) < max(heights)


def test_terrain_is_written_with_its_crs_and_heights(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "terrain.tif"
    write_terrain(town.terrain, path, srid=SRID)
    with rasterio.open(path) as raster:
        assert raster.crs.to_epsg() == SRID
        assert raster.res == (town.terrain.cell_m, town.terrain.cell_m)
        assert np.array_equal(raster.read(1), town.terrain.heights_m)
