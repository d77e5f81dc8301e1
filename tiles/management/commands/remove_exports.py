"""Remove exports that have been kept long enough, with their files."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from tiles.exports.jobs import remove_expired


class Command(BaseCommand):
    help = "Remove exports that have expired, with their files; each new export does so too."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(str(remove_expired()))
