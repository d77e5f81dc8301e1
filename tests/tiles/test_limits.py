"""How long the database may work for whom, and what is said when it does not answer."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import OperationalError, connection
from django.test import Client

from tests.tiles.town import MapTown, staff
from tiles.limits import PUBLIC_TIMEOUT_MS, STAFF_TIMEOUT_MS, bounded, timeout_ms_of
from tiles.query.features import Shown

ADDRESS = "/api/v1/parcels?block=125"


def test_the_staff_may_ask_longer_than_the_public(town: MapTown) -> None:
    assert timeout_ms_of(None) == timeout_ms_of(AnonymousUser()) == PUBLIC_TIMEOUT_MS == 3_000
    assert timeout_ms_of(User.objects.create_user("visitor")) == PUBLIC_TIMEOUT_MS
    assert timeout_ms_of(staff(town, "planner")) == STAFF_TIMEOUT_MS == 15_000


def test_the_database_is_told_and_forgets_afterwards(town: MapTown) -> None:
    def told() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            return str(cursor.fetchone()[0])

    before = told()
    with bounded(timeout_ms_of(staff(town, "planner"))):
        assert told() == "15s"
    with bounded():
        assert told() == "3s"
    assert before == "0"


def test_a_question_that_takes_too_long_is_503_with_retry_after(
    town: MapTown, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*args: Any, **kwargs: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr(Shown, "page", slow)
    monkeypatch.setattr("tiles.query.collections.timeout_ms_of", lambda user: 20)
    answer = client.get(ADDRESS)
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert answer.json()["type"] == "urn:umran:took-too-long"


def test_a_database_that_does_not_answer_is_503_and_never_500(
    town: MapTown, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(Shown, "page", gone)
    answer = client.get(ADDRESS)
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"]
