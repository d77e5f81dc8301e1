"""Bodies of requests, read with care: size, depth and numbers are checked before anything else."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import shapely
from django.http import HttpRequest
from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon, Polygon

from gisapp import geojson
from gisapp.errors import BadInput, NotTaken, TooLarge

LARGEST_BYTES = 2 * 1024 * 1024
DEEPEST = 8
WHOLE = "body"
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
JSON_KINDS = ("application/json", "application/geo+json")


def body_of(request: HttpRequest, *kinds: str) -> bytes:
    """The body, of one of the content types. Raises TooLarge, and NotTaken for another type."""
    if request.content_type not in kinds:
        raise NotTaken(
            _("Send the body as %(kinds)s.") % {"kinds": ", ".join(kinds)}, pointer="Content-Type"
        )
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BYTES:
        raise TooLarge(_("At most 2 MB can be sent in one request."))
    return request.body


def read_json(body: bytes) -> Any:
    """The JSON of a body. Raises BadInput with the place where it ends to be JSON."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            _("The body is not UTF-8 (byte %(byte)s).") % {"byte": error.start}, pointer=WHOLE
        ) from error
    _check_depth(text)
    try:
        # Whole numbers too: one of a thousand digits is infinite, and refused like infinity.
        return json.loads(text, parse_int=float, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise BadInput(
            _("The body is not JSON: line %(line)s, column %(column)s.")
            % {"line": error.lineno, "column": error.colno},
            pointer=WHOLE,
        ) from error


def read_polygon(body: bytes, *, pointer: str = "") -> Polygon | MultiPolygon:
    """The area that a body asks about, in the metric CRS. Raises BadInput with place and reason.

    ``pointer`` is where it stands, if it is not the whole body.
    """
    try:
        area = geojson.read_area(read_json(body), pointer=pointer)
    except BadInput as error:
        if error.pointer in ("", WHOLE):
            error.pointer = pointer or WHOLE
        raise
    if not np.isfinite(shapely.get_coordinates(area)).all() or not area.is_valid:
        raise BadInput(
            _("The area reaches too far from the municipality."), pointer=f"{pointer}/coordinates"
        )
    return area


def _check_depth(text: str) -> None:
    """Before it is parsed, for a parser goes as deep as it is led."""
    depth = 0
    for found in _BRACKETS.finditer(text):
        sign = found[0]
        depth += (sign in "[{") - (sign in "]}")
        if depth > DEEPEST:
            raise BadInput(
                _("The JSON is nested more than %(most)s deep.") % {"most": DEEPEST}, pointer=WHOLE
            )


def _no_number(name: str) -> float:
    raise BadInput(_("%(name)s is no number in JSON.") % {"name": name}, pointer=WHOLE)
