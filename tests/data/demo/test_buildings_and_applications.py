"""What stands in the demo town and what is proposed, held against its own rulebook."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import numpy as np
import pytest
import shapely

from data.demo.applications import AS_OF, NOT_YET_REGISTERED
from data.demo.registry import Application
from data.demo.showcase import SHOWCASE_NUMBER
from data.demo.standards import DISTRICTS
from data.demo.titles import title_of
from data.demo.town import Town
from data.demo.zones import IN_FORCE
from permits.workflow import Status
from tests.data.demo.judged import Court
from zoning.rules.findings import Judgement, Outcome

A_DAY = date(2025, 1, 1)


@pytest.fixture(scope="session")
def court(town: Town) -> Court:
    return Court.of(town)


@pytest.fixture(scope="session")
def showcase(town: Town) -> Application:
    return next(file for file in town.applications if file.number == SHOWCASE_NUMBER)


def broken(judgement: Judgement) -> set[str]:
    """The kinds of rule that are breached, setbacks with the edge they are about."""
    return {
        f"{one.kind}:{one.target}" if one.kind == "setback" else one.kind
        for one in judgement.findings
        if one.outcome == Outcome.BREACHES
    }


def test_most_parcels_are_built_on(town: Town) -> None:
    assert 0.75 < len(town.buildings) / len(town.parcels) < 0.92


def test_buildings_stand_inside_their_parcels(town: Town) -> None:
    lots = {parcel.reference: parcel.lot.polygon for parcel in town.parcels}
    outside = [
        shapely.area(shapely.difference(building.footprint, lots[building.parcel]))
        for building in town.buildings
    ]
    assert max(outside) < 0.02
    assert all(building.footprint.is_valid for building in town.buildings)


def test_about_one_building_in_ten_breaks_a_rule(town: Town) -> None:
    kinds = Counter(rule for building in town.buildings for rule in building.breaks)
    assert {"coverage", "height", "floor_area_ratio", "setback_front"} <= set(kinds)
    share = sum(bool(building.breaks) for building in town.buildings) / len(town.buildings)
    assert 0.06 < share < 0.13


def test_the_engine_finds_what_was_drawn_to_break(town: Town, court: Court) -> None:
    breaking = [building for building in town.buildings if building.breaks][::3]
    found = [court.judge(building, version=IN_FORCE, on=A_DAY) for building in breaking]
    share = np.mean([judgement.outcome == Outcome.BREACHES for judgement in found])
    assert share > 0.95


def test_the_engine_agrees_that_the_others_keep_to_the_plan(town: Town, court: Court) -> None:
    keeping = [building for building in town.buildings if not building.breaks][::8]
    found = [court.judge(building, version=IN_FORCE, on=A_DAY) for building in keeping]
    # Some old lots are smaller or narrower than the plan wants: no fault of the building.
    faults = [broken(judgement) - {"lot_area", "frontage"} for judgement in found]
    assert np.mean([bool(fault) for fault in faults]) < 0.04


def test_every_stage_of_an_application_occurs(town: Town) -> None:
    assert {file.status for file in town.applications} == set(Status.values)


def test_numbers_are_unique_and_follow_the_filing_dates(town: Town) -> None:
    numbers = [file.number for file in town.applications]
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"202[3-6]/BP/\d{6}", number) for number in numbers)
    filed = [(file.number, file.filed) for file in town.applications if file.filed]
    assert [day for _, day in sorted(filed)] == sorted(day for _, day in filed)
    assert max(day for _, day in filed) <= AS_OF


def test_only_drafts_have_no_filing_date_and_only_registered_files_a_plan(town: Town) -> None:
    for file in town.applications:
        assert (file.filed is None) == (file.status == "draft")
        assert (file.version is None) == (file.status in NOT_YET_REGISTERED)


def test_files_before_march_2024_fall_under_the_predecessor(town: Town) -> None:
    versions = {
        (file.filed < date(2024, 3, 1), file.version)
        for file in town.applications
        if file.filed and file.version
    }
    assert versions == {(True, "2016"), (False, IN_FORCE)}


def test_proposals_comply_breach_and_stay_undecided(town: Town, court: Court) -> None:
    outcomes: Counter[Outcome] = Counter()
    for file in town.applications:
        if file.footprint is not None:
            judgement = court.judge(file, version=file.version or IN_FORCE, on=file.filed or AS_OF)
            outcomes[judgement.outcome] += 1
            if file.breaks and not file.missing:
                assert judgement.outcome == Outcome.BREACHES, file.number
    assert min(outcomes[o] for o in (Outcome.COMPLIES, Outcome.BREACHES)) >= 12
    assert outcomes[Outcome.NEEDS_REVIEW] >= 5


def test_incomplete_files_lack_a_figure(town: Town) -> None:
    incomplete = [f for f in town.applications if f.status == "incomplete" and f.footprint]
    assert incomplete
    assert all(file.missing for file in incomplete)
    for file in incomplete:
        assert all(getattr(file, name) is None for name in file.missing)


@pytest.mark.parametrize("size", ["small_town", "town"])
def test_the_showcase_breaks_three_rules_and_keeps_the_others(
    size: str, request: pytest.FixtureRequest
) -> None:
    town: Town = request.getfixturevalue(size)
    showcase = next(file for file in town.applications if file.number == SHOWCASE_NUMBER)
    parcel = next(p for p in town.parcels if p.reference == showcase.parcels[0])
    assert parcel.lot.kind == "corner"
    judgement = Court.of(town).judge(showcase, version=IN_FORCE, on=showcase.filed or AS_OF)
    assert broken(judgement) == {"setback:interior_side", "height", "parking"}
    undecided = [f for f in judgement.findings if f.outcome == Outcome.NEEDS_REVIEW]
    assert undecided == []
    assert showcase.parcels[0] not in {building.parcel for building in town.buildings}


def test_titles_come_in_three_languages_and_name_nobody(showcase: Application) -> None:
    assert showcase.title.en.endswith("-storey apartment building")
    assert all(showcase.title)


def test_uses_of_every_district_are_declared_in_the_rulebook() -> None:
    from tests.data.demo.judged import rulebook

    declared = set(rulebook(IN_FORCE).document.uses)
    assert {use for district in DISTRICTS.values() for use in district.uses} <= declared


def test_english_titles_have_the_right_article() -> None:
    titles = {
        title_of(kind, district, None).en
        for kind in ("demolition", "change_of_use", "extension")
        for district in ("RM", "CC", "V")
    }
    assert "Extension of an apartment building" in titles
    assert "Demolition of a shop and office building" in titles
    assert "Change of use of a villa" in titles
