"""The short way to a vector tile: answered before Django's handler, for tiles that all may see.

A plain request for kept layers, as the map makes by the thousand, needs no session, no language and
no middleware: one statement on a connection of its own, or the memory of the process. Everything
else (a date, a plan version, a personal layer, an error) goes on to Django, which draws the same
tiles.
"""

from __future__ import annotations

import gzip
import io
import re
import threading
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connections
from django.utils import timezone
from isal import igzip

from gisapp.responses import etag_of
from tiles.grid import MAX_ZOOM, Tile
from tiles.keeping import Address, Answer, Changes, TileMemory
from tiles.layers import LAYERS
from tiles.limits import PUBLIC_TIMEOUT_MS
from tiles.mvt import render_kept
from tiles.scope import Scope

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

MVT = "application/vnd.mapbox-vector-tile"
# May be kept, and is asked for again each time: the tag tells at once whether it still holds.
FOR_ALL = "public, no-cache"
PATH = re.compile(r"/tiles/([a-z_]+(?:,[a-z_]+){0,15})/(\d{1,2})/(\d{1,7})/(\d{1,7})\.mvt")
KEPT = frozenset(name for name, layer in LAYERS.items() if layer.kept and not layer.personal)
# One statement, small rows, many at once: neither parallel workers nor compiling pays.
OPTIONS = (
    f"-c jit=off -c max_parallel_workers_per_gather=0 -c statement_timeout={PUBLIC_TIMEOUT_MS}"
)
# Of a copy in binary: the signature, flags and extension before the first row.
COPY_HEADER_BYTES = 19


def connect() -> Any:
    """A connection of its own to the database, each statement a transaction."""
    wrapper = connections["default"]
    parameters = wrapper.get_connection_params()
    for name in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(name, None)
    parameters["options"] = " ".join((parameters.get("options") or "", OPTIONS)).strip()
    connection = psycopg2.connect(**parameters)
    connection.autocommit = True
    return connection


class Connections(threading.local):
    """One open connection for each thread; made anew where it has been lost."""

    def __init__(self) -> None:
        self.connection: Any = None

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()

    def run(self, sql: str) -> bytes:
        """The one value of a statement, as bytes."""
        if self.connection is None or self.connection.closed:
            self.connection = connect()
            return _copied(self.connection, sql)
        try:
            return _copied(self.connection, sql)
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            if isinstance(error, psycopg2.extensions.QueryCanceledError):
                raise
            # The server was restarted since: once more on a new connection.
            self.connection = connect()
            return _copied(self.connection, sql)


def _copied(connection: Any, sql: str) -> bytes:
    """By COPY in binary, which spares the bytes' text form: half the time for a large tile."""
    buffer = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({sql}) TO STDOUT (FORMAT binary)", buffer)
    found = buffer.getbuffer()
    # After the header: the number of fields (2 bytes), the length of the one field (4 bytes).
    length = int.from_bytes(
        found[COPY_HEADER_BYTES + 2 : COPY_HEADER_BYTES + 6], "big", signed=True
    )
    begin = COPY_HEADER_BYTES + 6
    return bytes(found[begin : begin + max(length, 0)])


def answer_of(content: bytes) -> Answer:
    """The tile as it is sent and kept."""
    if not content:
        return Answer(b"", "")
    return Answer(igzip.compress(content, 1, mtime=0), etag_of(content))


class QuickTiles:
    """A WSGI application that answers plain tile requests, and hands the others on."""

    def __init__(self, django: Application) -> None:
        self._django = django
        self._connections = Connections()
        self._changes = Changes(lambda: connect())
        self.memory = TileMemory(self._changes, most_bytes=settings.TILE_MEMORY_MB * 2**20)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        address = self._address(environ)
        if address is None:
            return self._django(environ, start_response)
        try:
            answer = self.memory.get(address, lambda: self._make(address))
        except psycopg2.Error:
            # Django says what is wrong, in words.
            return self._django(environ, start_response)
        return _respond(answer, environ, start_response)

    def close(self) -> None:
        """Close this thread's connection and the one that reads changes."""
        self._changes.close()
        self._connections.close()

    def _address(self, environ: dict[str, Any]) -> Address | None:
        if environ["REQUEST_METHOD"] != "GET" or environ.get("QUERY_STRING"):
            return None
        found = PATH.fullmatch(environ.get("PATH_INFO", ""))
        if found is None:
            return None
        asked = set(found[1].split(","))
        if not asked <= KEPT:
            return None
        tile = Tile(int(found[2]), int(found[3]), int(found[4]))
        if tile.z > MAX_ZOOM or max(tile.x, tile.y) >= 2**tile.z:
            return None
        names = tuple(name for name in LAYERS if name in asked and LAYERS[name].shown_at(tile.z))
        return Address(names, tile, timezone.localdate().isoformat())

    def _make(self, address: Address) -> Answer:
        scope = Scope(user=None, on=date.fromisoformat(address.day))
        return answer_of(render_kept(address.layers, address.tile, scope, self._connections.run))


def _respond(
    answer: Answer, environ: dict[str, Any], start_response: StartResponse
) -> Iterable[bytes]:
    headers = [
        ("Cache-Control", FOR_ALL),
        ("X-Content-Type-Options", "nosniff"),
        ("Access-Control-Allow-Origin", "*"),
    ]
    if not answer.body:
        start_response("204 No Content", headers)
        return []
    headers += [("ETag", answer.etag), ("Vary", "Accept-Encoding")]
    if answer.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response("304 Not Modified", headers)
        return []
    body = answer.body
    if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
        headers.append(("Content-Encoding", "gzip"))
    else:
        body = gzip.decompress(body)
    headers += [("Content-Type", MVT), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]
