"""An export as a response, at once: made while the asker waits, then sent with its length."""

from __future__ import annotations

from typing import BinaryIO
from urllib.parse import quote

from django.utils.translation import gettext as _

from gisapp.errors import TooLarge
from gisapp.sending import Download, MadeTooSlowly, made
from tiles.exports.files import write
from tiles.exports.licence import licence_of
from tiles.exports.wanted import KINDS, STREAMED, Wanted
from tiles.limits import TookTooLong, bounded, timeout_ms_of
from tiles.models import Export

SAFE = " !#$&'()*+,-./:;=?@_~"
MOST_AT_ONCE = 5_000
"""So many rows are put into a GeoPackage or shapefile while somebody waits; more is for the worker.
GeoJSON and CSV are written as they are read; only the time that they take is limited."""


def send(wanted: Wanted) -> Download:
    """The export. Raises TooLarge where the worker has to make it, and what the question raises."""
    if not _is_small(wanted):
        raise TooLarge(
            _(
                "More than %(most)s rows take longer: send the same question to /api/v1/exports "
                "(POST), or choose a smaller area, GeoJSON or CSV."
            )
            % {"most": MOST_AT_ONCE},
            pointer="/format",
        )
    response = _download(_made(wanted), wanted.file_name, wanted.format)
    licence = licence_of(wanted)
    response["Cache-Control"] = "private, no-store" if wanted.personal else "no-cache"
    response["X-As-Of"] = licence.as_of
    # A header holds ASCII only; the rest is percent-encoded, as in an address.
    response["X-Attribution"] = quote(licence.attribution, safe=SAFE)
    response["X-Licence"] = quote(licence.licence, safe=SAFE)
    return response


def _is_small(wanted: Wanted) -> bool:
    """Whether the rows are few enough to be made at once, as far as can be found out quickly."""
    if wanted.format in STREAMED:
        return True
    try:
        with bounded(timeout_ms_of(wanted.scope.user)):
            return wanted.rows.order_by().values("pk")[: MOST_AT_ONCE + 1].count() <= MOST_AT_ONCE
    except TookTooLong:
        return False


def _made(wanted: Wanted) -> BinaryIO:
    """The export as an open file without a name. Raises TooLarge where making it takes long."""
    try:
        with bounded(timeout_ms_of(wanted.scope.user)):
            return made(
                lambda path, progress: write(wanted, path, progress=progress), wanted.file_name
            )
    except (TookTooLong, MadeTooSlowly) as error:
        raise TooLarge(
            _(
                "This takes longer than may be waited for: send the same question to "
                "/api/v1/exports (POST), or choose a smaller area."
            )
        ) from error


def send_file(export: Export) -> Download:
    """The file of an export that is done."""
    response = _download(export.path.open("rb"), export.file_name, export.format)
    response["Cache-Control"] = "private, no-store"
    return response


def _download(file: BinaryIO, name: str, kind: str) -> Download:
    return Download(file, as_attachment=True, filename=name, content_type=KINDS[kind])
