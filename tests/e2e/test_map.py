"""The map as people use it: by mouse, by keys, on a phone, in three languages, by a shared link."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.e2e import axe
from tests.tiles.conftest import place

PHONE = ViewportSize(width=390, height=844)


def open_map(
    page: Page, site: str, *, language: str = "en", zoom: int = 19, more: str = ""
) -> None:
    """Open the map over the middle of parcel 125/7."""
    lon, lat = place(10, 12)
    page.goto(f"{site}/{language}/map/#{zoom}/{lat:.6f}/{lon:.6f}{more}")
    expect(page.locator("body[data-ready]")).to_be_attached()


def click_middle(page: Page) -> None:
    """Click where the map's centre is."""
    box = page.locator("#map").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def painted_pixels(page: Page) -> int:
    """How many pixels of the tiles are not transparent."""
    return page.evaluate(
        """() => [...document.querySelectorAll('.city-tile')].reduce((sum, tile) => {
            const { data } = tile.getContext('2d').getImageData(0, 0, tile.width, tile.height);
            let count = 0;
            for (let i = 3; i < data.length; i += 4) count += data[i] > 0;
            return sum + count;
        }, 0)"""
    )


@pytest.mark.parametrize(
    ("language", "direction", "zone"),
    [("en", "ltr", "Low housing"), ("ar", "rtl", "سكن منخفض"), ("fr", "ltr", "Habitat bas")],
)
def test_a_click_on_a_parcel_says_what_is_there(
    page: Page, site: str, language: str, direction: str, zone: str
) -> None:
    open_map(page, site, language=language)
    expect(page.locator("html")).to_have_attribute("dir", direction)
    click_middle(page)
    panel = page.locator("#place")
    expect(panel.get_by_role("heading", name="125/7")).to_be_visible()
    expect(panel).to_contain_text(zone)
    expect(panel).to_contain_text("2026/BP/000123")
    expect(panel).not_to_contain_text("2026/BP/000124")
    expect(panel.locator("a.button")).to_have_attribute(
        "href", re.compile(rf"^/{language}/parcels/125/7/$")
    )


def test_the_town_is_painted(page: Page, site: str) -> None:
    open_map(page, site, zoom=17)
    page.wait_for_load_state("networkidle")
    expect(page.locator("#map-progress")).to_be_hidden()
    assert painted_pixels(page) > 20_000


def test_search_finds_the_parcel_by_keys_alone(page: Page, site: str) -> None:
    page.goto(f"{site}/en/map/")
    search = page.get_by_role("combobox")
    search.focus()
    page.keyboard.type("125/")
    options = page.get_by_role("option")
    expect(options).to_have_count(4)
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#place").get_by_role("heading", name="125/7")).to_be_visible()
    expect(page).to_have_url(re.compile(r"#1[0-9]/.*&at="))


def test_arabic_digits_find_the_parcel(page: Page, site: str) -> None:
    page.goto(f"{site}/ar/map/")
    page.get_by_role("combobox").fill("١٢٥/٧")
    page.keyboard.press("Enter")
    expect(page.locator("#place").get_by_role("heading", name="125/7")).to_be_visible()


def test_a_search_without_result_says_so(page: Page, site: str) -> None:
    page.goto(f"{site}/en/map/")
    page.get_by_role("combobox").fill("zzz")
    expect(page.locator("#search-status")).to_contain_text("Nothing found for “zzz”")


def test_what_is_here_needs_no_mouse(page: Page, site: str) -> None:
    open_map(page, site)
    page.locator("#here").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#place").get_by_role("heading", name="125/7")).to_be_visible()


def test_the_map_itself_works_by_keys(page: Page, site: str) -> None:
    open_map(page, site, zoom=17)
    page.locator("#map").focus()
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile("#18/"))
    page.keyboard.press("Enter")
    expect(page.locator("#place").get_by_role("heading", name="125/7")).to_be_visible()
    before = page.url
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(before)


def test_the_address_restores_the_view(page: Page, site: str, browser: Browser) -> None:
    open_map(page, site, zoom=18)
    click_middle(page)
    expect(page.locator("#place h2")).to_have_text("125/7")
    page.get_by_role("checkbox", name="Buildings").uncheck()
    shared = page.url
    other = browser.new_page()
    other.goto(shared)
    expect(other.locator("#place h2")).to_have_text("125/7")
    expect(other.get_by_role("checkbox", name="Buildings")).not_to_be_checked()
    expect(other.get_by_role("checkbox", name="Zoning districts")).to_be_checked()
    assert other.url == shared
    other.close()


def test_the_language_switch_keeps_the_view(page: Page, site: str) -> None:
    open_map(page, site, zoom=18)
    click_middle(page)
    expect(page.locator("#place h2")).to_have_text("125/7")
    view = page.url.split("#")[1]
    page.locator("a[data-language='ar']").click()
    expect(page).to_have_url(f"{site}/ar/map/#{view}")
    expect(page.locator("#place h2")).to_have_text("125/7")


def test_a_layer_that_is_switched_off_is_no_longer_painted(page: Page, site: str) -> None:
    open_map(page, site, zoom=18, more="&layers=zones")
    page.wait_for_load_state("networkidle")
    with_zones = painted_pixels(page)
    page.get_by_role("checkbox", name="Zoning districts").uncheck()
    assert painted_pixels(page) < with_zones / 10


def test_an_earlier_date_shows_that_no_plan_was_in_force(page: Page, site: str) -> None:
    open_map(page, site)
    click_middle(page)
    expect(page.locator("#place")).to_contain_text("Low housing")
    page.locator(".panel-fold summary").first.click()
    page.get_by_label("Plan in force on").fill("2020-01-01")
    page.get_by_label("Plan in force on").press("Tab")
    expect(page.locator("#place")).to_contain_text("No zoning district covers this point")
    expect(page).to_have_url(re.compile("on=2020-01-01"))
    page.get_by_role("button", name="Today").click()
    expect(page.locator("#place")).to_contain_text("Low housing")


def test_far_out_the_panel_says_zoom_in(page: Page, site: str) -> None:
    open_map(page, site, zoom=13)
    note = page.locator(".layer", has_text="Buildings").get_by_role("button", name="Zoom in to see")
    expect(note).to_be_visible()
    note.click()
    expect(page).to_have_url(re.compile("#14/"))
    expect(note).to_be_hidden()


def test_lost_tiles_are_said_and_can_be_asked_for_again(page: Page, site: str) -> None:
    lost = re.compile(r"\.mvt")
    page.route(lost, lambda route: route.fulfill(status=204))
    open_map(page, site)
    page.unroute(lost)
    page.route(lost, lambda route: route.fulfill(status=200, body="this is no tile"))
    page.locator("#zoom-out").click()
    expect(page.locator("#map-notice")).to_contain_text("Part of the map could not be loaded")
    page.unroute(lost)
    page.locator("#map-again").click()
    expect(page.locator("#map-notice")).to_be_hidden()


def test_on_a_phone_the_panel_is_a_sheet(page: Page, site: str) -> None:
    page.set_viewport_size(PHONE)
    open_map(page, site)
    sheet, stage = page.locator("#map-panel"), page.locator(".map-stage")
    low, whole = sheet.bounding_box(), stage.bounding_box()
    assert low
    assert whole
    assert low["width"] == whole["width"] == PHONE["width"]
    assert low["height"] < 200
    click_middle(page)
    expect(page.locator("#place h2")).to_be_in_viewport()
    page.locator("#sheet-handle").click()
    expect(sheet).to_have_attribute("data-height", "full")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_targets_are_large_enough_to_touch(page: Page, site: str) -> None:
    page.set_viewport_size(PHONE)
    open_map(page, site)
    page.locator("#sheet-handle").click()
    for target in page.locator(".map-tools button, #sheet-handle, .layer-more").all():
        box = target.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44


@pytest.mark.parametrize(
    ("language", "word"), [("en", "Download"), ("ar", "تنزيل"), ("fr", "Télécharger")]
)
@pytest.mark.parametrize("size", [ViewportSize(width=1280, height=800), PHONE])
def test_what_the_map_shows_is_downloaded_by_keys(
    page: Page, site: str, language: str, word: str, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    open_map(page, site, language=language, zoom=18, more="&layers=zones,parcels&on=2026-01-01")
    link = page.get_by_role("link", name=word)
    expect(link).to_be_in_viewport()
    box = link.bounding_box()
    assert box
    assert box["height"] >= 44
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("shown=zones%2Cparcels&bbox=[^&]+&on=2026-01-01"))
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    summary = page.locator("#summary")
    expect(summary).to_contain_text("4")
    page.locator("select[name=layer]").select_option("zones")
    expect(summary).to_contain_text("2")
    page.locator("select[name=format]").select_option("geojson")
    with page.expect_download() as download:
        page.locator("form[hx-get] button[type=submit]").click()
    assert download.value.suggested_filename == "zones-2026-01-01.geojson"
    held = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert {one["properties"]["code"] for one in held["features"]} == {"R1", "R2"}
    assert held["as_of"] == "2026-01-01"


def test_a_part_that_can_not_be_read_is_said_while_one_chooses(page: Page, site: str) -> None:
    page.goto(f"{site}/en/data/export/")
    page.locator("details.fold summary").click()
    page.get_by_label("Only where this holds").fill("height > 3")
    page.keyboard.press("Tab")
    expect(page.locator("#summary")).to_contain_text("There is no property “height”")
    page.get_by_label("Only where this holds").fill("number = '7'")
    page.keyboard.press("Tab")
    expect(page.locator("#summary")).to_contain_text("number = '7'")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_no_fault(browser: Browser, site: str, language: str) -> None:
    context = browser.new_context()
    context.add_init_script(path=axe.SCRIPT)
    page = context.new_page()
    open_map(page, site, language=language)
    click_middle(page)
    expect(page.locator("#place h2")).to_have_text("125/7")
    page.locator(".layer-more").first.click()
    faults = list(axe.faults_by_scheme(page))
    context.close()
    assert faults == []
