"""Reads the parameters of an address; what can not be read is refused, saying which and why."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gisapp.errors import BadInput, UnknownParameter

EARLIEST, LATEST = date(1800, 1, 1), date(2200, 1, 1)


def only_known(request: HttpRequest, *names: str) -> None:
    """Raise UnknownParameter for a parameter of another name: a misspelt one is never ignored."""
    for name in request.GET:
        if name not in names:
            raise UnknownParameter(
                _("There is no parameter “%(name)s”; known are: %(names)s.")
                % {"name": name[:40], "names": ", ".join(names) or "–"},
                pointer=f"/{name[:40]}",
            )


def read_day(text: str, *, pointer: str = "/on") -> date:
    """A calendar day written as YYYY-MM-DD. Raises BadInput for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # Python also reads 20260331 and 2026-W14-2.
    if day is None or day.isoformat() != text or not EARLIEST <= day <= LATEST:
        raise BadInput(_("A date is written like 2026-03-31."), pointer=pointer)
    return day
