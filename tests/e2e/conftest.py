"""A real browser on a served site: Debian's Chromium, and the small town in the database.

Playwright's own event loop runs in this thread, which Django would take for asynchronous code.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from playwright.sync_api import Page

from tests.tiles.town import MapTown, build_town

CHROMIUM = os.environ.get("UMRAN_CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if not os.path.exists(CHROMIUM):
        pytest.skip(f"no browser at {CHROMIUM}; `bin/setup --test` installs one")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": QUIET}


@pytest.fixture
def town(transactional_db: None) -> MapTown:
    return build_town()


class Traffic:
    """How many requests the served site is answering at this moment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.open = 0

    def began(self, **_: Any) -> None:
        with self._lock:
            self.open += 1

    def ended(self, **_: Any) -> None:
        with self._lock:
            self.open -= 1

    def wait_for_silence(self, *, at_most_s: float = 10) -> None:
        """Tables can not be emptied while a tile is still being read from them."""
        end = time.monotonic() + at_most_s
        while self.open > 0 and time.monotonic() < end:
            time.sleep(0.02)


@pytest.fixture
def site(request: pytest.FixtureRequest, town: MapTown, live_server: Any) -> Iterator[str]:
    """The address of the served site, without a slash at its end."""
    traffic = Traffic()
    request_started.connect(traffic.began)
    request_finished.connect(traffic.ended)
    yield str(live_server.url)
    if "page" in request.fixturenames:
        request.getfixturevalue("page").goto("about:blank")
    traffic.wait_for_silence()
    request_started.disconnect(traffic.began)
    request_finished.disconnect(traffic.ended)


@pytest.fixture(autouse=True)
def no_trouble_in_the_console(request: pytest.FixtureRequest) -> Iterator[None]:
    """A page that throws, or breaks the content security policy, fails its test."""
    trouble: list[str] = []
    if "page" in request.fixturenames:
        page: Page = request.getfixturevalue("page")
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on(
            "console",
            lambda message: trouble.append(message.text) if message.type == "error" else None,
        )
    yield
    assert not trouble
