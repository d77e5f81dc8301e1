"""Print the parcel extract: what the plan says of a parcel on a day."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone, translation

from gisapp.errors import UmranError
from gisapp.params import read_day
from parcels.finding import parcel_called
from zoning.extract import extract_of
from zoning.extract_json import as_json
from zoning.extract_text import lines

BAD_INPUT = 3


class Command(BaseCommand):
    help = (
        "Print what the plan says of a parcel on a day: zones with their shares, and every kind "
        "of overlay as concerned, not concerned or no data. Exit code: 0 done, 3 bad input."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--parcel", metavar="REFERENCE", required=True, help="such as 125/7")
        parser.add_argument(
            "--municipality",
            metavar="SLUG",
            default="",
            help="short name, where several have a parcel of this number",
        )
        parser.add_argument("--on", metavar="DATE", help="the day, as 2026-03-01; today else")
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument("--language", choices=["ar", "en", "fr"], default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            try:
                on = options["on"]
                day = timezone.localdate() if on is None else read_day(on, pointer="--on")
                parcel = parcel_called(options["parcel"], options["municipality"])
            except UmranError as error:
                self.stderr.write(str(error.detail))
                sys.exit(BAD_INPUT)
            extract = extract_of(parcel, on=day)
            if options["format"] == "json":
                self.stdout.write(json.dumps(as_json(extract), ensure_ascii=False, indent=2))
            else:
                self.stdout.write("\n".join(lines(extract)))
