"""Rows as forms: placeholders, dwellings, tables of limits and what is written down."""

from decimal import Decimal

import pytest

from permits.appeals.limits_table import TRANSCRIBED, flat_limits, flat_rulebook
from tests.permits.appeals.test_judging import form
from zoning.rules.loading import load_rulebook


def test_one_number_for_everything_is_a_form_not_filled_in():
    same = dict.fromkeys(
        (
            "ordinance_gross_floor_area_ratio",
            "ordinance_lot_area",
            "ordinance_setbacks_front",
            "ordinance_setbacks_rear",
            "ordinance_size_of_building_height",
        ),
        "10",
    )
    assert form(**same).is_placeholder
    assert not form(**{**same, "ordinance_lot_area": "5,000"}).is_placeholder
    assert not form().is_placeholder


@pytest.mark.parametrize(
    ("requested", "existing", "dwellings"),
    [("2", "1", 2), ("no change", "3", 3), ("N/A", "3", 0), ("", "", None), ("1 to 3", "", None)],
)
def test_dwellings_are_those_requested_and_none_where_they_do_not_apply(
    requested, existing, dwellings
):
    row = form(requested_no_of_dwelling_units=requested, existing_no_of_dwelling_units=existing)
    assert row.dwelling_units == dwellings


TABLE = (
    "zone_type,max_far,max_height_ft,min_lot_area_per_dwelling_sqft,min_open_space_ratio,"
    "side_setback_ft_rule\n"
    "B,0.5,35.0,2500.0,0.4,7.5\n"
    'C-1,0.75,35.0,1500.0,0.3,"H/5, min 7.5"\n'
    "MXD,,,,,\n"
)


def test_flat_limits_leave_out_formulas_and_blanks(tmp_path):
    path = tmp_path / "rules.csv"
    path.write_text(TABLE, encoding="utf-8")
    limits = flat_limits(path, TRANSCRIBED)
    assert limits["B"]["setback_left"] == Decimal("7.5")
    assert "setback_left" not in limits["C-1"]
    assert limits["MXD"] == {}
    rulebook = load_rulebook(flat_rulebook(limits, slug="flat"))
    assert len(rulebook.rules) == 9


def test_a_table_of_another_shape_is_named(tmp_path):
    path = tmp_path / "rules.csv"
    path.write_text("zone_type,far\nB,1\n", encoding="utf-8")
    with pytest.raises(KeyError, match="max_far"):
        flat_limits(path, TRANSCRIBED)
