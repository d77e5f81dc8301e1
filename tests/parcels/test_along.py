"""Which stretches of an edge another line runs along."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import LineString, Point

from parcels.edges.along import stretches_along

EDGE = LineString([(0, 0), (20, 0)])


def along(edge, line, *, within_m=0.2):
    return [(one.start_m, one.end_m) for one in stretches_along([edge], [line], within_m=within_m)]


def near(pairs):
    return [pytest.approx(pair, abs=0.01) for pair in pairs]


def test_the_edge_itself_is_along_all_of_it():
    assert along(EDGE, EDGE) == [(0, 20)]


def test_the_direction_does_not_matter():
    assert along(EDGE, EDGE.reverse()) == [(0, 20)]


def test_a_line_beyond_the_corner_reaches_to_the_corner():
    assert along(EDGE, LineString([(8, 0.1), (30, 0.1)])) == [(8, 20)]


def test_farther_than_the_distance_is_not_along():
    assert along(EDGE, LineString([(0, 0.21), (20, 0.21)])) == []


@pytest.mark.parametrize(
    "line",
    [
        LineString([(20, 0), (20, 30)]),
        LineString([(10, -5), (10, 5)]),
        LineString([(0, 0), (9, 9)]),
    ],
    ids=["at the corner", "across", "at 45 degrees"],
)
def test_a_line_that_only_meets_the_edge_is_not_along(line):
    assert along(EDGE, line) == []


def test_two_stretches_of_one_line_stay_two():
    detour = LineString([(0, 0), (5, 0), (5, 6), (12, 6), (12, 0), (20, 0)])
    assert along(EDGE, detour) == near([(0, 5), (12, 20)])


def test_many_vertices_of_the_line_make_one_stretch():
    drawn = LineString([(x / 2, 0.05 * (x % 2)) for x in range(41)])
    assert along(EDGE, drawn) == near([(0, 20)])


def test_a_bent_edge_is_measured_along_its_bends():
    bent = LineString([(0, 0), (10, 0), (18, 2), (25, 6)])
    [(start, end)] = along(bent, affinity.translate(bent, 0.05, 0.05))
    assert (start, end) == pytest.approx((0, bent.length), abs=0.1)


def test_a_closed_edge_may_begin_anywhere():
    ring = LineString(Point(0, 0).buffer(10, quad_segs=16).exterior.coords)
    points = list(ring.coords)[:-1]
    turned = LineString([*points[17:], *points[: 17 + 1]])
    [(start, end)] = along(ring, turned)
    assert (start, end) == pytest.approx((0, ring.length), abs=0.01)


def test_every_line_is_told_from_the_others():
    found = stretches_along(
        [EDGE, LineString([(20, 0), (20, 30)])],
        [LineString([(20, 30), (20, 0)]), LineString([(0, 0), (8, 0)])],
        within_m=0.2,
    )
    assert [(one.edge, one.line, one.length_m) for one in found] == [(0, 1, 8), (1, 0, 30)]


def test_nothing_is_along_nothing():
    assert stretches_along([], [EDGE], within_m=1) == []
    assert stretches_along([EDGE], [], within_m=1) == []


@given(
    angle=st.floats(0, 360),
    start=st.floats(0, 9),
    length=st.floats(1, 11),
    off=st.floats(-0.15, 0.15),
)
def test_a_piece_of_an_edge_is_found_where_it_lies(angle, start, length, off):
    piece = affinity.translate(LineString([(start, 0), (start + length, 0)]), 0, off)
    edge, line = (affinity.rotate(one, angle, origin=(0, 0)) for one in (EDGE, piece))
    assert along(edge, line) == near([(start, start + length)])
