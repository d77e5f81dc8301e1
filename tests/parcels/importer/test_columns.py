"""Cells become values in SI units; what can not be right is refused, not guessed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter

from parcels.importer.columns import Column, Names, Refused, Where
from parcels.importer.units import Quantity


def column(quantity: Quantity = Quantity.NUMBER, **spec: Any) -> Column:
    return TypeAdapter(Column).validate_python(
        Column.long_form({"column": "c", **spec}, quantity=quantity)
    )


def names(**spec: Any) -> Names:
    return TypeAdapter(Names).validate_python(Names.long_form(spec))


@pytest.mark.parametrize(
    ("quantity", "unit", "cell", "expected"),
    [
        (Quantity.LENGTH, "ft", "10", "3.048"),
        (Quantity.LENGTH, "cm", 250, "2.5"),
        (Quantity.AREA, "ft2", 5000.0, "464.5152"),
        (Quantity.AREA, "acre", 1, "4046.8564224"),
        (Quantity.AREA, "donum", "2.5", "2500"),
        (Quantity.AREA, "ha", "0.5", "5000"),
    ],
)
def test_units_become_metres(quantity: Quantity, unit: str, cell: Any, expected: str) -> None:
    assert column(quantity, unit=unit).read({"c": cell}) == Decimal(expected)


@pytest.mark.parametrize("cell", ["٢٠", "20", 20.0, "20.0", "۲۰", " 20 "])
def test_numbers_are_read_in_western_and_eastern_digits(cell: Any) -> None:
    assert column(Quantity.WHOLE).read({"c": cell}) == 20


def test_arabic_decimal_and_thousands_marks_are_read() -> None:
    assert column().read({"c": "١٬٢٣٤٫٥"}) == Decimal("1234.5")


@pytest.mark.parametrize(
    ("spec", "cell", "code"),
    [
        ({"above": 0}, "0", "too_low"),
        ({"at_least": 0}, "-35616.0", "too_low"),
        ({"at_most": 2014}, "2099", "too_high"),
        ({}, "two", "not_a_number"),
        ({}, "nan", "not_a_number"),
        ({}, "inf", "not_a_number"),
    ],
)
def test_a_value_that_can_not_be_right_is_refused(
    spec: dict[str, Any], cell: str, code: str
) -> None:
    with pytest.raises(Refused) as caught:
        column(**spec).read({"c": cell})
    assert caught.value.code == code


def test_a_fraction_is_no_whole_number() -> None:
    with pytest.raises(Refused, match="not_whole"):
        column(Quantity.WHOLE).read({"c": "2.5"})


@pytest.mark.parametrize("cell", [None, float("nan"), "", "  ", -9999, "-9999.0"])
def test_blanks_are_unknown_and_no_mistake(cell: Any) -> None:
    assert column(blank=[-9999]).read({"c": cell}) is None


def test_a_table_knows_codes_patterns_and_the_rest() -> None:
    use = column(
        Quantity.TEXT, table={101: "residential", "^9[0-9]+$": "institution"}, otherwise="other"
    )
    assert [use.read({"c": cell}) for cell in (101.0, "942", "337", None)] == [
        "residential",
        "institution",
        "other",
        "",
    ]


def test_names_go_to_the_language_of_their_script() -> None:
    spec = names(columns=["name_ar", "name_en", "name"])
    row = {"name_ar": None, "name_en": "Kaaba", "name": "الكعبة"}
    assert spec.read(row) == {"ar": "الكعبة", "en": "Kaaba"}


def test_a_name_that_only_repeats_the_class_is_none() -> None:
    spec = names(columns=["name"], blank=["Residential Road"], value={"en": "Street"})
    assert spec.read({"name": "Residential Road"}) == {"en": "Street"}
    assert spec.read({"name": "Residential Roads"}) == {"en": "Residential Roads"}


def test_where_compares_numbers_as_numbers_and_patterns_as_a_whole() -> None:
    assert Where(column="c", values=[199]).holds({"c": "199.0"})
    rule = Where(column="c", pattern="[0-9]+-XL")
    assert rule.holds({"c": "21-XL"})
    assert not rule.holds({"c": "21-XLS"})
