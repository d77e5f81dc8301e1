"""A few made-up parcels in files, in the demo's metric CRS (EPSG:32637) unless told otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas
import pyogrio
from shapely.geometry import LineString, Polygon, box

from parcels.importer.profile import Profile
from parcels.importer.profile_file import load_profile

METRIC = 32637
EAST, NORTH = 459_400.0, 2_698_600.0  # about 38.60° E, 24.40° N


def plot(column: int, row: int = 0, *, width_m: float = 20, depth_m: float = 30) -> Polygon:
    """A rectangular plot of a grid."""
    x, y = EAST + column * 20, NORTH + row * 30
    return box(x, y, x + width_m, y + depth_m)


def bow_tie(column: int) -> Polygon:
    """A plot whose boundary crosses itself: two triangles of 150 m² each."""
    x, y = EAST + column * 20, NORTH
    return Polygon([(x, y), (x + 20, y + 30), (x + 20, y), (x, y + 30)])


def street(column: int) -> LineString:
    x = EAST + column * 20
    return LineString([(x, NORTH), (x, NORTH + 300)])


PARCEL_KEY = {"column": "ml", "pattern": "(?P<block>[0-9]+)-(?P<number>[0-9]+)"}


def parcels_frame(keys: list[str], geometries: list[Any] | None = None, **columns: Any) -> Any:
    shapes = geometries if geometries is not None else [plot(i) for i in range(len(keys))]
    return geopandas.GeoDataFrame({"ml": keys, **columns}, geometry=shapes, crs=METRIC)


def write(frame: Any, path: Path, *, layer: str | None = None, **options: Any) -> Path:
    """Write a frame as whatever the name's ending says."""
    pyogrio.write_dataframe(frame, path, layer=layer, **options)
    return path


def parcels_layer(**changes: Any) -> dict[str, Any]:
    return {
        "name": "parcels",
        "target": "parcels",
        "file": "town.gpkg",
        "key": dict(PARCEL_KEY),
        **changes,
    }


def profile(*layers: dict[str, Any], **changes: Any) -> Profile:
    return Profile.model_validate(
        {
            "city": "testville",
            "names": {"ar": "بلدة", "en": "Testville"},
            "crs": METRIC,
            "attribution": ["Made up"],
            "layers": list(layers),
            **changes,
        }
    )


def layer(**changes: Any) -> Any:
    return profile(parcels_layer(**changes)).layers[0]


def profile_file(folder: Path, text: str) -> Any:
    path = folder / "town.yaml"
    path.write_text(text, encoding="utf-8")
    return load_profile(path)
