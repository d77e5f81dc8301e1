"""Spacing: how far separate buildings stand from each other."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
import shapely
from shapely.geometry import MultiPolygon, box

from tests.zoning.rules.conftest import rulebook_of
from zoning.rules.findings import Outcome, Reason
from zoning.rules.reading import RulebookError
from zoning.rules.site import SiteBuilding

APART = {"kind": "spacing", "bound": "min", "value": 4, "unit": "m"}
ACROSS = {**APART, "objects": ["neighbours"]}
HOUSE = box(2, 3, 18, 12)


def built(site, *buildings, known=True):
    return replace(site, buildings=buildings, buildings_known=known)


@pytest.mark.parametrize(
    ("south", "outcome"),
    [
        (16, Outcome.COMPLIES),
        (15.999, Outcome.COMPLIES),  # a drawn distance is read to the millimetre
        (15.99, Outcome.BREACHES),
    ],
)
def test_either_side_of_the_threshold(find, site, south, outcome):
    two = MultiPolygon([HOUSE, box(2, south, 18, 25)])
    assert find(APART, on_site=built(site), footprint=two).outcome == outcome


def test_an_existing_building_counts_and_the_gap_is_shown(find, site):
    shed = SiteBuilding(box(2, 15, 6, 20), own=True)
    found = find(APART, on_site=built(site, shed), footprint=HOUSE)
    assert (found.outcome, found.provided) == (Outcome.BREACHES, Decimal(3))
    assert found.geometry.length == pytest.approx(3)


@pytest.mark.parametrize("north", [12, 11])
def test_an_existing_building_that_is_built_onto_is_no_second_one(find, site, north):
    old = SiteBuilding(box(2, north, 6, 20), own=True)
    found = find(APART, on_site=built(site, old), footprint=HOUSE)
    assert found.outcome == Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("rule", "outcome"), [(APART, Outcome.NOT_APPLICABLE), (ACROSS, Outcome.BREACHES)]
)
def test_neighbours_count_only_where_the_rule_says_so(find, site, rule, outcome):
    other = SiteBuilding(box(21, 3, 30, 12))
    assert find(rule, on_site=built(site, other), footprint=HOUSE).outcome == outcome


def test_one_building_alone_has_no_spacing(find, site):
    assert find(APART, on_site=built(site), footprint=HOUSE).outcome == Outcome.NOT_APPLICABLE


def test_without_data_on_buildings_nothing_is_kept(find, site):
    unknown = built(site, known=False)
    found = find(APART, on_site=unknown, footprint=HOUSE)
    assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.NO_DATA)
    wide = shapely.union_all([HOUSE, box(2, 20, 18, 25)])
    found = find(APART, on_site=unknown, footprint=wide)
    assert (found.outcome, found.provided) == (Outcome.NEEDS_REVIEW, Decimal(8))


def test_what_is_too_near_is_so_whatever_else_stands_there(find, site):
    tight = MultiPolygon([HOUSE, box(2, 13, 18, 25)])
    found = find(APART, on_site=built(site, known=False), footprint=tight)
    assert found.outcome == Outcome.BREACHES


def test_missing_input(find, site):
    found = find(APART, on_site=built(site))
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("footprint",))


def test_other_objects_are_refused():
    with pytest.raises(RulebookError, match="neighbours only"):
        rulebook_of({**APART, "objects": ["heritage"]})
