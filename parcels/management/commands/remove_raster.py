"""bin/manage remove_raster --kind terrain [--municipality SLUG]"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import override

from gisapp.errors import UmranError
from gisapp.translated import LANGUAGES
from parcels.actions.remove_raster import remove_raster
from parcels.management.commands.import_raster import BAD_INPUT, the_municipality
from parcels.models import Raster


class Command(BaseCommand):
    help = "Take a raster out again, with its file. Exit code: 0 done, 3 bad input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", choices=Raster.Kind.values, required=True)
        parser.add_argument("--municipality", metavar="SLUG", help="where there are several")
        parser.add_argument("--language", choices=LANGUAGES, default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, **options: Any) -> None:
        with override(options["language"]):
            try:
                raster = remove_raster(
                    municipality=the_municipality(options["municipality"]), kind=options["kind"]
                )
            except UmranError as error:
                raise CommandError(str(error), returncode=BAD_INPUT) from error
            self.stdout.write(_("Removed: %s.") % raster.title)
