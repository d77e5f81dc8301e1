"""The zoning districts: names, colours, the limits each one sets, and where they go on the map.

The limits here steer the drawing of buildings and proposals. The law of the town is the rulebook in
`data/rulebooks/demo.yaml`; a test holds the two against each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

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

    def height_limit_m(self, street_width_m: float) -> float:
        """The tallest building on a street of this width, in m."""
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


DISTRICTS: dict[str, District] = {
    row.code: row
    for row in (
        District(
            "OC",
            Name("المدينة القديمة", "Old core", "Médina"),
            "#c9a27e",
            "residential",
            85,
            2.2,
            3,
            ((0.0, 7.5), (6.0, 10.5)),
            0,
            0,
            0,
            0,
            min_lot_m2=60,
            min_frontage_m=4,
            uses=("residential", "retail"),
            built_share=0.93,
        ),
        District(
            "SQ",
            Name("السوق والتراث", "Souq and heritage", "Souk et patrimoine"),
            "#a9744f",
            "mixed",
            95,
            1.9,
            2,
            _always(8.0),
            0,
            0,
            0,
            0,
            min_lot_m2=30,
            min_frontage_m=3,
            uses=("retail", "residential"),
            built_share=0.96,
            storey_m=3.6,
        ),
        District(
            "V",
            Name("سكن فلل منخفض الكثافة", "Villas, low density", "Villas, faible densité"),
            "#f3e3a8",
            "residential",
            45,
            0.9,
            2,
            _always(9.0),
            5,
            0.25,
            3,
            4,
            min_lot_m2=400,
            min_frontage_m=14,
            built_share=0.82,
            storey_m=3.6,
        ),
        District(
            "RM",
            Name("سكن متوسط الكثافة", "Residential, medium density", "Habitat, moyenne densité"),
            "#ebc477",
            "residential",
            60,
            2.0,
            4,
            ((0.0, 10.5), (12.0, 14.0), (20.0, 17.5)),
            3,
            0.2,
            2,
            3,
            min_lot_m2=250,
            min_frontage_m=12,
            uses=("residential", "office"),
            built_share=0.87,
        ),
        District(
            "RH",
            Name("سكن عالي الكثافة", "Residential, high density", "Habitat, forte densité"),
            "#d99a52",
            "residential",
            65,
            3.6,
            7,
            ((0.0, 14.0), (12.0, 17.5), (16.0, 24.5)),
            3,
            1 / 6,
            2,
            3,
            0.5,
            min_lot_m2=300,
            min_frontage_m=14,
            uses=("residential", "retail", "office"),
            built_share=0.9,
        ),
        District(
            "MX",
            Name("محاور مختلطة الاستعمال", "Mixed-use avenue", "Avenue à usage mixte"),
            "#cf7f7a",
            "mixed",
            70,
            4.5,
            9,
            ((0.0, 14.0), (16.0, 21.0), (22.0, 28.0), (30.0, 33.0)),
            3,
            0.0,
            2,
            4,
            0.5,
            min_lot_m2=350,
            min_frontage_m=15,
            uses=("retail", "office", "residential"),
            built_share=0.88,
            storey_m=3.5,
        ),
        District(
            "CC",
            Name("المركز التجاري", "Commercial centre", "Centre commercial"),
            "#b5525c",
            "commercial",
            75,
            6.0,
            12,
            ((0.0, 24.0), (16.0, 32.0), (24.0, 45.0)),
            4,
            0.1,
            3,
            4,
            0.5,
            min_lot_m2=600,
            min_frontage_m=20,
            uses=("retail", "office", "hotel"),
            built_share=0.86,
            storey_m=3.8,
        ),
        District(
            "LI",
            Name("صناعات خفيفة", "Light industry", "Industrie légère"),
            "#a99bb8",
            "industrial",
            60,
            1.2,
            3,
            _always(14.0),
            6,
            0.0,
            4,
            4,
            min_lot_m2=1000,
            min_frontage_m=20,
            uses=("industrial", "office"),
            built_share=0.82,
            storey_m=5.0,
        ),
        District(
            "LG",
            Name("خدمات لوجستية", "Logistics", "Logistique"),
            "#8a86a6",
            "industrial",
            55,
            0.8,
            2,
            _always(18.0),
            10,
            0.0,
            6,
            6,
            min_lot_m2=3000,
            min_frontage_m=30,
            uses=("warehouse", "office"),
            built_share=0.7,
            storey_m=8.0,
        ),
        District(
            "PF",
            Name("مرافق عامة", "Public facilities", "Équipements publics"),
            "#7f9cc0",
            "public",
            50,
            1.5,
            4,
            _always(16.0),
            5,
            0.0,
            4,
            4,
            min_lot_m2=500,
            min_frontage_m=15,
            uses=("public",),
            built_share=0.88,
            storey_m=4.0,
        ),
        District(
            "EH",
            Name("تعليم وصحة", "Education and health campus", "Campus santé et enseignement"),
            "#5f86b3",
            "public",
            40,
            1.6,
            6,
            _always(24.0),
            10,
            0.0,
            6,
            6,
            min_lot_m2=2000,
            min_frontage_m=30,
            uses=("education", "health"),
            built_share=0.85,
            storey_m=4.0,
        ),
        District(
            "PO",
            Name("حدائق ومناطق مفتوحة", "Parks and open space", "Parcs et espaces ouverts"),
            "#9cc18b",
            "open_space",
            5,
            0.05,
            1,
            _always(5.0),
            10,
            0.0,
            10,
            10,
            uses=("open_space",),
            built_share=0.05,
            storey_m=4.0,
        ),
        District(
            "AG",
            Name("بساتين النخيل", "Palm groves", "Palmeraies"),
            "#c3cf94",
            "agricultural",
            10,
            0.15,
            2,
            _always(7.5),
            10,
            0.0,
            6,
            6,
            min_lot_m2=3000,
            min_frontage_m=20,
            uses=("agriculture",),
            built_share=0.4,
            storey_m=3.5,
        ),
        District(
            "CT",
            Name("سياحة ساحلية", "Coastal tourism", "Tourisme côtier"),
            "#7fc0b8",
            "tourism",
            35,
            1.4,
            6,
            _always(24.0),
            8,
            0.0,
            6,
            10,
            min_lot_m2=1500,
            min_frontage_m=25,
            uses=("hotel", "retail"),
            built_share=0.7,
            storey_m=3.8,
        ),
        District(
            "SD",
            Name("تطوير خاص", "Special development", "Aménagement spécial"),
            "#c7b6c9",
            "special",
            50,
            2.5,
            7,
            _always(28.0),
            6,
            0.0,
            5,
            5,
            min_lot_m2=1000,
            min_frontage_m=20,
            uses=("residential", "office", "retail"),
            built_share=0.22,
            storey_m=3.6,
        ),
    )
}

# What a district's quarter is laid out as; several are drawn from by the quarter's own number.
PATTERN_OF: dict[str, tuple[str, ...]] = {
    "OC": ("old_core",),
    "SQ": ("souq",),
    "V": ("villas", "villas", "villas_crescent"),
    "RM": ("medium", "medium_staggered", "medium_crescent"),
    "RH": ("dense", "dense_staggered"),
    "MX": ("dense",),
    "CC": ("centre",),
    "LI": ("industry",),
    "LG": ("logistics",),
    "PF": ("campus",),
    "EH": ("campus",),
    "PO": ("whole",),
    "AG": ("groves",),
    "CT": ("shore",),
    "SD": ("special",),
}

# The lots a district is cut into: usual width and depth in m.
LOT_SIZE_M: dict[str, tuple[float, float]] = {
    "OC": (11, 13), "SQ": (7, 9), "V": (21, 30), "RM": (17, 27), "RH": (18.5, 25), "MX": (21, 25),
    "CC": (34, 38), "LI": (34, 52), "LG": (75, 95), "PF": (60, 60), "EH": (110, 100),
    "PO": (400, 400), "AG": (48, 105), "CT": (56, 80), "SD": (60, 65),
}  # fmt: skip


def district_of_quarter(
    *, place: str, band: int, last_band: int, angle_deg: float, index: int, y_share: float
) -> str:
    """The main district of a quarter from where it lies.

    `angle_deg` is counted from the town centre (0 = east, 90 = north), `y_share` is the northing
    over the town's radius.
    """
    if place == "core":
        return "OC"
    if place == "corridor":
        return "PO"
    if place == "plaza":
        return "CC" if abs(y_share) < 0.08 else "PO"
    if place == "strip":
        return "CT"
    if place == "fringe":
        return _on_the_fringe(angle_deg)
    if band == 1:
        return "CC" if -18 < angle_deg < 14 else "RH"
    if band == 2:
        return _near_the_centre(angle_deg, index)
    if band == last_band:
        return _behind_the_ring(angle_deg, index)
    return ("RM", "RM", "V", "RH")[index % 4]


def _on_the_fringe(angle_deg: float) -> str:
    for limit, code in (
        (-75, "V"), (-52, "SD"), (-28, "LI"), (0, "LG"), (18, "SD"), (52, "AG"), (72, "AG"),
        (math.inf, "V"),
    ):  # fmt: skip
        if angle_deg < limit:
            return code
    return "AG"


def _near_the_centre(angle_deg: float, index: int) -> str:
    if -50 < angle_deg < -18:
        return "EH"
    if angle_deg > 75:
        return "V"
    return ("RM", "RH", "RM")[index % 3]


def _behind_the_ring(angle_deg: float, index: int) -> str:
    if -50 < angle_deg < -30:
        return "LI"
    if angle_deg > 50 or angle_deg < -72:
        return "V"
    return ("RM", "V", "RM")[index % 3]


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


def _as_in_2016() -> dict[str, District]:
    """The limits of the predecessor plan: lower, and mostly not yet tied to the street's width."""
    older = dict(DISTRICTS)
    for code, changes in {
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
    }.items():  # fmt: skip
        older[code] = replace(DISTRICTS[code], **changes)
    return older


DISTRICTS_2016 = _as_in_2016()
