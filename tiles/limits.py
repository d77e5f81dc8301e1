"""How long the database may work for one request: little for everyone, more for the staff."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from gisapp.errors import Unavailable
from gisapp.roles import works_here

PUBLIC_TIMEOUT_MS = 3_000
STAFF_TIMEOUT_MS = 15_000


class TookTooLong(Unavailable):
    """The database was stopped before it finished."""

    code = "took-too-long"


def timeout_ms_of(user: Any) -> int:
    """How long statements of this person may take. None, for what is the same for everyone."""
    staff = user is not None and works_here(user)
    return STAFF_TIMEOUT_MS if staff else PUBLIC_TIMEOUT_MS


@contextmanager
def bounded(timeout_ms: int = PUBLIC_TIMEOUT_MS) -> Iterator[None]:
    """Run queries under a statement timeout, and say so when it strikes. Raises TookTooLong."""
    with told_when_stopped(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(timeout_ms)])
        yield


@contextmanager
def told_when_stopped() -> Iterator[None]:
    """Say it when a statement timeout strikes. Raises TookTooLong."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != "57014":  # query_canceled
            raise
        raise TookTooLong(_("This took too long. Zoom in, or try again in a moment.")) from error
