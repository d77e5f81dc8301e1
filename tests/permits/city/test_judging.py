"""What becomes of a parcel's buildings before they are judged, and of what can not be judged."""

from __future__ import annotations

from decimal import Decimal

import pytest
from shapely.geometry import box

from permits.actions.evaluate_city import evaluate_city, open_run
from permits.city.buildings import proposal_of_buildings
from permits.models import ConformanceResult
from tests.permits.city.conftest import build
from tests.permits.city.test_evaluate_city import ON
from tests.town import Town, here


def result_of_the_neighbour(town: Town) -> ConformanceResult:
    run = open_run(version=town.version, on=ON, actor=None, restart=True)
    return evaluate_city(run=run, workers=1).results.get(parcel=town.neighbour)


def test_several_buildings_are_one_proposal(town: Town) -> None:
    house = build(town.parcel, box(2, 4, 10, 12), storeys=2, height_m="7")
    shed = build(
        town.parcel,
        box(8, 10, 14, 16),
        storeys=1,
        height_m="9.5",
        floor_areas_m2={"retail": 20, "residential": 10},
        dwelling_units=0,
    )
    proposal = proposal_of_buildings([house, shed])
    assert proposal is not None
    assert proposal.footprint is not None
    assert proposal.footprint.equals(here(box(2, 4, 10, 12).union(box(8, 10, 14, 16))))
    assert (proposal.storeys, proposal.height_m) == (2, Decimal("9.5"))
    assert proposal.floor_areas_m2 == {"residential": 550, "retail": 20}
    assert (proposal.dwelling_units, proposal.parking_stalls) == (3, 12)


@pytest.mark.parametrize(
    ("column", "unknown"),
    [
        ("storeys", None),
        ("height_m", None),
        ("floor_areas_m2", {}),
        ("dwelling_units", None),
        ("parking_stalls", None),
    ],
)
def test_what_is_not_known_of_one_is_not_known_of_all(
    town: Town, column: str, unknown: object
) -> None:
    known = build(town.parcel, box(2, 4, 10, 12))
    gap = build(town.parcel, box(12, 4, 16, 12), **{column: unknown})
    proposal = proposal_of_buildings([known, gap])
    assert getattr(proposal, column) is None


def test_a_building_that_only_the_roll_knows_leaves_the_footprint_open(town: Town) -> None:
    drawn, rolled = build(town.parcel, box(2, 4, 10, 12)), build(town.parcel, None)
    proposal = proposal_of_buildings([drawn, rolled])
    assert proposal is not None
    assert proposal.footprint is None
    assert proposal_of_buildings([]) is None


def test_a_wall_a_little_over_the_line_is_put_down_to_survey(town: Town) -> None:
    build(town.neighbour, box(22, 4, 40.3, 20))
    result = result_of_the_neighbour(town)
    assert result.outcome != "not_judged"
    coverage = next(one for one in result.findings if one["kind"] == "coverage")
    assert Decimal(coverage["provided"]) == Decimal(18 * 16) / 600 * 100
    on_footprint = next(one for one in result.findings if one["kind"] == "footprint")
    assert on_footprint["reason"] == "cut_at_the_line"


def test_a_building_far_over_the_line_breaches_and_says_by_how_much(town: Town) -> None:
    build(town.neighbour, box(22, 4, 43, 20))
    result = result_of_the_neighbour(town)
    assert result.outcome == "breaches"
    assert "footprint" in result.kinds
    assert result.findings[0] == {
        "kind": "footprint",
        "outcome": "breaches",
        "provided": "3",
        "unit": "m",
        "reason": "on_other_land",
    }


def test_a_building_on_its_own_land_has_no_word_on_its_footprint(town: Town) -> None:
    build(town.neighbour, box(22, 4, 38, 20))
    result = result_of_the_neighbour(town)
    assert "footprint" not in {one["kind"] for one in result.findings}


def test_a_building_on_other_land_alone_is_not_judged_and_says_why(town: Town) -> None:
    build(town.neighbour, box(42, 4, 50, 20))
    result = result_of_the_neighbour(town)
    assert result.outcome == "not_judged"
    assert result.findings == [{"reason": "footprint_outside_parcel"}]


def test_a_record_that_is_no_number_spoils_its_own_parcel_only(town: Town) -> None:
    build(town.neighbour, box(22, 4, 38, 20), floor_areas_m2={"residential": "much"})
    result = result_of_the_neighbour(town)
    assert (result.outcome, result.findings) == ("not_judged", [{"reason": "not_a_measure"}])
    assert result.run.done == 2
