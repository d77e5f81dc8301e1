"""An export as a response, at once: streamed, or made while the asker waits."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from gisapp.errors import TooLarge
from tiles.exports.files import write
from tiles.exports.licence import licence_of
from tiles.exports.texts import lines_of
from tiles.exports.wanted import KINDS, STREAMED, Wanted
from tiles.limits import bounded, timeout_ms_of
from tiles.models import Export

SAFE = " !#$&'()*+,-./:;=?@_~"
MOST_AT_ONCE = 5_000
"""So many rows are put into a GeoPackage or shapefile while somebody waits; more is for the worker.
GeoJSON and CSV are sent while they are read, so they have no such end."""


def is_small(wanted: Wanted) -> bool:
    """Whether the export can be answered at once. Raises TookTooLong."""
    if wanted.format in STREAMED:
        return True
    with bounded(timeout_ms_of(wanted.scope.user)):
        return wanted.rows().order_by().values("pk")[: MOST_AT_ONCE + 1].count() <= MOST_AT_ONCE


def send(wanted: Wanted) -> HttpResponseBase:
    """The export. Raises TooLarge where the worker has to make it, and what the question raises."""
    wanted.rows()  # what is wrong with the question is said before the first byte is sent
    response: HttpResponseBase
    if wanted.format in STREAMED:
        response = StreamingHttpResponse(lines_of(wanted), content_type=KINDS[wanted.format])
    elif is_small(wanted):
        response = HttpResponse(_made(wanted), content_type=KINDS[wanted.format])
    else:
        raise TooLarge(
            _(
                "More than %(most)s rows take longer: send the same question to /api/v1/exports "
                "(POST), or choose a smaller area, GeoJSON or CSV."
            )
            % {"most": MOST_AT_ONCE},
            pointer="/format",
        )
    return _described(response, wanted)


def _made(wanted: Wanted) -> bytes:
    Path(settings.EXPORT_ROOT).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.EXPORT_ROOT, prefix=".export-") as folder:
        path = Path(folder) / wanted.file_name
        with bounded(timeout_ms_of(wanted.scope.user)):
            write(wanted, path)
        return path.read_bytes()


def _described(response: HttpResponseBase, wanted: Wanted) -> HttpResponseBase:
    """With the file's name, and with sources and licence where the file has no room for them."""
    licence = licence_of(wanted)
    response["Content-Disposition"] = f'attachment; filename="{wanted.file_name}"'
    response["Cache-Control"] = "private, no-store" if wanted.personal else "no-cache"
    response["X-As-Of"] = licence.as_of
    # A header holds ASCII only; the rest is percent-encoded, as in an address.
    response["X-Attribution"] = quote(licence.attribution, safe=SAFE)
    response["X-Licence"] = quote(licence.licence, safe=SAFE)
    return response


def send_file(export: Export) -> FileResponse:
    """The file of an export that is done."""
    response = FileResponse(
        export.path.open("rb"),
        as_attachment=True,
        filename=export.file_name,
        content_type=KINDS[export.format],
    )
    response["Cache-Control"] = "private, no-store"
    return response
