"""What the tests of every app share."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pgtrigger
import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.utils import translation

from tests.town import Town, make_town

# How long an example takes depends on what else the machine does.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

UNTRUNCATED = "permits.Evaluation:evaluations_are_not_truncated"


@pytest.fixture(scope="session", autouse=True)
def folder_of_collected_files() -> None:
    """The server warns when nothing was ever collected there, and a warning is an error."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The usual fixture; its database is dropped when no thread of a server is left in it."""
    yield
    with django_db_blocker.unblock():
        end_other_sessions()


def end_other_sessions(*, at_most_s: float = 10) -> None:
    """A database can not be dropped while others are in it.

    A browser that lives longer than the database keeps a thread of the stopped server waiting for
    its next request, and with the thread its session.
    """
    others = """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()"""
    end = time.monotonic() + at_most_s
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute(others)
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.05)


@pytest.fixture(scope="session", autouse=True)
def passwords_hashed_quickly() -> Iterator[None]:
    """A good hash takes its time on purpose, for each of the accounts that a test makes."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def language_of_the_settings() -> Iterator[None]:
    """A page leaves its visitor's language behind in the thread; no test starts with another's."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def evaluations_may_be_emptied() -> Iterator[None]:
    """Django empties all tables after a served test, which evaluations otherwise refuse."""
    with pgtrigger.ignore(UNTRUNCATED):
        yield


@pytest.fixture
def transactional_db(evaluations_may_be_emptied: None, transactional_db: None) -> None:
    """The usual fixture, set up inside the permission to empty, so torn down inside it too."""


@pytest.fixture
def town(db: None) -> Town:
    """A town of one street and two parcels."""
    return make_town()
