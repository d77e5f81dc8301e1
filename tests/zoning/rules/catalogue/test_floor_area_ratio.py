"""Floor-area ratio: counted floor area over the lot."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.zoning.rules.conftest import in_districts, rulebook_of, split
from zoning.rules.findings import Outcome, Reason
from zoning.rules.reading import RulebookError

MAX_2 = {"kind": "floor_area_ratio", "bound": "max", "value": 2, "unit": "ratio"}


@pytest.mark.parametrize(
    ("residential_m2", "outcome"),
    [("1199.99", Outcome.COMPLIES), ("1200", Outcome.COMPLIES), ("1200.01", Outcome.BREACHES)],
)
def test_either_side_of_the_threshold(find, residential_m2, outcome):
    assert find(MAX_2, floor_areas_m2={"residential": Decimal(residential_m2)}).outcome == outcome


def test_exempt_uses_do_not_count(find):
    areas = {"residential": Decimal(1200), "retail": Decimal(300)}
    assert find(MAX_2, floor_areas_m2=areas).outcome == Outcome.BREACHES
    found = find({**MAX_2, "exempt_uses": ["retail"]}, floor_areas_m2=areas)
    assert (found.outcome, found.provided) == (Outcome.COMPLIES, Decimal(2))


def test_storeys_within_the_limit_do_not_excuse_the_floor_area(judge):
    storeys = {"kind": "storeys", "bound": "max", "value": 2, "unit": "count"}
    judgement = judge(
        storeys, MAX_2, storeys=Decimal(2), floor_areas_m2={"residential": Decimal(1201)}
    )
    assert judgement.outcome == Outcome.BREACHES


@pytest.mark.parametrize(
    ("ratio", "outcome"), [("2", Outcome.COMPLIES), ("2.001", Outcome.BREACHES)]
)
def test_without_floor_areas_the_stated_ratio_is_judged(find, ratio, outcome):
    assert find(MAX_2, declared={"floor_area_ratio": Decimal(ratio)}).outcome == outcome


def test_without_floor_areas_it_needs_review(find):
    found = find(MAX_2)
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("floor_area_ratio",))


def test_two_ratios_of_different_areas_are_a_conflict(find):
    found = find(
        MAX_2, {**MAX_2, "value": "2.1", "base": "net"}, floor_areas_m2={"retail": Decimal(9)}
    )
    assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.CONFLICT)


def test_a_part_in_a_district_without_ratio_needs_review(find, site):
    found = find(
        in_districts(MAX_2, "R1"),
        on_site=split(site, R1=0.9, R2=0.1),
        floor_areas_m2={"residential": Decimal(100)},
    )
    assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.PART_WITHOUT_RULE)


def test_no_areas_of_record_leave_the_drawn_area(find, site):
    drawn = replace(site, registered_area_m2=None)
    found = find(MAX_2, on_site=drawn, floor_areas_m2={"residential": Decimal(1200)})
    assert (found.outcome, found.inputs[-1].source) == (Outcome.COMPLIES, "parcel_polygon")


class TestCaps:
    """Uses that do not count, each up to its own cap."""

    areas = {"residential": Decimal(1200), "retail": Decimal(100), "office": Decimal(50)}
    uses = {"residential": {}, "retail": {}, "office": {}}

    def counted(self, judge, caps, **facts):
        rule = {**MAX_2, "exempt_uses": ["retail", "office"], "exempt_caps": caps}
        book = rulebook_of(rule, uses=self.uses)
        judgement = judge(book=book, floor_areas_m2=self.areas, **facts)
        return next(one for one in judgement.findings if one.kind == "floor_area_ratio")

    @pytest.mark.parametrize(
        ("caps", "counted_m2"),
        [
            ({}, 1200),
            ({"retail": 60}, 1240),
            ({"retail": 60, "office": 20}, 1270),
            ({"retail": "0.1 * lot_area", "office": 80}, 1240),
        ],
    )
    def test_what_is_beyond_its_cap_counts(self, judge, caps, counted_m2):
        found = self.counted(judge, caps)
        assert found.inputs[0].value == counted_m2
        assert found.outcome == (Outcome.BREACHES if counted_m2 > 1200 else Outcome.COMPLIES)

    def test_a_cap_that_can_not_be_worked_out_leaves_it_open(self, judge):
        found = self.counted(judge, {"retail": "10 m2 * dwelling_units"})
        assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("dwelling_units",))

    def test_a_cap_without_its_exempt_use_is_a_problem(self):
        with pytest.raises(RulebookError, match="“retail” has a cap but is not in exempt_uses"):
            rulebook_of({**MAX_2, "exempt_caps": {"retail": 10}})
