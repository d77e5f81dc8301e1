"""Reading rulebooks: every mistake has its line and says what to do; numbers stay as written."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.zoning.rules.conftest import rulebook_of
from zoning.rules.expressions import ExpressionError
from zoning.rules.loading import load_rulebook, load_rulebook_file, parse_interval
from zoning.rules.reading import RulebookError

BOOK = """\
rulebook: town
version: "1"
title: {en: Town}
instrument: {title: {en: Act}, date: 2020-01-01}
uses: {residential: {en: Residential}}
districts: {R1: {en: Residential 1}}
mandatory: [height]
rules:
  - id: height
    kind: height
    bound: max
    value: 12
    unit: m
    scope: {plan: true}
    citation: {article: "1"}
  - id: use
    kind: land_use
    permitted: [residential]
    scope: {districts: [R1]}
    citation: {article: "2"}
"""
TABLE = """value:
      table:
        - {street_width: "[0 m, 8 m)", value: 9}
        - {street_width: "[8 m, inf)", value: 12}"""


def problems_of(text):
    with pytest.raises(RulebookError) as caught:
        load_rulebook(text)
    return caught.value.problems


def test_the_book_itself_is_sound():
    assert [rule.id for rule in load_rulebook(BOOK).rules] == ["height", "use"]
    assert load_rulebook(BOOK.replace("value: 12", TABLE)).rules[0].rows


@pytest.mark.parametrize(
    ("was", "becomes", "line", "part"),
    [
        # the frame
        ("rulebook: town", "rulebook: The Town", 1, "rulebook: String should match"),
        ("date: 2020-01-01", "date: 2020-13-01", 4, "instrument.date"),
        ("date: 2020-01-01", "date: 1577836800", 4, "write the day as 2024-07-15"),
        ("title: {en: Town}", "title: {de: Ort}", 3, "unknown language de; use ar, en, fr"),
        ("mandatory: [height]", "mandatory: [heigth]", 7, "unknown kind “heigth”; known: land_use"),
        ("mandatory: [height]", "mandatory: []", 7, "at least 1 item"),
        ('version: "1"', 'versoin: "1"', 2, "versoin: no field has this name here"),
        ('version: "1"\n', "", 1, "version: this field is needed"),
        # names
        ("kind: height", "kind: heigth", 9, "unknown kind “heigth”; known: land_use, lot_area"),
        ("unit: m", "unit: metre", 13, "unknown unit “metre”; known: m, cm"),
        ("id: use", "id: height", 16, "the id is used twice"),
        ("[R1]", "[R9]", 16, "district “R9” is not declared"),
        ("permitted: [residential]", "permitted: [shop]", 16, "use “shop” is not declared"),
        ("permitted: [residential]", "permitted: []", 16, "uses are needed"),
        ("bound: max", "bound: most", 11, "bound: Input should be 'max', 'min' or 'exact'"),
        ("bound: max", "bound: exact", 9, "bound must be max or min"),
        ("    bound: max\n", "", 9, "bound must be max or min"),
        # scopes and dates
        ("{plan: true}", "{plan: true, nation: true}", 14, "name exactly one of nation, plan"),
        ("{plan: true}", "{}", 14, "name exactly one of"),
        ("{plan: true}", "{district: [R1]}", 14, "no field has this name here"),
        (
            "unit: m",
            "unit: m\n    valid: {from: 2024-07-15, to: 2024-07-15}",
            14,
            "“from” must be before “to”",
        ),
        ("unit: m", "unit: m\n    valid: {from: 15.7.2024}", 14, "write the day as 2024-07-15"),
        # amounts
        ("value: 12", "value: -12", 12, "a limit is between 0 and"),
        ("value: 12", "value: 1e30", 12, "a limit is between 0 and"),
        ("value: 12", "value: .inf", 12, "can not read “.inf”"),
        ("value: 12", "value: NaN", 12, "is not a finite number"),
        ("    value: 12\n", "", 9, "a value and a unit are needed"),
        ("    unit: m\n", "", 9, "a value and a unit are needed"),
        ("unit: m", "unit: m2", 9, "unit m2 does not fit height"),
        ("value: 12", "value: street_widht * 2", 12, "unknown variable “street_widht”"),
        ("value: 12", "value: lot_area / 2", 12, "is an area, but the unit is m"),
        ("value: 12", "value: max(3, street_width)", 12, "mixes units"),
        ("value: 12", "value: 3 * 4", 12, "is a plain number, but the unit is m"),
        ("value: 12", "value: 12 +", 12, "expected a value at 5"),
        ("value: 12", "value: [12]", 12, "should be a valid dictionary"),
        # conditions
        ("unit: m", "unit: m\n    when: street_width + 1 m", 14, "“when” is not a condition"),
        ("unit: m", "unit: m\n    when: street_width > 12", 14, "mixes units"),
        ("unit: m", "unit: m\n    when: width > 12 m", 14, "unknown variable “width”"),
        ("unit: m", "unit: m\n    when: district == 'R7'", 14, "district “R7” is not declared"),
        # fields that would be passed over
        ("unit: m", "unit: m\n    edges: [front]", 9, "“edges” says nothing for height; remove"),
        ("unit: m", "unit: m\n    base: net", 9, "“base” says nothing for height"),
        ("unit: m", "unit: m\n    permitted: [residential]", 9, "“permitted” says nothing for"),
        ("permitted: [r", "value: 3\n    unit: m\n    permitted: [r", 16, "“value” says nothing"),
        ("permitted: [r", "combine: exempt\n    permitted: [r", 16, "“combine” says nothing"),
        ("unit: m", "unit: m\n    artcle: 3", 14, "artcle: no field has this name here"),
        # the file
        ("unit: m", "unit: m\n    value: 15", 14, "“value” stands twice in one place"),
        ("unit: m", "unit: [m", 14, "not readable as YAML"),
        ("unit: m", "unit: !!python/name:os.system m", 13, "not readable as YAML"),
    ],
)
def test_every_mistake_has_its_line_and_its_remedy(was, becomes, line, part):
    assert BOOK.count(was) >= 1
    text = BOOK.replace(was, becomes, 1)
    found = [one for one in problems_of(text) if part in one]
    assert len(found) == 1, problems_of(text)
    assert found[0].startswith(f"line {line}: ")


@pytest.mark.parametrize(
    ("was", "becomes", "line", "part"),
    [
        ('"[8 m, inf)"', '"[8 m, 12)"', 15, "mixes units; write the unit at both ends"),
        ('"[8 m, inf)"', '"[8, 12)"', 15, "does not fit street_width; write it with its unit"),
        ('"[8 m, inf)"', '"8 m to 12 m"', 15, "is no interval; write for example [8 m, 12 m)"),
        ('"[8 m, inf)"', '"[12 m, 8 m)"', 15, "ends before it begins"),
        ('"[8 m, inf)"', '"[8 m, 8 m)"', 15, "holds no value"),
        ('"[8 m, inf)"', '"[8 m, -inf)"', 15, "wrong end of the interval"),
        ('{street_width: "[8', '{lot_depth: "[8', 14, "every row names the same variables"),
        ('street_width: "[8 m, inf)", ', "", 14, "every row names the same variables"),
        ("value: 12}", "value: lot_area}", 15, "is an area, but the unit is m"),
    ],
)
def test_tables_say_which_row_is_wrong(was, becomes, line, part):
    text = BOOK.replace("value: 12", TABLE).replace(was, becomes, 1)
    found = [one for one in problems_of(text) if part in one]
    assert len(found) == 1, problems_of(text)
    assert found[0].startswith(f"line {line}: ")


@pytest.mark.parametrize("axis", ["corner_lot", "district", "nonsense"])
def test_a_table_needs_numbers_for_its_axes(axis):
    rows = TABLE.replace("street_width", axis).replace("[0 m, 8 m)", "[0, 0]").replace("8 m", "0")
    assert any(axis in one for one in problems_of(BOOK.replace("value: 12", rows)))


def test_a_bare_number_is_no_percentage_inside_an_expression():
    """``max(50, 60)`` with the unit % would be 6,000 %, which nothing ever breaches."""
    rule = {"kind": "coverage", "bound": "max", "unit": "%"}
    for slip in ("max(50, 60)", "50 + 1 % * storeys", "if(corner_lot, 70, 60 %)", "1 - 40 %"):
        with pytest.raises(RulebookError, match="a percentage is written with its sign"):
            rulebook_of({**rule, "value": slip})
    for sound in ("max(50 %, 60 %)", "50 % + 1 % * (storeys - 4)", "0.5 * 90 %", "60"):
        rulebook_of({**rule, "value": sound})


def test_all_mistakes_are_told_at_once():
    text = BOOK.replace("unit: m", "unit: yard").replace("[R1]", "[R9]")
    assert len(problems_of(text)) >= 2


def test_a_land_use_rule_with_a_use_in_two_lists_is_refused():
    text = BOOK.replace("permitted: [r", "prohibited: [residential]\n    permitted: [r")
    assert any("a use stands in two lists" in one for one in problems_of(text))


@pytest.mark.parametrize(
    ("written", "value"),
    [("0.1", "0.1"), ("010", "10"), ("35.0001", "35.0001"), ("1.10", "1.1"), ("1:30", None)],
)
def test_numbers_are_read_as_they_are_written(written, value):
    """YAML alone would read 010 as eight and 1:30 as ninety."""
    text = BOOK.replace("value: 12", f"value: {written}")
    if value is None:
        assert any("can not read" in one for one in problems_of(text))
    else:
        assert load_rulebook(text).rules[0].formula.constant == Decimal(value)


def test_codes_and_articles_are_read_as_they_are_written():
    """NO is a district, 12.10 an article, and 2024 a version; none is a truth or a number."""
    text = BOOK.replace("R1", "NO").replace('article: "1"', "article: 12.10")
    document = load_rulebook(text.replace('version: "1"', "version: 2024")).document
    assert "NO" in document.districts
    assert document.rules[0].citation.article == "12.10"
    assert document.version == "2024"
    assert document.instrument.date == date(2020, 1, 1)


@pytest.mark.parametrize(
    "text", ["", "just words", "[1, 2]", "a: &x [*x]", "[" * 5_000, "a: b: c", "\x00", "{" * 300]
)
def test_what_is_no_rulebook_is_refused_in_words(text):
    assert problems_of(text)[0].startswith("line ")


def test_a_file_that_is_not_utf8_is_refused(tmp_path):
    path = tmp_path / "book.yaml"
    path.write_bytes(BOOK.replace("Town", "Étoile").encode("latin-1"))
    with pytest.raises(RulebookError, match=r"book\.yaml is not UTF-8"):
        load_rulebook_file(path)


def test_a_hostile_interval_takes_no_time():
    before = time.process_time()
    with pytest.raises(ExpressionError):
        parse_interval("[" + " " * 100_000)
    assert time.process_time() - before < 1


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("[8 m, 12 m)", ["8", "11.999"], ["7.999", "12"]),
        ("(8 m, 12 m]", ["8.001", "12"], ["8", "12.001"]),
        ("[8 m, 8 m]", ["8"], ["7.999", "8.001"]),
        ("[26.25 ft, inf)", ["8.001", "1000000"], ["8"]),
        ("(-inf, 8 m)", ["0", "7"], ["8"]),
    ],
)
def test_an_interval_states_its_closed_side(text, inside, outside):
    interval = parse_interval(text)
    assert all(interval.includes(Decimal(value)) for value in inside)
    assert not any(interval.includes(Decimal(value)) for value in outside)


def test_the_digest_is_of_what_is_said_and_not_of_how_it_is_laid_out():
    assert load_rulebook(BOOK).digest == load_rulebook(BOOK + "\n# a remark\n").digest
    assert load_rulebook(BOOK).digest != load_rulebook(BOOK.replace("12", "13")).digest


ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "path",
    [*sorted((ROOT / "data" / "rulebooks").glob("*.yaml")), ROOT / "tests" / "town_rulebook.yaml"],
    ids=lambda path: path.stem,
)
def test_the_rulebooks_of_this_project_are_sound(path):
    load_rulebook_file(path)
