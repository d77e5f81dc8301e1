"""The largest floor area that the rules permit, and which of them governs.

Maximum = min(floor-area ratio × base, Σ of the storeys' polygons after the coverage cap, storeys ×
coverage cap): step 7 of the specification. A limit of height caps the number of storeys, and with
it the floor area; a rulebook without a floor-area ratio does not leave it uncapped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from decimal import Decimal
from functools import partial
from typing import Any

from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from zoning.rules.case import Case
from zoning.rules.envelope import (
    MOST_STOREYS,
    Envelope,
    areas_left,
    has_tiers,
    setbacks,
    storey_areas,
)
from zoning.rules.limits import Limit, least
from zoning.rules.measure import BASE_VARIABLE, area_m2, polygons
from zoning.rules.quantities import plain
from zoning.rules.records import record
from zoning.rules.storeys import most_storeys, storey_height_m

# The terms of the minimum; of equal ones the first is named.
FLOOR_AREA_RATIO, COVERAGE, SETBACK = "floor_area_ratio", "coverage", "setback"


@record(frozen=True)
class Capacity:
    """The largest floor area in m², the limit that governs it, and what each limit alone allows.

    ``storeys`` is the number for which it was found, ``storeys_by`` what caps that number. Without
    a floor area nothing caps it that is known; ``complete`` is off where something is still open.
    """

    floor_area_m2: Decimal | None
    governed_by: str = ""
    storeys: int | None = None
    storeys_by: str = ""
    terms_m2: Mapping[str, Decimal] = field(default_factory=dict)
    complete: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "floor_area_m2": None if self.floor_area_m2 is None else plain(self.floor_area_m2),
            "governed_by": self.governed_by,
            "storeys": self.storeys,
            "storeys_by": self.storeys_by,
            "terms_m2": {name: plain(value) for name, value in self.terms_m2.items()},
            "complete": self.complete,
        }


def capacity(case: Case, envelope: Envelope) -> Capacity:
    """The largest floor area of a building of the stated storeys, else of any permitted number."""
    stated = case.value("storeys")
    if isinstance(stated, Decimal) and 1 <= stated <= MOST_STOREYS:
        return _of_storeys(case, envelope, int(stated), "proposal", same=True)
    most, by, sure = most_storeys(case)
    if most is None:
        return _of_storeys(case, envelope, None, "")
    storey = storey_height_m(case)
    found = [
        _of_storeys(_with_storeys(case, count, storey), envelope, count, by)
        for count in range(1, min(most, MOST_STOREYS) + 1)
    ]
    best = [one for one in found if one.floor_area_m2 is not None]
    if not best:
        return Capacity(None, complete=False)
    largest = max(best, key=lambda one: one.floor_area_m2 or Decimal(0))
    return largest if sure else replace(largest, complete=False)


def _with_storeys(case: Case, count: int, storey: Decimal | None) -> Case:
    height = None if storey is None else storey * count
    return case.assuming(storeys=Decimal(count), height=height)


def _of_storeys(
    case: Case, envelope: Envelope, count: int | None, by: str, *, same: bool = False
) -> Capacity:
    """The largest floor area of a building of this many storeys.

    ``same`` says that the envelope was made for just these.
    """
    terms: dict[str, Decimal] = {}
    complete = envelope.complete
    of_lot = partial(_of_its_lot, case)
    most, sure = least(case, "floor_area_ratio", comparable=of_lot)
    complete &= sure
    if most is not None:
        terms[FLOOR_AREA_RATIO] = most
    if count is not None:
        cap, sure = least(case, "coverage", comparable=of_lot)
        complete &= sure
        if cap is not None:
            terms[COVERAGE] = cap * count
        storeys = _storeys_m2(case, envelope, count, same=same)
        terms[SETBACK] = sum(
            [area if cap is None else min(area, cap) for area in storeys], Decimal(0)
        )
    if not terms:
        return Capacity(None, complete=False)
    governs = min(terms, key=lambda name: terms[name])
    return Capacity(terms[governs], governs, count, by, terms, complete)


def _of_its_lot(case: Case, limit: Limit) -> Decimal | None:
    """A ratio as m² of the lot area that its rule takes it of."""
    base = case.lot_area_m2(BASE_VARIABLE[limit.rule.rule.base])
    return None if limit.value is None else limit.value * base


def _storeys_m2(case: Case, envelope: Envelope, count: int, *, same: bool) -> Sequence[Decimal]:
    """The area of the strict envelope at each storey."""
    ground = envelope.strict if same else _ground(case, envelope)
    storey = storey_height_m(case) if has_tiers(case) else None
    if storey is None:
        return [envelope.area_m2 if same else area_m2(ground)] * count
    tops = [storey * (index + 1) for index in range(count)]
    return [area_m2(area) for area in storey_areas(case, tops, ground, envelope.exclusions)]


def _ground(case: Case, envelope: Envelope) -> Polygon | MultiPolygon:
    """The envelope on the ground of a building of other storeys than the envelope was made for."""
    widths = [one.strict_m or 0.0 for one in setbacks(case)]
    if widths == [one.strict_m or 0.0 for one in envelope.setbacks]:
        return envelope.strict
    ground: BaseGeometry = areas_left([(case, widths)])[0]
    for one in envelope.exclusions:
        ground = ground.difference(one.geometry)
    return polygons(ground)
