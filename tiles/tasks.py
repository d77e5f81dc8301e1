"""Work that the worker does in the background (`manage.py db_worker`)."""

from __future__ import annotations

from django_tasks import task

from tiles.exports.jobs import make, remove_expired
from tiles.models import Export


@task()
def make_export(key: str) -> str:
    """Make an export, unless it was cancelled or removed before its turn; its state then."""
    remove_expired()
    waiting = Export.objects.filter(pk=key, status=Export.Status.WAITING).first()
    if waiting is None:
        return "gone"
    make(waiting)
    return waiting.status
