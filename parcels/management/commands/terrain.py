"""bin/manage terrain --parcel 125/7 [--format json]"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import override

from gisapp.errors import UmranError
from gisapp.figures import rounded
from gisapp.translated import LANGUAGES
from parcels.finding import parcel_called
from parcels.rasters.reading import Measure
from parcels.rasters.telling import Row, ground_of, terrain_json

BAD_INPUT = 3
UNITS = {Measure.ELEVATION: " m", Measure.SLOPE: "°", Measure.FLOOD_DEPTH: " m"}


class Command(BaseCommand):
    help = (
        "Print elevation, slope and flood depth of a parcel: least, mean, greatest. "
        "Exit code: 0 done, 3 bad input."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--parcel", metavar="REFERENCE", required=True, help="such as 125/7")
        parser.add_argument(
            "--municipality",
            metavar="SLUG",
            default="",
            help="short name, where several have a parcel of this number",
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument("--language", choices=LANGUAGES, default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, **options: Any) -> None:
        with override(options["language"]):
            try:
                parcel = parcel_called(options["parcel"], options["municipality"])
            except UmranError as error:
                raise CommandError(str(error.detail), returncode=BAD_INPUT) from error
            if options["format"] == "json":
                self.stdout.write(json.dumps(terrain_json(parcel), ensure_ascii=False, indent=2))
                return
            for measure, found in ground_of(parcel).items():
                self.stdout.write(_line(Row(measure, found)))


def _line(row: Row) -> str:
    if row.found.unknown:
        return f"{row.name}: {row.reason}"
    decimals = int(row.form.split()[0])
    least, mean, greatest = (
        f"{rounded(value, decimals)}{UNITS[row.measure]}"
        for value in (row.found.least, row.found.mean, row.found.greatest)
    )
    line = _("%(name)s: %(least)s to %(greatest)s, mean %(mean)s") % {
        "name": row.name,
        "least": least,
        "greatest": greatest,
        "mean": mean,
    }
    return f"{line} ({row.note})" if row.note else line
