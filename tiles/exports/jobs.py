"""Exports in the background: make one, cancel it, remove what has expired."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone, translation

from gisapp.errors import UmranError
from tiles.exports.files import write
from tiles.exports.wanted import Part, Wanted
from tiles.models import KEPT_FOR, Export
from tiles.scope import Scope

Status = Export.Status


class Cancelled(Exception):
    """Somebody asked the export to stop."""


def wanted_of(export: Export) -> Wanted:
    """What an export was asked to hold, as the person who asked may see it now."""
    scope = Scope(user=export.created_by or AnonymousUser(), on=export.on, version=export.version)
    return Wanted(export.layer, export.format, scope, Part(**export.part))


def make(export: Export) -> None:
    """Write the export's file, telling how far it is. Raises what goes wrong after noting it."""

    def tell(done: int) -> None:
        if Export.objects.filter(pk=export.pk, cancel_asked=True).exists():
            raise Cancelled
        export.done = done
        Export.objects.filter(pk=export.pk).update(done=done, heard_at=timezone.now())

    _set(export, Status.RUNNING)
    try:
        with translation.override(export.language):
            write(wanted_of(export), export.path, progress=tell)
    except Cancelled:
        _set(export, Status.CANCELLED)
    except UmranError as error:
        _set(export, Status.FAILED, problem=str(error.detail))
    except Exception as error:
        _set(export, Status.FAILED, problem=str(error)[:1000])
        raise
    else:
        done = export.total or export.done
        _set(export, Status.DONE, done=done, expires_at=timezone.now() + KEPT_FOR)


def _set(export: Export, status: str, **more: Any) -> None:
    changed = {"status": status, "heard_at": timezone.now(), **more}
    Export.objects.filter(pk=export.pk).update(**changed)
    export.refresh_from_db()


def cancel(export: Export) -> None:
    """Stop an export, or remove one that is done with its file.

    One that others have asked for too goes on for them: nobody takes a file from a stranger.
    """
    mine = Export.objects.filter(pk=export.pk, shared=False)
    if export.status == Status.RUNNING and not export.is_silent:
        mine.update(cancel_asked=True)
    elif mine.update(status=Status.CANCELLED, heard_at=timezone.now()):
        export.path.unlink(missing_ok=True)
    export.refresh_from_db()


def remove_expired() -> int:
    """Remove exports that are kept long enough, with their files; how many."""
    expired = list(Export.objects.filter(expires_at__lte=timezone.now()))
    for export in expired:
        export.path.unlink(missing_ok=True)
        export.delete()
    return len(expired)
