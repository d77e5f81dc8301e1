"""A real browser on a served site: Debian's Chromium, and the small town in the database.

Playwright's own event loop runs in this thread, which Django would take for asynchronous code.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from typing import Any

import pgtrigger
import pytest
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import connection
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.conftest import UNTRUNCATED
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


@pytest.fixture(scope="session")
def served(django_db_setup: None) -> Iterator[str]:
    """The address of the one server of this process."""
    server = LiveServer("localhost")
    yield server.url
    server.stop()


@pytest.fixture(scope="module")
def looked_at(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A database for a whole module whose tests only look: filled once, emptied once.

    To empty it takes longer than many a test. A test that changes what others see has a module of
    its own.
    """
    with django_db_blocker.unblock():
        assert connection.settings_dict["NAME"].startswith("test_")
        yield
        with pgtrigger.ignore(UNTRUNCATED):
            call_command("flush", verbosity=0, interactive=False)


@pytest.fixture(scope="module")
def town(looked_at: None) -> MapTown:
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
def site(request: pytest.FixtureRequest, town: MapTown, db: None, served: str) -> Iterator[str]:
    """The address of the served site, without a slash at its end."""
    traffic = Traffic()
    request_started.connect(traffic.began)
    request_finished.connect(traffic.ended)
    yield served
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
