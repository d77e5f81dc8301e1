"""The cases worked by hand in data/golden: the engine must arrive where the pencil did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from shapely import wkt
from shapely.geometry import LineString, box

from parcels.edges import EdgeKind
from zoning.rules.engine import evaluate
from zoning.rules.findings import Judgement
from zoning.rules.loading import load_rulebook
from zoning.rules.rulebook import Rulebook
from zoning.rules.site import Edge, OverlayPart, Proposal, Site, ZoneShare

GOLDEN = Path(__file__).resolve().parents[1] / "data" / "golden"
ON = date(2026, 3, 1)
SIDES = {"south": "front", "east": "interior_side", "north": "rear", "west": "interior_side"}
USES = ("residential", "office", "retail", "industry", "parking")


def decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def rulebook_of(written: dict[str, Any]) -> Rulebook:
    """The rulebook of a file, with the frame that every rulebook needs."""
    rules = [
        {"scope": {"plan": True}, "citation": {"article": rule["id"]}, **rule}
        for rule in written["rules"]
    ]
    frame = {
        "rulebook": "golden",
        "version": "1",
        "title": {"en": "Worked cases"},
        "instrument": {"title": {"en": "Worked cases"}, "date": "2020-01-01"},
        "uses": {use: {"en": use} for use in USES},
        "mandatory": written["mandatory"],
        "districts": {code: {"en": code} for code in written.get("districts", ["R1"])},
        "rules": rules,
    }
    return load_rulebook(yaml.safe_dump(frame, allow_unicode=True))


def site_of(facts: dict[str, Any]) -> Site:
    """A lot with its street in the south, or a parcel as WKT without known edges."""
    width, depth = facts.get("lot", (0, 0))
    parcel = wkt.loads(facts["parcel"]) if "parcel" in facts else box(0, 0, width, depth)
    lines = {
        "south": [(0, 0), (width, 0)],
        "east": [(width, 0), (width, depth)],
        "north": [(width, depth), (0, depth)],
        "west": [(0, depth), (0, 0)],
    }
    stated = facts.get("edges", {})
    edges = []
    for side, line in lines.items():
        known = {"kind": SIDES[side], **stated.get(side, {})}
        edges.append(
            Edge(
                LineString(line),
                EdgeKind(known["kind"]),
                street_width_m=decimal(known.get("street_width_m")),
                confidence=known.get("confidence", 1.0),
            )
        )
    area = parcel.area
    return Site(
        reference=facts.get("reference", "1/1"),
        geometry=parcel,
        zones=tuple(
            ZoneShare(code, area * share, share)
            for code, share in facts.get("zones", {"R1": 1}).items()
        ),
        edges=() if "parcel" in facts else tuple(edges),
        overlays=tuple(
            OverlayPart(one["kind"], one.get("code", ""), box(*one["area"]))
            for one in facts.get("overlays", [])
        ),
        registered_area_m2=decimal(facts.get("registered_area_m2")),
    )


def proposal_of(facts: dict[str, Any]) -> Proposal:
    values: dict[str, Any] = {}
    for name, value in facts.items():
        if name == "footprint":
            values[name] = box(*value)
        elif name == "cleared":
            values[name] = frozenset(value)
        elif isinstance(value, dict):
            values[name] = {key: decimal(one) for key, one in value.items()}
        else:
            values[name] = decimal(value)
    return Proposal(**values)


def judged(document: dict[str, Any], case: dict[str, Any]) -> Judgement:
    site, proposal = (
        {**document.get(part, {}), **case.get(part, {})} for part in ("site", "proposal")
    )
    site["edges"] = {
        **document.get("site", {}).get("edges", {}),
        **case.get("site", {}).get("edges", {}),
    }
    rulebook = rulebook_of(document["rulebook"])
    return evaluate(site_of(site), proposal_of(proposal), rulebook, on=case.get("day", ON))


def cases() -> Iterator[Any]:
    for path in sorted(GOLDEN.glob("*.yaml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for case in document["cases"]:
            yield pytest.param(document, case, id=f"{path.stem}: {case['name']}")


ALL = list(cases())


@pytest.mark.parametrize(("document", "case"), ALL)
def test_the_engine_agrees_with_the_working(document, case):
    judgement = judged(document, case)
    findings = [one.as_dict() for one in judgement.findings]
    for expected in case["expect"]:
        named = {"kind": expected["kind"], "target": expected.get("target")}
        found = [
            one
            for one in findings
            if one["kind"] == named["kind"] and named["target"] in (None, one["target"])
        ]
        assert len(found) == 1, (named, findings)
        for field, value in expected.items():
            shown = found[0][field]
            if isinstance(value, int | float):
                assert Decimal(shown) == decimal(value), (field, found[0])
            else:
                assert shown == value, (field, found[0])
    assert judgement.outcome == case["outcome"]


def test_every_case_shows_its_working():
    assert len(ALL) >= 25
    for param in ALL:
        case = param.values[1]
        assert len(case["working"].split()) >= 8, case["name"]
        assert case["expect"], case["name"]


def test_the_cases_stand_on_both_sides():
    outcomes = [param.values[1]["outcome"] for param in ALL]
    for outcome in ("complies", "breaches", "needs_review", "conditional"):
        assert outcome in outcomes
