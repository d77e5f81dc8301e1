"""Ask for an export in the background, for the first time or again."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gisapp.errors import Conflict, TooManyRequests
from tiles.exports.jobs import remove_expired
from tiles.exports.wanted import Wanted
from tiles.limits import TookTooLong, bounded, timeout_ms_of
from tiles.models import KEPT_FOR, Export
from tiles.tasks import make_export

MOST_WAITING = 20
# The first half of PostgreSQL's advisory lock on an export: a number of our own.
LOCK_CLASS = 20_312

Status = Export.Status


def ask_for(wanted: Wanted, *, user: Any) -> Export:
    """Leave an export to the worker; where the same is waiting or being made, that one.

    What everybody may see is made once for all who ask meanwhile. Raises TooManyRequests when too
    many wait already, and what the question raises.
    """
    remove_expired()
    person = user if wanted.personal and user.is_authenticated else None
    question = {
        "layer": wanted.name,
        "format": wanted.format,
        "part": wanted.part.given,
        "on": wanted.scope.on,
        "version": wanted.scope.version,
        "language": (get_language() or "en")[:2],
        "personal": wanted.personal,
        "created_by": person,
    }
    total = _count(wanted, user)
    with transaction.atomic(), connection.cursor() as cursor:
        # Two that ask at once get the same export.
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOCK_CLASS])
        under_way = Export.objects.filter(
            **question, status__in=(Status.WAITING, Status.RUNNING), cancel_asked=False
        )
        for export in under_way.select_for_update():
            if export.is_under_way:
                export.shared = not export.personal
                export.save(update_fields=["shared"])
                return export
        if Export.objects.filter(status=Status.WAITING).count() >= MOST_WAITING:
            raise TooManyRequests(_("Many exports are waiting already. Try again in a minute."))
        export = Export.objects.create(
            **question, total=total, expires_at=timezone.now() + KEPT_FOR
        )
    make_export.enqueue(str(export.key))
    return export


def _count(wanted: Wanted, user: Any) -> int:
    """How many rows it will have; 0 where that takes too long to find out."""
    try:
        with bounded(timeout_ms_of(user)):
            return wanted.rows.count()
    except TookTooLong:
        return 0


def begin_again(export: Export) -> None:
    """Make an export that was stopped, failed or killed anew. Raises Conflict for any other."""
    if export.is_under_way or export.status == Status.DONE:
        raise Conflict(_("This export is done or under way."))
    Export.objects.filter(pk=export.pk).update(
        status=Status.WAITING,
        done=0,
        cancel_asked=False,
        problem="",
        expires_at=timezone.now() + KEPT_FOR,
    )
    make_export.enqueue(str(export.key))
