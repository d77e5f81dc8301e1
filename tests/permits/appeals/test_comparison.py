"""The verdict a form implies, and what is said where ours differs."""

from datetime import date
from decimal import Decimal

import pytest

from permits.appeals.applications import Appeal, Statement
from permits.appeals.comparison import (
    Exclusion,
    Judgement,
    Reason,
    Verdict,
    compare,
    implied_verdict,
)
from permits.appeals.dimensions import DIMENSION_BY_KEY
from permits.appeals.parser import read


def statement(key, requested, ordinance, existing=""):
    dimension = DIMENSION_BY_KEY[key]
    quantity = dimension.quantity
    return Statement(
        dimension, read(existing, quantity), read(requested, quantity), read(ordinance, quantity)
    )


def appeal(**changes):
    values = {
        "number": "1",
        "date": date(2019, 7, 29),
        "address": "",
        "lon": None,
        "lat": None,
        "map_lot": "",
        "stated_zone": "B",
        "stated_zone_text": "Residence B Zone",
        "statements": {},
        "lot_area_ft2": None,
        "lot_depth_ft": None,
        "building_length_ft": None,
        "building_width_ft": None,
        "dwelling_units": None,
    }
    return Appeal(**{**values, **changes})


@pytest.mark.parametrize(
    ("key", "requested", "ordinance", "verdict"),
    [
        ("floor_area_ratio", ".5", ".50", Verdict.COMPLIES),
        ("floor_area_ratio", ".51", ".50", Verdict.BREACHES),
        ("floor_area_ratio", ".33", ".50 / .35", Verdict.COMPLIES),
        ("floor_area_ratio", ".6", ".50 / .35", Verdict.BREACHES),
        ("floor_area_ratio", ".4", ".50 / .35", Exclusion.IMPLIED_AMBIGUOUS),
        ("setback_left", "7'6\"", "7.5", Verdict.COMPLIES),
        ("setback_left", "0", "7.5", Verdict.BREACHES),
        ("setback_left", "3-9", "7.5", Exclusion.IMPLIED_AMBIGUOUS),
        ("open_space", ">40%", "36%", Verdict.COMPLIES),
        ("open_space", ">30%", "36%", Exclusion.IMPLIED_AMBIGUOUS),
        ("open_space", "<30%", "36%", Verdict.BREACHES),
        ("height", "N/A", "35", Exclusion.REQUESTED_UNREAD),
        ("height", "35", "N/A", Exclusion.ORDINANCE_UNREAD),
        ("height", "35", "0", Exclusion.ORDINANCE_ZERO),
        ("height", "0", "35", Exclusion.REQUESTED_ZERO),
    ],
)
def test_the_forms_own_numbers_imply_a_verdict_or_say_why_not(key, requested, ordinance, verdict):
    assert implied_verdict(statement(key, requested, ordinance)) is verdict


def test_agreement_is_counted_only_where_both_sides_decide():
    form = statement("height", "38", "35")
    breach = Judgement(Verdict.BREACHES, Decimal(35), zone="B")
    assert compare(appeal(), form, breach, flat=None).agrees is True
    undecided = Judgement(Verdict.UNDECIDED, Decimal(35), zone="B")
    pair = compare(appeal(), form, undecided, flat=None)
    assert pair.agrees is None
    assert pair.exclusion is Exclusion.UNDECIDED


def test_no_rule_is_never_an_agreement():
    pair = compare(
        appeal(), statement("height", "30", "35"), Judgement(Verdict.NO_RULE, zone="B"), flat=None
    )
    assert pair.agrees is None
    assert pair.exclusion is Exclusion.NO_RULE


@pytest.mark.parametrize(
    ("zone", "form", "limit", "reason"),
    [
        ("C-1", statement("height", "38", "35"), "40", Reason.ZONE_DIFFERS),
        ("B", statement("height", "38", "38", "38"), "35", Reason.EXISTING_AS_LIMIT),
        ("B", statement("open_space", "30%", "20%"), "0.4", Reason.HALF),
        ("B", statement("lot_area_per_dwelling", "2760", "2500"), "2936", Reason.FIRST_STEP_ONLY),
        ("B", statement("setback_left", "8", "7.5"), "12", Reason.FORMULA),
        ("B", statement("setback_rear", "26", "25"), "30", Reason.DEPTH),
        ("B", statement("height", "38", "40"), "35", Reason.OTHER_LIMIT),
        ("B", statement("height", "38", "40 or so"), "35", Reason.WRITING),
    ],
)
def test_a_difference_has_its_most_telling_reason(zone, form, limit, reason):
    complies = implied_verdict(form) is Verdict.COMPLIES
    ours = Judgement(Verdict.BREACHES if complies else Verdict.COMPLIES, Decimal(limit), zone=zone)
    pair = compare(appeal(), form, ours, flat=Decimal(2500))
    assert pair.agrees is False
    assert pair.reason is reason


def test_a_limit_left_open_equals_what_lies_within_it():
    form = statement("setback_left", "5", "11.2")
    ours = Judgement(Verdict.BREACHES, Decimal("7.5"), Decimal("19"), zone="B")
    assert compare(appeal(), form, ours, flat=None).limit_equal is True


def test_a_form_that_repeats_the_existing_value_states_no_rule():
    ours = Judgement(Verdict.BREACHES, Decimal(35), zone="B")
    assert compare(appeal(), statement("height", "38", "35", "37"), ours, None).states_a_rule
    assert not compare(appeal(), statement("height", "38", "38", "38"), ours, None).states_a_rule
    elsewhere = Judgement(Verdict.BREACHES, Decimal(35), zone="C-1")
    assert not compare(appeal(), statement("height", "38", "35"), elsewhere, None).states_a_rule


def test_a_limit_of_another_line_is_recognised():
    form = statement("lot_area", "3537", "2500")
    ours = Judgement(Verdict.BREACHES, Decimal(5000), zone="B")
    density = Judgement(Verdict.COMPLIES, Decimal(2500), zone="B")
    others = {"lot_area": ours, "lot_area_per_dwelling": density}
    assert compare(appeal(), form, ours, None, others).reason is Reason.OTHER_LINE
    assert compare(appeal(), form, ours, None, {"lot_area": ours}).reason is Reason.OTHER_LIMIT
