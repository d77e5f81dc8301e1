"""The dimensions that are judged: which columns state them, in what unit, in which direction."""

from dataclasses import dataclass
from decimal import Decimal

from permits.appeals.readings import Quantity


@dataclass(frozen=True)
class Dimension:
    """One line of the form.

    `kind` and `edge` name the rule that judges it; `bound` says whether the limit is the most or
    the least. `tolerance` is how far two statements of one limit may differ and still be the same,
    in the canonical unit of the quantity (feet, square feet, ratio, share, count): rounding on
    the form, nothing more.
    """

    key: str
    kind: str
    bound: str
    quantity: Quantity
    tolerance: Decimal
    existing: str
    requested: str
    ordinance: str
    edge: str = ""
    zero_is_a_value: bool = True  # a yard may be 0 ft; a building of 0 ft is an empty field


def _setback(key: str, edge: str, existing: str, requested: str, ordinance: str) -> Dimension:
    return Dimension(
        key=key,
        kind="setback",
        bound="min",
        quantity=Quantity.LENGTH,
        tolerance=Decimal("0.05"),
        existing=existing,
        requested=requested,
        ordinance=ordinance,
        edge=edge,
    )


# The misspelt and uneven column names are those of the published table.
DIMENSIONS: tuple[Dimension, ...] = (
    Dimension(
        key="floor_area_ratio",
        kind="floor_area_ratio",
        bound="max",
        quantity=Quantity.RATIO,
        tolerance=Decimal("0.005"),
        existing="existing_gross_floor_area_ratio",
        requested="requested_gross_floor_area_ratio",
        ordinance="ordinance_gross_floor_area_ratio",
        zero_is_a_value=False,
    ),
    Dimension(
        key="lot_area",
        kind="lot_area",
        bound="min",
        quantity=Quantity.AREA,
        tolerance=Decimal("0.5"),
        existing="exisiting_lot_area",
        requested="requested_lot_area",
        ordinance="ordinance_lot_area",
        zero_is_a_value=False,
    ),
    Dimension(
        key="lot_area_per_dwelling",
        kind="lot_area_per_dwelling",
        bound="min",
        quantity=Quantity.AREA,
        tolerance=Decimal("0.5"),
        existing="existing_lot_area_dwelling_unit",
        requested="requested_lot_area_dwelling_unit",
        ordinance="ordinance_lot_area_dwelling_unit",
        zero_is_a_value=False,
    ),
    _setback(
        "setback_front",
        "front",
        "existing_setbacks_front",
        "requested_setbacks_front",
        "ordinance_setbacks_front",
    ),
    _setback(
        "setback_rear",
        "rear",
        "existing_setbacks_back",
        "requested_setbacks_back",
        "ordinance_setbacks_rear",
    ),
    _setback(
        "setback_left",
        "interior_side",
        "existing_setbacks_left_side",
        "requested_setbacks_left_side",
        "ordinance_setbacks_left_side",
    ),
    _setback(
        "setback_right",
        "interior_side",
        "existing_setbacks_right_side",
        "requested_setbacks_right_side",
        "ordinance_setbacks_right_side",
    ),
    Dimension(
        key="height",
        kind="height",
        bound="max",
        quantity=Quantity.LENGTH,
        tolerance=Decimal("0.05"),
        existing="existing_size_of_building_height",
        requested="requested_size_of_building_height",
        ordinance="ordinance_size_of_building_height",
        zero_is_a_value=False,
    ),
    Dimension(
        key="open_space",
        kind="open_space",
        bound="min",
        quantity=Quantity.SHARE,
        tolerance=Decimal("0.005"),
        existing="existing_usable_open_space_ratio",
        requested="requested_usable_open_space_ratio",
        ordinance="ordinance_useable_open_space_ratio",
    ),
    Dimension(
        key="parking",
        kind="parking",
        bound="min",
        quantity=Quantity.COUNT,
        tolerance=Decimal("0.05"),
        existing="existing_no_of_parking_spaces",
        requested="requested_no_of_parking_spaces",
        ordinance="ordinance_no_of_parking_spaces",
    ),
)
DIMENSION_BY_KEY = {dimension.key: dimension for dimension in DIMENSIONS}
