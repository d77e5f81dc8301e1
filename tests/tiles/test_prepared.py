"""Questions that are planned once for each connection."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.db import DataError, connection, transaction

from tiles.limits import TookTooLong
from tiles.prepared import Prepared

HALVES = Prepared(
    "halves",
    "SELECT n / %(by)s FROM generate_series(1, %(to)s) AS n",
    {
        "to": "integer",
        "by": "integer",
    },
)


def prepared() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name = 'halves'")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_it_is_planned_once_and_asked_with_other_values():
    assert HALVES.rows({"to": 4, "by": 2}, timeout_ms=1_000) == [(0,), (1,), (1,), (2,)]
    assert HALVES.rows({"by": 1, "to": 2}, timeout_ms=1_000) == [(1,), (2,)]
    assert prepared() == 1


@pytest.mark.usefixtures("transactional_db")
def test_it_outlives_a_transaction_that_fails_and_a_connection_that_ends():
    with pytest.raises(DataError), transaction.atomic():
        HALVES.rows({"to": 1, "by": 0}, timeout_ms=1_000)
    assert HALVES.rows({"to": 2, "by": 2}, timeout_ms=1_000) == [(0,), (1,)]
    connection.close()
    assert prepared() == 0
    assert HALVES.rows({"to": 2, "by": 2}, timeout_ms=1_000) == [(0,), (1,)]


@pytest.mark.usefixtures("transactional_db")
def test_it_is_stopped_in_time_and_the_next_statement_is_free():
    sleeping = Prepared("sleeping", "SELECT pg_sleep(%(seconds)s)", {"seconds": "float"})
    with pytest.raises(TookTooLong):
        sleeping.rows({"seconds": 20}, timeout_ms=50)
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.usefixtures("transactional_db")
def test_how_other_questions_are_planned_stays_as_it_was():
    with transaction.atomic():
        HALVES.rows({"to": 1, "by": 1}, timeout_ms=1_000)
    with connection.cursor() as cursor:
        cursor.execute("SHOW plan_cache_mode")
        assert cursor.fetchone() == ("auto",)


def test_a_worker_of_the_server_has_all_pages_before_the_first_visitor():
    code = "import sys, gisapp.wsgi; sys.exit('tiles.exports.pages' not in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
