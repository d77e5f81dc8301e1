"""A file made for one asker: whole before its first byte leaves, then sent with its length.

So what goes wrong is said in words, and a slow reader keeps no cursor open. And the length is told:
the server ends a message of unknown length neatly even where the application broke off, and half a
table of CSV looks like a whole one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import BinaryIO

from django.conf import settings
from django.http import FileResponse


class MadeTooSlowly(Exception):
    """The file took longer to make than anybody may wait for it."""


class SentTooSlowly(Exception):
    """The reader took longer than a file may keep the server busy."""


class Download(FileResponse):
    """A file that is broken off, short of the length it told, where its reader is too slow."""

    block_size = 64 * 1024

    def __iter__(self) -> Iterator[bytes]:
        end = monotonic() + settings.EXPORT_SENT_WITHIN_S
        for block in super().__iter__():
            if monotonic() > end:
                raise SentTooSlowly
            yield block


def made(write: Callable[[Path, Callable[[int], None]], None], name: str) -> BinaryIO:
    """What ``write`` writes to a path of this name, as an open file that has no name any more.

    ``write`` calls its second argument now and then, with how many rows are written. Raises
    MadeTooSlowly from there once the time is over.
    """
    end = monotonic() + settings.EXPORT_MADE_WITHIN_S

    def stop_in_time(_done: int) -> None:
        if monotonic() > end:
            raise MadeTooSlowly

    Path(settings.EXPORT_ROOT).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.EXPORT_ROOT, prefix=".export-") as folder:
        path = Path(folder) / name
        write(path, stop_in_time)
        return path.open("rb")
