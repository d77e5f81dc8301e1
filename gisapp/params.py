"""Reads the parameters of an address; what can not be read is refused, saying which and why."""

from __future__ import annotations

import math
from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gisapp.errors import BadInput, UnknownParameter

EARLIEST, LATEST = date(1800, 1, 1), date(2200, 1, 1)


Bbox = tuple[float, float, float, float]


def only_known(request: HttpRequest, *names: str) -> None:
    """Raise UnknownParameter for a parameter of another name: a misspelt one is never ignored."""
    for name in request.GET:
        if name not in names:
            raise UnknownParameter(
                _("There is no parameter “%(name)s”; known are: %(names)s.")
                % {"name": name[:40], "names": ", ".join(names) or "–"},
                pointer=f"/{name[:40]}",
            )
    for name, value in request.GET.items():
        if "\x00" in value:
            raise BadInput(_("A text has a character that can not be stored."), pointer=f"/{name}")


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


def read_bbox(text: str, *, pointer: str = "/bbox") -> Bbox:
    """West, south, east, north in degrees, written as ``38.5,24.3,38.7,24.5``. Raises BadInput."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise BadInput(
            _("A bbox is four numbers with commas between: west, south, east, north."),
            pointer=pointer,
        ) from None
    if not all(map(math.isfinite, (west, south, east, north))):
        raise BadInput(_("The numbers of a bbox are finite."), pointer=pointer)
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        raise BadInput(
            _("A bbox is in degrees: longitudes from −180 to 180, latitudes from −90 to 90."),
            pointer=pointer,
        )
    if south > north:
        raise BadInput(
            _("South (the second number) lies north of north (the fourth)."), pointer=pointer
        )
    if west > east:
        raise BadInput(
            _("This bbox crosses the antimeridian; ask for its two halves, one after the other."),
            pointer=pointer,
        )
    return west, south, east, north
