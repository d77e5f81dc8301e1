"""What other systems got wrong, each shown not to happen here.

The list closes the specification of the engine. Of tables the linter speaks before anybody is
judged (``lint/test_gaps.py``, ``lint/test_overlaps.py``); the percentages of the parcel extract are
added in ``tests/zoning/test_overlaps.py``.
"""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal

import pytest
import shapely
import yaml
from shapely import affinity
from shapely.geometry import MultiPolygon, box

from tests.zoning.rules.conftest import ON, document_of, edge, in_districts, rulebook_of, split
from zoning.rules.batch import evaluate_many
from zoning.rules.catalogue import KINDS
from zoning.rules.engine import evaluate
from zoning.rules.findings import Outcome, Reason
from zoning.rules.fit import fit
from zoning.rules.loading import load_rulebook
from zoning.rules.reading import RulebookError
from zoning.rules.site import Proposal

LOT_SIZE = {"kind": "lot_area", "bound": "min", "unit": "m2"}
HEIGHT = {"kind": "height", "bound": "max", "unit": "m"}
SIDES = {"kind": "setback", "bound": "min", "unit": "m", "edges": ["front", "interior_side"]}


class TestAnUnknownVariableCountedAsAllowed:
    """A misspelt name let a minimum lot size pass on hundreds of parcels that break it."""

    @pytest.mark.parametrize(
        "slip",
        [
            {"value": "max(300 m2, minimum_lot_size)"},
            {"value": "if(lot_aera > 500 m2, 600 m2, 400 m2)"},
            {"value": "400", "when": "zone_typ == 'R1'"},
            {"value": {"table": [{"lot_aera": "[0 m2, inf)", "value": "400"}]}},
        ],
    )
    def test_it_is_refused_before_any_parcel_is_judged(self, slip):
        with pytest.raises(RulebookError, match=r"minimum_lot_size|lot_aera|zone_typ"):
            rulebook_of({**LOT_SIZE, **slip})

    def test_a_known_variable_without_a_value_passes_none_of_hundreds(self, site):
        rule = {**LOT_SIZE, "value": "max(400 m2, 20 m * street_width)"}
        unknown = tuple(replace(one, street_width_m=None) for one in site.edges)
        sites = [
            replace(site, edges=unknown, registered_area_m2=Decimal(area)) for area in range(1, 301)
        ]
        judged = evaluate_many(sites, [Proposal()] * len(sites), rulebook_of(rule), on=ON)
        assert {one.outcome for one in judged} == {Outcome.NEEDS_REVIEW}
        assert {one.findings[0].missing for one in judged} == {("street_width",)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_district_without_rules_counted_as_allowed(site, kind):
    """Whatever is mandatory: where the district has no rule on it, nothing passes."""
    document = document_of(in_districts({**HEIGHT, "value": 12}, "R1"), mandatory=[kind])
    book = load_rulebook(yaml.safe_dump(document))
    silent = split(site, R2=1.0)
    proposal = Proposal(footprint=box(5, 5, 15, 15), height_m=Decimal(3))
    judgement = evaluate(silent, proposal, book, on=ON)
    assert judgement.outcome == Outcome.NEEDS_REVIEW
    assert {one.outcome for one in judgement.findings} == {Outcome.NO_RULE}
    (together,) = evaluate_many([silent], [proposal], book, on=ON)
    assert together.outcome == Outcome.NEEDS_REVIEW


class TestARasterFootprintThatFits:
    """On cells of half a metre a building may “fit” that is wider than its ground."""

    CELL_M = 0.5

    def on_a_raster(self, area, length_m, width_m) -> bool:
        """What such a system does: cells whose middle lies in the area, counted."""
        west, south, east, north = area.bounds
        columns, rows = (
            math.ceil(round(span / self.CELL_M, 6)) for span in (east - west, north - south)
        )
        free = {
            (column, row)
            for column in range(columns)
            for row in range(rows)
            if area.covers(
                shapely.Point(
                    west + (column + 0.5) * self.CELL_M, south + (row + 0.5) * self.CELL_M
                )
            )
        }
        along, across = (round(side / self.CELL_M) for side in (length_m, width_m))
        return any(
            all((column + i, row + j) in free for i in range(along) for j in range(across))
            for column, row in free
        )

    @pytest.mark.parametrize(
        ("area", "length_m", "width_m"),
        [
            (box(0, 0, 9.8, 8), 10, 8),  # the last cell lies in with its middle only
            (box(0, 0, 12, 12).difference(box(5.8, 5.8, 6.2, 6.2)), 12, 6),  # a well in a cell
            (affinity.skew(box(0, 0, 12, 8), xs=1.5, origin=(0, 0)), 12, 8),
        ],
        ids=["a side", "a well", "a slant"],
    )
    def test_it_does_not_fit(self, area, length_m, width_m):
        assert self.on_a_raster(area, length_m, width_m)
        assert fit(area, length_m, width_m) is None

    def test_the_verdict_is_a_breach(self, site):
        """16.2 m between the yards of a lot of 20.2 m hold 16.2 m and no centimetre more."""
        wide = replace(site, geometry=box(0, 0, 20.2, 30), edges=lot_edges(20.2, 30))
        book = rulebook_of({**SIDES, "value": 2})
        for width, outcome in (("16.2", Outcome.COMPLIES), ("16.21", Outcome.BREACHES)):
            sides = Proposal(building_length_m=Decimal(28), building_width_m=Decimal(width))
            judgement = evaluate(wide, sides, book, on=ON, fit=True)
            assert judgement.fit is not None
            assert judgement.fit.outcome == outcome
            assert judgement.outcome == outcome


def lot_edges(width_m, depth_m, west=0):
    east = west + width_m
    return (
        edge("front", [(west, 0), (east, 0)], street_width_m=12),
        edge("interior_side", [(east, 0), (east, depth_m)]),
        edge("rear", [(east, depth_m), (west, depth_m)]),
        edge("interior_side", [(west, depth_m), (west, 0)]),
    )


class TestAnEnvelopeOfWhichOnePartWasKept:
    """Both parts are drawn, counted in the floor area, and may be built on."""

    BOOK = rulebook_of(
        {**SIDES, "value": 2}, {"kind": "storeys", "bound": "max", "unit": "count", "value": 3}
    )

    @pytest.fixture
    def two_parts(self, site):
        """Lots of 20 × 30 m and 10 × 30 m on both sides of a lane."""
        return replace(
            site,
            geometry=MultiPolygon([box(0, 0, 20, 30), box(25, 0, 35, 30)]),
            edges=(*lot_edges(20, 30), *lot_edges(10, 30, west=25)),
            registered_area_m2=Decimal(900),
        )

    def test_all_parts_are_there_with_their_edges(self, two_parts):
        envelope = evaluate(two_parts, Proposal(), self.BOOK, on=ON).envelope
        assert [part.area_m2 for part in envelope.parts] == [16 * 28, 6 * 28]
        assert [part.edges for part in envelope.parts] == [(0, 1, 2, 3), (4, 5, 6, 7)]
        assert len(envelope.as_dict()["parts"]) == 2

    def test_all_parts_count(self, two_parts):
        judgement = evaluate(two_parts, Proposal(), self.BOOK, on=ON)
        assert judgement.capacity.floor_area_m2 == 3 * (16 + 6) * 28

    def test_the_smaller_part_may_be_built_on(self, two_parts):
        small = Proposal(footprint=box(27, 2, 33, 30), storeys=Decimal(1))
        assert evaluate(two_parts, small, self.BOOK, on=ON).outcome == Outcome.COMPLIES
        over = replace(small, footprint=box(26.9, 2, 33, 30))
        assert evaluate(two_parts, over, self.BOOK, on=ON).outcome == Outcome.BREACHES


def table(*rows):
    return {"table": [{"height": interval, "value": value} for interval, value in rows]}


class TestTables:
    """A gap that printed no verdict, a bound in the wrong row, two rows that share a bound."""

    def test_every_height_has_a_verdict_in_and_around_a_gap(self, find):
        rows = table(("[0 m, 2.40 m]", "0.5"), ("[2.44 m, inf)", "1"))
        rule = {"kind": "parapet", "bound": "max", "unit": "m", "value": rows}
        for centimetres in range(230, 255):
            height = Decimal(centimetres) / 100
            found = find(rule, height_m=height, parapet_m=Decimal("0.8"))
            if height <= Decimal("2.40"):
                assert found.outcome == Outcome.BREACHES
            elif height < Decimal("2.44"):
                assert (found.outcome, found.reason) == (Outcome.NEEDS_REVIEW, Reason.NO_TABLE_ROW)
            else:
                assert found.outcome == Outcome.COMPLIES

    @pytest.mark.parametrize(
        ("first", "second", "required"),
        [("[0 m2, 550 m2]", "(550 m2, inf)", 0), ("[0 m2, 550 m2)", "[550 m2, inf)", 3)],
    )
    def test_exactly_550_falls_into_the_row_that_holds_it(
        self, find, site, first, second, required
    ):
        rows = [{"lot_area": first, "value": "0"}, {"lot_area": second, "value": "3"}]
        exactly = replace(site, registered_area_m2=Decimal(550))
        found = find(
            {**SIDES, "edges": ["front"], "value": {"table": rows}},
            on_site=exactly,
            footprint=box(5, 2, 15, 20),
            target="front",
        )
        assert found.required == required
        assert found.outcome == (Outcome.BREACHES if required else Outcome.COMPLIES)

    def test_two_rows_that_share_a_bound_are_a_conflict_there_and_nowhere_else(self, find):
        rows = table(("[0 m, 9 m]", "1"), ("[9 m, inf)", "2"))
        rule = {"kind": "parapet", "bound": "max", "unit": "m", "value": rows}
        for height, outcome in (
            ("8.99", Outcome.BREACHES),
            ("9", Outcome.NEEDS_REVIEW),
            ("9.01", Outcome.COMPLIES),
        ):
            found = find(rule, height_m=Decimal(height), parapet_m=Decimal("1.5"))
            assert found.outcome == outcome
            assert (found.reason == Reason.CONFLICT) == (height == "9")


def test_rounded_percentages_added_up(find, site):
    """Thrice 31.07 % is 93.21 %, not thrice 31.1 %; the limit that they weigh is exact."""
    rule = {"kind": "coverage", "bound": "max", "unit": "%", "split": "area_weighted"}
    codes = ("A", "B", "C")
    book = rulebook_of(
        {**rule, "value": 0},
        *(in_districts(rule, code, value=100) for code in codes),
        districts={code: {"en": code} for code in (*codes, "R1", "R2")},
    )
    parts = split(site, **dict.fromkeys(codes, 0.3107))
    found = find(book=book, on_site=parts, footprint=box(0, 0, 20, 27.963))
    assert found.as_dict()["required"] == "93.21"
    assert found.outcome == Outcome.COMPLIES
    over = find(book=book, on_site=parts, footprint=box(0, 0, 20, 27.99))
    assert (over.as_dict()["provided"], over.outcome) == ("93.3", Outcome.BREACHES)


class TestStoreysCappedWhileTheFloorAreaWasNot:
    """Height caps the storeys, and the floor area with them, whichever other limits there are."""

    YARDS = {**SIDES, "value": 2}
    COVERAGE = {"kind": "coverage", "bound": "max", "unit": "%", "value": 50}
    RATIO = {"kind": "floor_area_ratio", "bound": "max", "unit": "ratio", "value": 3}

    @pytest.mark.parametrize(
        ("others", "floor_m2"),
        [([YARDS], 3 * 16 * 28), ([COVERAGE], 3 * 300), ([RATIO, COVERAGE, YARDS], 3 * 300)],
        ids=["distances", "coverage", "all"],
    )
    def test_the_floor_area_is_that_of_the_storeys_under_the_height(self, site, others, floor_m2):
        book = rulebook_of({**HEIGHT, "value": "11.99"}, *others, storey_height="3 m")
        capacity = evaluate(site, Proposal(), book, on=ON).capacity
        assert (capacity.storeys, capacity.storeys_by) == (3, "height")
        assert capacity.floor_area_m2 == floor_m2

    def test_one_storey_more_is_one_storey_more_of_floor(self, site):
        book = rulebook_of({**HEIGHT, "value": 12}, self.COVERAGE, storey_height="3 m")
        assert evaluate(site, Proposal(), book, on=ON).capacity.floor_area_m2 == 4 * 300
