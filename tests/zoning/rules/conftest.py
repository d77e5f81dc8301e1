"""A small rulebook and a plain site for rule tests; no database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import yaml
from shapely.geometry import LineString, box

from parcels.edges import EdgeKind
from zoning.rules.engine import evaluate
from zoning.rules.findings import Finding, Judgement
from zoning.rules.loading import load_rulebook
from zoning.rules.rulebook import Rulebook
from zoning.rules.site import Edge, Proposal, Site, ZoneShare

ON = date(2026, 3, 1)


def document_of(*rules: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A document with these rules; each gets an id, a plan-wide scope and an article if absent."""
    filled = [
        {
            "id": f"rule-{index}",
            "scope": {"plan": True},
            "citation": {"article": str(index)},
            **rule,
        }
        for index, rule in enumerate(rules, start=1)
    ]
    return {
        "rulebook": "test",
        "version": "1",
        "title": {"en": "Test"},
        "instrument": {"title": {"en": "Test"}, "date": "2020-01-01"},
        "uses": {"residential": {"en": "Residential"}, "retail": {"en": "Retail"}},
        "districts": {"R1": {"en": "Residential 1"}, "R2": {"en": "Residential 2"}},
        "mandatory": [filled[0]["kind"]] if filled else ["height"],
        "rules": filled,
        **changes,
    }


def rulebook_of(*rules: dict[str, Any], **changes: Any) -> Rulebook:
    """A rulebook with these rules; see :func:`document_of`."""
    return load_rulebook(yaml.safe_dump(document_of(*rules, **changes), allow_unicode=True))


def edge(kind: str, line: list[tuple[float, float]], **facts: Any) -> Edge:
    """An edge with its street width given as a plain number."""
    width = facts.pop("street_width_m", None)
    return Edge(
        LineString(line),
        EdgeKind(kind),
        street_width_m=None if width is None else Decimal(str(width)),
        **facts,
    )


@pytest.fixture
def site() -> Site:
    """A 20 × 30 m lot of 600 m² in R1, its front (south) on a street 12 m wide."""
    return Site(
        reference="125/7",
        geometry=box(0, 0, 20, 30),
        zones=(ZoneShare("R1", 600.0, 1.0),),
        edges=(
            edge("front", [(0, 0), (20, 0)], street_width_m=12, source="street"),
            edge("interior_side", [(20, 0), (20, 30)], source="adjacency"),
            edge("rear", [(20, 30), (0, 30)], source="adjacency"),
            edge("interior_side", [(0, 30), (0, 0)], source="adjacency"),
        ),
        registered_area_m2=Decimal(600),
    )


@pytest.fixture
def judge(site: Site) -> Callable[..., Judgement]:
    """Judge a proposal on the plain site (or ``on_site``) by the given rules."""

    def run(
        *rules: dict[str, Any],
        on_site: Site | None = None,
        on: date = ON,
        book: Rulebook | None = None,
        **proposal: Any,
    ) -> Judgement:
        return evaluate(on_site or site, Proposal(**proposal), book or rulebook_of(*rules), on=on)

    return run


@pytest.fixture
def find(judge: Callable[..., Judgement]) -> Callable[..., Finding]:
    """The one finding of the first rule's kind; fails when there are several."""

    def run(*rules: dict[str, Any], target: str | None = None, **facts: Any) -> Finding:
        judgement = judge(*rules, **facts)
        kind = rules[0]["kind"] if rules else facts["book"].rules[0].rule.kind
        found = [
            one
            for one in judgement.findings
            if one.kind == kind and (target is None or one.target == target)
        ]
        assert len(found) == 1, found
        return found[0]

    return run


def split(site: Site, **shares: float) -> Site:
    """The site with its area shared among districts; what is left over lies in none."""
    area = site.geometry.area
    zones = tuple(ZoneShare(code, area * share, share) for code, share in shares.items())
    return replace(site, zones=zones)


def doubted(site: Site, kind: str, confidence: float = 0.49) -> Site:
    """The site with the edges of one kind known only this well."""
    edges = tuple(
        replace(one, confidence=confidence) if one.kind == kind else one for one in site.edges
    )
    return replace(site, edges=edges)


def in_districts(rule: dict[str, Any], *codes: str, **changes: Any) -> dict[str, Any]:
    """The rule for these districts only."""
    return {**rule, "scope": {"districts": list(codes)}, **changes}


@pytest.fixture
def corner_site() -> Site:
    """The plain lot with a second street, 8 m wide, along its east side."""
    return Site(
        reference="125/9",
        geometry=box(0, 0, 20, 30),
        zones=(ZoneShare("R1", 600.0, 1.0),),
        edges=(
            edge("front", [(0, 0), (20, 0)], street_width_m=12),
            edge("secondary_street", [(20, 0), (20, 30)], street_width_m=8),
            edge("rear", [(20, 30), (0, 30)]),
            edge("interior_side", [(0, 30), (0, 0)]),
        ),
        registered_area_m2=Decimal(600),
    )


__all__ = ["ON", "doubted", "edge", "in_districts", "replace", "rulebook_of", "split"]
