"""The names that expressions may use, each with its type and meaning.

A rulebook adds ``<use>_floor_area`` for every land use that it declares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from zoning.rules.expressions import TEXT, TRUTH, Type
from zoning.rules.quantities import ANGLE

# name → (type, unit shown to people, meaning)
VARIABLES: Mapping[str, tuple[Type, str, str]] = MappingProxyType(
    {
        "lot_area": (2, "m2", "registered area of the parcel; else surveyed; else measured"),
        "net_lot_area": (2, "m2", "area of the parcel less the land that a road widening takes"),
        "measured_lot_area": (2, "m2", "area of the parcel's polygon"),
        "street_width": (1, "m", "width of the street that the edge faces; else of the front's"),
        "widest_street_width": (1, "m", "width of the widest street that the parcel faces"),
        "frontage": (1, "m", "length of the front edges"),
        "lot_depth": (1, "m", "greatest distance from the front edges to the rest of the parcel"),
        "corner_lot": (TRUTH, "", "whether the parcel faces a second street"),
        "beside_park": (TRUTH, "", "whether the parcel faces open land"),
        "edge_length": (1, "m", "length of the edge that is judged"),
        "storeys": (0, "count", "storeys above ground"),
        "height": (1, "m", "height of the building"),
        "dwelling_units": (0, "count", "number of dwellings"),
        "floor_area": (2, "m2", "sum of the floor areas of all uses"),
        "footprint_area": (2, "m2", "area of the footprint"),
        "building_length": (1, "m", "longer side of the building"),
        "building_width": (1, "m", "shorter side of the building"),
        "parking_stalls": (0, "stalls", "parking stalls provided"),
        "overlay_height_limit": (1, "m", "lowest height limit of the overlays on the parcel"),
        "elevation_min": (1, "m", "height of the lowest ground of the parcel above the sea"),
        "elevation_mean": (1, "m", "mean height of the parcel's ground above the sea"),
        "elevation_max": (1, "m", "height of the highest ground of the parcel above the sea"),
        "slope_mean": (ANGLE, "deg", "mean slope of the parcel's ground; 0° is level"),
        "slope_max": (ANGLE, "deg", "slope of the steepest ground of the parcel"),
        "flood_depth_mean": (1, "m", "mean depth of the flood on the parcel"),
        "flood_depth_max": (1, "m", "greatest depth of the flood on the parcel"),
        "district": (TEXT, "", "code of the zoning district"),
    }
)

FLOOR_AREA_SUFFIX = "_floor_area"
# Levels, which lie below the sea in places; no other measure is less than nothing.
LEVELS = frozenset({"elevation_min", "elevation_mean", "elevation_max"})
# What the site's rasters say, each with the source that is named for it.
FROM_RASTERS: Mapping[str, str] = MappingProxyType(
    {
        "elevation_min": "terrain_model",
        "elevation_mean": "terrain_model",
        "elevation_max": "terrain_model",
        "slope_mean": "terrain_model",
        "slope_max": "terrain_model",
        "flood_depth_mean": "flood_map",
        "flood_depth_max": "flood_map",
    }
)


def types(uses: Iterable[str]) -> dict[str, Type]:
    """The type of every variable of a rulebook with these land uses."""
    known: dict[str, Type] = {name: type_ for name, (type_, _, _) in VARIABLES.items()}
    known.update({f"{use}{FLOOR_AREA_SUFFIX}": 2 for use in uses})
    return known


def unit_of(name: str) -> str:
    """The unit in which a variable is shown; empty for words and conditions."""
    return VARIABLES[name][1] if name in VARIABLES else "m2"
