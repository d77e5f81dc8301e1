"""What is known of a list of parcels, as a table."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gisapp.errors import UmranError
from gisapp.params import read_day
from tiles.query.numbers import answers, csv_of, read_numbers


class Command(BaseCommand):
    help = (
        "Read parcel numbers from a CSV file of one column and print a table: areas, districts and "
        "overlays with percent, land use, address; or why a number has no answer."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the list; - for standard input")
        parser.add_argument("--on", metavar="DATE", default="", help="the day; today if left out")
        parser.add_argument("--municipality", metavar="SLUG", default="")
        parser.add_argument("--output", metavar="FILE", type=Path, help="write the table there")

    def handle(self, *args: Any, **options: Any) -> None:
        source: Path = options["file"]
        try:
            data = sys.stdin.buffer.read() if str(source) == "-" else source.read_bytes()
            day = read_day(options["on"], pointer="--on") if options["on"] else timezone.localdate()
            rows = answers(read_numbers(data), on=day, municipality=options["municipality"])
            text = "".join(csv_of(rows))
        except OSError as error:
            raise CommandError(f"{source}: {error.strerror}", returncode=3) from error
        except UmranError as error:
            raise CommandError(str(error), returncode=3) from error
        if options["output"] is None:
            self.stdout.write(text, ending="")
            return
        try:
            options["output"].write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            raise CommandError(f"{options['output']}: {error.strerror}", returncode=3) from error
