"""`rebuild_tiles`: make the kept shapes of the map's layers, and the names of its search, anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from parcels.names import fill_names
from tiles.kept import rebuild


class Command(BaseCommand):
    help = (
        "Makes the shapes that map tiles are drawn from, and the names that search looks through, "
        "anew from the land and the plans."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        rebuild(progress=self._tell)
        fill_names()
        self.stdout.write(self.style.SUCCESS("The map's shapes and names are made anew."))

    def _tell(self, name: str, rows: int) -> None:
        self.stdout.write(f"{name}: {rows:,}")
