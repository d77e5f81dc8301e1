"""What is measured of a site before it is judged: above all how far it reaches back."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from parcels.edges import EdgeKind
from tests.zoning.rules.test_geometry import parcels
from zoning.rules.measure import LENGTH_TOLERANCE_M, measure_sites
from zoning.rules.site import Edge, Site

ARC = [(10 * math.cos(math.pi * i / 60), 10 * math.sin(math.pi * i / 60)) for i in range(61)]
LOT = box(0, 0, 20, 30)
SOUTH, NORTH = LineString([(0, 0), (20, 0)]), LineString([(20, 30), (0, 30)])
WEST, EAST = LineString([(0, 30), (0, 0)]), LineString([(20, 0), (20, 30)])


def depth_m(parcel, *fronts: LineString) -> float | None:
    edges = tuple(Edge(line, EdgeKind.FRONT) for line in fronts)
    return measure_sites([Site("1/1", parcel, edges=edges)], frozenset({"lot_depth"}))[0].depth_m


@pytest.mark.parametrize(
    ("parcel", "fronts", "deepest_m"),
    [
        (LOT, [SOUTH], 30),
        # Between two streets the farthest place is half-way along the sides.
        (LOT, [SOUTH, NORTH], 15),
        # At a corner of two streets it is the opposite corner, along either.
        (LOT, [SOUTH, EAST], 20),
        # With a street on three sides it lies anywhere on the middle line, behind the curve.
        (LOT, [LineString([(0, 30), (0, 0), (20, 0), (20, 30)])], 10),
        # On an island between streets it lies inside.
        (LOT, [LineString(LOT.exterior.coords)], 10),
        (LOT, [SOUTH, EAST, NORTH, WEST], 10),
        # Behind a front that is bent outward all corners lie on the street; the chord does not.
        (Polygon(ARC), [LineString(ARC)], 10),
        # The second part of a parcel counts as well.
        (MultiPolygon([LOT, box(0, 40, 20, 50)]), [SOUTH], 50),
    ],
)
def test_the_depth_is_that_of_the_farthest_place(parcel, fronts, deepest_m):
    assert depth_m(parcel, *fronts) == pytest.approx(deepest_m, abs=0.02)


def test_without_a_front_there_is_no_depth():
    assert depth_m(LOT) is None
    assert depth_m(LOT, LineString()) is None


@settings(max_examples=80)
@given(parcels(), st.sets(st.integers(0, 40), min_size=1, max_size=6))
def test_no_place_of_the_boundary_lies_deeper(parcel, chosen):
    sides = [
        LineString(ends)
        for ring in shapely.get_rings(shapely.get_parts(parcel))
        for ends in zip(ring.coords[:-1], ring.coords[1:], strict=True)
    ]
    fronts = [sides[index % len(sides)] for index in sorted(chosen)]
    deepest = depth_m(parcel, *fronts)
    step_m = 0.25
    places = shapely.points(shapely.get_coordinates(shapely.segmentize(parcel, step_m)))
    sampled = float(np.max(shapely.distance(places, shapely.union_all(fronts))))
    assert sampled - float(LENGTH_TOLERANCE_M) <= deepest
    # Between fronts a place inside may lie deeper, by no more than a circle around it is wide.
    inside = shapely.length(shapely.maximum_inscribed_circle(parcel))
    assert deepest <= sampled + step_m + inside


def test_sites_measured_together_come_out_as_each_alone():
    sites = [
        Site(
            str(index),
            shapely.affinity.translate(LOT, 100 * index, 0),
            edges=(
                Edge(shapely.affinity.translate(line, 100 * index, 0), EdgeKind.FRONT),
                Edge(shapely.affinity.translate(WEST, 100 * index, 0), EdgeKind.INTERIOR_SIDE),
            ),
        )
        for index, line in enumerate([SOUTH, LineString(ARC), LineString(), EAST])
    ]
    names = frozenset({"lot_depth"})
    together = measure_sites(sites, names)
    assert together == [measure_sites([site], names)[0] for site in sites]
    assert [one.depth_m for one in together][2] is None
