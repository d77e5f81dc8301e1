"""The way to a number, step by step, so that a person can follow it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from zoning.rules.once import cached_property
from zoning.rules.records import record
from zoning.rules.site import NOTHING


class ToldWhenRead(Mapping[str, Any]):
    """Facts that are put into words when somebody reads them: city-wide runs never do."""

    def __init__(self, tell: Callable[..., Mapping[str, Any]], *of: Any) -> None:
        self._tell = tell
        self._of = of

    @cached_property
    def _told(self) -> Mapping[str, Any]:
        return self._tell(*self._of)

    def __getitem__(self, name: str) -> Any:
        return self._told[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._told)

    def __len__(self) -> int:
        return len(self._told)


@record(frozen=True)
class Step:
    """One step of the way to a number; ``what`` is a code, ``facts`` the values to say it with."""

    what: str
    facts: Mapping[str, Any] = NOTHING

    def as_dict(self) -> dict[str, Any]:
        return {"what": self.what, **self.facts}
