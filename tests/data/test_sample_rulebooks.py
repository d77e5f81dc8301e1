"""The regional samples say that they are samples, and turn where their texts say they do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import box

from parcels.edges import EdgeKind
from tests.zoning.rules.conftest import edge
from zoning.rules.engine import evaluate
from zoning.rules.findings import Finding
from zoning.rules.lint import lint
from zoning.rules.loading import load_rulebook_file
from zoning.rules.reading import Source
from zoning.rules.site import Projection, Proposal, Site, ZoneShare

RULEBOOKS = Path(__file__).resolve().parents[2] / "data" / "rulebooks"
SAMPLES = sorted(RULEBOOKS.glob("sample-*.yaml"))
MARKS = {
    "ar": "الجريدة الرسمية",
    "en": "sample, verify against the gazette",
    "fr": "à vérifier au Journal officiel",
}
ON = date(2026, 3, 1)


@pytest.fixture
def found() -> Callable[..., list[Finding]]:
    """What a sample finds, of its first mandatory kind or of another, on a lot 20 m by 30 m."""

    def run(
        name: str,
        *,
        street_m: str = "12",
        area_m2: int = 600,
        west: str = "interior_side",
        on: date = ON,
        kind: str = "",
        **proposal: Any,
    ) -> list[Finding]:
        rulebook = load_rulebook_file(RULEBOOKS / f"sample-{name}.yaml")
        district = next(iter(rulebook.document.districts))
        site = Site(
            reference="1/1",
            geometry=box(0, 0, 20, 30),
            zones=(ZoneShare(district, 600.0, 1.0),),
            edges=(
                edge("front", [(0, 0), (20, 0)], street_width_m=street_m),
                edge("interior_side", [(20, 0), (20, 30)]),
                edge("rear", [(20, 30), (0, 30)]),
                edge(west, [(0, 30), (0, 0)]),
            ),
            registered_area_m2=Decimal(area_m2),
        )
        judgement = evaluate(site, Proposal(**proposal), rulebook, on=on)
        asked = kind or rulebook.document.mandatory[0]
        return [one for one in judgement.findings if one.kind == asked]

    return run


def test_there_are_five_samples() -> None:
    assert len(SAMPLES) == 5


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_says_so_in_three_languages_and_lints_without_errors(path: Path) -> None:
    rulebook = load_rulebook_file(path)
    for language, mark in MARKS.items():
        assert mark.casefold() in rulebook.document.title[language].casefold()
        assert mark.casefold() in rulebook.document.notice[language].casefold()
    assert all(set(rule.rule.text) == {"ar", "en", "fr"} for rule in rulebook.rules)
    assert lint(rulebook, Source(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("street_m", "limit"),
    [("3.99", 5), ("4", 8), ("5.99", 8), ("6", 11), ("7.99", 11), ("8", 14)],
)
def test_village_heights_step_at_four_six_and_eight_metres(found, street_m, limit) -> None:
    at, above = (
        found("village-heights", street_m=street_m, height_m=Decimal(height))
        for height in (str(limit), f"{limit}.01")
    )
    assert [one.outcome for one in (*at, *above)] == ["complies", "breaches"]


@pytest.mark.parametrize(
    ("west", "storeys", "asked"),
    [("interior_side", 4, "3"), ("interior_side", 5, "3.5"), ("open_space", 5, "3")],
)
def test_yards_grow_above_the_fourth_storey_except_beside_a_park(
    found, west, storeys, asked
) -> None:
    for short, outcome in ((0.0, "complies"), (0.01, "breaches")):
        yard = float(asked) - short
        house = box(yard, 5, 20 - yard, 30 - float(asked))
        sides = [
            one
            for one in found("growing-yards", west=west, storeys=Decimal(storeys), footprint=house)
            if one.target == "interior_side"
        ]
        assert [(one.required, one.outcome) for one in sides] == [(Decimal(asked), outcome)]


@pytest.mark.parametrize(
    ("kind", "kept", "broken"),
    [
        ("coverage", {"footprint": box(0, 0, 20, 12)}, {"footprint": box(0, 0, 20, 12.1)}),
        (
            "floor_area_ratio",
            {"declared": {"floor_area_ratio": Decimal(2)}},
            {"declared": {"floor_area_ratio": Decimal("2.01")}},
        ),
        ("height", {"height_m": Decimal("21.50")}, {"height_m": Decimal("21.51")}),
    ],
)
def test_growing_yards_hold_taks_kaks_and_hmax(found, kind, kept, broken) -> None:
    outcomes = [found("growing-yards", kind=kind, **facts)[0].outcome for facts in (kept, broken)]
    assert outcomes == ["complies", "breaches"]


@pytest.mark.parametrize(
    ("area_m2", "annex_m2", "outcome"),
    [
        (99, "30", "complies"),
        (99, "30.1", "breaches"),
        (100, "24", "complies"),
        (100, "24.1", "breaches"),
    ],
)
def test_a_roof_annex_is_thirty_percent_or_thirty_square_metres(
    found, area_m2, annex_m2, outcome
) -> None:
    (one,) = found(
        "roof-annex", area_m2=area_m2, footprint=box(0, 0, 8, 10), roof_annex_m2=Decimal(annex_m2)
    )
    assert one.outcome == outcome


@pytest.mark.parametrize(
    ("on", "depth_m", "outcome"),
    [
        (date(2024, 7, 14), 21, "complies"),
        (date(2024, 7, 14), 22.5, "breaches"),
        (date(2024, 7, 15), 22.5, "complies"),
        (date(2024, 7, 15), 22.6, "breaches"),
    ],
)
def test_coverage_rises_on_15_july_2024(found, on, depth_m, outcome) -> None:
    (one,) = found("rising-coverage", on=on, footprint=box(0, 0, 20, depth_m))
    assert one.outcome == outcome


@pytest.mark.parametrize(
    ("street_m", "depth_m", "outcome"),
    [
        ("12", "1.5", "complies"),
        ("12", "1.51", "breaches"),
        ("11.99", "0.01", "breaches"),
    ],
)
def test_only_streets_of_twelve_metres_bear_projections(found, street_m, depth_m, outcome) -> None:
    balcony = Projection(EdgeKind.FRONT, Decimal(depth_m))
    (one,) = found("projections", street_m=street_m, projections=(balcony,))
    assert one.outcome == outcome
