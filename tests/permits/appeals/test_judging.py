"""One form before the real engine: units, steps, walls of unknown length, silence."""

import json
from datetime import date
from decimal import Decimal

import pytest
from shapely.geometry import LineString, box

from parcels.edges import EdgeKind
from permits.appeals.applications import appeal_from_row
from permits.appeals.comparison import Verdict
from permits.appeals.dimensions import DIMENSIONS
from permits.appeals.judging import judge
from zoning.rules.loading import load_rulebook
from zoning.rules.site import Edge, Site, ZoneShare

RULEBOOK = load_rulebook(
    """
rulebook: steps
version: "1"
title: {en: Steps}
instrument: {title: {en: Steps}, date: 2010-01-01}
districts: {B: {en: B}, C: {en: C}}
mandatory: [floor_area_ratio]
rules:
  - id: far
    kind: floor_area_ratio
    bound: max
    unit: ratio
    value: >-
      if(lot_area <= 5000 ft2, 0.5, (0.5 * 5000 ft2 + 0.35 * (lot_area - 5000 ft2)) / lot_area)
    scope: {districts: [B]}
    citation: {article: "1"}
  - id: density
    kind: lot_area_per_dwelling
    bound: min
    unit: ft2
    value: 2500
    when: dwelling_units > 0
    scope: {districts: [B]}
    citation: {article: "2"}
  - id: side
    kind: setback
    edges: [interior_side]
    bound: min
    unit: ft
    value: max(7.5 ft, (height + building_length) / 5)
    scope: {districts: [B]}
    citation: {article: "3"}
"""
)


def site(district="B"):
    land = box(0, 0, 20, 40)
    front = Edge(LineString([(0, 0), (20, 0)]), EdgeKind.FRONT, Decimal(12))
    return Site("1/1", land, (ZoneShare(district, 800.0, 1.0),), (front,))


def form(**fields):
    columns = {
        "application_number": "1",
        "application_date": "07/29/2019",
        "address": "",
        "lon": "",
        "lat": "",
        "ml_nearest": "",
        "zone_code": "B",
        "zoning_district": "Residence B",
        "requested_size_of_lot_depth": "",
        "existing_size_of_lot_depth": "",
        "requested_size_of_building_length": "",
        "existing_size_of_building_length": "",
        "requested_size_of_building_width": "",
        "existing_size_of_building_width": "",
        "requested_no_of_dwelling_units": "",
        "existing_no_of_dwelling_units": "",
    }
    for dimension in DIMENSIONS:
        columns |= dict.fromkeys((dimension.existing, dimension.requested, dimension.ordinance), "")
    return appeal_from_row({**columns, **fields})


def test_the_lot_area_of_the_form_decides_the_step():
    small = form(requested_lot_area="5,000", requested_gross_floor_area_ratio=".49")
    large = form(requested_lot_area="10,000", requested_gross_floor_area_ratio=".49")
    assert judge(small, site(), RULEBOOK)["floor_area_ratio"].verdict is Verdict.COMPLIES
    judged = judge(large, site(), RULEBOOK)["floor_area_ratio"]
    assert judged.verdict is Verdict.BREACHES
    assert judged.limit == Decimal("0.425")


def test_no_change_means_the_existing_value():
    same = form(
        exisiting_lot_area="5000",
        requested_lot_area="no change",
        existing_gross_floor_area_ratio=".6",
        requested_gross_floor_area_ratio="no change",
    )
    assert judge(same, site(), RULEBOOK)["floor_area_ratio"].verdict is Verdict.BREACHES


@pytest.mark.parametrize(("stated", "verdict"), [("2500", "complies"), ("2499", "breaches")])
def test_the_stated_area_per_dwelling_is_judged_to_the_square_foot(stated, verdict):
    dense = form(requested_lot_area="7,919", requested_lot_area_dwelling_unit=stated)
    assert judge(dense, site(), RULEBOOK)["lot_area_per_dwelling"].verdict == verdict


@pytest.mark.parametrize(
    ("side", "verdict"),
    [("7.4", Verdict.BREACHES), ("10", Verdict.UNDECIDED), ("18", Verdict.COMPLIES)],
)
def test_a_yard_between_the_ends_of_its_formula_stays_undecided(side, verdict):
    built = form(
        requested_size_of_building_height="30'",
        requested_size_of_building_length="60'",
        requested_size_of_building_width="25'",
        requested_setbacks_left_side=side,
    )
    judged = judge(built, site(), RULEBOOK)["setback_left"]
    assert judged.verdict is verdict
    assert judged.limit == pytest.approx(Decimal("7.5"), abs=Decimal("0.001"))
    assert judged.limit_high == pytest.approx(Decimal(18), abs=Decimal("0.001"))


def test_an_unknown_wall_still_shows_a_breach_of_the_floor():
    built = form(requested_size_of_building_height="30'", requested_setbacks_left_side="2'")
    assert judge(built, site(), RULEBOOK)["setback_left"].verdict is Verdict.BREACHES


def test_a_district_without_rules_is_no_rule_never_a_pass():
    built = form(requested_gross_floor_area_ratio=".1", requested_lot_area="5000")
    judged = judge(built, site("C"), RULEBOOK)
    assert {one.verdict for one in judged.values()} == {Verdict.NO_RULE}
    assert judged["floor_area_ratio"].zone == "C"


def test_the_day_of_the_application_counts_unless_another_is_given():
    document = RULEBOOK.document.model_dump(mode="json", by_alias=True, exclude_unset=True)
    late = [{**rule, "valid": {"from": "2020-01-01"}} for rule in document["rules"]]
    rulebook = load_rulebook(json.dumps({**document, "rules": late}))
    built = form(requested_gross_floor_area_ratio=".1", requested_lot_area="5000")
    assert judge(built, site(), rulebook)["floor_area_ratio"].verdict is Verdict.NO_RULE
    later = judge(built, site(), rulebook, on=date(2021, 1, 1))
    assert later["floor_area_ratio"].verdict is Verdict.COMPLIES
