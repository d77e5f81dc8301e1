"""Questions that the database plans once for each connection.

To plan a question over many tables may take several times as long as to answer it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

from tiles.limits import told_when_stopped

_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Prepared:
    """A question of this name, with ``%(parameter)s`` in its text, and each parameter's SQL type.

    The plan must serve whatever the values are.
    """

    name: str
    text: str
    types: Mapping[str, str]

    def rows(self, values: Mapping[str, Any], *, timeout_ms: int) -> list[tuple[Any, ...]]:
        """The answer, in one round trip.

        Raises TookTooLong, and what a cursor of Django's raises.
        """
        # By the driver's own cursor: whatever does not begin with SELECT is taken for a change
        # further up, and its history prepared.
        with told_when_stopped(), connection.cursor() as wrapped, connection.wrap_database_errors:
            cursor = wrapped.cursor
            here = _prepared.setdefault(connection.connection, set())
            if self.name not in here:
                cursor.execute(self._preparing)
                here.add(self.name)
            # Both go as one message, which is one transaction where none is open.
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true),"
                " set_config('plan_cache_mode', 'force_generic_plan', true);"
                f"EXECUTE {self.name} ({', '.join(['%s'] * len(self.types))})",
                [str(timeout_ms), *(values[parameter] for parameter in self.types)],
            )
            return list(cursor.fetchall())

    @property
    def _preparing(self) -> str:
        places = {parameter: f"${nth}" for nth, parameter in enumerate(self.types, start=1)}
        return f"PREPARE {self.name} ({', '.join(self.types.values())}) AS {self.text % places}"
