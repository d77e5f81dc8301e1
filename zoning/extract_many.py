"""What the plan says of many parcels on one date, in short: districts and overlays with percent.

The same arithmetic as the extract (``zoning.overlaps``), with the city's zones and overlays read
once instead of once for each parcel.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gisapp.geometry import to_shapely
from zoning.models import Overlay, PlanVersion, Zone
from zoning.overlaps import Land, Layer, Share, reach, share_of, together


@dataclass(frozen=True)
class Brief:
    """Districts by code, the largest first, and overlays in force, each with its share."""

    drawn_area_m2: float = 0.0
    districts: dict[str, Share] = field(default_factory=dict)
    overlays: tuple[tuple[Overlay, Share], ...] = ()


def briefs_of(lands: Mapping[int, Land], *, municipality: int, on: date) -> dict[int, Brief]:
    """What holds on each land of a municipality on the day, by the key that it comes under."""
    versions = PlanVersion.objects.filter(plan__municipality=municipality).in_force(on=on)
    zones = list(
        Zone.objects.filter(version__in=versions.order_by().values("pk"))
        .select_related("district")
        .order_by("pk")
    )
    overlays = list(
        Overlay.objects.filter(municipality=municipality)
        .in_force(on=on)
        .order_by("kind", "code", "pk")
    )
    drawn = [to_shapely(overlay.geometry) for overlay in overlays]
    reached = list(reach(drawn, [overlay.distance_m for overlay in overlays]))
    grounds = list(lands.values())
    on_zones = _on(grounds, [to_shapely(zone.geometry) for zone in zones])
    on_overlays = _on(grounds, reached)
    return {
        key: Brief(
            land.drawn_area_m2,
            _districts([(zones[thing], share) for thing, share in on_zones[nth]]),
            tuple((overlays[thing], share) for thing, share in on_overlays[nth]),
        )
        for nth, (key, land) in enumerate(lands.items())
    }


def _on(lands: Sequence[Land], things: Sequence[Any]) -> dict[int, list[tuple[int, Share]]]:
    """Of each land the things on it with their shares, in the order of things."""
    found: dict[int, list[tuple[int, Share]]] = defaultdict(list)
    if not things:
        return found
    layer = Layer(things)
    pairs = zip(*layer.on([land.geometry for land in lands]), strict=True)
    for land, thing, part in pairs:
        share = share_of(lands[land], part, int(layer.dimensions[thing]))
        if share is not None:
            found[int(land)].append((int(thing), share))
    return found


def _districts(zones: Sequence[tuple[Zone, Share]]) -> dict[str, Share]:
    if len(zones) == 1:
        ((zone, share),) = zones
        return {zone.district.code: share}
    by_code: dict[str, list[Share]] = defaultdict(list)
    for zone, share in zones:
        by_code[zone.district.code].append(share)
    summed = {code: together(some) for code, some in by_code.items()}
    return dict(sorted(summed.items(), key=lambda one: (-(one[1].area_m2 or 0.0), one[0])))
