"""Pictures of the ground: numbers in, red, green, blue and opacity out.

Pure: arrays of one tile. Colours of a scale grow steadily darker or lighter, so that their order is
seen without seeing colour, and on a light or a dark page.
"""

from __future__ import annotations

import numpy as np

from parcels.rasters.ground import Side, gradients

SUN_AZIMUTH_DEG = 315.0
SUN_ALTITUDE_DEG = 45.0
EXAGGERATION = 3.0
STRONGEST_SHADE = 150
LIGHT_SHARE = 0.6  # light dazzles sooner than shadow darkens

RELIEF = ("#1f4e5f", "#2f7468", "#5f9467", "#9bb06a", "#d3c27f", "#ecdcb4", "#fbf6ea")
"""From the lowest to the highest place."""
SLOPES = ("#fff3d6", "#fdd08a", "#f5a35c", "#dd6f52", "#a8425f", "#5b2a63")
SLOPE_BOUNDS_DEG = (2.0, 5.0, 10.0, 15.0, 30.0)
DEPTHS = ("#bfe6f5", "#7cc3e8", "#3f8fd0", "#2f5fb3", "#3a2f8f")
DEPTH_BOUNDS_M = (0.5, 1.0, 2.0, 4.0)
DRY_M = 0.01  # water less deep than this is not drawn


def hillshade(heights_m: np.ndarray, *, width_m: Side, height_m: Side) -> np.ndarray:
    """Brightness from 0 (away from the sun) to 1, one pixel smaller on each side than the heights.

    The sides of a pixel are metres on the ground. NaN where a neighbour has no height. Level
    ground gives the sine of the sun's altitude.
    """
    eastward, northward = gradients(heights_m, width_m=width_m, height_m=height_m)
    eastward, northward = EXAGGERATION * eastward, EXAGGERATION * northward
    azimuth, altitude = np.radians(SUN_AZIMUTH_DEG), np.radians(SUN_ALTITUDE_DEG)
    sun_east = np.sin(azimuth) * np.cos(altitude)
    sun_north = np.cos(azimuth) * np.cos(altitude)
    length = np.sqrt(eastward**2 + northward**2 + 1)
    towards = np.sin(altitude) - eastward * sun_east - northward * sun_north
    return np.asarray(np.clip(towards / length, 0, 1))


def shade(brightness: np.ndarray) -> np.ndarray:
    """Shadow as transparent black, light as transparent white, level ground as nothing."""
    level = np.sin(np.radians(SUN_ALTITUDE_DEG))
    known = np.isfinite(brightness)
    difference = np.where(known, brightness - level, 0.0)
    share = np.where(difference < 0, -difference / level, difference / (1 - level) * LIGHT_SHARE)
    grey = np.where(difference < 0, 0, 255)
    opacity = np.clip(share, 0, 1) * STRONGEST_SHADE
    return np.stack([grey, grey, grey, opacity]).round().astype("uint8")


def blended(values: np.ndarray, *, stops: np.ndarray, colours: tuple[str, ...]) -> np.ndarray:
    """Each value in the colour between those of the two stops that it lies between."""
    scale = np.array([_rgb(colour) for colour in colours])
    known = np.isfinite(values)
    filled = np.where(known, values, stops[0])
    bands = [np.interp(filled, stops, scale[:, band]) for band in range(3)]
    return np.stack([*bands, np.where(known, 255, 0)]).round().astype("uint8")


def classed(
    values: np.ndarray, *, bounds: tuple[float, ...], colours: tuple[str, ...], opacity: int = 255
) -> np.ndarray:
    """Each value in the colour of its class; a bound belongs to the class above it."""
    known = np.isfinite(values)
    scale = np.array([_rgb(colour) for colour in colours])
    place = np.digitize(np.where(known, values, 0.0), bounds)
    shown = np.where(known, opacity, 0)
    return np.concatenate([np.moveaxis(scale[place], -1, 0), shown[None]]).astype("uint8")


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
