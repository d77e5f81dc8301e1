"""The published table of limits per zone: the naive baseline, and the run apart.

`max_far` and its neighbours were transcribed from the ordinance by others. The `applic_mode_*`
columns were counted from the same applications that are judged here: a run with them measures how
consistent the applications are, not how right the rulebook is, and is always reported apart.
"""

import csv
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

import yaml

from permits.appeals.dimensions import DIMENSION_BY_KEY, Dimension
from permits.appeals.readings import Quantity

FILE_NAME = "zoning_rules.csv"

TRANSCRIBED: Mapping[str, str] = {
    "floor_area_ratio": "max_far",
    "height": "max_height_ft",
    "lot_area_per_dwelling": "min_lot_area_per_dwelling_sqft",
    "open_space": "min_open_space_ratio",
    "setback_left": "side_setback_ft_rule",
    "setback_right": "side_setback_ft_rule",
}
FROM_APPLICATIONS: Mapping[str, str] = {
    "floor_area_ratio": "applic_mode_far",
    "lot_area": "applic_mode_min_lot_sqft",
    "setback_front": "applic_mode_front_ft",
    "setback_rear": "applic_mode_rear_ft",
    "setback_left": "applic_mode_side_ft",
    "setback_right": "applic_mode_side_ft",
    "height": "applic_mode_height_ft",
    "open_space": "applic_mode_open_space",
}
_UNITS = {
    Quantity.LENGTH: "ft",
    Quantity.AREA: "ft2",
    Quantity.RATIO: "ratio",
    Quantity.SHARE: "ratio",
    Quantity.COUNT: "stalls",
}

FlatLimits = Mapping[str, Mapping[str, Decimal]]


def flat_limits(path: Path, columns: Mapping[str, str]) -> FlatLimits:
    """One number per zone and dimension, in the dimension's canonical unit.

    Cells that hold a formula or nothing are left out. Raises `FileNotFoundError` and, for a table
    of another shape, `KeyError` naming the missing column.
    """
    limits: dict[str, dict[str, Decimal]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            numbers = {key: _number(row[column]) for key, column in columns.items()}
            limits[row["zone_type"]] = {k: v for k, v in numbers.items() if v is not None}
    return limits


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def flat_rulebook(limits: FlatLimits, *, slug: str) -> str:
    """The flat limits as a rulebook (YAML), so that one engine judges every run."""
    rules = [
        _rule(zone, DIMENSION_BY_KEY[key], value)
        for zone, by_key in limits.items()
        for key, value in by_key.items()
        if key != "setback_right"  # left and right are one rule for interior sides
    ]
    name = {"en": slug, "ar": slug, "fr": slug}
    document = {
        "rulebook": slug,
        "version": "flat",
        "title": name,
        "instrument": {"title": name, "date": "2014-01-01"},
        "districts": {zone: {"en": zone, "ar": zone, "fr": zone} for zone in limits},
        "mandatory": ["floor_area_ratio"],
        "rules": rules,
    }
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)


def _rule(zone: str, dimension: Dimension, value: Decimal) -> dict[str, object]:
    rule: dict[str, object] = {
        "id": f"{zone}-{dimension.key}".lower(),
        "kind": dimension.kind,
        "bound": dimension.bound,
        "value": str(value),
        "unit": _UNITS[dimension.quantity],
        "scope": {"districts": [zone]},
        "citation": {"article": f"table of limits, {zone}"},
    }
    if dimension.edge:
        rule["edges"] = [dimension.edge]
    return rule
