"""Which edges drawn lines label: exactly one parcel, whole edges, no contradiction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import LineString

from parcels.edges.matching import DrawnLine, Unmatched, match_lines

# Parcel 1 from x = 0 to 20 and parcel 2 from 20 to 40, 30 m deep; the rear of 1 is in two pieces.
EDGES = [
    (1, [(0, 0), (20, 0)]),
    (1, [(20, 0), (20, 30)]),
    (1, [(20, 30), (8, 30)]),
    (1, [(8, 30), (0, 30)]),
    (1, [(0, 30), (0, 0)]),
    (2, [(20, 0), (40, 0)]),
    (2, [(40, 0), (40, 30)]),
    (2, [(40, 30), (20, 30)]),
    (2, [(20, 30), (20, 0)]),
]


def matched(*lines, within_m=0.5):
    drawn = [
        DrawnLine([LineString(line) for line in parts], says, parcel)
        for parts, says, parcel in (
            (one[0] if isinstance(one[0][0], list) else [one[0]], *one[1:], None)[:3]
            for one in lines
        )
    ]
    edges = [LineString(line) for _parcel, line in EDGES]
    return match_lines(edges, [parcel for parcel, _ in EDGES], drawn, within_m=within_m)


def test_a_line_labels_the_edge_it_lies_along():
    found = matched(([(0, 0.3), (20, 0.2)], "front"))
    assert (found.labels, found.doubts) == ({0: (0,)}, [])


def test_a_line_over_several_edges_of_a_parcel_labels_each():
    assert matched(([(0, 30), (20, 30)], "rear")).labels == {2: (0,), 3: (0,)}


def test_several_lines_that_agree_label_an_edge_together():
    found = matched(([(0, 0), (9, 0)], "front"), ([(9, 0), (20, 0)], "front"))
    assert (found.labels, found.doubts) == ({0: (0, 1)}, [])


def test_a_line_of_several_parts_labels_what_they_cover():
    assert matched(([[(0, 0), (9, 0)], [(20, 0), (9, 0)]], "front")).labels == {0: (0,)}


def test_lines_that_contradict_each_other_label_nothing_and_name_each_other():
    found = matched(([(0, 0), (9, 0)], "front"), ([(9, 0), (20, 0)], "party_wall"))
    assert found.labels == {}
    assert [(one.line, one.why, one.other) for one in found.doubts] == [
        (0, Unmatched.DISPUTED_EDGE, 1),
        (1, Unmatched.DISPUTED_EDGE, 0),
    ]


def test_a_line_between_two_parcels_may_be_either_ones():
    found = matched(([(20, 0), (20, 30)], "party_wall"))
    assert found.labels == {}
    [doubt] = found.doubts
    assert (doubt.why, doubt.parcels) == (Unmatched.SEVERAL_PARCELS, (1, 2))


def test_unless_it_names_its_parcel():
    assert matched(([(20, 0), (20, 30)], "party_wall", 2)).labels == {8: (0,)}


def test_a_line_of_another_parcel_than_it_names_labels_nothing():
    found = matched(([(0, 0), (20, 0)], "front", 2))
    assert [(one.why, one.share) for one in found.doubts] == [(Unmatched.NO_EDGE, 0)]


def test_a_line_over_the_fronts_of_two_parcels_labels_neither():
    found = matched(([(0, 0), (40, 0)], "front"))
    assert found.labels == {}
    assert [(one.why, one.share) for one in found.doubts] == [(Unmatched.NO_EDGE, 0.5)]


def test_an_overhang_round_the_corner_means_nothing():
    found = matched(([(0, 0), (22, 0)], "front"), ([(20, 0), (40, 0)], "secondary_street"))
    assert (found.labels, found.doubts) == ({0: (0,), 5: (1,)}, [])


def test_a_line_along_a_part_of_an_edge_labels_nothing():
    found = matched(([(0, 0), (9, 0)], "front"))
    assert found.labels == {}
    assert [(one.why, one.edge, one.share) for one in found.doubts] == [
        (Unmatched.PART_OF_EDGE, 0, 0.45)
    ]


@pytest.mark.parametrize(
    "line",
    [[(0, 5), (20, 5)], [(10, -9), (10, 9)], [(0, 0), (15, 20)]],
    ids=["too far", "across", "aslant"],
)
def test_a_line_off_every_edge_labels_nothing(line):
    found = matched((line, "front"))
    assert found.labels == {}
    assert [one.why for one in found.doubts] == [Unmatched.NO_EDGE]


def test_at_an_acute_corner_each_line_labels_its_own_edge():
    corner = [[(0, 4), (0.4, 0)], [(0.4, 0), (0.6, 30)]]
    lines = [DrawnLine([LineString(line)], says) for line, says in zip(corner, "ab", strict=True)]
    found = match_lines([LineString(line) for line in corner], [1, 1], lines, within_m=0.5)
    assert (found.labels, found.doubts) == ({0: (0,), 1: (1,)}, [])


def test_nothing_is_matched_with_nothing():
    assert matched().labels == {}


@given(
    edge=st.integers(0, len(EDGES) - 1),
    along=st.floats(-0.4, 0.4),
    across=st.floats(-0.4, 0.4),
    reverse=st.booleans(),
)
def test_an_edge_drawn_a_little_astray_labels_that_edge_and_no_other(edge, along, across, reverse):
    parcel, points = EDGES[edge]
    line = affinity.translate(LineString(points), along, across)
    said = list(line.coords)[::-1] if reverse else list(line.coords)
    assert matched((said, "rear", parcel)).labels == {edge: (0,)}
