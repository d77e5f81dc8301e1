"""Rules that read rasters: a verdict where the ground is known, a question where it is not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
import rasterio

from parcels.models import Parcel
from permits.actions.evaluate_application import judge
from permits.bulk_facts import facts_of_many
from permits.facts import facts_of
from tests.rasters import plane, take_in, write_tif
from tests.town import Town, let_the_law_change, make_parcel
from zoning.models import Rulebook
from zoning.rules.findings import Finding, Outcome, Reason
from zoning.rules.site import Proposal

DAY = date(2026, 5, 1)
DEEP_WATER = """
  - id: no-dwellings-in-deep-water
    kind: land_use
    prohibited: [residential]
    when: "flood_depth_max > 0.5 m"
    scope: {plan: true}
    citation: {article: "9"}
"""
STEEP_GROUND = """
  - id: low-on-steep-ground
    kind: storeys
    bound: max
    unit: count
    value:
      table:
        - {slope_mean: "[0 deg, 15 deg)", value: 4}
        - {slope_mean: "[15 deg, inf)", value: 2}
    scope: {plan: true}
    citation: {article: "10"}
"""


@pytest.fixture(autouse=True)
def var_dir(tmp_path: Path, settings) -> None:
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def third(town: Town) -> Parcel:
    """A parcel east of 125/8."""
    return make_parcel(town.municipality, town.parcel.edges.first().street, number="9", west=40)


def add_rule(town: Town, rule: str) -> None:
    let_the_law_change()
    row = Rulebook.objects.get(version=town.version)
    row.source_text = row.source_text.rstrip() + rule
    row.save()


def flooded(town: Town, tmp_path: Path) -> None:
    """One metre of water on 125/7, a fifth of one on 125/8, and nothing known east of x = 50."""
    depths = np.full((100, 100), np.nan, dtype="float32")  # 2 m cells from x = −10, y = 35
    depths[:, :15] = 1.0
    depths[:, 15:30] = 0.2
    path = write_tif(tmp_path / "flood.tif", depths)
    take_in(path, town.municipality, "flood_depth")


def verdict(parcel: Parcel, kind: str, **proposal) -> Finding:
    judged = judge([parcel], Proposal(**proposal), on=DAY)
    (finding,) = [one for one in judged.judgement.findings if one.kind == kind]
    return finding


HOUSE = {"floor_areas_m2": {"residential": Decimal(300)}}


def test_a_rule_on_flood_depth_breaches_complies_or_asks(
    town: Town, third: Parcel, tmp_path: Path
) -> None:
    add_rule(town, DEEP_WATER)
    flooded(town, tmp_path)
    deep, shallow, unknown = (
        verdict(parcel, "land_use", **HOUSE) for parcel in (town.parcel, town.neighbour, third)
    )
    assert deep.outcome == Outcome.BREACHES
    assert shallow.outcome == Outcome.COMPLIES
    assert unknown.outcome == Outcome.NEEDS_REVIEW
    assert unknown.reason == Reason.MISSING_INPUT
    assert unknown.missing == ("flood_depth_max",)


def test_without_a_raster_the_rule_asks_for_one(town: Town) -> None:
    add_rule(town, DEEP_WATER)
    assert verdict(town.parcel, "land_use", **HOUSE).outcome == Outcome.NEEDS_REVIEW


def test_a_file_that_has_gone_is_no_dry_land(town: Town, tmp_path: Path) -> None:
    add_rule(town, DEEP_WATER)
    flooded(town, tmp_path)
    town.municipality.rasters.get().path.unlink()
    assert verdict(town.neighbour, "land_use", **HOUSE).outcome == Outcome.NEEDS_REVIEW


def test_half_a_parcel_does_not_speak_for_the_whole(town: Town, tmp_path: Path) -> None:
    add_rule(town, DEEP_WATER)
    depths = np.full((100, 100), np.nan, dtype="float32")
    depths[:, :10] = 0.2  # to x = 10, the middle of 125/7
    take_in(write_tif(tmp_path / "flood.tif", depths), town.municipality, "flood_depth")
    assert verdict(town.parcel, "land_use", **HOUSE).outcome == Outcome.NEEDS_REVIEW


def test_a_limit_may_follow_the_slope(town: Town, tmp_path: Path) -> None:
    add_rule(town, STEEP_GROUND)
    take_in(write_tif(tmp_path / "steep.tif", plane(east=0.8)), town.municipality)  # 21.8°
    found = verdict(town.parcel, "storeys", storeys=Decimal(3))
    assert found.outcome == Outcome.BREACHES
    (slope,) = [one for one in found.inputs if one.name == "slope_mean"]
    assert slope.source == "terrain_model"
    assert float(slope.value) == pytest.approx(21.8, abs=0.05)


def test_rasters_are_left_alone_where_no_rule_reads_them(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flooded(town, tmp_path)

    def opened(*args, **options) -> None:
        raise AssertionError("opened for nothing")

    monkeypatch.setattr(rasterio, "open", opened)
    assert facts_of([town.parcel], on=DAY).site.terrain == {}


def test_a_city_opens_each_raster_once_and_finds_the_same(
    town: Town, third: Parcel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_rule(town, DEEP_WATER)
    flooded(town, tmp_path)
    parcels = [town.parcel, town.neighbour, third]
    each = [facts_of([parcel], on=DAY).site.terrain for parcel in parcels]
    opened = []
    really = rasterio.open
    monkeypatch.setattr(rasterio, "open", lambda *a, **k: opened.append(a) or really(*a, **k))
    keys = [[parcel.pk] for parcel in parcels]
    many = [site.terrain for _key, site in facts_of_many(keys, version=town.version, on=DAY)]
    assert many == each
    assert len(opened) == 1
    assert [site.get("flood_depth_max") for site in many] == [
        pytest.approx(1),
        pytest.approx(Decimal("0.2"), abs=Decimal("0.000001")),
        None,
    ]
