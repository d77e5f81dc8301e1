"""The action that stores classified edges, on a street with six lots."""

from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import affinity, union_all
from shapely.geometry import LineString, Point, Polygon, box

from gisapp.geometry import from_shapely, multipolygon, to_shapely
from gisapp.models import Municipality
from gisapp.translated import texts
from parcels.actions.classify_edges import classify_edges
from parcels.models import Parcel, ParcelEdge, StreetSegment
from tests.town import here

pytestmark = pytest.mark.django_db


@pytest.fixture
def municipality():
    """Lots 1/0 to 1/2 on a street 12 m wide in the south, 1/3 to 1/5 behind them."""
    municipality = Municipality.objects.create(slug="row", **texts("name", {"en": "Row"}))
    StreetSegment.objects.create(
        municipality=municipality,
        centre_line=from_shapely(here(LineString([(-50, -6), (90, -6)]))),
        planned_width_m=12,
        **texts("name", {"ar": "شارع النخيل", "en": "Palm Street", "fr": "Rue des Palmiers"}),
    )
    for row in (0, 1):
        for column in (0, 1, 2):
            lot = box(20 * column, 30 * row, 20 * column + 20, 30 * row + 30)
            Parcel.objects.create(
                municipality=municipality,
                block="1",
                number=str(3 * row + column),
                geometry=multipolygon(here(lot)),
            )
    return municipality


def edges(number):
    return list(ParcelEdge.objects.filter(parcel__number=number).order_by("position"))


def front(number):
    return ParcelEdge.objects.get(parcel__number=number, kind="front")


def test_every_parcel_gets_its_edges_with_the_street_they_face(municipality):
    done = []
    counts = classify_edges(
        municipality=municipality, progress=lambda *numbers: done.append(numbers)
    )
    assert counts.parcels == 6
    assert counts.edges == ParcelEdge.objects.count() == 24
    # The lots behind look out on open country: a front perhaps, but none to decide a rule on.
    assert (counts.kinds["front"], counts.low["front"]) == (6, 3)
    assert done[-1] == (6, 6)
    assert sorted(edge.kind for edge in edges("1")) == [
        "front",
        "interior_side",
        "interior_side",
        "rear",
    ]
    assert front("1").street.name_en == "Palm Street"
    assert front("1").street_width_m == Decimal("12.00")
    assert front("1").source == "street"


def test_the_planned_width_goes_before_the_existing_one(municipality):
    StreetSegment.objects.update(existing_width_m=9)
    classify_edges(municipality=municipality)
    assert front("1").street_width_m == 12
    StreetSegment.objects.update(planned_width_m=None)
    classify_edges(municipality=municipality)
    assert front("1").street_width_m == 9


def test_an_address_in_any_language_chooses_the_front(municipality):
    StreetSegment.objects.create(
        municipality=municipality,
        centre_line=from_shapely(here(LineString([(-15, -60), (-15, 90)]))),
        planned_width_m=30,
        **texts("name", {"ar": "شارع البحر", "en": "Sea Street", "fr": "Rue de la Mer"}),
    )
    Parcel.objects.filter(number="0").update(address="4, rue des Palmiers")
    classify_edges(municipality=municipality)
    assert front("0").street.name_en == "Palm Street"
    Parcel.objects.filter(number="0").update(address="4 Sea Street")
    classify_edges(municipality=municipality)
    assert front("0").street.name_en == "Sea Street"


def test_a_second_run_writes_nothing(municipality):
    classify_edges(municipality=municipality)
    before = set(ParcelEdge.objects.values_list("pk", flat=True))
    counts = classify_edges(municipality=municipality)
    assert counts.unchanged == 6
    assert set(ParcelEdge.objects.values_list("pk", flat=True)) == before


def test_only_the_parcels_asked_for_are_written(municipality):
    counts = classify_edges(municipality=municipality, parcels=Parcel.objects.filter(number="1"))
    assert counts.parcels == 1
    assert set(ParcelEdge.objects.values_list("parcel__number", flat=True)) == {"1"}
    # Its neighbours still count as neighbours.
    assert [edge.kind for edge in edges("1")].count("interior_side") == 2


def test_a_locked_edge_survives_with_its_correction(municipality):
    classify_edges(municipality=municipality)
    side = next(edge for edge in edges("1") if edge.kind == "interior_side")
    ParcelEdge.objects.filter(pk=side.pk).update(
        kind="party_wall", locked=True, source="planner", confidence=1
    )
    StreetSegment.objects.update(planned_width_m=20)
    counts = classify_edges(municipality=municipality)
    assert counts.locked == 1
    kept = ParcelEdge.objects.get(pk=side.pk)
    assert (kept.kind, kept.locked, kept.position) == ("party_wall", True, side.position)
    assert [edge.position for edge in edges("1")] == [0, 1, 2, 3]
    assert front("1").street_width_m == 20


def test_a_locked_edge_on_part_of_a_side_cuts_the_rest_to_fit(municipality):
    classify_edges(municipality=municipality)
    # The planner splits the front of 1/1 (x from 20 to 40): its western 8 m is a watercourse.
    whole = front("1")
    part = LineString([(20, 0), (28, 0)])
    ParcelEdge.objects.filter(pk=whole.pk).update(
        kind="watercourse",
        locked=True,
        source="planner",
        geometry=from_shapely(here(part)),
    )
    classify_edges(municipality=municipality)
    after = edges("1")
    assert [edge.position for edge in after] == list(range(5))
    assert [edge.kind for edge in after if edge.locked] == ["watercourse"]
    assert to_shapely(front("1").geometry).length == pytest.approx(12)
    assert sum(to_shapely(edge.geometry).length for edge in after) == pytest.approx(100)


def test_a_locked_edge_off_the_boundary_is_released_and_named(municipality):
    classify_edges(municipality=municipality)
    ParcelEdge.objects.filter(pk=front("1").pk).update(locked=True)
    Parcel.objects.filter(number="1").update(geometry=multipolygon(here(box(20, 4, 40, 30))))
    counts = classify_edges(municipality=municipality)
    assert [edge.parcel.reference for edge in counts.released] == ["1/1"]
    assert not ParcelEdge.objects.filter(locked=True).exists()
    assert len(edges("1")) == 4


def test_a_failure_leaves_the_stored_edges_as_they_were(municipality):
    classify_edges(municipality=municipality)
    before = list(ParcelEdge.objects.order_by("pk").values_list("pk", "street_width_m"))
    StreetSegment.objects.update(planned_width_m=20)

    class Stopped(Exception):
        pass

    def stop(done, total):
        raise Stopped

    with pytest.raises(Stopped):
        classify_edges(municipality=municipality, progress=stop)
    assert list(ParcelEdge.objects.order_by("pk").values_list("pk", "street_width_m")) == before


def test_a_municipality_without_parcels_has_nothing_to_classify(db):
    empty = Municipality.objects.create(slug="empty", **texts("name", {"en": "Empty"}))
    assert classify_edges(municipality=empty).edges == 0


# --- corrections and a boundary that comes in again ---------------------------------------------


def corrected(number="1", kind="interior_side"):
    """The first edge of this kind, said by a planner to be a party wall."""
    edge = ParcelEdge.objects.filter(parcel__number=number, kind=kind).order_by("position")[0]
    ParcelEdge.objects.filter(pk=edge.pk).update(
        kind="party_wall", locked=True, source="planner", confidence=1
    )
    return edge


def redrawn(number, shape):
    Parcel.objects.filter(number=number).update(geometry=multipolygon(here(shape)))


def kinds_by_side(number):
    """What each side of a lot is, by the compass, whatever the order of its edges."""
    west, south, east, north = to_shapely(Parcel.objects.get(number=number).geometry).bounds
    middle = ((west + east) / 2, (south + north) / 2)
    found = {}
    for edge in edges(number):
        at = to_shapely(edge.geometry).interpolate(0.5, normalized=True)
        x, y = at.x - middle[0], at.y - middle[1]
        side = ("e" if x > 0 else "w") if abs(x) > abs(y) * 2 / 3 else ("n" if y > 0 else "s")
        found[side] = (edge.kind, edge.locked)
    return found


LOT = box(20, 0, 40, 30)
TURNED = [list(LOT.exterior.coords)[:-1][start:] + list(LOT.exterior.coords)[: start + 1]
          for start in range(4)]  # fmt: skip


@pytest.mark.parametrize(
    "shape",
    [
        LOT,
        *map(Polygon, TURNED),
        Polygon(list(reversed(TURNED[1]))),
        Polygon([(20, 0), (31, 0), (40, 0), (40, 12.5), (40, 30), (27, 30), (20, 30), (20, 9)]),
        box(20.04, 0.05, 40.04, 30.05),
        box(19.96, -0.06, 39.98, 30),
    ],
    ids=[
        "the same",
        "from corner 0",
        "from corner 1",
        "from corner 2",
        "from corner 3",
        "the other way round",
        "with more vertices",
        "shifted by centimetres",
        "surveyed to centimetres",
    ],
)
def test_a_correction_stays_on_its_side_when_the_parcel_comes_in_again(municipality, shape):
    classify_edges(municipality=municipality)
    edge = corrected()
    before = kinds_by_side("1")
    redrawn("1", shape)
    counts = classify_edges(municipality=municipality)
    assert counts.released == []
    assert kinds_by_side("1") == before
    kept = ParcelEdge.objects.get(pk=edge.pk)
    assert (kept.kind, kept.locked, kept.source) == ("party_wall", True, "planner")
    assert [one.position for one in edges("1")] == [0, 1, 2, 3]


def test_the_edges_still_lie_end_to_end_on_a_boundary_that_has_shifted(municipality):
    classify_edges(municipality=municipality)
    corrected()
    redrawn("1", box(20.04, 0.05, 40.04, 30.05))
    classify_edges(municipality=municipality)
    lines = [to_shapely(edge.geometry) for edge in edges("1")]
    for line, following in zip(lines, [*lines[1:], lines[0]], strict=True):
        assert line.coords[-1] == pytest.approx(following.coords[0], abs=1e-6)
    boundary = to_shapely(Parcel.objects.get(number="1").geometry).boundary
    assert union_all(lines).hausdorff_distance(boundary) < 0.001
    # Many small shifts add up to no release.
    for step in range(1, 6):
        redrawn("1", box(20.04, 0.05 + 0.15 * step, 40.04, 30.05 + 0.15 * step))
        assert classify_edges(municipality=municipality).released == []


def test_a_shift_is_written_once(municipality):
    classify_edges(municipality=municipality)
    corrected()
    redrawn("1", box(20.04, 0.05, 40.04, 30.05))
    classify_edges(municipality=municipality)
    assert classify_edges(municipality=municipality).unchanged == 6


def test_an_edge_that_is_gone_gives_its_lock_back_as_it_was(municipality):
    classify_edges(municipality=municipality)
    edge = corrected()
    # The parcel is divided: what was its side lies in the middle of nowhere.
    west = to_shapely(edge.geometry).bounds[0]
    redrawn("1", box(25, 0, 40, 30) if west < here(Point(30, 0)).x else box(20, 0, 35, 30))
    [released] = classify_edges(municipality=municipality).released
    assert (released.parcel.reference, released.kind, released.source) == (
        "1/1",
        "party_wall",
        "planner",
    )
    assert not ParcelEdge.objects.filter(locked=True).exists()


def test_a_short_lock_is_never_lost_between_its_neighbours(municipality):
    classify_edges(municipality=municipality)
    whole = front("1")
    ParcelEdge.objects.filter(pk=whole.pk).update(
        kind="watercourse",
        locked=True,
        geometry=from_shapely(here(LineString([(24, 0), (24.2, 0)]))),
    )
    classify_edges(municipality=municipality)
    assert [edge.kind for edge in edges("1") if edge.locked] == ["watercourse"]


def test_positions_that_have_lost_their_order_are_mended(municipality):
    classify_edges(municipality=municipality)
    last = edges("1")[-1]
    ParcelEdge.objects.filter(pk=last.pk).update(position=9)
    assert classify_edges(municipality=municipality).unchanged == 5
    assert [edge.position for edge in edges("1")] == [0, 1, 2, 3]


@given(
    start=st.integers(0, 3),
    reverse=st.booleans(),
    east=st.floats(-0.08, 0.08),
    north=st.floats(-0.08, 0.08),
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_way_a_ring_is_written_no_label_moves(municipality, start, reverse, east, north):
    with transaction.atomic():
        classify_edges(municipality=municipality)
        corrected(kind="rear")
        before = kinds_by_side("1")
        ring = TURNED[start][::-1] if reverse else TURNED[start]
        redrawn("1", affinity.translate(Polygon(ring), east, north))
        assert classify_edges(municipality=municipality).released == []
        assert kinds_by_side("1") == before
        transaction.set_rollback(True)


def test_locks_on_either_side_of_an_acute_corner_take_nothing_from_each_other(municipality):
    redrawn("1", Polygon([(20, 0), (40, 0), (40, 26), (20.45, 26), (20.1, 30)]))
    classify_edges(municipality=municipality)
    ParcelEdge.objects.filter(parcel__number="1").update(locked=True)
    before = [(edge.pk, edge.position, edge.geometry.wkt) for edge in edges("1")]
    assert len(before) == 5
    assert classify_edges(municipality=municipality).unchanged == 6
    assert [(edge.pk, edge.position, edge.geometry.wkt) for edge in edges("1")] == before
