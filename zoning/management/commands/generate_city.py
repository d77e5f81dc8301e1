"""`generate_city`: a city of any size for measuring, in a database of its own."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gisapp.errors import UmranError
from zoning.actions.generate_city import generate_city


class Command(BaseCommand):
    help = "Generates a city for measuring: bin/manage --city generated generate_city --parcels N."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--parcels", type=int, default=250_000, help="how many parcels")
        parser.add_argument("--rebuild", action="store_true", help="remove it and make it anew")

    def handle(self, *args: Any, parcels: int, rebuild: bool, **options: Any) -> None:
        try:
            made = generate_city(parcels=parcels, rebuild=rebuild, progress=self._tell)
        except UmranError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.SUCCESS(f"The generated city has {made:,} parcels."))

    def _tell(self, done: int, of: int) -> None:
        self.stdout.write(f"{done:,} of {of:,} parcels")
