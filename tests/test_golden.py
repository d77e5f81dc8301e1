"""The cases worked by hand in data/golden: the engine must arrive where the pencil did."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from shapely import wkt
from shapely.geometry import LineString, Polygon, box
from shapely.geometry.base import BaseGeometry

from parcels.edges import EdgeKind
from zoning.rules.engine import evaluate
from zoning.rules.findings import Judgement
from zoning.rules.loading import load_rulebook
from zoning.rules.reading import RulebookError
from zoning.rules.rulebook import Rulebook
from zoning.rules.site import (
    Edge,
    OverlayPart,
    Projection,
    Proposal,
    Site,
    SiteBuilding,
    SiteObject,
    ZoneShare,
)

GOLDEN = Path(__file__).resolve().parents[1] / "data" / "golden"
ON = date(2026, 3, 1)
SIDES = {"south": "front", "east": "interior_side", "north": "rear", "west": "interior_side"}
# Arcs around corners that point into the lot are drawn by chords.
ROUNDED_M2 = 0.05
USES = ("residential", "office", "retail", "industry", "parking")


def decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def area_of(written: str | Sequence[float]) -> Any:
    """An area as WKT, or a rectangle: west, south, east, north."""
    return wkt.loads(written) if isinstance(written, str) else box(*written)


def line_of(written: str | Sequence[Sequence[float]]) -> Any:
    """A line as WKT, or as its points."""
    return wkt.loads(written) if isinstance(written, str) else LineString(written)


def rulebook_of(written: dict[str, Any], only: Sequence[str] = ()) -> Rulebook:
    """The rulebook of a file, with the frame that every rulebook needs; or some of its rules."""
    rules = [
        {"scope": {"plan": True}, "citation": {"article": rule["id"]}, **rule}
        for rule in written["rules"]
        if not only or rule["id"] in only
    ]
    frame = {
        "rulebook": "golden",
        "version": "1",
        "title": {"en": "Worked cases"},
        "instrument": {"title": {"en": "Worked cases"}, "date": "2020-01-01"},
        "uses": {use: {"en": use} for use in USES},
        "mandatory": written["mandatory"],
        "districts": {code: {"en": code} for code in written.get("districts", ["R1"])},
        "documents": {name: {"en": name} for name in written.get("documents", [])},
        **{name: written[name] for name in ("corners", "storey_height") if name in written},
        "rules": rules,
    }
    return load_rulebook(yaml.safe_dump(frame, allow_unicode=True))


def ground_of(facts: dict[str, Any]) -> tuple[BaseGeometry, tuple[Edge, ...]]:
    """The parcel and its edges: a lot by the street, a regular polygon, or WKT with its edges."""
    if "regular" in facts:
        return regular(**facts["regular"])
    if "parcel" in facts:
        written = facts["edges"] or []
        edges = [edge_of(line_of(one["line"]), one) for one in written]
        return wkt.loads(facts["parcel"]), tuple(edges)
    width, depth = facts["lot"]
    lines = {
        "south": [(0, 0), (width, 0)],
        "east": [(width, 0), (width, depth)],
        "north": [(width, depth), (0, depth)],
        "west": [(0, depth), (0, 0)],
    }
    edges = [
        edge_of(LineString(line), {"kind": SIDES[side], **facts["edges"].get(side, {})})
        for side, line in lines.items()
    ]
    return box(0, 0, width, depth), tuple(edges)


def edge_of(line: LineString, known: dict[str, Any]) -> Edge:
    return Edge(
        line,
        EdgeKind(known["kind"]),
        street_width_m=decimal(known.get("street_width_m")),
        confidence=known.get("confidence", 1.0),
    )


def regular(corners: int, radius_m: float, kind: str) -> tuple[BaseGeometry, tuple[Edge, ...]]:
    """A regular polygon around (0, 0), each of its sides an edge of one kind."""
    turns = [2 * math.pi * number / corners for number in range(corners)]
    points = [(radius_m * math.cos(turn), radius_m * math.sin(turn)) for turn in turns]
    lines = zip(points, points[1:] + points[:1], strict=True)
    return Polygon(points), tuple(edge_of(LineString(line), {"kind": kind}) for line in lines)


def site_of(facts: dict[str, Any]) -> Site:
    parcel, edges = ground_of(facts)
    return Site(
        reference=facts.get("reference", "1/1"),
        geometry=parcel,
        zones=tuple(
            ZoneShare(code, parcel.area * share, share)
            for code, share in facts.get("zones", {"R1": 1}).items()
        ),
        edges=edges,
        overlays=tuple(
            OverlayPart(one["kind"], one.get("code", ""), box(*one["area"]))
            for one in facts.get("overlays", [])
        ),
        registered_area_m2=decimal(facts.get("registered_area_m2")),
        objects=tuple(
            SiteObject(one["kind"], one.get("code", ""), box(*one["area"]))
            for one in facts.get("objects", [])
        ),
        object_kinds=frozenset(facts.get("object_kinds", ())),
        objects_reach_m=decimal(facts.get("objects_reach_m")),
        buildings=tuple(
            SiteBuilding(box(*one["area"]), own=one.get("own", False))
            for one in facts.get("buildings", [])
        ),
        buildings_known=facts.get("buildings_known", False),
    )


def proposal_of(facts: dict[str, Any]) -> Proposal:
    values: dict[str, Any] = {}
    for name, value in facts.items():
        if name == "footprint":
            values[name] = area_of(value)
        elif name == "projections":
            values[name] = tuple(projection_of(one) for one in value)
        elif name == "uses_by_floor":
            values[name] = {
                floor: {use: decimal(area) for use, area in areas.items()}
                for floor, areas in value.items()
            }
        elif name == "cleared":
            values[name] = frozenset(value)
        elif isinstance(value, dict):
            values[name] = {key: decimal(one) for key, one in value.items()}
        else:
            values[name] = decimal(value)
    return Proposal(**values)


def projection_of(facts: dict[str, Any]) -> Projection:
    return Projection(
        EdgeKind(facts["edge"]),
        Decimal(str(facts["depth_m"])),
        decimal(facts.get("clear_height_m")),
    )


def question(
    document: dict[str, Any], case: dict[str, Any]
) -> tuple[Site, Proposal, Rulebook, date]:
    """What a case asks: land, proposal, rulebook and day."""
    site, proposal = (
        {**document.get(part, {}), **case.get(part, {})} for part in ("site", "proposal")
    )
    if "parcel" not in site:
        site["edges"] = {
            **document.get("site", {}).get("edges", {}),
            **case.get("site", {}).get("edges", {}),
        }
    written = document["rulebook"]
    only = case.get("rules", ())
    if only:
        kinds = {rule["id"]: rule["kind"] for rule in written["rules"]}
        named = sorted({kinds[name] for name in only})
        written = {**written, "mandatory": case.get("mandatory", named)}
    rulebook = rulebook_of(written, only)
    return site_of(site), proposal_of(proposal), rulebook, case.get("day", ON)


def judged(document: dict[str, Any], case: dict[str, Any]) -> Judgement:
    site, proposal, rulebook, on = question(document, case)
    return evaluate(site, proposal, rulebook, on=on)


def cases() -> Iterator[Any]:
    for path in sorted(GOLDEN.glob("*.yaml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for case in document["cases"]:
            # Strict: a case that the engine has learned must lose its mark.
            marks = (
                [pytest.mark.xfail(reason=case["fails"], strict=True)] if "fails" in case else []
            )
            yield pytest.param(document, case, id=f"{path.stem}: {case['name']}", marks=marks)


ALL = list(cases())


@pytest.mark.parametrize(("document", "case"), ALL)
def test_the_engine_agrees_with_the_working(document, case):
    judgement = judged(document, case)
    findings = [one.as_dict() for one in judgement.findings]
    for expected in case.get("expect", []):
        named = {name: expected.get(name) for name in ("kind", "target", "bound")}
        found = [
            one
            for one in findings
            if all(value in (None, one[name]) for name, value in named.items())
        ]
        assert len(found) == 1, (named, findings)
        for field, value in expected.items():
            shown = found[0][field]
            if isinstance(value, int | float):
                assert Decimal(shown) == decimal(value), (field, found[0])
            else:
                assert shown == value, (field, found[0])
    assert judgement.outcome == case["outcome"]
    if "expect_envelope" in case:
        room = case["expect_envelope"]
        assert float(judgement.envelope.area_m2) == pytest.approx(room["area_m2"], abs=ROUNDED_M2)
        assert len(judgement.envelope.parts) == room.get("parts", len(judgement.envelope.parts))
    if "expect_capacity" in case:
        most = case["expect_capacity"]
        capacity = judgement.capacity
        assert capacity.floor_area_m2 is not None
        assert float(capacity.floor_area_m2) == pytest.approx(most["floor_area_m2"], abs=ROUNDED_M2)
        assert capacity.governed_by == most["governed_by"]


REFUSED = [
    pytest.param(document["rulebook"], case, id=case["name"])
    for path in sorted(GOLDEN.glob("*.yaml"))
    for document in [yaml.safe_load(path.read_text(encoding="utf-8"))]
    for case in document.get("refused", [])
]


@pytest.mark.parametrize(("written", "case"), REFUSED)
def test_what_can_not_be_meant_is_refused_when_it_is_loaded(written, case):
    with pytest.raises(RulebookError) as caught:
        rulebook_of({**written, "rules": [case["rule"]]})
    assert case["says"] in str(caught.value)


def test_every_case_shows_its_working():
    assert len(ALL) >= 100
    for param in ALL:
        case = param.values[1]
        assert len(case["working"].split()) >= 8, case["name"]
        assert any(name.startswith("expect") for name in case), case["name"]


def test_the_cases_stand_on_both_sides():
    outcomes = [param.values[1]["outcome"] for param in ALL]
    for outcome in ("complies", "breaches", "needs_review", "conditional"):
        assert outcome in outcomes
