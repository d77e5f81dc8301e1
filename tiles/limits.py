"""How long the database may work for one public request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from gisapp.errors import UmranError

PUBLIC_TIMEOUT_MS = 3_000


class TookTooLong(UmranError):
    """The database was stopped before it finished."""

    status = 503
    code = "took-too-long"


@contextmanager
def bounded(timeout_ms: int = PUBLIC_TIMEOUT_MS) -> Iterator[None]:
    """Run queries under a statement timeout, and say so when it strikes. Raises TookTooLong."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('statement_timeout', %s, true)", [str(timeout_ms)]
                )
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != "57014":  # query_canceled
            raise
        raise TookTooLong(_("This took too long. Zoom in, or try again in a moment.")) from error
