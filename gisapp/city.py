"""The city this deployment serves, read from its profile in ``data/cities/``.

Only the few facts that settings need are read here; ``parcels.profile`` reads the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

PROFILES = Path(__file__).resolve().parent.parent / "data" / "cities"


class UnknownCity(Exception):
    """There is no profile of that name; the message lists those there are."""


@dataclass(frozen=True)
class City:
    """A city's key (file name of its profile), metric CRS (EPSG code) and time zone."""

    key: str
    metric_srid: int
    time_zone: str
    default_language: str


def city_keys() -> list[str]:
    """The cities that have a profile."""
    return sorted(path.stem for path in PROFILES.glob("*.yaml"))


def load_city(key: str) -> City:
    """Read the facts that settings need from ``data/cities/<key>.yaml``.

    Raises UnknownCity when there is no such profile or it names no metric CRS.
    """
    path = PROFILES / f"{key}.yaml"
    if key not in city_keys():
        raise UnknownCity(f"No city profile {path.name}; there are: {', '.join(city_keys())}.")
    profile = yaml.safe_load(path.read_text(encoding="utf-8"))
    if "crs" not in profile:
        raise UnknownCity(f"{path.name} names no metric CRS; add a line such as `crs: 32637`.")
    return City(
        key=key,
        metric_srid=int(profile["crs"]),
        time_zone=profile.get("time_zone", "UTC"),
        default_language=profile.get("language", "en"),
    )
