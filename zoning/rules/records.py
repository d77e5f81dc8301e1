"""Values that are set once, when they are made, and never again.

The type checker holds them for frozen. While running they are plain dataclasses: to build a frozen
one takes five times as long, and a city-wide run builds a dozen for each of its parcels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:
    from dataclasses import dataclass

    def record(*, frozen, eq=True):
        """``dataclass(frozen=True)``, hashable like it, without the guard on its attributes."""
        return dataclass(eq=eq, unsafe_hash=eq)


__all__ = ["record"]
