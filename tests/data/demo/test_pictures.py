"""What the town looks like from above, and where its wadi floods."""

from __future__ import annotations

import numpy as np
import shapely

from data.demo.pictures import COLOURS, SEA, Picture, draw_flood_depth, draw_photo
from data.demo.town import Town


def cell_at(picture: Picture, x: float, y: float) -> np.ndarray:
    column, row = (
        int((x - picture.west) / picture.cell_m),
        int((picture.north - y) / picture.cell_m),
    )
    return picture.bands[:, row, column]


def test_the_flood_is_deep_in_the_wadi_and_ends_at_the_overlay(town: Town) -> None:
    flood = draw_flood_depth(town)
    area = next(one.geometry for one in town.overlays if one.kind == "flood")
    depths = flood.bands[0]
    wet = depths[np.isfinite(depths)] > 0
    assert abs(wet.sum() * flood.cell_m**2 / area.area - 1) < 0.05
    middle = town.layout.wadi.intersection(area).interpolate(0.5, normalized=True)
    assert cell_at(flood, middle.x, middle.y)[0] > 2
    dry = town.layout.scope.difference(area.buffer(20)).representative_point()
    assert cell_at(flood, dry.x, dry.y)[0] == 0


def test_outside_the_scope_no_depth_is_known(town: Town) -> None:
    depths = draw_flood_depth(town).bands[0]
    assert np.isnan(depths[0, 0])
    assert not np.isnan(depths).all()


def test_the_picture_shows_sea_and_roofs(town: Town) -> None:
    photo = draw_photo(town)
    assert photo.bands.dtype == np.uint8
    sea = town.layout.sea.difference(town.layout.shore.buffer(60))
    window = shapely.box(
        photo.west, photo.north - photo.bands.shape[1], photo.west + 300, photo.north
    )
    at = sea.intersection(window).representative_point()
    assert np.abs(cell_at(photo, at.x, at.y) - COLOURS[SEA]).max() < 30
    roof = town.buildings[0].footprint.representative_point()
    assert cell_at(photo, roof.x, roof.y).min() > 130


def test_the_same_town_gives_the_same_picture(town: Town) -> None:
    assert np.array_equal(draw_photo(town).bands, draw_photo(town).bands)
