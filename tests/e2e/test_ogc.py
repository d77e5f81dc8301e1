"""The pages of the OGC API in a browser: their map, their languages, and axe."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import axe
from tests.tiles.town import MapTown

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
# In which widths and colours each language is looked at.
LOOKS: dict[str, list[tuple[int, Any]]] = {
    "ar": [(390, "light"), (1200, "light")],
    "en": [(1200, "dark")],
    "fr": [(390, "dark")],
}


@pytest.mark.parametrize("language", LOOKS)
def test_pages_are_accessible_and_fit(browser: Browser, site: str, language: str) -> None:
    context = browser.new_context()
    context.add_init_script(path=axe.SCRIPT)
    page = context.new_page()
    problems: list[str] = []
    for name, address in PAGES.items():
        page.goto(f"{site}/ogc/{address}{'&' if '?' in address else '?'}lang={language}")
        direction = "rtl" if language == "ar" else "ltr"
        if page.locator("html").get_attribute("dir") != direction:
            problems.append(f"{name}: not {direction}")
        for width, scheme in LOOKS[language]:
            page.set_viewport_size({"width": width, "height": 844})
            page.emulate_media(color_scheme=scheme)
            look = f"{name}, {width} px, {scheme}"
            if page.evaluate("document.documentElement.scrollWidth") > width:
                problems.append(f"{look}: wider than that")
            problems += [f"{look}: {fault}" for fault in axe.faults(page)]
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
