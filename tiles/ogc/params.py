"""Reads the parameters of requests for features; refuses what it can not read, naming it."""

from __future__ import annotations

import base64
import binascii
import math
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.gis.geos import GEOSGeometry
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from gisapp.errors import BadInput
from gisapp.params import only_known, read_day
from tiles.ogc import places, reference_systems
from tiles.ogc.errors import BadParameter
from tiles.scope import Scope, make_scope

USUAL_LIMIT = 100
LARGEST_LIMIT = 5_000
LARGEST_KEY = 2**63 - 1
OPEN_END = ("", "..")
EVERYWHERE = ("f", "lang")


def check(request: HttpRequest, *known: str) -> None:
    """Only these parameters, each once, in plain text. Raises UnknownParameter, BadParameter."""
    only_known(request, *EVERYWHERE, *known)
    for name, values in request.GET.lists():
        if len(values) > 1:
            raise BadParameter(_("“%(name)s” is given twice.") % {"name": name}, pointer=f"/{name}")
        if not is_text(values[0]):
            raise BadParameter(
                _("“%(name)s” holds a character that is no text.") % {"name": name},
                pointer=f"/{name}",
            )


def is_text(value: str) -> bool:
    """Whether the database can hold the text: no NUL, no half of a surrogate pair."""
    return "\0" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)


def read_scope(request: HttpRequest, *, dated: bool) -> Scope:
    """Who asks, and about which day or plan version. Raises BadParameter, NotThere.

    ``datetime`` is one day or moment. An interval is refused where features depend on the date,
    because several plans may be in force within it; elsewhere it is read and, as the standard has
    it, selects every feature.
    """
    text, version = request.GET.get("datetime", ""), request.GET.get("version", "")
    if text and version:
        raise BadParameter(_("Give a date or a plan version, not both."), pointer="/datetime")
    days = _read_datetime(text) if text else []
    if len(days) == 2 and dated:
        raise BadParameter(
            _("A plan is in force on a day: give one date such as 2026-03-31, not an interval."),
            pointer="/datetime",
        )
    on = days[0].isoformat() if len(days) == 1 and days[0] and dated else ""
    return make_scope(request, on=on, version=version)


def _read_datetime(text: str) -> list[date | None]:
    """One day, or the two ends of an interval, None for an open one. Raises BadParameter."""
    parts = text.split("/")
    if len(parts) == 1:
        return [_read_moment(text)]
    if len(parts) != 2 or all(part in OPEN_END for part in parts):
        raise BadParameter(
            _("An interval is two dates with “/” between, one of which may be “..”."),
            pointer="/datetime",
        )
    ends = [None if part in OPEN_END else _read_moment(part) for part in parts]
    if ends[0] and ends[1] and ends[0] > ends[1]:
        raise BadParameter(_("The interval ends before it begins."), pointer="/datetime")
    return ends


def _read_moment(text: str) -> date:
    """The city's calendar day of a date or date-time (RFC 3339). Raises BadParameter."""
    if len(text) > 10:
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                raise ValueError
            text = timezone.localdate(moment).isoformat()
        except (ValueError, OverflowError) as error:
            raise BadParameter(
                _("A moment is written like 2026-03-31T12:00:00Z."), pointer="/datetime"
            ) from error
    try:
        return read_day(text, pointer="/datetime")
    except BadInput as error:
        raise BadParameter(error.detail, pointer="/datetime") from error


def read_limit(request: HttpRequest) -> int:
    """How many features at most; more than the largest page means the largest page."""
    text = request.GET.get("limit", str(USUAL_LIMIT))
    if not (text.isascii() and text.isdigit()) or not text.strip("0"):
        raise BadParameter(
            _("A limit is a whole number from 1 to %(most)s.") % {"most": LARGEST_LIMIT},
            pointer="/limit",
        )
    return int(text) if len(text.lstrip("0")) < 8 and int(text) < LARGEST_LIMIT else LARGEST_LIMIT


@dataclass(frozen=True)
class Box:
    """A bounding box that was asked for; its area is None where no data can be."""

    area: GEOSGeometry | None


def read_bbox(request: HttpRequest) -> Box | None:
    """The box of ``bbox`` and ``bbox-crs``; None if there is none. Raises BadParameter."""
    system = reference_systems.read(request.GET.get("bbox-crs", ""), parameter="bbox-crs")
    if "bbox" not in request.GET:
        return None
    numbers = [
        read_number(part, parameter="bbox") for part in request.GET["bbox"].split(",", maxsplit=7)
    ]
    return Box(places.read_box(numbers, system, pointer="/bbox"))


def read_number(text: str, *, parameter: str) -> float:
    """A finite number. Raises BadParameter."""
    try:
        value = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadParameter(
            _("“%(text)s” is not a number.") % {"text": text[:40]}, pointer=f"/{parameter}"
        )
    return value


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after the feature with this key. ``matched`` was counted at the first.

    To clients it is an opaque text.
    """

    after: int
    matched: int | None

    def __str__(self) -> str:
        text = f"{self.after}.{'' if self.matched is None else self.matched}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(request: HttpRequest) -> Cursor | None:
    """The ``cursor`` of a next link; None on the first page. Raises BadParameter."""
    if "cursor" not in request.GET:
        return None
    text = request.GET["cursor"]
    wrong = BadParameter(
        _("This cursor was not made here. Begin again without it, and follow the “next” links."),
        pointer="/cursor",
    )
    if len(text) > 80 or not text.isascii():
        raise wrong
    try:
        inner = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        after, _dot, matched = inner.decode("ascii").partition(".")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise wrong from error
    if not after.isdigit() or not (matched.isdigit() or matched == ""):
        raise wrong
    if int(after) > LARGEST_KEY:
        raise wrong
    return Cursor(int(after), int(matched) if matched else None)
