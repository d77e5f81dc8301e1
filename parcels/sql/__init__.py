"""The statements about land, each in a file of its own."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def statement(name: str) -> str:
    """The text of ``parcels/sql/<name>.sql``."""
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
