"""The pages of the OGC API in a browser: their map, their languages, and axe."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from tests.tiles.town import MapTown

AXE = settings.NODE_MODULES / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = {
    "landing": "",
    "conformance": "conformance",
    "collections": "collections",
    "collection": "collections/zones",
    "items": "collections/parcels/items",
    "no items": "collections/parcels/items?number=none",
    "queryables": "collections/buildings/queryables",
    "schema": "collections/streets/schema",
    "api": "api",
    "grid": "tileMatrixSets/WebMercatorQuad",
    "tilesets": "tiles",
    "tileset": "tiles/WebMercatorQuad",
    "not there": "collections/owners",
}


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("ar", 390, "light"), ("en", 1200, "dark"), ("fr", 390, "dark"), ("ar", 1200, "light")],
)
def test_pages_are_accessible_and_fit(
    browser: Browser, site: str, language: str, width: int, scheme: Any
) -> None:
    context = browser.new_context(
        bypass_csp=True, viewport={"width": width, "height": 844}, color_scheme=scheme
    )
    page = context.new_page()
    problems: list[str] = []
    for name, address in PAGES.items():
        page.goto(f"{site}/ogc/{address}{'&' if '?' in address else '?'}lang={language}")
        direction = "rtl" if language == "ar" else "ltr"
        if page.locator("html").get_attribute("dir") != direction:
            problems.append(f"{name}: not {direction}")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            problems.append(f"{name}: wider than {width} px")
        page.add_script_tag(path=str(AXE))
        found = page.evaluate(
            "tags => axe.run(document, { runOnly: { type: 'tag', values: tags } })", RULES
        )
        problems += [
            f"{name}: {violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]
    context.close()
    assert problems == []


def test_the_map_shows_the_features_and_leads_to_one(page: Page, site: str, town: MapTown) -> None:
    page.goto(f"{site}/ogc/collections/parcels/items?lang=en")
    expect(page.locator("#ogc-map path.ogc-shape")).to_have_count(4)
    page.locator("#ogc-map path.ogc-shape").first.click()
    page.wait_for_url("**/items/*?lang=en")
    expect(page.locator("#ogc-map path.ogc-shape")).to_have_count(1)
    expect(page.locator("dd").first).to_have_text("125/7")


def test_a_condition_is_typed_and_applied(page: Page, site: str) -> None:
    page.goto(f"{site}/ogc/collections/parcels/items?lang=en")
    page.get_by_label("Condition in CQL2").fill("number IN ('7', '9')")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(2)


def test_the_language_switch_keeps_page_and_query(page: Page, site: str) -> None:
    page.goto(f"{site}/ogc/collections/parcels/items?number=7&lang=en")
    page.locator("a[data-language=ar]").click()
    page.wait_for_url("**/ogc/collections/parcels/items?number=7&lang=ar")
    expect(page.locator("tbody tr")).to_have_count(1)
