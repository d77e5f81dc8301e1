"""What the tests of every app share."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from tests.town import Town, make_town


@pytest.fixture(scope="session", autouse=True)
def folder_of_collected_files() -> None:
    """The server warns when nothing was ever collected there, and a warning is an error."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def town(db: None) -> Town:
    """A town of one street and two parcels."""
    return make_town()
