"""What must hold of every kind of rule together, on a site that has everything.

A setback, a widening, an easement and upper storeys that step back; a building with every answer
given. What is left out, made stricter, turned or moved must change the verdicts as it should or not
at all. The shapes of parcels are tried in ``test_geometry.py``, the trace in ``test_trace.py``.
"""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import box

from parcels.edges import EdgeKind
from tests.zoning.rules.conftest import ON, edge, rulebook_of
from tests.zoning.rules.test_geometry import edges_of, parcels
from zoning.rules.catalogue import KINDS
from zoning.rules.engine import evaluate
from zoning.rules.findings import Judgement, Outcome
from zoning.rules.inset import NEARER_M
from zoning.rules.judging import SEVERITY
from zoning.rules.rulebook import Rulebook
from zoning.rules.site import (
    OverlayPart,
    Projection,
    Proposal,
    Site,
    SiteBuilding,
    SiteObject,
    Tier,
    ZoneShare,
)

SITE = Site(
    reference="125/7",
    geometry=box(0, 0, 40, 40),
    zones=(ZoneShare("R1", 1600.0, 1.0, box(0, 0, 40, 40)),),
    edges=(
        edge("front", [(0, 0), (40, 0)], street_width_m=16),
        edge("interior_side", [(40, 0), (40, 40)]),
        edge("rear", [(40, 40), (0, 40)]),
        edge("interior_side", [(0, 40), (0, 0)]),
    ),
    overlays=(
        OverlayPart("widening", "W1", box(0, 0, 40, 1)),
        OverlayPart("easement", "E1", box(0, 37, 40, 40)),
    ),
    registered_area_m2=Decimal(1590),
    objects=(SiteObject("well", "", box(60, 10, 61, 11)),),
    object_kinds=frozenset({"well"}),
    objects_reach_m=Decimal(50),
    buildings=(SiteBuilding(box(6, 30, 10, 34), own=True),),
    buildings_known=True,
)
ANSWERS: dict[str, Any] = {
    "footprint": box(8, 8, 24, 20),
    "storeys": Decimal(3),
    "height_m": Decimal(10),
    "floor_areas_m2": {"residential": Decimal(400), "retail": Decimal(120)},
    "uses_by_floor": {
        "0": {"retail": Decimal(120)},
        "1": {"residential": Decimal(200)},
        "2": {"residential": Decimal(200)},
    },
    "dwelling_units": Decimal(4),
    "parking_stalls": Decimal(8),
    "open_space_m2": Decimal(600),
    "roof_annex_m2": Decimal(30),
    "basement_depth_m": Decimal(3),
    "parapet_m": Decimal(1),
    "mezzanine_m2": Decimal(40),
    "floor_below_m2": Decimal(120),
    "smallest_dwelling_m2": Decimal(80),
    "trees": Decimal(12),
    "access_width_m": Decimal(5),
    "projections": (Projection(EdgeKind.FRONT, Decimal("1.2"), Decimal("3.2")),),
    "cleared": frozenset({"clearance:civil_defence"}),
}
# Not needed beside the answers above: they would only say it otherwise, or say more.
OTHER_ANSWERS = {
    "building_length_m",
    "building_width_m",
    "tiers",
    "height_datum",
    "ground_levels_m",
    "roof_m2",
    "declared",
}
STREETS, ALL = ["front"], ["front", "interior_side", "rear"]
# Of every kind that compares numbers: its rule, and its limit from strict to lax.
LIMITS: dict[str, tuple[dict[str, Any], tuple[float, float]]] = {
    "lot_area": ({"bound": "min", "unit": "m2"}, (2000, 1000)),
    "frontage": ({"bound": "min", "unit": "m"}, (50, 30)),
    "setback": ({"bound": "min", "unit": "m", "edges": ALL}, (12, 2)),
    "setback_sum": ({"bound": "min", "unit": "m"}, (40, 10)),
    "build_to": ({"bound": "min", "unit": "%", "edges": STREETS, "within": "10 m"}, (60, 20)),
    "light_plane": ({"bound": "max", "unit": "deg", "edges": ["rear"]}, (15, 60)),
    "spacing": ({"bound": "min", "unit": "m"}, (20, 5)),
    "object_distance": ({"bound": "min", "unit": "m", "objects": ["well"]}, (49, 20)),
    "coverage": ({"bound": "max", "unit": "%"}, (5, 40)),
    "floor_area_ratio": ({"bound": "max", "unit": "ratio"}, (0.1, 1)),
    "height": ({"bound": "max", "unit": "m"}, (6, 20)),
    "storeys": ({"bound": "max", "unit": "count"}, (1, 6)),
    "lot_area_per_dwelling": ({"bound": "min", "unit": "m2"}, (600, 200)),
    "open_space": ({"bound": "min", "unit": "%"}, (60, 20)),
    "parking": ({"bound": "min", "unit": "stalls"}, (12, 6)),
    "roof_annex": ({"bound": "max", "unit": "%", "base": "roof"}, (5, 30)),
    "lot_depth": ({"bound": "min", "unit": "m"}, (50, 30)),
    "density": ({"bound": "max", "unit": "per_ha"}, (10, 60)),
    "unit_size": ({"bound": "min", "unit": "m2"}, (120, 50)),
    "basement_depth": ({"bound": "max", "unit": "m"}, (1, 6)),
    "mezzanine": ({"bound": "max", "unit": "%", "base": "floor_below"}, (10, 60)),
    "parapet": ({"bound": "max", "unit": "m"}, (0.5, 2)),
    "projection": ({"bound": "max", "unit": "m", "edges": STREETS}, (0.5, 2)),
    "trees": ({"bound": "min", "unit": "trees"}, (20, 8)),
    "access": ({"bound": "min", "unit": "m"}, (8, 4)),
}
OTHERS: list[dict[str, Any]] = [
    {"kind": "land_use", "floors": ["ground"], "permitted": ["retail"]},
    {"kind": "land_use", "floors": ["upper"], "permitted": ["residential"]},
    {"kind": "exclusion", "scope": {"overlays": ["easement"]}},
    {"kind": "clearance", "documents": ["civil_defence"]},
    {"kind": "setback", "bound": "min", "unit": "m", "edges": ["rear"], "above": "6 m", "value": 6},
]


def book(share: dict[str, float] | None = None, **changes: Any) -> Rulebook:
    """Rules of every kind, each limit so far (0 to 1) between its strict and its lax end."""
    at = share or {}
    rules = []
    for kind, (rule, (strict, lax)) in LIMITS.items():
        value = strict + (lax - strict) * at.get(kind, 1.0)
        rules.append({"kind": kind, "value": f"{value:.4f}", **rule})
    return rulebook_of(
        *rules,
        *OTHERS,
        mandatory=list(KINDS),
        documents={"civil_defence": {"en": "Civil defence"}},
        storey_height="3.5 m",
        **changes,
    )


LAX = book()


def verdicts(judgement: Judgement) -> dict[tuple[str, str, str], Outcome]:
    return {(one.kind, one.target, one.bound): one.outcome for one in judgement.findings}


def test_every_kind_and_every_answer_takes_part():
    assert {*LIMITS, *(rule["kind"] for rule in OTHERS)} == set(KINDS)
    assert {*ANSWERS, *OTHER_ANSWERS} == {one.name for one in fields(Proposal)}


def test_with_every_answer_the_building_stands_on_its_clearance_alone():
    judgement = evaluate(SITE, Proposal(**ANSWERS), LAX, on=ON)
    outcomes = {one.kind: one.outcome for one in judgement.findings}
    assert judgement.outcome == Outcome.CONDITIONAL, judgement.findings[:3]
    assert {kind for kind, found in outcomes.items() if found != Outcome.COMPLIES} == {"clearance"}


# --- missing input never yields complies ----------------------------------------------------------


@settings(deadline=None, derandomize=True, max_examples=80)
@given(st.sets(st.sampled_from(sorted(ANSWERS)), min_size=1))
def test_an_answer_left_out_never_passes(left_out):
    given_ = {name: value for name, value in ANSWERS.items() if name not in left_out}
    judgement = evaluate(SITE, Proposal(**given_), LAX, on=ON)
    assert judgement.outcome == Outcome.NEEDS_REVIEW
    assert any(one.missing for one in judgement.findings)
    # Nor does it turn what was kept into a breach: not known is not zero.
    assert Outcome.BREACHES not in verdicts(judgement).values()


UNKNOWN_OF_THE_SITE: dict[str, dict[str, Any]] = {
    "front not sure": {
        "edges": (replace(SITE.edges[0], confidence=0.4), *SITE.edges[1:]),
    },
    "sides of unknown class": {
        "edges": tuple(
            replace(one, kind=EdgeKind.UNKNOWN) if one.kind == "interior_side" else one
            for one in SITE.edges
        ),
    },
    "no edges": {"edges": ()},
    "wells not mapped": {"object_kinds": frozenset(), "objects": ()},
    "buildings not known": {"buildings_known": False, "buildings": ()},
}


@settings(deadline=None, derandomize=True, max_examples=30)
@given(st.sets(st.sampled_from(sorted(UNKNOWN_OF_THE_SITE)), min_size=1))
def test_what_is_not_known_of_the_site_never_passes(unknown):
    site = SITE
    for name in sorted(unknown):
        site = replace(site, **UNKNOWN_OF_THE_SITE[name])
    # Towards no edge nothing can project: see below.
    projections = () if "no edges" in unknown else ANSWERS["projections"]
    answers = {**ANSWERS, "projections": projections}
    judgement = evaluate(site, Proposal(**answers), LAX, on=ON)
    assert judgement.outcome == Outcome.NEEDS_REVIEW


def test_a_balcony_on_a_front_that_nobody_has_drawn_needs_review():
    rules = [
        {"kind": kind, "value": lax, **rule}
        for kind, (rule, (_, lax)) in LIMITS.items()
        if kind in ("lot_depth", "projection")
    ]
    on_overlays = {"kind": "exclusion", "scope": {"overlays": ["easement"]}}
    undrawn = replace(SITE, edges=())
    proposal = Proposal(projections=ANSWERS["projections"])
    judgement = evaluate(undrawn, proposal, rulebook_of(*rules, on_overlays), on=ON)
    assert judgement.outcome == Outcome.NEEDS_REVIEW


# --- stricter limits never turn a breach into compliance ------------------------------------------

shares = st.fixed_dictionaries(dict.fromkeys(sorted(LIMITS), st.floats(0, 1)))


@settings(deadline=None, derandomize=True, max_examples=40)
@given(shares, shares, st.sampled_from(["rounded", "mitred"]))
def test_stricter_limits_never_help(first, second, corners):
    strict = {kind: min(first[kind], second[kind]) for kind in LIMITS}
    lax = {kind: max(first[kind], second[kind]) for kind in LIMITS}
    proposal = Proposal(**ANSWERS)
    under_lax = evaluate(SITE, proposal, book(lax, corners=corners), on=ON)
    under_strict = evaluate(SITE, proposal, book(strict, corners=corners), on=ON)
    before, after = verdicts(under_lax), verdicts(under_strict)
    assert before.keys() == after.keys()
    assert all(SEVERITY[after[key]] <= SEVERITY[outcome] for key, outcome in before.items())
    assert SEVERITY[under_strict.outcome] <= SEVERITY[under_lax.outcome]


# --- rotation and translation do not change verdicts ----------------------------------------------


@settings(deadline=None, derandomize=True, max_examples=40)
@given(
    shares,
    st.floats(0, 360),
    st.floats(0, 1e6),
    st.floats(0, 9e6),
    st.tuples(st.floats(2, 20), st.floats(2, 20), st.floats(3, 16), st.floats(3, 16)),
)
def test_verdicts_of_no_kind_turn_on_where_the_parcel_lies(share, degrees, east, north, at):
    def moved(geometry):
        return affinity.translate(
            affinity.rotate(geometry, degrees, origin=(0, 0)), xoff=east, yoff=north
        )

    west, south, width, depth = at
    footprint = box(west, south, west + width, south + depth)
    upper = box(west, south, west + width / 2, south + depth)
    here = replace(Proposal(**ANSWERS), footprint=footprint, tiers=(Tier(Decimal(6), upper),))
    there = replace(here, footprint=moved(footprint), tiers=(Tier(Decimal(6), moved(upper)),))
    site = replace(
        SITE,
        geometry=moved(SITE.geometry),
        zones=tuple(replace(one, geometry=moved(one.geometry)) for one in SITE.zones),
        edges=tuple(replace(one, line=moved(one.line)) for one in SITE.edges),
        overlays=tuple(replace(one, geometry=moved(one.geometry)) for one in SITE.overlays),
        objects=tuple(replace(one, geometry=moved(one.geometry)) for one in SITE.objects),
        buildings=tuple(replace(one, geometry=moved(one.geometry)) for one in SITE.buildings),
    )
    rules = book(share)
    stays = evaluate(SITE, here, rules, on=ON)
    # A hand's breadth from every limit, lest the rounding of the move decide.
    margins = [one.margin for one in stays.findings if one.margin is not None]
    assume(all(abs(margin) > Decimal("0.001") or margin == 0 for margin in margins))
    goes = evaluate(site, there, rules, on=ON)
    assert verdicts(goes) == verdicts(stays)
    assert goes.outcome == stays.outcome
    assert abs(goes.envelope.area_m2 - stays.envelope.area_m2) < Decimal("0.05")


# --- the envelope lies in the net parcel, and a larger setback never enlarges it ------------------


def drawn(low: float, high: float) -> st.SearchStrategy[float]:
    """A length as a drawing has it, to the centimetre."""
    return st.floats(low, high).map(lambda length: round(length, 2))


@st.composite
def burdened(draw: st.DrawFn) -> Site:
    """A parcel of any shape with a strip for the street and another that is excluded."""
    parcel = draw(parcels())
    west, south, east, north = parcel.bounds
    strip = box(west, south, east, south + draw(drawn(0.5, 6)))
    pipe = box(draw(drawn(-8, 0)), south, draw(drawn(0.5, 8)), north)
    overlays = [
        OverlayPart(kind, "", area)
        for kind, area in (
            ("widening", shapely.intersection(strip, parcel)),
            ("easement", shapely.intersection(pipe, parcel)),
        )
        if draw(st.booleans())
    ]
    zone = ZoneShare("R1", parcel.area, 1.0)
    return Site("1/1", parcel, (zone,), edges_of(parcel), overlays=tuple(overlays))


def yards(least_m: float, growth_m: float, corners: str) -> Rulebook:
    setback = {"kind": "setback", "bound": "min", "unit": "m", "edges": ALL}
    return rulebook_of(
        {**setback, "value": f"{least_m:.3f}"},
        {**setback, "above": "6 m", "value": f"{least_m + growth_m:.3f}"},
        {"kind": "exclusion", "scope": {"overlays": ["easement"]}},
        {"kind": "storeys", "bound": "max", "unit": "count", "value": 4},
        storey_height="3 m",
        corners=corners,
    )


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    burdened(),
    st.floats(0, 6),
    st.floats(0, 4),
    st.floats(0, 4),
    st.sampled_from(["rounded", "mitred"]),
)
def test_the_envelope_lies_in_the_net_parcel_and_shrinks_with_its_setbacks(
    site, least_m, more_m, growth_m, corners
):
    found = evaluate(site, Proposal(), yards(least_m, growth_m, corners), on=ON)
    net = shapely.difference(
        site.geometry, shapely.union_all([one.geometry for one in site.overlays])
    )
    areas = [found.envelope.strict, *(tier.geometry for tier in found.envelope.tiers)]
    for below, area in zip([net, *areas], areas, strict=False):
        assert shapely.difference(area, shapely.buffer(below, NEARER_M)).area < 1e-6
    farther = evaluate(site, Proposal(), yards(least_m + more_m, growth_m, corners), on=ON)
    grown = shapely.difference(
        farther.envelope.strict, shapely.buffer(found.envelope.strict, NEARER_M)
    )
    assert grown.area < 1e-6
