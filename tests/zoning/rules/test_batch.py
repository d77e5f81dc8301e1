"""Judging many sites at once says exactly what judging each of them alone says."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from parcels.edges import EdgeKind
from tests import test_golden as golden
from tests.benchmarks import _cambridge as cambridge
from tests.zoning.rules.conftest import ON, edge, rulebook_of
from zoning.rules.batch import evaluate_many
from zoning.rules.engine import evaluate
from zoning.rules.findings import Judgement
from zoning.rules.rulebook import Rulebook
from zoning.rules.site import Proposal, Site, SiteError, ZoneShare

BOOK = rulebook_of(
    {"kind": "height", "bound": "max", "value": "max(9 m, 0.8 * street_width)", "unit": "m"},
    {"kind": "storeys", "bound": "max", "value": 3, "unit": "count"},
    {
        "kind": "parking",
        "bound": "min",
        "value": "dwelling_units",
        "unit": "stalls",
        "scope": {"districts": ["R1"]},
    },
    {"kind": "parking", "bound": "min", "value": "lot_area / 200 m2", "unit": "stalls"},
    {"kind": "coverage", "bound": "max", "value": 40, "unit": "%"},
    {"kind": "floor_area_ratio", "bound": "max", "value": "0.75", "unit": "ratio"},
    {"kind": "lot_area_per_dwelling", "bound": "min", "value": 150, "unit": "m2"},
    {
        "kind": "setback",
        "bound": "min",
        "value": "max(3 m, street_width / 4)",
        "unit": "m",
        "edges": ["front", "secondary_street"],
    },
    {
        "kind": "setback",
        "bound": "min",
        "value": "(height + building_length) / 6",
        "unit": "m",
        "edges": ["interior_side", "rear"],
    },
)


def said(judgement: Judgement) -> list[Any]:
    """Everything in a judgement that must not turn on how it was come by."""
    return [
        judgement.outcome,
        [
            (
                one.outcome,
                one.kind,
                one.target,
                one.bound,
                one.required,
                one.relaxed,
                one.provided,
                one.reason,
                one.missing,
                one.rule_id,
                one.other,
            )
            for one in judgement.findings
        ],
        judgement.envelope.complete,
        judgement.envelope.setbacks,
    ]


def alone(site: Site, proposal: Proposal, book: Rulebook, on: date) -> Judgement | SiteError:
    try:
        return evaluate(site, proposal, book, on=on)
    except SiteError as error:
        return error


def assert_same(
    sites: Sequence[Site], proposals: Sequence[Proposal], book: Rulebook, on: date = ON
) -> None:
    together = evaluate_many(sites, proposals, book, on=on)
    for site, proposal, found in zip(sites, proposals, together, strict=True):
        expected = alone(site, proposal, book, on)
        if isinstance(expected, SiteError) or isinstance(found, SiteError):
            assert isinstance(expected, SiteError)
            assert isinstance(found, SiteError)
            assert found.code == expected.code
            continue
        assert said(found) == said(expected), site.reference
        # One insets many parcels in one call: equal but for the noise of a float.
        assert abs(found.envelope.area_m2 - expected.envelope.area_m2) <= Decimal("0.00001")
        assert found.capacity.governed_by == expected.capacity.governed_by
        for mine, theirs in zip(
            found.capacity.terms_m2.items(), expected.capacity.terms_m2.items(), strict=True
        ):
            assert mine[0] == theirs[0]
            assert abs(mine[1] - theirs[1]) <= Decimal("0.001")


amounts = st.one_of(st.none(), st.integers(0, 20).map(Decimal))
proposals = st.builds(
    Proposal,
    storeys=amounts,
    height_m=amounts,
    dwelling_units=amounts,
    parking_stalls=amounts,
    building_length_m=amounts,
    building_width_m=amounts,
    floor_areas_m2=st.one_of(st.none(), amounts.map(lambda one: {"residential": one or 400})),
    footprint=st.sampled_from([None, box(4, 4, 10, 12), box(0, 0, 5, 5)]),
    cleared=st.sampled_from([frozenset(), frozenset({"height"})]),
).map(
    lambda one: replace(
        one,
        floor_areas_m2=one.floor_areas_m2
        and {use: Decimal(area) for use, area in one.floor_areas_m2.items()},
    )
)


@st.composite
def sites(draw: st.DrawFn) -> Site:
    """A lot of one district or two, its edges known well or not."""
    width, depth = draw(st.integers(12, 30)), draw(st.integers(14, 40))
    area = float(width * depth)
    share = draw(st.sampled_from([1.0, 0.6]))
    zones = [ZoneShare("R1", area * share, share), ZoneShare("R2", area * (1 - share), 1 - share)]
    lines = [(0, 0), (width, 0), (width, depth), (0, depth), (0, 0)]
    kinds = st.sampled_from(list(EdgeKind))
    edges = tuple(
        edge(
            draw(kinds),
            [start, end],
            street_width_m=draw(st.sampled_from([None, 8, 20])),
            confidence=draw(st.sampled_from([1.0, 0.3])),
        )
        for start, end in pairwise(lines)
    )
    registered = draw(st.one_of(st.none(), st.just(Decimal(int(area) + 10))))
    return Site(
        "1/1",
        box(0, 0, width, depth),
        zones=tuple(zones[: 1 if share == 1 else 2]),
        edges=edges,
        registered_area_m2=registered,
    )


@settings(deadline=None)
@given(st.lists(sites(), min_size=1, max_size=6), st.lists(proposals, min_size=1, max_size=3))
def test_many_sites_and_proposals_are_judged_as_each_alone(places, wanted):
    """Every proposal on every site, one after another and back: nothing remembered may leak."""
    pairs = [(site, proposal) for proposal in wanted for site in places]
    pairs += [(site, proposal) for site in places for proposal in wanted]
    assert_same([site for site, _ in pairs], [proposal for _, proposal in pairs], BOOK)


# Without the marks of cases that the engine does not arrive at: together it does not either.
@pytest.mark.parametrize(
    ("document", "case"), [pytest.param(*one.values, id=one.id) for one in golden.ALL]
)
def test_the_cases_worked_by_hand_come_out_the_same(document, case):
    site, proposal, book, on = golden.question(document, case)
    assert_same([site, site], [proposal, proposal], book, on)


def test_a_site_that_can_not_be_judged_does_not_hold_up_the_others(site):
    crossed = replace(site, geometry=Polygon([(0, 0), (20, 30), (20, 0), (0, 30)]))
    assert_same([crossed, site], [Proposal(), Proposal()], BOOK)


def test_the_garbage_collector_is_left_as_it_was(site):
    assert gc.isenabled()
    evaluate_many([site], [Proposal()], BOOK, on=ON)
    assert gc.isenabled()


def test_a_sample_of_a_real_city_comes_out_the_same():
    if not cambridge.available():
        pytest.skip("the city's data are not here")
    city = cambridge.City()
    city.parcels = city.parcels.iloc[::60].reset_index(drop=True)
    city.geometries = city.geometries[::60]
    places = city.sites(city.classify())
    wanted = Proposal(
        storeys=Decimal(3),
        height_m=Decimal("9.5"),
        floor_areas_m2={"residential": Decimal(270)},
        dwelling_units=Decimal(2),
        parking_stalls=Decimal(2),
        open_space_m2=Decimal(120),
        building_length_m=Decimal(12),
        building_width_m=Decimal("7.5"),
    )
    assert_same(places, [wanted] * len(places), cambridge.rulebook(), date(2021, 3, 1))
