"""The free text of appeal forms, read: a table of ways people write, and properties of them all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.appeals.parser import read
from permits.appeals.readings import Form, Quantity

LENGTH, AREA = Quantity.LENGTH, Quantity.AREA
RATIO, SHARE, COUNT = Quantity.RATIO, Quantity.SHARE, Quantity.COUNT

SINGLE = [
    ("7'6\"", LENGTH, "7.5"),
    ("7' 6\"", LENGTH, "7.5"),
    ("7'-6\"", LENGTH, "7.5"),
    ("7' - 6\"", LENGTH, "7.5"),
    ("7’-6”", LENGTH, "7.5"),
    ("7'6", LENGTH, "7.5"),
    ("7-6", LENGTH, "7.5"),
    ("7 ft 6 in", LENGTH, "7.5"),
    ("6 ft 2 in", LENGTH, str(6 + Decimal(2) / 12)),
    ("7.5 ft.", LENGTH, "7.5"),
    ("7.5 LF", LENGTH, "7.5"),
    ("7 1/2", LENGTH, "7.5"),
    ("7½'", LENGTH, "7.5"),
    ('6"', LENGTH, "0.5"),
    ("5''", LENGTH, str(Decimal(5) / 12)),
    ("29'-3 1/2\"", LENGTH, str(29 + Decimal("3.5") / 12)),
    ("10'-0\"", LENGTH, "10"),
    ("74.87'", LENGTH, "74.87"),
    (".8'", LENGTH, "0.8"),
    ("min. 50'", LENGTH, "50"),
    ("35' max", LENGTH, "35"),
    ("+/-35'", LENGTH, "35"),
    ("approx. 20'", LENGTH, "20"),
    ("2.5 stories, 31'", LENGTH, "31"),
    ("13.8' (7.5' min)", LENGTH, "13.8"),
    ("H+L/4=19 ft, min. 10 ft", LENGTH, "19"),
    ("(H+L)/5 = 16'", LENGTH, "16"),
    ("8,279", AREA, "8279"),
    ("5,000 sq. ft.", AREA, "5000"),
    ("5000sf", AREA, "5000"),
    ("5000 ft^2 min", AREA, "5000"),
    ("74,863.7±", AREA, "74863.7"),
    ("2 acres", AREA, "87120"),
    (".735", RATIO, "0.735"),
    ("75%", RATIO, "0.75"),
    ("50", RATIO, "0.5"),
    (".5/.35 (.47)", RATIO, "0.47"),
    ("4.0", RATIO, "4"),
    ("40%", SHARE, "0.4"),
    ("40", SHARE, "0.4"),
    (".40", SHARE, "0.4"),
    ("30% min", SHARE, "0.3"),
    ("3", COUNT, "3"),
    ("2 (tandem)", COUNT, "2"),
    ("4 units", COUNT, "4"),
]


@pytest.mark.parametrize(("text", "quantity", "value"), SINGLE)
def test_one_value_is_read_in_the_unit_of_the_field(text, quantity, value):
    assert read(text, quantity).single == Decimal(value)


SEVERAL = [
    (".50 / .35", RATIO, Form.ALTERNATIVES, ("0.50", "0.35")),
    ("50/35%", RATIO, Form.ALTERNATIVES, ("0.5", "0.35")),
    ("2,500/4,000", AREA, Form.ALTERNATIVES, ("2500", "4000")),
    ("35' or 45'", LENGTH, Form.ALTERNATIVES, ("35", "45")),
    ("15-20", LENGTH, Form.RANGE, ("15", "20")),
    ("20'-30'", LENGTH, Form.RANGE, ("20", "30")),
    ("2.4 to 3.7", LENGTH, Form.RANGE, ("2.4", "3.7")),
    ("2500 up to 5000, 4000 above", AREA, Form.STEPPED, ("2500", "4000")),
    (".5 (1st 5,000sf) 0.35 (remainder)", RATIO, Form.STEPPED, ("0.5", "0.35")),
    ("25' (A-1), 20' (A-2)", LENGTH, Form.ALTERNATIVES, ("25", "20")),
]


@pytest.mark.parametrize(("text", "quantity", "form", "values"), SEVERAL)
def test_a_choice_keeps_every_value_and_has_no_single_one(text, quantity, form, values):
    reading = read(text, quantity)
    assert reading.form is form
    assert reading.values == tuple(Decimal(value) for value in values)
    assert (reading.low, reading.high) == (min(reading.values), max(reading.values))
    assert reading.single is None


NO_NUMBER = [
    ("", LENGTH, Form.BLANK),
    ("--", LENGTH, Form.BLANK),
    ("?", AREA, Form.BLANK),
    ("no change", LENGTH, Form.UNCHANGED),
    ("N/C", AREA, Form.UNCHANGED),
    ("Existing/No Change", LENGTH, Form.UNCHANGED),
    ("same as existing", LENGTH, Form.UNCHANGED),
    ("N/A", LENGTH, Form.NOT_APPLICABLE),
    ("n.a.", RATIO, Form.NOT_APPLICABLE),
    ("not applicable", SHARE, Form.NOT_APPLICABLE),
    ("0 - NA", COUNT, Form.NOT_APPLICABLE),
    ("none", LENGTH, Form.NONE),
    ("No Min.", SHARE, Form.NONE),
    ("see attached", AREA, Form.ELSEWHERE),
    ("varies", LENGTH, Form.ELSEWHERE),
    ("h+l/5", LENGTH, Form.FORMULA),
    ("H+L/4 or 10'", LENGTH, Form.FORMULA),
    ("sum of 20", LENGTH, Form.SUM_ONLY),
    ("1 per d.u.", COUNT, Form.RATE),
    ("1/du", COUNT, Form.RATE),
    ("3 stories", LENGTH, Form.UNREADABLE),
    ("920 sf", SHARE, Form.UNREADABLE),
    ("none/5,000 sf", AREA, Form.UNREADABLE),
    ("20% + 20%", SHARE, Form.UNREADABLE),
    ("not found in table 5-1", LENGTH, Form.UNREADABLE),
    ("5000", RATIO, Form.UNREADABLE),
]


@pytest.mark.parametrize(("text", "quantity", "form"), NO_NUMBER)
def test_a_text_without_a_comparable_number_says_why(text, quantity, form):
    reading = read(text, quantity)
    assert reading.form is form
    assert not reading.is_number
    assert reading.reason


@pytest.mark.parametrize(
    "text", ["7.5 (sum of 20)", "7'6\" sum 20'", "7.5/sum20", "7'-6\" (Sum=20')"]
)
def test_the_sum_of_both_sides_is_kept_apart_from_the_yard(text):
    reading = read(text, LENGTH)
    assert reading.single == Decimal("7.5")
    assert reading.sum_of_sides == 20


def test_a_comparison_is_open_at_one_end():
    more, less = read(">30%", SHARE), read("<35'", LENGTH)
    assert (more.low, more.high) == (Decimal("0.3"), None)
    assert (less.low, less.high) == (None, Decimal(35))


WHOLE_FEET = st.integers(min_value=0, max_value=400)
INCHES = st.integers(min_value=0, max_value=11)
STYLES = ["{f}'{i}\"", "{f}' {i}\"", "{f}'-{i}\"", "{f}' - {i}\"", "{f} ft {i} in", "{f}'{i}"]


@given(feet=WHOLE_FEET, inches=INCHES, style=st.sampled_from(STYLES))
def test_feet_and_inches_mean_the_same_in_every_style(feet, inches, style):
    text = style.format(f=feet, i=inches)
    assert read(text, LENGTH).single == feet + Decimal(inches) / 12


@given(st.integers(min_value=0, max_value=9_999_999), st.sampled_from(["", " sf", "SF", " sq ft"]))
def test_thousands_separators_change_nothing(number, unit):
    assert read(f"{number:,}{unit}", AREA).single == read(f"{number}{unit}", AREA).single == number


@given(st.integers(min_value=2, max_value=100))
def test_a_share_is_the_same_with_and_without_its_sign(percent):
    share = Decimal(percent) / 100
    texts = (f"{percent}%", f"{percent} %", f"{percent}", f"{share}")
    assert {read(text, SHARE).single for text in texts} == {share}


@given(st.decimals(min_value=0, max_value=300, places=2), st.sampled_from(["min", "max", "MIN."]))
def test_the_words_min_and_max_do_not_change_a_lone_value(value, word):
    assert read(f"{value}' {word}", LENGTH).single == value
    assert read(f"{word} {value}'", LENGTH).single == value


@given(st.text(max_size=40), st.sampled_from(list(Quantity)))
def test_any_text_is_read_without_error_and_the_reading_is_consistent(text, quantity):
    reading = read(text, quantity)
    if reading.is_number:
        assert reading.values
        assert reading.low is not None or reading.high is not None
        assert all(value >= 0 for value in reading.values)
    else:
        assert reading.reason


NOTATION = st.text(alphabet="0123456789.,'\"/-+()% hlsumftno", max_size=20)


@given(NOTATION, st.sampled_from(list(Quantity)))
def test_what_looks_like_notation_is_read_without_error(text, quantity):
    reading = read(text, quantity)
    assert reading.is_number or reading.reason


@given(NOTATION)
def test_case_and_outer_spaces_do_not_matter(text):
    assert read(f"  {text.upper()} ", LENGTH) == read(text, LENGTH)
