"""`rebuild_tiles`: make the kept shapes of the map's layers anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from tiles.kept import rebuild


class Command(BaseCommand):
    help = "Makes the shapes that map tiles are drawn from anew, from the land and the plans."

    def handle(self, *args: Any, **options: Any) -> None:
        rebuild(progress=self._tell)
        self.stdout.write(self.style.SUCCESS("The map's shapes are made anew."))

    def _tell(self, name: str, rows: int) -> None:
        self.stdout.write(f"{name}: {rows:,}")
