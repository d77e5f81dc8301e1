"""The digest of an evaluation: the same inputs, rules and day give the same one years later."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from zoning.rules.rulebook import Rulebook
from zoning.rules.site import Proposal, Site

ENGINE_VERSION = "2.3"


def digest(site: Site, proposal: Proposal, rulebook: Rulebook, on: date) -> str:
    """SHA-256 over everything that the verdict rests on; the same inputs give the same digest."""
    parts = [ENGINE_VERSION, rulebook.digest, on.isoformat(), as_plain(site), as_plain(proposal)]
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def as_plain(value: Any) -> Any:
    """Frozen values as plain data: decimals as text, geometry as WKT to the micrometre."""
    if isinstance(value, BaseGeometry):
        return shapely.to_wkt(value, rounding_precision=6)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if is_dataclass(value):
        return {one.name: as_plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, frozenset):
        return sorted(as_plain(one) for one in value)
    if isinstance(value, tuple | list):
        return [as_plain(one) for one in value]
    if hasattr(value, "items"):
        return {str(key): as_plain(one) for key, one in value.items()}
    if isinstance(value, float):
        return repr(round(value, 6))
    return value
