"""What the rasters say of a site's ground, as facts for the engine.

Rasters are looked at only where the rulebook asks for them. A fact is stated only where the raster
knows the whole of the site: the deepest water of half a parcel is not that of the parcel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

from parcels.rasters.reading import Found, Ground, Measure, open_ground
from zoning.rules.quantities import measured
from zoning.rules.site import Site
from zoning.rules.variables import FROM_RASTERS

FIGURES: dict[str, tuple[Measure, Callable[[Found], float | None]]] = {
    "elevation_min": (Measure.ELEVATION, lambda found: found.least),
    "elevation_mean": (Measure.ELEVATION, lambda found: found.mean),
    "elevation_max": (Measure.ELEVATION, lambda found: found.greatest),
    "slope_mean": (Measure.SLOPE, lambda found: found.mean),
    "slope_max": (Measure.SLOPE, lambda found: found.greatest),
    "flood_depth_mean": (Measure.FLOOD_DEPTH, lambda found: found.mean),
    "flood_depth_max": (Measure.FLOOD_DEPTH, lambda found: found.greatest),
}


@contextmanager
def terrain_reader(municipality_id: int, names: Set[str]) -> Iterator[Callable[[Site], Site]]:
    """A function that completes sites with the variables of these names that rasters give.

    Each raster is opened once, for as many sites as are asked for.
    """
    wanted = sorted(names & FROM_RASTERS.keys())
    if not wanted:
        yield lambda site: site
        return
    measures = dict.fromkeys(FIGURES[name][0] for name in wanted)
    with open_ground(municipality_id, measures=measures) as ground:
        yield lambda site: replace(site, terrain=_facts(site, ground, wanted))


def _facts(site: Site, ground: Ground, wanted: list[str]) -> dict[str, Decimal]:
    found = ground.over(site.geometry)
    facts: dict[str, Decimal] = {}
    for name in wanted:
        measure, figure = FIGURES[name]
        value = figure(found[measure]) if found[measure].is_whole else None
        if value is not None:
            facts[name] = measured(value)
    return facts
