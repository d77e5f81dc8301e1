"""Towns to look at: one small, one large enough to have every kind of lot."""

from __future__ import annotations

import pytest

from data.demo.town import Town, build_town


@pytest.fixture(scope="session")
def small_town() -> Town:
    return build_town(parcels=300)


@pytest.fixture(scope="session")
def town() -> Town:
    return build_town(parcels=1_500)
