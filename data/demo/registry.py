"""An application as a record, and what the drawing of applications reads from the town."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from shapely.geometry import MultiPolygon

from .buildings import Building
from .names import Name
from .sites import Site, site_of
from .standards import DISTRICTS, DISTRICTS_2016, District
from .zones import IN_FORCE, PREDECESSOR

if TYPE_CHECKING:
    from .parcels import Parcel
    from .streets import Street

NEW_PLAN_FROM = date(2024, 3, 1)
MORE_COVERAGE_FROM = date(2025, 7, 1)  # medium density may cover five points more


@dataclass(frozen=True)
class Application:
    """One application. What is None the applicant left out; `breaks` are the rules it breaks.

    `breaks` is measured on the finished drawing: setback_front, setback_secondary, setback_side,
    setback_rear, coverage, floor_area_ratio, height, storeys, parking, land_use.
    """

    number: str
    kind: str
    status: str
    filed: date | None
    version: str | None
    parcels: tuple[str, ...]
    title: Name
    footprint: MultiPolygon | None
    storeys: int | None
    height_m: float | None
    floor_areas_m2: dict[str, float] | None
    dwelling_units: int | None
    parking_stalls: int | None
    breaks: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    roof_annex_m2: float | None = None


@dataclass(frozen=True)
class Registry:
    """What the drawing of applications reads from the town."""

    parcels: list[Parcel]
    streets: list[Street]
    buildings: dict[str, Building]
    districts_of_faces: dict[str, dict[int, str]]
    height_caps_m: dict[str, float]

    def site(self, parcel: Parcel) -> Site | None:
        return site_of(
            parcel.lot,
            self.streets,
            registered_area_m2=parcel.registered_area_m2,
            height_cap_m=self.height_caps_m.get(parcel.reference, math.inf),
        )

    def district(self, parcel: Parcel, filed: date) -> District:
        """The district of a parcel in the plan in force on a day, with that day's limits."""
        version = PREDECESSOR if filed < NEW_PLAN_FROM else IN_FORCE
        code = self.districts_of_faces[version][parcel.face]
        if version == PREDECESSOR:
            return DISTRICTS_2016[code]
        if code == "RM" and filed >= MORE_COVERAGE_FROM:
            return replace(DISTRICTS[code], coverage_pct=DISTRICTS[code].coverage_pct + 5)
        return DISTRICTS[code]
