"""The zoning districts and the limits each one sets, in the plan in force and in its predecessor.

The limits here steer the drawing of buildings and proposals. The law of the town is the rulebook in
`data/rulebooks/demo.yaml`; a test holds the two against each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from .names import Name


@dataclass(frozen=True)
class District:
    """A district and its limits: % of the lot, ratio, storeys, metres, m²."""

    code: str
    name: Name
    colour: str
    category: str
    coverage_pct: float
    floor_area_ratio: float
    storeys: int
    height_steps: tuple[tuple[float, float], ...]  # (street width from, height) in m, ascending
    front_m: float
    street_share: float  # the front setback is at least this share of the street's width
    side_m: float
    rear_m: float
    side_step_m: float = 0.0  # side and rear setback growth per storey above four
    min_lot_m2: float = 0.0
    min_frontage_m: float = 0.0
    uses: tuple[str, ...] = ("residential",)
    built_share: float = 0.87
    storey_m: float = 3.3
    height_per_street: tuple[float, float, float] | None = None  # share of width, least, most in m

    def height_limit_m(self, street_width_m: float) -> float:
        """The tallest building on a street of this width, in m."""
        if self.height_per_street is not None:
            share, least, most = self.height_per_street
            return min(max(share * street_width_m, least), most)
        limit = self.height_steps[0][1]
        for start, height in self.height_steps:
            if street_width_m >= start:
                limit = height
        return limit

    def front_setback_m(self, street_width_m: float) -> float:
        return max(self.front_m, self.street_share * street_width_m)

    @property
    def secondary_m(self) -> float:
        """The setback from a second street: three fifths of the front's, in whole metres."""
        return float(math.ceil(0.6 * self.front_m))

    def growth_m(self, storeys: int) -> float:
        return self.side_step_m * max(0, storeys - 4)


def _always(height_m: float) -> tuple[tuple[float, float], ...]:
    return ((0.0, height_m),)


_TABLE = (
    District(
        code="OC",
        name=Name("المدينة القديمة", "Old core", "Médina"),
        colour="#c9a27e",
        category="residential",
        coverage_pct=85,
        floor_area_ratio=2.2,
        storeys=3,
        height_steps=((0, 7.5), (6, 10.5)),
        front_m=0,
        street_share=0,
        side_m=0,
        rear_m=0,
        min_lot_m2=60,
        min_frontage_m=4,
        uses=("residential", "retail"),
        built_share=0.93,
    ),
    District(
        code="SQ",
        name=Name("السوق والتراث", "Souq and heritage", "Souk et patrimoine"),
        colour="#a9744f",
        category="mixed",
        coverage_pct=95,
        floor_area_ratio=1.9,
        storeys=2,
        height_steps=_always(8),
        front_m=0,
        street_share=0,
        side_m=0,
        rear_m=0,
        min_lot_m2=30,
        min_frontage_m=3,
        uses=("retail", "residential"),
        built_share=0.96,
        storey_m=3.6,
    ),
    District(
        code="V",
        name=Name("سكن فلل منخفض الكثافة", "Villas, low density", "Villas, faible densité"),
        colour="#f3e3a8",
        category="residential",
        coverage_pct=45,
        floor_area_ratio=0.9,
        storeys=2,
        height_steps=_always(9),
        front_m=5,
        street_share=0.25,
        side_m=3,
        rear_m=4,
        min_lot_m2=400,
        min_frontage_m=12,
        uses=("residential",),
        built_share=0.82,
        storey_m=3.6,
    ),
    District(
        code="RM",
        name=Name("سكن متوسط الكثافة", "Residential, medium density", "Habitat, moyenne densité"),
        colour="#ebc477",
        category="residential",
        coverage_pct=60,
        floor_area_ratio=2,
        storeys=4,
        height_steps=((0, 10.5), (12, 14), (20, 17.5)),
        front_m=3,
        street_share=0.2,
        side_m=2,
        rear_m=3,
        min_lot_m2=250,
        min_frontage_m=10,
        uses=("residential", "office"),
    ),
    District(
        code="RH",
        name=Name("سكن عالي الكثافة", "Residential, high density", "Habitat, forte densité"),
        colour="#d99a52",
        category="residential",
        coverage_pct=65,
        floor_area_ratio=3.6,
        storeys=7,
        height_steps=((0, 14), (12, 17.5), (16, 24.5)),
        front_m=3,
        street_share=1 / 6,
        side_m=2,
        rear_m=3,
        side_step_m=0.5,
        min_lot_m2=300,
        min_frontage_m=14,
        uses=("residential", "retail", "office"),
        built_share=0.9,
    ),
    District(
        code="MX",
        name=Name("محاور مختلطة الاستعمال", "Mixed-use avenue", "Avenue à usage mixte"),
        colour="#cf7f7a",
        category="mixed",
        coverage_pct=70,
        floor_area_ratio=4.5,
        storeys=9,
        height_steps=_always(14),
        front_m=3,
        street_share=0,
        side_m=2,
        rear_m=4,
        side_step_m=0.5,
        min_lot_m2=300,
        min_frontage_m=15,
        uses=("retail", "office", "residential"),
        built_share=0.88,
        storey_m=3.5,
        height_per_street=(1.1, 14, 33),
    ),
    District(
        code="CC",
        name=Name("المركز التجاري", "Commercial centre", "Centre commercial"),
        colour="#b5525c",
        category="commercial",
        coverage_pct=75,
        floor_area_ratio=6,
        storeys=12,
        height_steps=((0, 24), (16, 32), (24, 45)),
        front_m=4,
        street_share=0.1,
        side_m=3,
        rear_m=4,
        side_step_m=0.5,
        min_lot_m2=600,
        min_frontage_m=20,
        uses=("retail", "office", "hotel"),
        built_share=0.86,
        storey_m=3.8,
    ),
    District(
        code="LI",
        name=Name("صناعات خفيفة", "Light industry", "Industrie légère"),
        colour="#a99bb8",
        category="industrial",
        coverage_pct=60,
        floor_area_ratio=1.2,
        storeys=3,
        height_steps=_always(14),
        front_m=6,
        street_share=0,
        side_m=4,
        rear_m=4,
        min_lot_m2=1000,
        min_frontage_m=20,
        uses=("industrial", "office"),
        built_share=0.82,
        storey_m=5,
    ),
    District(
        code="LG",
        name=Name("خدمات لوجستية", "Logistics", "Logistique"),
        colour="#8a86a6",
        category="industrial",
        coverage_pct=55,
        floor_area_ratio=0.8,
        storeys=2,
        height_steps=_always(18),
        front_m=10,
        street_share=0,
        side_m=6,
        rear_m=6,
        min_lot_m2=3000,
        min_frontage_m=30,
        uses=("warehouse", "office"),
        built_share=0.7,
        storey_m=8,
    ),
    District(
        code="PF",
        name=Name("مرافق عامة", "Public facilities", "Équipements publics"),
        colour="#7f9cc0",
        category="public",
        coverage_pct=50,
        floor_area_ratio=1.5,
        storeys=4,
        height_steps=_always(16),
        front_m=5,
        street_share=0,
        side_m=4,
        rear_m=4,
        min_lot_m2=500,
        min_frontage_m=15,
        uses=("public",),
        built_share=0.88,
        storey_m=4,
    ),
    District(
        code="EH",
        name=Name("تعليم وصحة", "Education and health campus", "Campus santé et enseignement"),
        colour="#5f86b3",
        category="public",
        coverage_pct=40,
        floor_area_ratio=1.6,
        storeys=6,
        height_steps=_always(24),
        front_m=10,
        street_share=0,
        side_m=6,
        rear_m=6,
        min_lot_m2=2000,
        min_frontage_m=30,
        uses=("education", "health"),
        built_share=0.85,
        storey_m=4,
    ),
    District(
        code="PO",
        name=Name("حدائق ومناطق مفتوحة", "Parks and open space", "Parcs et espaces ouverts"),
        colour="#9cc18b",
        category="open_space",
        coverage_pct=5,
        floor_area_ratio=0.05,
        storeys=1,
        height_steps=_always(5),
        front_m=10,
        street_share=0,
        side_m=10,
        rear_m=10,
        uses=("open_space",),
        built_share=0.05,
        storey_m=4,
    ),
    District(
        code="AG",
        name=Name("بساتين النخيل", "Palm groves", "Palmeraies"),
        colour="#c3cf94",
        category="agricultural",
        coverage_pct=10,
        floor_area_ratio=0.15,
        storeys=2,
        height_steps=_always(7.5),
        front_m=10,
        street_share=0,
        side_m=6,
        rear_m=6,
        min_lot_m2=2500,
        min_frontage_m=20,
        uses=("agriculture",),
        built_share=0.4,
        storey_m=3.5,
    ),
    District(
        code="CT",
        name=Name("سياحة ساحلية", "Coastal tourism", "Tourisme côtier"),
        colour="#7fc0b8",
        category="tourism",
        coverage_pct=35,
        floor_area_ratio=1.4,
        storeys=6,
        height_steps=_always(24),
        front_m=8,
        street_share=0,
        side_m=6,
        rear_m=10,
        min_lot_m2=1500,
        min_frontage_m=25,
        uses=("hotel", "retail"),
        built_share=0.7,
        storey_m=3.8,
    ),
    District(
        code="SD",
        name=Name("تطوير خاص", "Special development", "Aménagement spécial"),
        colour="#c7b6c9",
        category="special",
        coverage_pct=50,
        floor_area_ratio=2.5,
        storeys=7,
        height_steps=_always(28),
        front_m=6,
        street_share=0,
        side_m=5,
        rear_m=5,
        min_lot_m2=1000,
        min_frontage_m=20,
        uses=("residential", "office", "retail"),
        built_share=0.22,
        storey_m=3.6,
    ),
)

DISTRICTS: dict[str, District] = {row.code: row for row in _TABLE}

# Parking as the rulebook asks for it.
STALLS_PER_DWELLING = {"V": 2.0, "RM": 1.0, "RH": 1.0, "MX": 1.0, "SD": 1.0}
PARKING_M2_PER_STALL = {
    "retail": 50.0,
    "office": 60.0,
    "hotel": 120.0,
    "industrial": 150.0,
    "warehouse": 300.0,
    "public": 80.0,
    "education": 120.0,
    "health": 80.0,
}


def parking_required(code: str, dwellings: int, floors_m2: dict[str, float]) -> int:
    """Stalls the rulebook asks for; none in the old core and the souq."""
    if code in {"OC", "SQ"}:
        return 0
    need = dwellings * STALLS_PER_DWELLING.get(code, 1.0)
    for use, area in floors_m2.items():
        if use in PARKING_M2_PER_STALL:
            need += area / PARKING_M2_PER_STALL[use]
    return math.ceil(need - 1e-9)


def _as_in_2016() -> dict[str, District]:
    """The limits of the predecessor plan: lower, and mostly not yet tied to the street's width."""
    older = dict(DISTRICTS)
    changes: dict[str, dict[str, Any]] = {
        "V": {"coverage_pct": 40, "floor_area_ratio": 0.8, "height_steps": _always(8.0)},
        "RM": {
            "coverage_pct": 55, "floor_area_ratio": 1.6, "storeys": 3,
            "height_steps": _always(10.5), "street_share": 0.0,
        },
        "RH": {
            "coverage_pct": 60, "floor_area_ratio": 2.6, "storeys": 5,
            "height_steps": ((0.0, 14.0), (14.0, 17.5)), "street_share": 0.0, "side_step_m": 0.0,
        },
        "CC": {"coverage_pct": 70, "floor_area_ratio": 4.5, "storeys": 9,
               "height_steps": ((0.0, 20.0), (20.0, 34.5))},
        "OC": {"coverage_pct": 90, "floor_area_ratio": 2.5},
    }  # fmt: skip
    for code, values in changes.items():
        older[code] = replace(DISTRICTS[code], **values)
    return older


DISTRICTS_2016 = _as_in_2016()
