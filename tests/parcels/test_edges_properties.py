"""What must hold for every fabric: random rows of lots, turned, moved and cut."""

import itertools
import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, affinity, box

from parcels.edges import EdgeKind, Streets, Surroundings, classify_edges

# A figure is worked out in well under a second, but the machine may be busy.
fast = settings(deadline=None, max_examples=40)


@st.composite
def blocks(draw):
    """A block of two rows of lots of various widths, three streets round it, some with widths."""
    widths = draw(st.lists(st.integers(6, 30), min_size=2, max_size=6))
    depths = draw(st.tuples(st.integers(12, 40), st.integers(12, 40)))
    slant = draw(st.integers(-20, 20)) / 100
    edges = np.cumsum([0, *widths])
    lots = []
    for low, high in ((0, depths[0]), (depths[0], sum(depths))):
        for west, east in itertools.pairwise(edges):
            lots.append(
                Polygon(
                    [
                        (west + slant * low, low),
                        (east + slant * low, low),
                        (east + slant * high, high),
                        (west + slant * high, high),
                    ]
                )
            )
    known = draw(st.booleans())
    lines = [
        LineString([(-60, -6), (260, -6)]),
        LineString([(-60, sum(depths) + 9), (260, sum(depths) + 9)]),
        LineString([(-5 - slant * 60, -60), (-5 + slant * 160, 160)]),
    ]
    return lots, lines, [12.0, 18.0, 8.0] if known else [math.nan] * 3


def classified(lots, lines, widths):
    around = Surroundings(
        streets=Streets(centre_lines=lines, width_m=widths, names=["A", "B", "C"])
    )
    return classify_edges(lots, surroundings=around)


@fast
@given(blocks())
def test_the_edges_of_a_parcel_make_up_its_boundary(block):
    lots, lines, widths = block
    table = classified(lots, lines, widths)
    for parcel, lot in enumerate(lots):
        parts = [edge.line for edge in table.of_parcel(parcel)]
        assert sum(part.length for part in parts) == pytest.approx(lot.length, abs=1e-6)
        for part, following in zip(parts, [*parts[1:], parts[0]], strict=True):
            assert part.coords[-1] == following.coords[0]
        assert shapely.line_merge(shapely.multilinestrings(parts)).is_ring


@fast
@given(blocks())
def test_every_edge_has_one_kind_and_a_confidence(block):
    table = classified(*block)
    assert all(isinstance(kind, EdgeKind) for kind in table.kind)
    assert ((table.confidence >= 0) & (table.confidence <= 1)).all()
    assert EdgeKind.PARTY_WALL not in table.kind


@fast
@given(blocks())
def test_a_parcel_has_one_front_at_most_and_it_faces_one_street(block):
    table = classified(*block)
    for parcel in np.unique(table.parcel):
        fronts = [edge for edge in table.of_parcel(parcel) if edge.kind == EdgeKind.FRONT]
        assert len({edge.street for edge in fronts}) <= 1
        headings = [
            math.atan2(
                edge.line.coords[-1][1] - edge.line.coords[0][1],
                edge.line.coords[-1][0] - edge.line.coords[0][0],
            )
            for edge in fronts
        ]
        assert all(math.cos(a - headings[0]) > 0.4 for a in headings)


@fast
@given(
    blocks(),
    st.floats(0, 360),
    st.tuples(st.floats(-5e5, 5e5), st.floats(-4e6, 4e6)),
)
def test_turning_and_moving_the_map_changes_no_kind(block, angle, offset):
    lots, lines, widths = block

    def moved(geometry):
        return affinity.translate(affinity.rotate(geometry, angle, origin=(0, 0)), *offset)

    before = classified(lots, lines, widths)
    after = classified([moved(lot) for lot in lots], [moved(line) for line in lines], widths)
    assert before.kind.tolist() == after.kind.tolist()
    assert before.street.tolist() == after.street.tolist()
    assert after.confidence == pytest.approx(before.confidence, abs=1e-3)


@fast
@given(blocks(), st.randoms(use_true_random=False))
def test_the_first_vertex_and_the_direction_of_a_ring_do_not_matter(block, random):
    lots, lines, widths = block
    turned = []
    for lot in lots:
        ring = list(lot.exterior.coords[:-1])
        start = random.randrange(len(ring))
        ring = ring[start:] + ring[:start]
        turned.append(Polygon(ring[::-1] if random.random() < 0.5 else ring))
    before, after = classified(lots, lines, widths), classified(turned, lines, widths)
    for parcel in range(len(lots)):
        assert sorted(e.kind for e in before.of_parcel(parcel)) == sorted(
            e.kind for e in after.of_parcel(parcel)
        )


@fast
@given(blocks(), st.integers(2, 9))
def test_vertices_on_a_straight_side_do_not_matter(block, pieces):
    lots, lines, widths = block
    denser = [lot.segmentize(lot.length / (4 * pieces)) for lot in lots]
    before, after = classified(lots, lines, widths), classified(denser, lines, widths)
    assert before.kind.tolist() == after.kind.tolist()


@fast
@given(st.floats(9, 25), st.floats(30, 110), st.integers(4, 40))
def test_an_arc_round_a_cul_de_sac_head_is_one_edge(radius, sweep, chords):
    angles = np.radians(np.linspace(90 - sweep / 2, 90 + sweep / 2, chords + 1))
    inner = [(radius * math.cos(a), radius * math.sin(a)) for a in angles]
    outer = [((radius + 30) * math.cos(a), (radius + 30) * math.sin(a)) for a in angles[[-1, 0]]]
    head = Surroundings(
        streets=Streets(
            centre_lines=[LineString([(0, -80), (0, 0)])], width_m=[2 * radius], names=[""]
        )
    )
    lot = Polygon(inner + outer)
    behind = Point(0, 0).buffer(90).difference(shapely.union_all([lot, box(-90, -90, 90, 0)]))
    behind = behind.difference(Point(0, 0).buffer(radius + 0.5))
    table = classify_edges([lot, behind], surroundings=head)
    front = [edge for edge in table.of_parcel(0) if edge.kind == EdgeKind.FRONT]
    assert len(front) == 1
    assert front[0].line.length == pytest.approx(LineString(inner).length, abs=0.5)
