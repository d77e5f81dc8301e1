"""A planner checks the city: asks on the page, follows it while the worker is at it, reads why."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Page, expect

from tests.tiles.town import MapTown, build_town, staff

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def town(transactional_db: None) -> MapTown:
    return build_town()


def test_a_check_is_asked_for_followed_and_shown_on_the_map(
    page: Page, site: str, town: MapTown
) -> None:
    client = Client()
    client.force_login(staff(town, "planner"))
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])

    page.goto(f"{site}/en/")
    page.get_by_role("link", name="Conformance").click()
    expect(page.get_by_label("Width (m)")).to_be_hidden()
    page.get_by_label("one type of building").check()
    page.get_by_label("Width (m)").fill("10")
    page.get_by_label("Depth (m)").fill("12")
    page.get_by_role("button", name="Check the city").click()
    expect(page.locator("#progress")).to_contain_text("as soon as the worker is free")

    call_command("db_worker", batch=True, interval=0, verbosity=0, startup_delay=False)
    expect(page.locator("#h-outcomes")).to_be_visible(timeout=15_000)
    expect(page.locator("#progress")).to_have_count(0)

    figure = page.locator(".shares li").first
    count = figure.locator(".share-count strong").inner_text()
    figure.get_by_role("link").click()
    expect(page.locator("#parcel-count")).to_contain_text(f"{count} parcel")
    expect(page.locator("#parcels tbody tr")).to_have_count(int(count))

    page.set_viewport_size(PHONE)
    for language in ("ar", "en", "fr"):
        page.goto(re.sub(r"/en/|/ar/|/fr/", f"/{language}/", page.url))
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0, language

    page.goto(re.sub(r"/fr/", "/en/", page.url))
    page.get_by_role("link", name="Show on the map").click()
    expect(page).to_have_url(re.compile(r"/en/map/#.*layers=.*conformance"))
    expect(page.locator("body[data-ready]")).to_be_attached()
    expect(page.get_by_label("Conformance with the plan", exact=True)).to_be_checked()
