"""Asking the OGC API, through Django's client or over the network by programs that are not ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.tiles.town import MapTown, box
from zoning.models import PlanVersion, Zone

Ask = Callable[..., HttpResponse]


@pytest.fixture
def ask(client: Client) -> Ask:
    """``ask("collections/parcels/items", bbox__crs="…")``: a path under /ogc, ``__`` for ``-``."""

    def get(path: str = "", *, headers: dict[str, str] | None = None, **query: Any) -> HttpResponse:
        named = {name.replace("__", "-"): value for name, value in query.items()}
        return client.get(f"/ogc/{path}", named, headers=headers)

    return get


@pytest.fixture
def found(ask: Ask) -> Callable[..., dict[str, Any]]:
    """The JSON document of a request that must succeed."""

    def get(path: str = "", **query: Any) -> dict[str, Any]:
        answer = ask(path, **query)
        assert answer.status_code == 200, answer.content.decode()
        return json.loads(answer.content)

    return get


@pytest.fixture
def draft(town: MapTown) -> PlanVersion:
    """A plan version that the public may not know of, with one zone."""
    version = PlanVersion.objects.create(plan=town.version.plan, label="draft")
    district = town.version.plan.districts.get(code="R1")
    Zone.objects.create(version=version, district=district, geometry=box(0, 0, 300, 300))
    return version
