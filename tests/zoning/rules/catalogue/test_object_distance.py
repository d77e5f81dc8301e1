"""Object distance: how far a building stands from what it must keep away from, or near to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from shapely.geometry import Point, box

from tests.zoning.rules.conftest import rulebook_of
from zoning.rules.findings import Outcome, Reason
from zoning.rules.reading import RulebookError
from zoning.rules.site import SiteObject

AWAY = {
    "kind": "object_distance",
    "bound": "min",
    "value": 50,
    "unit": "m",
    "objects": ["heritage"],
}
NEAR = {**AWAY, "bound": "max"}
HOUSE = box(2, 3, 18, 25)


def beside(site, *metres, known=("heritage",), reach=100):
    """The site with heritage so many metres east of the house."""
    return replace(
        site,
        objects=tuple(SiteObject("heritage", f"H{m}", Point(18 + m, 10)) for m in metres),
        object_kinds=frozenset(known),
        objects_reach_m=None if reach is None else Decimal(reach),
    )


@pytest.mark.parametrize(
    ("metres", "outcome"),
    [
        (50, Outcome.COMPLIES),
        (49.999, Outcome.COMPLIES),  # a drawn distance is read to the millimetre
        (49.99, Outcome.BREACHES),
    ],
)
def test_either_side_of_the_threshold(find, site, metres, outcome):
    assert find(AWAY, on_site=beside(site, metres), footprint=HOUSE).outcome == outcome


def test_the_nearest_counts_and_is_shown(find, site):
    found = find(AWAY, on_site=beside(site, 60, 30, 90), footprint=HOUSE)
    assert (found.outcome, found.margin) == (Outcome.BREACHES, Decimal(-20))
    assert found.geometry.length == pytest.approx(30)


def test_an_object_may_be_named_by_its_code(find, site):
    rule = {**AWAY, "objects": ["H30"]}
    on_site = beside(site, 20, 30, known=("heritage", "H30"))
    assert find(rule, on_site=on_site, footprint=HOUSE).provided == Decimal(30)


@pytest.mark.parametrize(
    ("rule", "reach", "outcome"),
    [
        (AWAY, 50, Outcome.COMPLIES),  # more than the reach, and so more than required
        (AWAY, 49, Outcome.NEEDS_REVIEW),
        (NEAR, 51, Outcome.BREACHES),
        (NEAR, 50, Outcome.NEEDS_REVIEW),
        (NEAR, 49, Outcome.NEEDS_REVIEW),
    ],
)
def test_none_within_reach_is_more_than_the_reach(find, site, rule, reach, outcome):
    found = find(rule, on_site=beside(site, reach=reach), footprint=HOUSE)
    assert (found.outcome, found.provided) == (outcome, Decimal(reach))
    assert (found.reason == Reason.NO_DATA) == (outcome == Outcome.NEEDS_REVIEW)


def test_without_data_nothing_is_known(find, site):
    for on_site in (beside(site, known=()), beside(site, reach=None)):
        found = find(AWAY, on_site=on_site, footprint=HOUSE)
        assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.NO_DATA)


@pytest.mark.parametrize(
    ("rule", "metres", "outcome"),
    [
        (AWAY, 60, Outcome.NEEDS_REVIEW),  # a nearer one may be missing
        (AWAY, 40, Outcome.BREACHES),
        (NEAR, 40, Outcome.COMPLIES),
        (NEAR, 60, Outcome.NEEDS_REVIEW),
    ],
)
def test_data_with_gaps_decides_only_what_no_other_object_could_change(
    find, site, rule, metres, outcome
):
    found = find(rule, on_site=beside(site, metres, known=()), footprint=HOUSE)
    assert found.outcome == outcome


def test_missing_input(find, site):
    found = find(AWAY, on_site=beside(site, 10))
    assert (found.outcome, found.missing) == (Outcome.NEEDS_REVIEW, ("footprint",))


def test_a_rule_without_objects_is_refused():
    with pytest.raises(RulebookError, match="the objects it holds for are needed"):
        rulebook_of({**AWAY, "objects": []})
