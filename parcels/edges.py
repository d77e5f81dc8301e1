"""The edges of parcels: what kinds there are. Pure: no Django."""

from __future__ import annotations

from enum import StrEnum


class EdgeKind(StrEnum):
    """What one side of a parcel faces."""

    FRONT = "front"
    SECONDARY_STREET = "secondary_street"
    INTERIOR_SIDE = "interior_side"
    REAR = "rear"
    OPEN_SPACE = "open_space"
    WATERCOURSE = "watercourse"
    PARTY_WALL = "party_wall"
    UNKNOWN = "unknown"
