"""`load_demo`: build the demo town in the database of the demo city."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from permits.actions.load_demo import load_demo


class Command(BaseCommand):
    help = "Builds the demo town: parcels, streets, buildings, plans, overlays, applications."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--parcels", type=int, default=12_000, help="about how many parcels")
        parser.add_argument(
            "--rebuild", action="store_true", help="remove the town and build it anew"
        )

    def handle(self, *args: Any, parcels: int, rebuild: bool, **options: Any) -> None:
        try:
            loaded = load_demo(parcels=parcels, rebuild=rebuild, progress=self.stdout.write)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if loaded.built:
            counts = ", ".join(f"{count} {name}" for name, count in loaded.counts.items())
            self.stdout.write(self.style.SUCCESS(f"The demo town is ready: {counts}."))
