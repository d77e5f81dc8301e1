"""The pages as people use them: choosing findings, switching language, phones, no scripts, axe."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from shapely.geometry import box

from gisapp.geometry import multipolygon
from gisapp.translated import texts
from permits.actions.evaluate_application import evaluate_application
from tests.e2e import axe
from tests.town import Town, here, make_application, make_town
from zoning.models import Overlay

LANGUAGES = ("ar", "en", "fr")
CASE = "applications/2026/BP/000123/"
PAGES = {
    "home": "",
    "parcel": "parcels/125/7/",
    "fit": "parcels/125/7/?width=12&depth=9",
    "case": CASE,
    "register": "applications/",
    "parcels": "parcels/",
    "data": "data/",
    "export": "data/export/?shown=zones,parcels&near=125/7&distance_m=50",
    "conformance": "conformance/",
    "sign-in": "account/login/",
    "not there": "parcels/9/9/",
}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def town(looked_at: None) -> Town:
    town = make_town()
    Overlay.objects.create(
        municipality=town.municipality,
        kind="heritage",
        geometry=multipolygon(here(box(0, 0, 10, 30))),
        **texts("name", {"ar": "البلدة القديمة", "en": "Old town", "fr": "Vieille ville"}),
    )
    make_application(town.municipality, town.neighbour, number="2026/BP/000124", title_en="Shop")
    evaluate_application(application=town.application, actor=None)
    evaluate_application(application=town.application, actor=None)
    return town


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, has_touch=True)
    yield context.new_page()
    context.close()


def test_a_click_on_a_finding_shows_on_the_map_why(page: Page, site: str) -> None:
    page.goto(f"{site}/en/{CASE}")
    expect(page.locator("#case-map path.edge")).to_have_count(4)
    expect(page.locator("#case-map path.why")).to_have_count(0)
    breach = page.locator(".finding-breaches").first
    breach.locator("h3").click()
    expect(page.locator("#case-map path.why")).to_have_count(1)
    expect(breach).to_have_class(re.compile("is-chosen"))
    expect(breach.locator(".show-why")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#map-why")).to_contain_text("Setback · interior side")
    expect(page.locator("#map-why")).to_contain_text(re.compile("Provided \\W*1\\.50\\W* m"))


def test_a_finding_can_be_chosen_by_keyboard(page: Page, site: str) -> None:
    page.goto(f"{site}/en/{CASE}")
    button = page.locator(".finding .show-why").nth(1)
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#case-map path.why")).to_have_count(1)


def test_what_the_plan_is_silent_about_is_folded_opened_by_keyboard_and_printed_open(
    page: Page, site: str
) -> None:
    page.goto(f"{site}/en/{CASE}")
    first = page.locator(".silent li").first
    expect(first).to_be_hidden()
    page.emulate_media(media="print")
    expect(first).to_be_visible()
    page.emulate_media(media="screen")
    expect(first).to_be_hidden()
    page.locator(".silent summary").press("Enter")
    expect(first).to_be_visible()


def test_whether_a_building_fits_is_asked_and_drawn(page: Page, site: str) -> None:
    page.goto(f"{site}/ar/parcels/125/7/")
    expect(page.locator("#case-map path.fit")).to_have_count(0)
    page.locator("#id_width").fill("١٢٫٥")
    page.locator("#id_depth").fill("9")
    page.locator("#id_depth").press("Enter")
    expect(page.locator("#fit .fit-answer .outcome-complies")).to_be_visible()
    expect(page.locator("#case-map path.fit")).to_have_count(1)
    expect(page.locator("#id_width")).to_have_value("١٢٫٥")
    page.locator("a[data-language=en]").click()
    expect(page.locator("#fit")).to_contain_text("It fits.")


def test_without_scripts_whether_a_building_fits_is_answered(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/en/parcels/125/7/")
    page.get_by_label("Width (m)").fill("12")
    page.get_by_label("Depth (m)").fill("9")
    page.get_by_role("button", name="Would it fit?").click()
    expect(page.locator("#fit")).to_contain_text("It fits.")
    expect(page.locator("#fit")).to_contain_text("Greatest width at this depth")
    context.close()


def test_choosing_another_finding_takes_the_first_off_the_map(page: Page, site: str) -> None:
    page.goto(f"{site}/en/{CASE}")
    for index in (0, 1):
        page.locator(".finding .show-why").nth(index).click()
    expect(page.locator("#case-map path.why")).to_have_count(1)
    expect(page.locator(".finding.is-chosen")).to_have_count(1)


def test_the_choice_is_in_the_address_and_survives_another_language(page: Page, site: str) -> None:
    page.goto(f"{site}/en/{CASE}")
    page.locator(".finding .show-why").first.click()
    chosen = page.locator(".finding.is-chosen").get_attribute("id")
    expect(page).to_have_url(f"{site}/en/{CASE}#{chosen}")
    page.locator("a[data-language=ar]").click()
    expect(page).to_have_url(f"{site}/ar/{CASE}#{chosen}")
    expect(page.locator(f"#{chosen}")).to_have_class(re.compile("is-chosen"))
    page.goto(f"{site}/")
    expect(page).to_have_url(f"{site}/ar/")


def test_on_a_phone_the_map_comes_into_view(phone: Page, site: str) -> None:
    phone.goto(f"{site}/ar/{CASE}")
    last = phone.locator(".finding .show-why").last
    last.scroll_into_view_if_needed()
    expect(phone.locator("#case-map")).not_to_be_in_viewport()
    last.tap()
    expect(phone.locator("#case-map")).to_be_in_viewport()
    expect(phone.locator("#case-map path.why")).to_have_count(1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_scrolls_sideways_on_a_phone(phone: Page, site: str, language: str) -> None:
    for name, address in PAGES.items():
        phone.goto(f"{site}/{language}/{address}")
        excess = phone.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert excess <= 0, f"{name} is {excess} px too wide"


@pytest.mark.parametrize("language", LANGUAGES)
def test_targets_on_a_phone_are_large_enough(phone: Page, site: str, language: str) -> None:
    phone.goto(f"{site}/{language}/{CASE}")
    small = phone.evaluate(
        """selector => [...document.querySelectorAll(selector)]
            .filter(each => each.getClientRects().length)
            .filter(each => each.getBoundingClientRect().height < 44)
            .map(each => each.outerHTML.slice(0, 80))""",
        ".site-nav a, .sign-in, .button, .show-why, summary",
    )
    assert small == []


def test_without_scripts_the_case_can_be_read(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/en/{CASE}")
    expect(page.locator(".finding-breaches").first).to_contain_text("≥ 2.00 m")
    expect(page.locator(".show-why").first).to_be_hidden()
    expect(page.get_by_text("The map needs JavaScript")).to_be_visible()
    context.close()


def test_filters_of_the_register_work_in_place_and_stay_in_the_address(
    page: Page, site: str
) -> None:
    page.goto(f"{site}/en/applications/")
    page.get_by_label("Latest evaluation").select_option("breaches")
    expect(page.locator("#register .cases > li")).to_have_count(1)
    expect(page).to_have_url(re.compile("outcome=breaches"))
    page.reload()
    expect(page.locator("#register .cases > li")).to_have_count(1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(browser: Browser, site: str, language: str) -> None:
    context = browser.new_context()
    context.add_init_script(path=axe.SCRIPT)
    page = context.new_page()
    problems: list[str] = []
    for name, address in PAGES.items():
        page.goto(f"{site}/{language}/{address}")
        if name == "case":
            page.locator(".finding .show-why").first.click()
            page.locator(".how summary").first.click()
        if name == "export":
            page.locator(".fold summary").click()
        problems += [f"{name}: {fault}" for fault in axe.faults_by_scheme(page)]
    context.close()
    assert problems == []
