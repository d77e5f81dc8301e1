"""Geometry repair keeps the area that is meant, and says what it changed."""

from __future__ import annotations

import pytest
from shapely.geometry import (
    GeometryCollection,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
    box,
)

from parcels.importer.repair import repair_any, repair_line, repair_point, repair_polygon


def test_a_sound_polygon_stays_as_it_is() -> None:
    result = repair_polygon(box(0, 0, 20, 30), sliver_m2=0.1)
    assert result.geometry.equals_exact(MultiPolygon([box(0, 0, 20, 30)]), 0)
    assert result.code == ""


def test_a_bow_tie_becomes_two_triangles_and_tells_where() -> None:
    bow_tie = Polygon([(0, 0), (20, 30), (20, 0), (0, 30)])
    result = repair_polygon(bow_tie, sliver_m2=0.1)
    assert result.geometry.is_valid
    assert result.geometry.area == pytest.approx(300)
    assert result.code == "made_valid"
    assert result.where == pytest.approx((10, 15))
    assert result.parameters["reason"] == "Self-intersection"


def test_a_collection_keeps_its_polygons_only() -> None:
    mixed = GeometryCollection([box(0, 0, 10, 10), Point(3, 3), LineString([(0, 0), (5, 5)])])
    result = repair_polygon(mixed, sliver_m2=0.1)
    assert result.geometry.area == 100
    assert result.code == "other_parts_dropped"


def test_slivers_are_dropped_and_counted() -> None:
    whole = MultiPolygon([box(0, 0, 10, 10), box(20, 0, 20.001, 5)])
    result = repair_polygon(whole, sliver_m2=0.1)
    assert len(result.geometry.geoms) == 1
    assert result.code == "slivers_dropped"
    assert result.parameters["slivers"] == 1


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (None, "empty"),
        (Polygon(), "empty"),
        (LineString([(0, 0), (1, 1)]), "no_polygon"),
        (box(0, 0, 0.1, 0.1), "too_small"),
        (Polygon([(0, 0), (10, 0), (5, 0)]), "too_small"),
    ],
)
def test_what_has_no_area_is_not_usable(geometry: object, code: str) -> None:
    result = repair_polygon(geometry, sliver_m2=0.1)
    assert result.geometry is None
    assert result.code == code


def test_connected_lines_become_one_and_others_stay_apart() -> None:
    connected = MultiLineString([[(0, 0), (1, 0)], [(1, 0), (2, 0)]])
    assert [line.length for line in repair_line(connected).geometry] == [2]
    apart = repair_line(MultiLineString([[(0, 0), (1, 0)], [(5, 0), (6, 0)]]))
    assert len(apart.geometry) == 2
    assert apart.code == "split_into_lines"


def test_a_point_is_found_in_an_area() -> None:
    assert repair_point(box(0, 0, 2, 2)).geometry.within(box(0, 0, 2, 2))
    assert repair_point(MultiPoint([(0, 0), (2, 0)])).code == "made_a_point"


def test_an_overlay_may_be_a_line() -> None:
    assert repair_any(LineString([(0, 0), (1, 0)]), sliver_m2=0.1).geometry.length == 1
