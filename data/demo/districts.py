"""Where the districts lie in the town, and how the land of each is cut."""

from __future__ import annotations

import math

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
