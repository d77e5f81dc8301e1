"""What must hold on any parcel: concave, with a hole, in several parts, thin, or of 400 corners."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from parcels.edges import EdgeKind
from tests.zoning.rules.conftest import ON, rulebook_of
from zoning.rules.engine import evaluate
from zoning.rules.findings import Outcome
from zoning.rules.inset import NEARER_M
from zoning.rules.measure import common, without
from zoning.rules.site import Edge, Proposal, Site, ZoneShare

ALL = ["front", "interior_side", "rear"]
L_SHAPE = Polygon([(0, 0), (30, 0), (30, 12), (14, 12), (14, 30), (0, 30)])
COURTYARD = box(0, 0, 40, 40).difference(box(15, 15, 25, 25))
DUMBBELL = shapely.union_all([box(0, 0, 14, 14), box(14, 6, 26, 8), box(26, 0, 44, 14)])
TWO_PARTS = MultiPolygon([box(0, 0, 15, 20), box(20, 0, 40, 20)])
SLIVER = box(0, 0, 200, 0.4)
ROUND = Polygon(
    [
        (
            25 * math.cos(2 * math.pi * i / 400) * (1 + 0.1 * (i % 2)),
            25 * math.sin(2 * math.pi * i / 400) * (1 + 0.1 * (i % 2)),
        )
        for i in range(400)
    ]
)
SHAPES = {
    "concave": L_SHAPE,
    "hole": COURTYARD,
    "dumbbell": DUMBBELL,
    "two parts": TWO_PARTS,
    "sliver": SLIVER,
    "400 corners": ROUND,
}


def edges_of(parcel) -> tuple[Edge, ...]:
    """Every straight side as an edge: the first of each ring a front, then sides and a rear."""
    edges = []
    for part in shapely.get_parts(parcel):
        for ring in (part.exterior, *part.interiors):
            corners = list(ring.coords)
            for index, ends in enumerate(pairwise(corners)):
                kind = ALL[0] if index == 0 else ALL[1 + index % 2]
                width = Decimal(12) if kind == "front" else None
                edges.append(Edge(LineString(ends), EdgeKind(kind), street_width_m=width))
    return tuple(edges)


def site_of(parcel) -> Site:
    area = parcel.area
    return Site("1/1", parcel, (ZoneShare("R1", area, 1.0),), edges_of(parcel))


def book(setback_m="2", *, coverage=60, height_m=12, corners="rounded"):
    """Setbacks on all sides (the front by its street), coverage, height, frontage, lot area."""
    setback = {"kind": "setback", "bound": "min", "unit": "m"}
    return rulebook_of(
        {**setback, "edges": ALL[1:], "value": setback_m},
        {**setback, "edges": ["front"], "value": f"max({setback_m} m, street_width / 4)"},
        {"kind": "coverage", "bound": "max", "unit": "%", "value": coverage},
        {"kind": "height", "bound": "max", "unit": "m", "value": height_m},
        {"kind": "frontage", "bound": "min", "unit": "m", "value": 15},
        {"kind": "lot_area", "bound": "min", "unit": "m2", "value": 400},
        corners=corners,
    )


@st.composite
def parcels(draw):
    """Star-shaped parcels of 4 to 24 corners around the origin, 5 to 40 m wide."""
    count = draw(st.integers(4, 24))
    radii = draw(st.lists(st.floats(5, 40), min_size=count, max_size=count))
    turns = [2 * math.pi * index / count for index in range(count)]
    return Polygon([(r * math.cos(a), r * math.sin(a)) for r, a in zip(radii, turns, strict=True)])


@st.composite
def built(draw):
    """A parcel and a box within it."""
    parcel = draw(parcels())
    half = draw(st.floats(0.5, 3))
    shift = draw(st.floats(-1, 1))
    return parcel, box(shift - half, -half, shift + half, half).intersection(parcel)


def outcomes(judgement):
    return sorted((one.kind, one.target, one.outcome.value) for one in judgement.findings)


@pytest.mark.parametrize("corners", ["rounded", "mitred"])
@pytest.mark.parametrize("name", SHAPES)
def test_the_envelope_lies_in_the_parcel_and_keeps_its_distance(name, corners):
    parcel = SHAPES[name]
    found = evaluate(site_of(parcel), Proposal(), book(corners=corners), on=ON)
    envelope = found.envelope.strict
    assert envelope.is_valid
    assert envelope.difference(parcel.buffer(1e-6)).is_empty
    assert found.envelope.complete
    if name == "sliver":
        assert envelope.is_empty
    else:
        assert envelope.distance(shapely.boundary(parcel)) >= 2 - 0.001


def test_every_part_of_an_envelope_is_kept():
    """Setbacks of 2 m close the neck of the parcel: both sides of it stay buildable."""
    judgement = evaluate(site_of(DUMBBELL), Proposal(), book(), on=ON)
    parts = shapely.get_parts(judgement.envelope.strict)
    assert len(parts) == 2
    assert min(part.area for part in parts) > 80
    assert (
        len(
            shapely.get_parts(
                evaluate(site_of(TWO_PARTS), Proposal(), book(), on=ON).envelope.strict
            )
        )
        == 2
    )


@pytest.mark.parametrize("name", ["concave", "hole", "dumbbell", "two parts"])
def test_a_building_that_fills_the_envelope_keeps_its_setbacks(name):
    """The envelope is exact: what fills it complies, and what is half a centimetre larger not."""
    site = site_of(SHAPES[name])
    rules = book(coverage=100)
    envelope = evaluate(site, Proposal(), rules, on=ON).envelope.strict
    for grown, outcome in ((0.0, Outcome.COMPLIES), (0.005, Outcome.BREACHES)):
        footprint = envelope.buffer(grown, join_style="mitre")
        found = evaluate(site, Proposal(footprint=footprint), rules, on=ON).findings
        setbacks = {one.outcome for one in found if one.kind == "setback"}
        assert outcome in setbacks
        assert len(setbacks) == 1 or outcome == Outcome.BREACHES


@settings(deadline=None, max_examples=60)
@given(parcels(), st.floats(0, 12), st.floats(0, 12), st.sampled_from(["rounded", "mitred"]))
def test_a_larger_setback_never_enlarges_the_envelope(parcel, one, other, corners):
    less, more = sorted((one, other))
    site = site_of(parcel)
    wide = evaluate(site, Proposal(), book(f"{less:.4f}", corners=corners), on=ON).envelope.strict
    narrow = evaluate(site, Proposal(), book(f"{more:.4f}", corners=corners), on=ON).envelope.strict
    # Arcs are drawn by chords that leave them by up to half a millimetre.
    assert narrow.difference(wide.buffer(NEARER_M)).area < 1e-6
    assert wide.difference(parcel.buffer(1e-6)).area < 1e-6


@settings(deadline=None, max_examples=60)
@given(
    built(),
    st.floats(0, 360),
    st.floats(-1e6, 1e6).map(lambda x: 500_000 + x / 4),
    st.floats(0, 9e6),
)
def test_verdicts_do_not_depend_on_where_a_parcel_lies(made, degrees, east, north):
    parcel, footprint = made

    def moved(geometry):
        turned = affinity.rotate(geometry, degrees, origin=(0, 0))
        return affinity.translate(turned, east, north)

    site = site_of(parcel)
    there = replace(
        site,
        geometry=moved(parcel),
        edges=tuple(replace(one, line=moved(one.line)) for one in site.edges),
    )
    # Limits a hand's breadth away from what is measured, lest the move itself decide.
    proposal = Proposal(footprint=footprint, height_m=Decimal(9))
    here = evaluate(site, proposal, book(), on=ON)
    margins = [one.margin for one in here.findings if one.margin is not None]
    if any(abs(margin) < Decimal("0.01") for margin in margins):
        return
    proposal = replace(proposal, footprint=moved(footprint))
    assert outcomes(evaluate(there, proposal, book(), on=ON)) == outcomes(here)


@settings(deadline=None, max_examples=60)
@given(built(), st.floats(0, 6), st.floats(0, 6), st.integers(5, 100), st.integers(0, 95))
def test_a_stricter_limit_never_turns_a_breach_into_compliance(made, low, more, cover, less):
    parcel, footprint = made
    proposal = Proposal(footprint=footprint, height_m=Decimal(9))
    lax = evaluate(site_of(parcel), proposal, book(f"{low:.3f}", coverage=cover), on=ON)
    strict = evaluate(
        site_of(parcel),
        proposal,
        book(f"{low + more:.3f}", coverage=max(cover - less, 0)),
        on=ON,
    )
    breached = {(one.kind, one.target) for one in lax.findings if one.outcome == Outcome.BREACHES}
    passed = {(one.kind, one.target) for one in strict.findings if one.outcome == Outcome.COMPLIES}
    assert not breached & passed
    assert not (lax.outcome == Outcome.BREACHES and strict.outcome == Outcome.COMPLIES)


KNOWN = {
    "footprint": box(-2, -2, 2, 2),
    "storeys": Decimal(2),
    "height_m": Decimal(7),
    "floor_areas_m2": {"residential": Decimal(30)},
    "dwelling_units": Decimal(1),
    "parking_stalls": Decimal(4),
    "open_space_m2": Decimal(900),
    "roof_annex_m2": Decimal(0),
}
EVERY_KIND = [
    {"kind": "land_use", "permitted": ["residential"]},
    {"kind": "coverage", "bound": "max", "unit": "%", "value": "60 % - 1 % * storeys"},
    {"kind": "floor_area_ratio", "bound": "max", "unit": "ratio", "value": 2},
    {"kind": "height", "bound": "max", "unit": "m", "value": "4 m * storeys"},
    {"kind": "storeys", "bound": "max", "unit": "count", "value": 4, "when": "height < 30 m"},
    {"kind": "lot_area_per_dwelling", "bound": "min", "unit": "m2", "value": 90},
    {"kind": "open_space", "bound": "min", "unit": "%", "value": 20},
    {"kind": "parking", "bound": "min", "unit": "stalls", "value": "2 * dwelling_units"},
    {"kind": "roof_annex", "bound": "max", "unit": "m2", "value": "0.3 * footprint_area"},
    {"kind": "setback", "bound": "min", "unit": "m", "edges": ALL, "value": 1},
]


EVERYTHING = rulebook_of(*EVERY_KIND, mandatory=[rule["kind"] for rule in EVERY_KIND])


def test_all_of_it_together_passes():
    site = site_of(box(-20, -20, 20, 20))
    assert evaluate(site, Proposal(**KNOWN), EVERYTHING, on=ON).outcome == Outcome.COMPLIES


@settings(deadline=None)
@given(st.sets(st.sampled_from(sorted(KNOWN)), min_size=1))
def test_what_is_left_out_never_lets_a_proposal_pass(left_out):
    site = site_of(box(-20, -20, 20, 20))
    given_ = {name: value for name, value in KNOWN.items() if name not in left_out}
    judgement = evaluate(site, Proposal(**given_), EVERYTHING, on=ON)
    assert judgement.outcome == Outcome.NEEDS_REVIEW
    assert any(one.missing for one in judgement.findings)


def test_areas_whose_edges_nearly_coincide_have_in_common_what_they_have():
    """GEOS 3.14 finds nothing in common here while coordinates float."""

    def moved(area):
        return affinity.translate(affinity.rotate(area, 249.03125, origin=(0, 0)), 2, 4)

    parcel, house = moved(box(0, 0, 20, 30)), moved(box(0, 2, 20, 20))
    assert common(parcel, house).area == pytest.approx(360, abs=1e-3)
    assert without(house, parcel).area == pytest.approx(0, abs=1e-3)
    assert without(parcel, house).area == pytest.approx(240, abs=1e-3)
