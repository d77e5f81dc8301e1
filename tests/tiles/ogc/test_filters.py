"""CQL2: what filters choose, in both spellings, and that nothing hostile gets through."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import cql2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcels.models import StreetSegment
from tests.tiles.conftest import place
from tests.tiles.ogc.conftest import Ask
from tests.tiles.ogc.test_features import box_around, numbers
from tests.tiles.town import MapTown, line
from tiles.ogc.errors import BadParameter
from tiles.ogc.filters.trees import DEEPEST, LONGEST_BYTES, read_json, read_text

pytestmark = pytest.mark.usefixtures("shared_town")

Found = Callable[..., dict[str, Any]]

POINT_OF_7 = "POINT({} {})".format(*place(10, 15))
BOX_OF_7_AND_8 = f"BBOX({box_around(5, 5, 25, 10)})"


def ring(west: float, south: float, east: float, north: float) -> str:
    """The WKT of a ring in degrees around a box in metres."""
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return "({})".format(", ".join("{} {}".format(*place(*corner)) for corner in corners))


AROUND_7 = ring(-1, -1, 21, 31)
WITHIN_7 = ring(5, 5, 15, 20)
LINE_ACROSS = "LINESTRING({} {}, {} {})".format(*place(5, 15), *place(35, 15))
EDGE_OF_7 = "LINESTRING({} {}, {} {})".format(*place(0, 15), *place(-9, 15))


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("number = '7'", {"7"}),
        ("(number = '7')", {"7"}),
        ("number <> '7'", {"8", "9", "10"}),
        ("NOT number = '7'", {"8", "9", "10"}),
        ("NOT (number = '7' OR number = '8')", {"9", "10"}),
        ("number > '7' AND number <= '9'", {"8", "9"}),
        # AND binds tighter than OR
        ("number = '7' OR number = '8' AND reference = 'x'", {"7"}),
        ("(number = '7' OR number = '8') AND reference = 'x'", set()),
        ("number IN ('7', '10')", {"7", "10"}),
        ("number NOT IN ('7', '10')", {"8", "9"}),
        ("number BETWEEN '7' AND '8'", {"7", "8"}),
        ("number NOT BETWEEN '7' AND '8'", {"9", "10"}),
        ("reference LIKE '125/1%'", {"10"}),
        ("reference LIKE '125/_'", {"7", "8", "9"}),
        ("reference NOT LIKE '125/_'", {"10"}),
        ("reference LIKE '125\\/7'", {"7"}),
        ("number IS NULL", set()),
        ("number IS NOT NULL AND true", {"7", "8", "9", "10"}),
        ("geometry IS NULL", set()),
        ("false", set()),
        ("TRUE OR number = 'x'", {"7", "8", "9", "10"}),
        ("'7' = number", {"7"}),
        ("reference > number", {"10"}),
        ("number = reference", set()),
        ("\"number\" = '7'", {"7"}),
        ("casei(number) = CASEI('7')", {"7"}),
        ("number = '7''; DROP TABLE parcels_parcel; --'", set()),
        ("number = '%s' or number = '%(x)s'", set()),
        (f"S_INTERSECTS(geometry, {POINT_OF_7})", {"7"}),
        (f"s_intersects({POINT_OF_7}, geometry)", {"7"}),
        (f"S_INTERSECTS(geometry, {BOX_OF_7_AND_8})", {"7", "8"}),
        (f"S_INTERSECTS(geometry, POLYGON({WITHIN_7}))", {"7"}),
        (f"S_INTERSECTS(geometry, MULTIPOLYGON(({WITHIN_7})))", {"7"}),
        (f"S_INTERSECTS(geometry, GEOMETRYCOLLECTION({POINT_OF_7}))", {"7"}),
        (f"S_DISJOINT(geometry, {BOX_OF_7_AND_8})", {"9", "10"}),
        (f"NOT S_INTERSECTS(geometry, {BOX_OF_7_AND_8})", {"9", "10"}),
        (f"S_WITHIN(geometry, POLYGON({AROUND_7}))", {"7"}),
        (f"S_CONTAINS(POLYGON({AROUND_7}), geometry)", {"7"}),
        (f"S_CONTAINS(geometry, POLYGON({WITHIN_7}))", {"7"}),
        (f"S_CONTAINS(geometry, {POINT_OF_7})", {"7"}),
        (f"S_OVERLAPS(geometry, POLYGON({ring(10, 10, 30, 20)}))", {"7", "8"}),
        (f"S_CROSSES(geometry, {LINE_ACROSS})", {"7", "8"}),
        (f"S_EQUALS(geometry, POLYGON({WITHIN_7}))", set()),
        (f"S_TOUCHES(geometry, POLYGON({AROUND_7}))", set()),
        ("S_INTERSECTS(geometry, BBOX(-180,-90,180,90))", {"7", "8", "9", "10"}),
        ("S_INTERSECTS(geometry, POINT(0 0))", set()),
        ("S_DISJOINT(geometry, POINT(-70 -10))", {"7", "8", "9", "10"}),
        ("S_WITHIN(geometry, POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90)))", {*"789", "10"}),
        (f"S_INTERSECTS(geometry, {BOX_OF_7_AND_8}) AND number = '8'", {"8"}),
    ],
)
def test_a_filter_chooses(town: MapTown, found: Found, text: str, chosen: set[str]) -> None:
    assert numbers(found("collections/parcels/items", filter=text)) == chosen
    tree = json.dumps(read_text(text))
    page = found("collections/parcels/items", filter=tree, filter__lang="cql2-json")
    assert (numbers(page), page["numberMatched"]) == (chosen, len(chosen))


@pytest.mark.parametrize(
    ("text", "matched"),
    [
        ("width_m = 12", 1),
        ("width_m >= 12 AND width_m < 12.5", 1),
        ("width_m <> 12", 0),
        ("width_m IS NULL", 1),
        ("width_m IS NOT NULL", 1),
        ("NOT width_m = 13", 1),  # what has no width is not "other than 13"
        ("NOT (width_m = 13 OR name_en = 'x')", 1),
        ("width_m IN (12, 13)", 1),
        ("name_ar LIKE '%النخيل'", 1),
        ("CASEI(name_fr) LIKE casei('RUE DES%')", 1),
        ("\"class\" = 'local'", 1),
    ],
)
def test_what_is_missing_is_neither_equal_nor_other(
    town: MapTown, found: Found, text: str, matched: int
) -> None:
    StreetSegment.objects.create(municipality=town.municipality, centre_line=line((0, 0), (9, 9)))
    StreetSegment.objects.filter(planned_width_m=None).update(existing_width_m=None)
    assert StreetSegment.objects.filter(planned_width_m=Decimal(12)).count() == 1
    assert found("collections/streets/items", filter=text)["numberMatched"] == matched


def test_filters_speak_other_reference_systems(town: MapTown, found: Found) -> None:
    stored = found("collections/parcels")["storageCrs"]
    west, south, _east, _north = town.parcel.geometry.extent
    text = f"S_INTERSECTS(geometry, POINT({west + 10} {south + 10}))"
    page = found("collections/parcels/items", filter=text, filter__crs=stored)
    assert numbers(page) == {"7"}


def test_a_filter_and_a_box_and_a_property_hold_together(town: MapTown, found: Found) -> None:
    page = found(
        "collections/parcels/items",
        filter="number IN ('7', '8', '9')",
        bbox=box_around(5, 5, 25, 10),
        reference="125/8",
    )
    assert (numbers(page), page["numberMatched"]) == ({"8"}, 1)


def test_a_filter_is_kept_from_page_to_page(town: MapTown, found: Found, client: Any) -> None:
    page = found("collections/parcels/items", filter="number <> '7'", limit=2)
    following = next(link for link in page["links"] if link["rel"] == "next")
    rest = client.get(following["href"]).json()
    assert numbers(page) | numbers(rest) == {"8", "9", "10"}


def test_a_filter_reaches_only_what_one_may_see(town: MapTown, found: Found) -> None:
    text = f"number = '{town.hidden.number}' OR NOT number = 'x'"
    assert town.hidden.number not in numbers(found("collections/applications/items", filter=text))


def test_every_property_of_every_collection_can_be_asked(town: MapTown, found: Found) -> None:
    for each in found("collections")["collections"]:
        path = f"collections/{each['id']}"
        for name, schema in found(f"{path}/queryables")["properties"].items():
            if name == "geometry":
                text = "S_INTERSECTS(geometry, BBOX(-180,-90,180,90)) OR geometry IS NULL"
            elif schema["type"] == "number":
                text = f'"{name}" >= 0 OR "{name}" < 0 OR "{name}" IS NULL'
            else:
                text = f'"{name}" LIKE \'%\' OR "{name}" IS NULL'
            everything = found(f"{path}/items")["numberMatched"]
            assert found(f"{path}/items", filter=text)["numberMatched"] == everything, (path, name)


# --- what is refused ----------------------------------------------------------------------------

SELF_CROSSING = "POLYGON((39 24, 40 25, 40 24, 39 25, 39 24))"

REFUSED_TEXTS = {
    "empty": "",
    "blank": "   ",
    "too long": "number = '" + "x" * LONGEST_BYTES + "'",
    "a megabyte": "number = '7' OR " * 65_536 + "number = '8'",
    "too long in bytes": "number = '" + "ع" * 2_100 + "'",
    "too deep": "(" * (DEEPEST + 1) + "number = '7'" + ")" * (DEEPEST + 1),
    "3000 parentheses": "(" * 3_000,
    "open parentheses": "(" * 30 + "number = '7'",
    "closed parentheses": "number = '7'" + ")" * 30,
    "many negations": "NOT " * 900 + "number = '7'",
    "nested functions": "number = " + "casei(" * 40 + "'x'" + ")" * 40,
    "half a condition": "number =",
    "a lone value": "'7'",
    "a lone property": "number",
    "two conditions": "number = '7' number = '8'",
    "a statement": "number = '7'; DROP TABLE parcels_parcel",
    "a comment": "number = '7' --",
    "an unclosed text": "number = 'x",
    "an unclosed name": '"number = 1',
    "double equals": "number == '7'",
    "not equal of C": "number != '7'",
    "arithmetic": "number = 1 + 1",
    "a function": "pg_sleep(10) = 1",
    "a subquery": "number IN (SELECT 1)",
    "an unknown property": "owner = 'x'",
    "a property of the model": "municipality__slug = 'town'",
    "a property of the database": "\"parcels_parcel.number\" = '7'",
    "a lookup": "number__gt = '7'",
    "an alias of ours": "column_number = '7'",
    "a text against a number": "number = 7",
    "a list of two kinds": "number IN ('7', 8)",
    "a truth": "number = TRUE",
    "a day": "number = DATE('2026-01-01')",
    "a moment": "number = TIMESTAMP('2026-01-01T00:00:00Z')",
    "a number too large": "number = 1e999",
    "a pattern that is no text": "number LIKE 7",
    "a pattern of many wildcards": "number LIKE '" + "%a" * 30 + "'",
    "a pattern that ends in an escape": "number LIKE 'x\\'",
    "an empty list": "number IN ()",
    "geometry as a value": "geometry = 'x'",
    "a value as geometry": "S_INTERSECTS(number, POINT(39 24))",
    "two geometries": "S_INTERSECTS(POINT(39 24), POINT(39 24))",
    "not a number": "S_INTERSECTS(geometry, POINT(NaN 24))",
    "infinity": "S_INTERSECTS(geometry, POINT(1e999 24))",
    "nowhere on Earth": "S_INTERSECTS(geometry, POINT(200 24))",
    "latitude first": "S_INTERSECTS(geometry, POINT(24 139))",
    "an outline that crosses itself": f"S_INTERSECTS(geometry, {SELF_CROSSING})",
    "an open ring": "S_INTERSECTS(geometry, POLYGON((39 24, 40 24, 40 25)))",
    "a line of one point": "S_INTERSECTS(geometry, LINESTRING(39 24))",
    "a box of three": "S_INTERSECTS(geometry, BBOX(1,2,3))",
    "a box turned round": "S_INTERSECTS(geometry, BBOX(1,5,3,4))",
    "an empty geometry": "S_INTERSECTS(geometry, POINT EMPTY)",
    "a collection in a relation": f"S_WITHIN(geometry, GEOMETRYCOLLECTION({POINT_OF_7}))",
    "another predicate": "S_DWITHIN(geometry, POINT(39 24), 10, meters)",
    "a NUL": "number = '\0'",
    "full-width signs": "number ＝ '7'",
    "a turned quote": "number = ’7’",
    "an invisible sign": "num\u200bber = '7'",
    "right to left": "\u202enumber = '7'",
    "digits of another script": "number = ٧",
}

REFUSED_TREES = {
    "not JSON": "{",
    "a text": '"x"',
    "a number": "1",
    "nothing": "null",
    "a list": "[]",
    "an empty object": "{}",
    "NaN": '{"op": "=", "args": [{"property": "number"}, NaN]}',
    "infinity": '{"op": "=", "args": [{"property": "number"}, -Infinity]}',
    "a number of 4000 digits": '{"op": "=", "args": [{"property": "number"}, ' + "9" * 4_000 + "]}",
    "deep lists": "[" * 2_000,
    "deep objects": '{"op":"not","args":[' * 100 + "true" + "]}" * 100,
    "half a surrogate pair": '{"op": "=", "args": [{"property": "number"}, "\\ud800"]}',
    "a NUL": '{"op": "=", "args": [{"property": "number"}, "\\u0000"]}',
    "a NUL in a name": '{"op": "=", "args": [{"property": "\\u0000"}, "x"]}',
    "an operator that is a list": '{"op": ["="], "args": []}',
    "an operator that is an object": '{"op": {"x": 1}, "args": []}',
    "an unknown operator": '{"op": "raw", "args": ["1=1"]}',
    "an operator of Python": '{"op": "__class__", "args": []}',
    "arguments that are no list": '{"op": "=", "args": {"property": "number"}}',
    "no arguments": '{"op": "and", "args": []}',
    "one argument": '{"op": "=", "args": [{"property": "number"}]}',
    "three arguments": '{"op": "=", "args": [{"property": "number"}, "7", "8"]}',
    "a further member": '{"op": "=", "args": [{"property": "number"}, "7"], "x": 1}',
    "a property that is a list": '{"op": "=", "args": [{"property": ["number"]}, "7"]}',
    "a property that is an object": '{"op": "=", "args": [{"property": {"a": 1}}, "7"]}',
    "nothing as a value": '{"op": "=", "args": [{"property": "number"}, null]}',
    "a list as a value": '{"op": "=", "args": [{"property": "number"}, ["7"]]}',
    "in without a list": '{"op": "in", "args": [{"property": "number"}, "7"]}',
    "in of nothing": '{"op": "in", "args": [{"property": "number"}, []]}',
    "like of a list": '{"op": "like", "args": [{"property": "number"}, ["%"]]}',
    "casei of nothing": '{"op": "like", "args": [{"property": "number"}, {"op": "casei"}]}',
    "casei of a list": '{"op": "=", "args": [{"op": "casei", "args": [[]]}, "x"]}',
    "a geometry of no type": '{"op": "s_intersects", "args": [{"property": "geometry"}, {}]}',
    "a geometry with a text": '{"op": "s_intersects", "args": [{"property": "geometry"}, '
    '{"type": "Point", "coordinates": ["1", "2"]}]}',
    "a geometry with a truth": '{"op": "s_intersects", "args": [{"property": "geometry"}, '
    '{"type": "Point", "coordinates": [true, 2]}]}',
    "a geometry without coordinates": '{"op": "s_intersects", "args": [{"property": "geometry"}, '
    '{"type": "Polygon"}]}',
    "a geometry of one number": '{"op": "s_intersects", "args": [{"property": "geometry"}, '
    '{"type": "Point", "coordinates": [39]}]}',
    "a polygon of numbers": '{"op": "s_intersects", "args": [{"property": "geometry"}, '
    '{"type": "Polygon", "coordinates": [39, 24]}]}',
    "a collection of nothing": '{"op": "s_intersects", "args": [{"property": "geometry"}, '
    '{"type": "GeometryCollection", "geometries": [null]}]}',
    "a collection without parts": '{"op": "s_intersects", "args": [{"property": "geometry"}, '
    '{"type": "GeometryCollection"}]}',
    "a box of texts": '{"op": "s_intersects", "args": [{"property": "geometry"}, '
    '{"bbox": ["1", "2", "3", "4"]}]}',
    "a box that is a number": '{"op": "s_intersects", "args": [{"property": "geometry"}, '
    '{"bbox": 1}]}',
    "no property": '{"op": "s_intersects", "args": [1, 2]}',
}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(pytest.param("cql2-text", text, id=name) for name, text in REFUSED_TEXTS.items()),
        *(
            pytest.param("cql2-json", text, id=f"JSON {name}")
            for name, text in REFUSED_TREES.items()
        ),
    ],
)
def test_a_bad_filter_is_refused_by_name(town: MapTown, ask: Ask, language: str, text: str) -> None:
    answer = ask("collections/parcels/items", filter=text, filter__lang=language)
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["pointer"] == "/filter"
    assert len(problem["detail"]) < 500


def test_an_unknown_property_is_told_the_known_ones(town: MapTown, ask: Ask) -> None:
    detail = ask("collections/parcels/items", filter="owner = 'x'").json()["detail"]
    assert "owner" in detail
    assert "reference, block, number, geometry" in detail


def test_the_place_of_a_mistake_is_told(town: MapTown, ask: Ask) -> None:
    detail = ask("collections/parcels/items", filter="number = '7' XOR true").json()["detail"]
    assert "column 14" in detail
    assert "XOR" in detail


# --- the parser, against one that is not ours ---------------------------------------------------

NAMES = st.sampled_from(["number", "android", "order_1", "café", "منطقة", '"class"'])
VALUES = st.one_of(
    st.text(alphabet="ab'%_ ع(", max_size=6).map(lambda text: "'" + text.replace("'", "''") + "'"),
    st.integers(-999, 999).map(str),
    st.sampled_from(["1.5", "-2.25", "TRUE", "false", "DATE('2026-01-01')"]),
)
PREDICATES = st.one_of(
    st.tuples(NAMES, st.sampled_from([" = ", "<>", " < ", ">=", "<=", ">"]), VALUES).map("".join),
    st.tuples(NAMES, st.sampled_from([" IS NULL", " is not null"])).map("".join),
    st.tuples(NAMES, VALUES, VALUES).map(lambda t: f"{t[0]} IN ({t[1]}, {t[2]})"),
    st.tuples(NAMES, VALUES, VALUES).map(lambda t: f"{t[0]} NOT BETWEEN {t[1]} AND {t[2]}"),
    st.tuples(NAMES, VALUES).map(lambda t: f"CASEI({t[0]}) = casei({t[1]})"),
    st.just("S_INTERSECTS(geometry, POLYGON((0 0, 1 0, 1 1, 0 0), (0 0, 1 0, 1 1, 0 0)))"),
    st.just("S_WITHIN(geometry, BBOX(1, 2, 3, 4))"),
)
FILTERS = st.recursive(
    PREDICATES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(" AND ".join),
        st.lists(inner, min_size=2, max_size=3).map(" OR ".join),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"NOT ({text})"),
    ),
    max_leaves=6,
)


def flat(tree: Any) -> Any:
    """The tree with nested ANDs and ORs drawn together: both ways of writing them are right."""
    if isinstance(tree, list):
        return [flat(node) for node in tree]
    if not isinstance(tree, dict) or "op" not in tree:
        return tree
    args = flat(tree["args"])
    if tree["op"] in ("and", "or"):
        merged = []
        for arg in args:
            same = isinstance(arg, dict) and arg.get("op") == tree["op"]
            merged += arg["args"] if same else [arg]
        args = merged
    return {"op": tree["op"], "args": args}


@given(FILTERS)
def test_the_tree_is_the_one_that_another_parser_finds(text: str) -> None:
    assert flat(read_text(text)) == flat(cql2.parse_text(text).to_json())


@given(st.text(alphabet="ab ()[]{}'\"=<>.,01%_\\andornotlikein", max_size=200))
def test_no_text_makes_the_parser_do_anything_but_refuse(text: str) -> None:
    for read in (read_text, read_json):
        try:
            read(text)
        except BadParameter:
            continue


@pytest.mark.parametrize(
    "text",
    [
        "(" * 31 + "a = 1",
        "((a = 1) AND " * 31 + "b",
        "a = 1 AND " * 400 + "b = 1",
        "a IN (" + "1," * 2_000 + "1)",
        "a = '" + "\\'" * 2_000,
        "S_INTERSECTS(g, LINESTRING(" + "1 2," * 900 + "1 2))",
    ],
    ids=lambda text: text[:12],
)
def test_the_largest_filters_come_to_an_end(text: str) -> None:
    """A parser that tries again after each parenthesis never comes back from the first of these."""
    with suppress(BadParameter):
        read_text(text)
