"""The buildings that stand on a parcel, as the one proposal that they amount to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

import shapely

from gisapp.geometry import to_shapely
from parcels.models import Building
from permits.facts import floor_areas
from zoning.rules.measure import polygons
from zoning.rules.site import Proposal


def proposal_of_buildings(buildings: Sequence[Building]) -> Proposal | None:
    """The union of footprints, the greatest storeys and height, the sums of the rest.

    A measure that is not known of one building is not known of all: a sum with a gap would be too
    small. None where no building stands. Raises BadInput for a floor area that is no number.
    """
    if not buildings:
        return None
    footprints = [building.footprint for building in buildings]
    known = [to_shapely(footprint) for footprint in footprints if footprint is not None]
    return Proposal(
        footprint=polygons(shapely.union_all(known)) if len(known) == len(footprints) else None,
        storeys=_if_all_known(max, (building.storeys for building in buildings)),
        height_m=_if_all_known(max, (building.height_m for building in buildings)),
        floor_areas_m2=_floor_areas(buildings),
        dwelling_units=_sum(building.dwelling_units for building in buildings),
        parking_stalls=_sum(building.parking_stalls for building in buildings),
        declared={},  # the default is a view, which does not travel to another process
    )


def _floor_areas(buildings: Sequence[Building]) -> dict[str, Decimal] | None:
    """Floor area in m² by use; an empty list of uses is one that nobody filled in."""
    if not all(building.floor_areas_m2 for building in buildings):
        return None
    total: dict[str, Decimal] = {}
    for building in buildings:
        for use, area in floor_areas(building.floor_areas_m2).items():
            total[use] = total.get(use, Decimal(0)) + area
    return total


def _if_all_known(
    pick: Callable[[list[Decimal]], Decimal], values: Iterable[Decimal | None]
) -> Decimal | None:
    found = list(values)
    known = [value for value in found if value is not None]
    return pick(known) if known and len(known) == len(found) else None


def _sum(counts: Iterable[int | None]) -> Decimal | None:
    as_decimals = (None if count is None else Decimal(count) for count in counts)
    return _if_all_known(lambda known: sum(known, Decimal(0)), as_decimals)
