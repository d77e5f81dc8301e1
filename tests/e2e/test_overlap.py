"""A building that stands partly on other land: its page draws what stands there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from shapely.geometry import box

from gisapp.geometry import multipolygon
from permits.actions.evaluate_application import evaluate_application
from tests.town import Town, here, make_town


@pytest.fixture(scope="module")
def town(looked_at: None) -> Town:
    town = make_town()
    town.application.footprint = multipolygon(here(box(15, 5, 25, 20)))
    town.application.save()
    evaluate_application(application=town.application, actor=None)
    return town


def test_a_building_partly_on_other_land_is_drawn_with_what_stands_there(
    page: Page, site: str
) -> None:
    page.goto(f"{site}/en/applications/2026/BP/000123/")
    expect(page.locator("#case-map path.overlap")).to_have_count(1)
    expect(page.get_by_text("75 m² of the building stand outside the parcel")).to_be_visible()
