"""bin/manage list_rasters"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import override

from gisapp.translated import LANGUAGES
from parcels.models import Raster


class Command(BaseCommand):
    help = "List the rasters that have been imported."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--language", choices=LANGUAGES, default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, **options: Any) -> None:
        with override(options["language"]):
            rasters = Raster.objects.select_related("municipality")
            for raster in rasters:
                self.stdout.write(_line(raster))
            if not rasters:
                self.stdout.write(_("There are none; bring one in with import_raster."))


def _line(raster: Raster) -> str:
    told = [
        f"{raster.municipality.slug}",
        raster.kind,
        raster.title,
        _("%(width)d × %(height)d cells of %(side).2f m, in %(crs)s")
        % {
            "width": raster.width,
            "height": raster.height,
            "side": raster.resolution_m,
            "crs": raster.crs_name,
        },
        raster.imported_at.date().isoformat(),
        raster.file if raster.path.is_file() else _("FILE MISSING: import it again"),
    ]
    return " · ".join(told)
