"""Small fabrics drawn by hand; what each edge is follows from the sketch beside it."""

import math

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box

from parcels.edges import (
    CONFIDENCE_LIMIT,
    EdgeKind,
    EdgeSource,
    Streets,
    Surroundings,
    classify_edges,
    frontage_m,
    lot_depth_m,
)

FRONT, SECOND = EdgeKind.FRONT, EdgeKind.SECONDARY_STREET
SIDE, REAR, UNKNOWN = EdgeKind.INTERIOR_SIDE, EdgeKind.REAR, EdgeKind.UNKNOWN


def streets(*lines, widths=None, names=None):
    return Surroundings(
        streets=Streets(
            centre_lines=[LineString(line) for line in lines],
            width_m=[math.nan] * len(lines) if widths is None else widths,
            names=[""] * len(lines) if names is None else names,
        )
    )


def kinds(table, parcel):
    """Kinds of a parcel's edges by the compass side their outside faces (E, N, W, S and between).

    Every edge has its parcel on the left, so the outside is a quarter turn right of the chord.
    """
    found = {}
    for edge in table.of_parcel(parcel):
        (x0, y0), (x1, y1) = edge.line.coords[0], edge.line.coords[-1]
        outward = math.degrees(math.atan2(-(x1 - x0), y1 - y0))
        side = ["E", "NE", "N", "NW", "W", "SW", "S", "SE"][round(outward / 45) % 8]
        found.setdefault(side, []).append(edge.kind)
    return {side: each[0] if len(each) == 1 else each for side, each in found.items()}


# Two rows of lots, back to back, between an 10 m street in the south (centre line y = -5) and a
# 20 m street in the north (centre line y = 70); a 12 m street closes the row in the west.
#   y 30..60:  3 | 4 | 5
#   y  0..30:  0 | 1 | 2          x: 0..15 | 15..30 | 30..45
BLOCK = [
    box(15 * column, 30 * row, 15 * (column + 1), 30 * (row + 1))
    for row in (0, 1)
    for column in (0, 1, 2)
]
SOUTH, NORTH, WEST = [(-50, -5), (100, -5)], [(-50, 70), (100, 70)], [(-6, -50), (-6, 120)]
BLOCK_STREETS = streets(
    SOUTH, NORTH, WEST, widths=[10, 20, 12], names=["South St", "North St", "West St"]
)


def test_a_mid_block_lot_has_front_two_sides_and_rear():
    table = classify_edges(BLOCK, surroundings=BLOCK_STREETS)
    assert kinds(table, 1) == {"S": FRONT, "E": SIDE, "N": REAR, "W": SIDE}
    assert kinds(table, 4) == {"N": FRONT, "E": SIDE, "S": REAR, "W": SIDE}
    front = next(edge for edge in table.of_parcel(1) if edge.kind == FRONT)
    assert front.street == 0
    assert front.street_width_m == 10
    assert front.source == EdgeSource.STREET
    assert front.confidence > 0.95
    assert frontage_m(table.of_parcel(1)) == pytest.approx(15)
    assert lot_depth_m(table.of_parcel(1)) == pytest.approx(30)


def test_a_corner_lot_fronts_the_wider_street_and_its_rear_lies_opposite_that_front():
    table = classify_edges(BLOCK, surroundings=BLOCK_STREETS)
    # 12 m in the west against 10 m in the south.
    assert kinds(table, 0) == {"W": FRONT, "S": SECOND, "E": REAR, "N": SIDE}
    # 20 m in the north against 12 m in the west.
    assert kinds(table, 3) == {"N": FRONT, "W": SECOND, "S": REAR, "E": SIDE}


def test_the_address_street_goes_before_the_wider_street():
    addresses = ["12 South Street", "", "", "", "", ""]
    table = classify_edges(BLOCK, surroundings=BLOCK_STREETS, addresses=addresses)
    assert kinds(table, 0) == {"S": FRONT, "W": SECOND, "N": REAR, "E": SIDE}


def test_an_arabic_address_finds_its_street_whatever_the_spelling():
    around = streets(SOUTH, WEST, widths=[10, 30], names=["شارع الأمانة", "شارع النخيل"])
    table = classify_edges(BLOCK[:3], surroundings=around, addresses=["١٢ شارع الامانه", "", ""])
    assert kinds(table, 0)["S"] == FRONT


def test_the_longer_of_two_street_names_in_an_address_is_meant():
    around = streets(SOUTH, WEST, widths=[10, 30], names=["Gore Street Pl", "Gore St"])
    table = classify_edges(BLOCK[:3], surroundings=around, addresses=["7 GORE STREET PL", "", ""])
    assert kinds(table, 0)["S"] == FRONT


def test_of_streets_equally_wide_the_shorter_frontage_is_the_front_with_less_certainty():
    around = streets(SOUTH, WEST, widths=[12, 12], names=["South St", "West St"])
    table = classify_edges(BLOCK, surroundings=around)
    assert kinds(table, 0) == {"S": FRONT, "W": SECOND, "N": REAR, "E": SIDE}
    corner = next(e for e in table.of_parcel(0) if e.kind == FRONT)
    middle = next(e for e in table.of_parcel(1) if e.kind == FRONT)
    assert corner.confidence < middle.confidence


def test_a_square_corner_lot_between_equal_streets_is_too_close_to_call():
    around = streets(SOUTH, WEST, names=["South St", "West St"])
    table = classify_edges([box(0, 0, 20, 20), box(20, 0, 40, 20)], surroundings=around)
    assert [e.kind for e in table.of_parcel(0)].count(FRONT) == 1
    assert all(e.confidence < CONFIDENCE_LIMIT for e in table.of_parcel(0) if e.kind == FRONT)


def test_a_through_lot_has_a_secondary_street_and_no_rear():
    lots = [box(15 * i, 0, 15 * (i + 1), 30) for i in range(3)]
    around = streets(SOUTH, [(-50, 35), (100, 35)], widths=[12, 10], names=["South", "Back"])
    table = classify_edges(lots, surroundings=around)
    assert kinds(table, 1) == {"S": FRONT, "N": SECOND, "E": SIDE, "W": SIDE}


def flag_lot():
    """A lot behind two others, reached by a pole 4 m wide between them."""
    west, east = box(0, 0, 15, 25), box(19, 0, 34, 25)
    flag = Polygon([(15, 0), (19, 0), (19, 25), (34, 25), (34, 50), (0, 50), (0, 25), (15, 25)])
    return [flag, west, east, box(0, 50, 34, 70), box(34, 0, 60, 70), box(-30, 0, 0, 70)]


def test_a_flag_lot_fronts_the_street_with_the_end_of_its_pole():
    table = classify_edges(flag_lot(), surroundings=streets(SOUTH, widths=[10]))
    found = kinds(table, 0)
    # South: the end of the pole, and the two shoulders that lie against the lots in front.
    assert sorted(found["S"]) == sorted([FRONT, SIDE, SIDE])
    assert found["N"] == REAR
    assert found["E"] == [SIDE, SIDE]
    assert frontage_m(table.of_parcel(0)) == pytest.approx(4)
    assert lot_depth_m(table.of_parcel(0)) == pytest.approx(50)
    flag_front, plain_front = (
        next(e for e in table.of_parcel(p) if e.kind == FRONT).confidence for p in (0, 1)
    )
    assert flag_front < plain_front


def cul_de_sac():
    """Three wedges round the head (radius 12 m) of a street that comes from the south."""
    lots = []
    for begin, end in ((-10, 50), (50, 130), (130, 190)):
        angles = np.radians(np.linspace(begin, end, 13))
        inner = [(12 * math.cos(a), 12 * math.sin(a)) for a in angles]
        outer = [(45 * math.cos(a), 45 * math.sin(a)) for a in (angles[-1], angles[0])]
        lots.append(Polygon(inner + outer))
    road = shapely.union_all([Point(0, 0).buffer(12.5), box(-12.5, -30, 12.5, 0)])
    behind = box(-90, -30, 90, 90).difference(shapely.union_all([*lots, road]))
    return [*lots, behind]


def test_the_curved_front_of_a_cul_de_sac_stays_one_edge():
    around = streets([(0, -80), (0, 0)], widths=[24])
    table = classify_edges(cul_de_sac(), surroundings=around)
    for parcel in range(3):
        edges = table.of_parcel(parcel)
        assert len(edges) == 4
        assert sorted(e.kind for e in edges) == sorted([FRONT, SIDE, REAR, SIDE])
    middle = table.of_parcel(1)
    front = next(e for e in middle if e.kind == FRONT)
    # 80 degrees of a circle of 12 m, drawn with 12 chords.
    assert front.line.length == pytest.approx(math.radians(80) * 12, rel=0.01)
    assert front.street == 0


def test_a_turning_circle_wider_than_its_street_is_still_that_street():
    around = streets([(0, -80), (0, 0)], widths=[8])
    table = classify_edges(cul_de_sac(), surroundings=around)
    for parcel in range(3):
        front = next(e for e in table.of_parcel(parcel) if e.kind == FRONT)
        assert front.street == 0
        assert front.street_width_m == 8
        assert front.confidence >= CONFIDENCE_LIMIT


def test_a_chamfered_street_corner_belongs_to_the_front():
    # The corner at (0, 0) is cut by 4 m on each street.
    corner = Polygon([(4, 0), (20, 0), (20, 30), (0, 30), (0, 4)])
    lots = [corner, box(20, 0, 40, 30), box(0, 30, 40, 60)]
    around = streets(SOUTH, WEST, widths=[20, 12], names=["South", "West"])
    table = classify_edges(lots, surroundings=around)
    assert kinds(table, 0) == {"S": FRONT, "SW": FRONT, "W": SECOND, "N": REAR, "E": SIDE}
    chamfer = table.of_parcel(0)
    assert {e.street for e in chamfer if e.kind == FRONT} == {0}


def test_a_rounded_street_corner_is_parted_between_the_two_streets():
    arc = [(8 - 8 * math.sin(a), 8 - 8 * math.cos(a)) for a in np.linspace(math.pi / 2, 0, 13)]
    corner = Polygon([*arc, (20, 0), (20, 35), (0, 35)])
    lots = [corner, box(20, 0, 40, 35), box(0, 35, 40, 60)]
    around = streets(SOUTH, WEST, widths=[20, 12], names=["South", "West"])
    edges = classify_edges(lots, surroundings=around).of_parcel(0)
    assert len(edges) == 4
    lengths = {e.kind: e.line.length for e in edges}
    half_arc = 8 * math.pi / 4
    assert lengths[FRONT] == pytest.approx(12 + half_arc, abs=0.8)
    assert lengths[SECOND] == pytest.approx(27 + half_arc, abs=0.8)


def test_a_deep_triangle_has_two_sides_and_no_rear():
    lot = Polygon([(0, 0), (20, 0), (10, 40)])
    left, right = Polygon([(0, 0), (10, 40), (-20, 40)]), Polygon([(20, 0), (40, 40), (10, 40)])
    table = classify_edges([lot, left, right], surroundings=streets(SOUTH, widths=[10]))
    assert sorted(e.kind for e in table.of_parcel(0)) == sorted([FRONT, SIDE, SIDE])
    assert lot_depth_m(table.of_parcel(0)) == pytest.approx(40)


def test_the_back_of_an_irregular_lot_is_all_rear():
    lot = Polygon([(0, 0), (20, 0), (20, 30), (10, 36), (0, 30)])
    around = box(-30, 0, 50, 80).difference(lot)
    table = classify_edges([lot, around], surroundings=streets(SOUTH, widths=[10]))
    back = [e for e in table.of_parcel(0) if e.kind == REAR]
    assert sum(e.line.length for e in back) == pytest.approx(2 * math.hypot(10, 6))


def test_a_landlocked_parcel_has_no_front_and_decides_nothing():
    inner = box(20, 20, 40, 40)
    outer = box(0, 0, 60, 60).difference(inner)
    table = classify_edges([inner, outer], surroundings=streets(SOUTH, widths=[10]))
    edges = table.of_parcel(0)
    assert {e.kind for e in edges} == {UNKNOWN}
    assert all(e.confidence < CONFIDENCE_LIMIT for e in edges)
    assert frontage_m(edges) is None
    assert lot_depth_m(edges) is None


def test_the_ring_of_a_hole_is_interior():
    inner = box(20, 20, 40, 40)
    table = classify_edges([box(0, 0, 60, 60).difference(inner), inner])
    hole = [e for e in table.of_parcel(0) if box(19, 19, 41, 41).contains(e.line)]
    assert len(hole) == 4
    assert {e.kind for e in hole} == {SIDE}


def test_without_streets_the_gap_is_the_street_and_its_width_is_measured():
    # Two rows of lots face each other across a gap of 9 m.
    lots = [box(15 * i, 0, 15 * (i + 1), 25) for i in range(4)]
    lots += [box(15 * i, 34, 15 * (i + 1), 60) for i in range(4)]
    lots += [box(-20, -30, 80, 0), box(-20, 60, 80, 90)]
    table = classify_edges(lots)
    assert kinds(table, 1) == {"N": FRONT, "E": SIDE, "S": REAR, "W": SIDE}
    front = next(e for e in table.of_parcel(1) if e.kind == FRONT)
    assert front.source == EdgeSource.FABRIC_GAP
    assert front.street == -1
    assert front.street_width_m == pytest.approx(9)
    assert CONFIDENCE_LIMIT <= front.confidence < 0.9


def test_a_street_without_a_width_takes_the_width_of_its_gap():
    lots = [box(15 * i, 0, 15 * (i + 1), 25) for i in range(4)]
    lots += [box(15 * i, 34, 15 * (i + 1), 60) for i in range(4)]
    lots += [box(-20, -30, 80, 0), box(-20, 60, 80, 90)]
    table = classify_edges(lots, surroundings=streets([(-50, 29), (100, 29)]))
    front = next(e for e in table.of_parcel(1) if e.kind == FRONT)
    assert front.source == EdgeSource.STREET_GAP
    assert front.street_width_m == pytest.approx(9)


def test_a_seam_in_the_drawing_is_not_a_street():
    lots = [box(0, 0, 15, 30), box(15.5, 0, 30, 30), box(0, 30.3, 30, 60)]
    table = classify_edges(lots, surroundings=streets(SOUTH, widths=[10]))
    assert kinds(table, 0)["E"] == SIDE
    assert kinds(table, 0)["N"] == REAR


def test_an_alley_no_street_is_known_for_is_unknown_and_needs_review():
    lots = [box(0, 0, 15, 30), box(0, 34, 15, 60), box(15, 0, 30, 60), box(-15, 0, 0, 60)]
    table = classify_edges(lots, surroundings=streets(SOUTH, widths=[10]))
    north = next(e for e in table.of_parcel(0) if e.line.centroid.y > 29)
    assert north.kind == UNKNOWN
    assert north.confidence < CONFIDENCE_LIMIT


def test_an_edge_is_cut_where_the_neighbour_ends():
    # The western neighbour covers only the northern half of the lot's west side.
    lots = [box(0, 0, 20, 40), box(-20, 22, 0, 40), box(20, 0, 40, 40), box(-20, 40, 40, 60)]
    around = streets(SOUTH, WEST, widths=[12, 8], names=["South", "West"])
    west = [
        e for e in classify_edges(lots, surroundings=around).of_parcel(0) if e.line.centroid.x < 1
    ]
    assert {e.kind: round(e.line.length, 1) for e in west} == {SECOND: 22.0, SIDE: 18.0}


def test_open_space_and_watercourse_are_told_apart_from_streets():
    lots = [box(0, 0, 20, 30)]
    around = Surroundings(
        streets=streets(SOUTH, widths=[10]).streets,
        open_spaces=[box(20, 0, 80, 30)],
        watercourses=[box(-5, 32, 60, 40)],
    )
    table = classify_edges(lots, surroundings=around)
    found = kinds(table, 0)
    assert found["E"] == EdgeKind.OPEN_SPACE
    assert found["N"] == EdgeKind.WATERCOURSE
    assert found["S"] == FRONT


def test_a_park_does_not_lie_along_itself():
    park = box(0, 0, 60, 30)
    around = Surroundings(
        streets=streets(SOUTH, widths=[10]).streets, open_spaces=[park.buffer(0.7)]
    )
    assert kinds(classify_edges([park], surroundings=around), 0)["S"] == FRONT


def test_steps_of_a_coarse_drawing_make_no_edges():
    stepped = [(x + dx, dy) for x in range(0, 20, 2) for dx, dy in ((0, 0), (1, 0.6))]
    lots = [Polygon([*stepped, (20, 0), (20, 30), (0, 30)]), box(20, 0, 40, 30)]
    table = classify_edges(lots, surroundings=streets(SOUTH, widths=[10]))
    assert len(table.of_parcel(0)) == 4


def test_all_parts_of_a_parcel_share_one_front():
    parts = MultiPolygon([box(0, 0, 15, 30), box(0, 40, 15, 60)])
    lots = [parts, box(15, 0, 30, 60), box(-15, 0, 0, 60), box(0, 30, 15, 40)]
    table = classify_edges(lots, surroundings=streets(SOUTH, widths=[10]))
    edges = table.of_parcel(0)
    assert [e.kind for e in edges].count(FRONT) == 1
    assert [e.position for e in edges] == list(range(8))


def test_only_limits_the_result_and_not_the_neighbours():
    whole = classify_edges(BLOCK, surroundings=BLOCK_STREETS)
    part = classify_edges(BLOCK, surroundings=BLOCK_STREETS, only=np.array([1, 4]))
    assert set(part.parcel.tolist()) == {1, 4}
    assert kinds(part, 1) == kinds(whole, 1)


def test_empty_and_missing_parcels_have_no_edges():
    assert len(classify_edges([])) == 0
    table = classify_edges([Polygon(), None, box(0, 0, 10, 10)])
    assert set(table.parcel.tolist()) == {2}


def test_a_line_is_refused_as_a_parcel():
    with pytest.raises(ValueError, match="not a polygon"):
        classify_edges([LineString([(0, 0), (1, 1)])])


def test_a_coordinate_that_is_not_finite_is_refused():
    with np.errstate(invalid="ignore"):
        broken = Polygon([(0, 0), (10, 0), (10, math.inf), (0, 10)])
    with pytest.raises(ValueError, match="not finite"):
        classify_edges([broken])


def test_addresses_of_another_length_are_refused():
    with pytest.raises(ValueError, match="one per parcel"):
        classify_edges([box(0, 0, 1, 1)], addresses=[])


def test_streets_of_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match="same length"):
        Streets(centre_lines=[LineString(SOUTH)], width_m=[], names=[""])
