"""Tiles kept in the memory of a process, exactly as long as they are true.

Every transaction that changes what tiles show notes where (:mod:`tiles.kept`). Before a tile is
given from memory, what has been committed since the last look is read, so the next reader after a
commit sees the change; those who ask at the same time share one look. A tile that is being made
while its ground changes is given to those who wait for it and not kept. Where the database can not
be asked nothing is kept: every tile is made anew, slower and still right.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import psycopg2

from tiles.grid import TILE_PX, Tile
from tiles.kept import INDEXED, placed
from tiles.layers import MOST_MARGIN_PX
from tiles.sql import statement

# What an entry costs beside its bytes, so that a million empty tiles do not fill the memory.
ENTRY_BYTES = 600
# More changes told at once than this, and the layers concerned are let go as a whole.
MOST_CHANGES = 200
RECONNECT_AFTER_S = 1.0
# Changes are noted for an hour; who has not looked for so long begins anew.
FORGOTTEN_AFTER_S = 1_800.0
# So often, and so many at once, a reader lets go of changes that all have seen.
TIDIED_AFTER_S = 60.0
MOST_TIDIED = 10_000
WAIT_LIMIT_S = 10.0

Box = tuple[float, float, float, float]


class Address(NamedTuple):
    """What a tile is of: its layers, its place in the grid, and the day for which it is drawn."""

    layers: tuple[str, ...]
    tile: Tile
    day: str

    def touched_by(self, change: Change) -> bool:
        """Whether the change may be seen in this tile."""
        if change.layer not in self.layers:
            return False
        if change.extent is None:
            return True
        west, south, side = placed(self.tile, INDEXED)
        margin = MOST_MARGIN_PX / TILE_PX * side
        return (
            change.extent[0] <= west + side + margin
            and change.extent[2] >= west - margin
            and change.extent[1] <= south + side + margin
            and change.extent[3] >= south - margin
        )


class Change(NamedTuple):
    """A part of a layer that is not what it was; all of it where no extent is told."""

    layer: str
    extent: Box | None


class Answer(NamedTuple):
    """A tile as it is sent: gzipped, with the tag that tells its content; no bytes where empty."""

    body: bytes
    etag: str


@dataclass
class Making:
    """A tile that somebody is making, for all who ask for it meanwhile."""

    done: threading.Event = field(default_factory=threading.Event)
    answer: Answer | None = None
    is_old: bool = False


def read_change(payload: str) -> Change:
    """A change as the database tells it: ``layer`` or ``layer west south east north``."""
    layer, *numbers = payload.split(" ")
    if len(numbers) != 4:
        return Change(layer, None)
    west, south, east, north = map(float, numbers)
    return Change(layer, (west, south, east, north))


class Changes:
    """The changes that have been committed, read on a connection of its own.

    Not for several threads at once.
    """

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._connection: Any = None
        self._snapshot = ""
        self._tried_at = self._read_at = self._tidied_at = float("-inf")

    @property
    def is_reading(self) -> bool:
        """Whether the last look told all there was to tell."""
        return bool(self._snapshot)

    def read(self) -> list[Change] | None:
        """What has been committed since the last look; None when something may have been missed."""
        now = time.monotonic()
        if self._connection is None:
            if now - self._tried_at < RECONNECT_AFTER_S:
                return None
            self._tried_at = now
        seen = self._snapshot if now - self._read_at < FORGOTTEN_AFTER_S else ""
        try:
            self._connection = self._connection or self._connect()
            with self._connection.cursor() as cursor:
                if not seen:
                    cursor.execute("SELECT pg_current_snapshot()::text")
                    self._snapshot, told = cursor.fetchone()[0], None
                else:
                    cursor.execute(statement("kept_changes"), [seen])
                    self._snapshot, told = cursor.fetchone()
                if now - self._tidied_at >= TIDIED_AFTER_S:
                    self._tidied_at = now
                    cursor.execute(statement("kept_forget"), [MOST_TIDIED, MOST_TIDIED])
        except psycopg2.Error:
            self.close()
            return None
        self._read_at = now
        return None if told is None else [read_change(line) for line in told]

    def close(self) -> None:
        """Read no more."""
        self._snapshot = ""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class TileMemory:
    """The tiles of one process. All methods may be called by many threads at once."""

    def __init__(self, changes: Changes, *, most_bytes: int) -> None:
        self._changes = changes
        self._looked_at = float("-inf")
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._answers: OrderedDict[Address, Answer] = OrderedDict()
        self._bytes = 0
        self._making: dict[Address, Making] = {}

    def get(self, address: Address, make: Callable[[], Answer]) -> Answer:
        """The tile from memory, or from whoever is making it, or made now by ``make``."""
        asked_at = time.monotonic()
        with self._lock:
            # Whoever held the lock may have looked after this was asked: that look holds.
            if self._looked_at <= asked_at:
                self._look()
            found = self._answers.get(address)
            if found is not None:
                self._answers.move_to_end(address)
                return found
            making = self._making.get(address)
            mine = making is None
            if making is None:
                making = self._making[address] = Making()
        if not mine and making.done.wait(WAIT_LIMIT_S) and making.answer is not None:
            return making.answer
        return self._make(address, making, make) if mine else make()

    def _make(self, address: Address, making: Making, make: Callable[[], Answer]) -> Answer:
        try:
            answer = make()
            making.answer = answer
        finally:
            # What has changed meanwhile has aged this making, or is told by the next look.
            with self._lock:
                if self._making.get(address) is making:
                    del self._making[address]
                if making.answer and not making.is_old and self._changes.is_reading:
                    self._keep(address, making.answer)
            making.done.set()
        return answer

    def _keep(self, address: Address, answer: Answer) -> None:
        self._let_go(address)
        self._answers[address] = answer
        self._bytes += len(answer.body) + ENTRY_BYTES
        while self._bytes > self._most_bytes:
            self._let_go(next(iter(self._answers)))

    def _let_go(self, address: Address) -> None:
        answer = self._answers.pop(address, None)
        if answer is not None:
            self._bytes -= len(answer.body) + ENTRY_BYTES

    def _look(self) -> None:
        """Let go of whatever has changed since the last time."""
        self._looked_at = time.monotonic()
        changes = self._changes.read()
        if changes is None:
            self._answers.clear()
            self._bytes = 0
            self._age(lambda address: True)
            return
        if len(changes) > MOST_CHANGES:
            changes = [Change(layer, None) for layer in {change.layer for change in changes}]
        for change in changes:
            for address in [one for one in self._answers if one.touched_by(change)]:
                self._let_go(address)
            self._age(lambda address, change=change: address.touched_by(change))  # type: ignore[misc]

    def _age(self, concerned: Callable[[Address], bool]) -> None:
        """Those who ask from now on do not wait for what was begun before the change."""
        for address in [one for one in self._making if concerned(one)]:
            self._making.pop(address).is_old = True
