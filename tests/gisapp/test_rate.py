"""Too many questions from one address are refused for a while, and nobody else's."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from gisapp.rate import WINDOW_S, Window

ADDRESS = "/api/v1/rulebook-schema"


@pytest.fixture(autouse=True)
def three_a_minute(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ANONYMOUS_REQUESTS_PER_MINUTE = 3
    monkeypatch.setattr("gisapp.rate.time.time", lambda: 1_000_000.0)


def visitor(address: str) -> Client:
    return Client(REMOTE_ADDR=address)


def test_the_fourth_request_of_a_minute_is_refused(db: None) -> None:
    one = visitor("203.0.113.7")
    left = [one.get(ADDRESS)["RateLimit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    refused = one.get(ADDRESS)
    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert 0 < int(refused["Retry-After"]) <= WINDOW_S
    assert refused.json()["type"] == "urn:umran:too-many-requests"


def test_a_new_minute_begins_anew() -> None:
    window = Window()
    assert [window.count("a", now=10), window.count("a", now=59)] == [1, 2]
    assert window.count("b", now=59) == 1
    assert window.count("a", now=60) == 1


def test_ipv6_addresses_of_one_household_count_together(db: None) -> None:
    for last in range(3):
        visitor(f"2001:db8:1:2::{last}").get(ADDRESS)
    assert visitor("2001:db8:1:2::99").get(ADDRESS).status_code == 429


@pytest.fixture(autouse=True)
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test client builds the middleware anew; in a server process there is one."""
    window = Window()
    monkeypatch.setattr("gisapp.rate.Window", lambda: window)


def test_who_is_signed_in_is_not_counted(db: None) -> None:
    one = visitor("203.0.113.8")
    one.force_login(User.objects.create_user("planner"))
    assert {one.get(ADDRESS).status_code for _ in range(6)} == {200}


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "", "unix:"])
def test_the_machine_itself_is_not_counted(db: None, address: str) -> None:
    one = visitor(address)
    assert {one.get(ADDRESS).status_code for _ in range(6)} == {200}


def test_pages_and_tiles_are_not_counted(db: None) -> None:
    one = visitor("203.0.113.9")
    for _ in range(4):
        assert "RateLimit-Limit" not in one.get("/healthz")
        assert "RateLimit-Limit" not in one.get("/tiles/parcels.json")


def test_zero_is_no_limit(db: None, settings) -> None:
    settings.ANONYMOUS_REQUESTS_PER_MINUTE = 0
    one = visitor("203.0.113.10")
    assert {one.get(ADDRESS).status_code for _ in range(6)} == {200}
