"""bin/manage import_raster FILE --kind terrain [--title ar=…] [--nodata V] [--dry-run] …"""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import override
from rasterio.crs import CRS

from gisapp.crs import is_known
from gisapp.errors import BadInput, UmranError
from gisapp.models import Municipality
from gisapp.translated import LANGUAGES
from parcels.actions.import_raster import Credits, Imported, import_raster
from parcels.models import Raster
from parcels.rasters.source import UNITS_M, Reading

BAD_INPUT, INTERRUPTED = 3, 130


class Command(BaseCommand):
    help = (
        "Take in a GeoTIFF of terrain heights, an orthophoto, or flood depths; an earlier one of "
        "the same kind is replaced. Exit code: 0 done, 3 bad input, 130 stopped."
    )
    _tenths = -1

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a GeoTIFF")
        parser.add_argument("--kind", choices=Raster.Kind.values, required=True)
        parser.add_argument("--municipality", metavar="SLUG", help="where there are several")
        parser.add_argument(
            "--title",
            metavar="[LANG=]TEXT",
            action="append",
            default=[],
            help="what it is called on the map: en=Terrain; may be given for each language",
        )
        parser.add_argument("--attribution", metavar="TEXT", default="", help="whose data it is")
        parser.add_argument("--licence", metavar="TEXT", default="", help="on what terms")
        parser.add_argument(
            "--nodata",
            metavar="VALUE",
            type=float,
            action="append",
            default=[],
            help="a value that means “not known”, besides the file's own; may be repeated",
        )
        parser.add_argument(
            "--no-nodata",
            action="store_true",
            help="every other value is a measurement, however strange it looks",
        )
        parser.add_argument(
            "--assign-crs", metavar="EPSG:…", help="the CRS of a file that names none"
        )
        parser.add_argument("--unit", choices=list(UNITS_M), help="what the values are in")
        parser.add_argument(
            "--dry-where-unknown",
            action="store_true",
            help="flood depth only: where the file says nothing, there is no water",
        )
        parser.add_argument("--dry-run", action="store_true", help="check all, store nothing")
        parser.add_argument("--language", choices=LANGUAGES, default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, **options: Any) -> None:
        with override(options["language"]):
            try:
                done = import_raster(
                    options["file"],
                    municipality=the_municipality(options["municipality"]),
                    reading=_reading(options),
                    credit=Credits(
                        title=_titles(options["title"], options["kind"]),
                        attribution=options["attribution"],
                        licence=options["licence"],
                    ),
                    dry_run=options["dry_run"],
                    progress=self._progress,
                )
            except UmranError as error:
                raise CommandError(str(error), returncode=BAD_INPUT) from error
            except KeyboardInterrupt:
                self.stderr.write(_("Stopped. Nothing was stored; an earlier raster stays."))
                sys.exit(INTERRUPTED)
            self.stdout.write("\n".join(lines(done, dry_run=options["dry_run"])))

    def _progress(self, done: int, total: int) -> None:
        """A line for every tenth of the way."""
        tenths = 10 * done // total
        if tenths > self._tenths:
            self._tenths = tenths
            self.stdout.write(_("%(percent)3d %% read") % {"percent": 10 * tenths})
            if done == total:
                self.stdout.write(_("Making the scales for the map…"))
            self.stdout.flush()


def the_municipality(slug: str | None) -> Municipality:
    """The municipality of this short name, or the only one. Raises BadInput."""
    rows = Municipality.objects.order_by("slug")
    found = list(rows.filter(slug=slug) if slug else rows[:2])
    if len(found) == 1:
        return found[0]
    names = ", ".join(rows.values_list("slug", flat=True)[:50])
    if slug:
        raise BadInput(
            _("There is no municipality “%(name)s”. There are: %(names)s.")
            % {"name": slug, "names": names},
            pointer="--municipality",
        )
    if not found:
        raise BadInput(_("No municipality is loaded yet; import the city first."))
    raise BadInput(
        _("There are several municipalities; name one of them: %s.") % names,
        pointer="--municipality",
    )


def _reading(options: dict[str, Any]) -> Reading:
    kind = Raster.Kind(options["kind"])
    if options["dry_where_unknown"] and kind != Raster.Kind.FLOOD_DEPTH:
        raise BadInput(_("Only flood depth can be dry."), pointer="--dry-where-unknown")
    return Reading(
        kind=kind,
        nodata=tuple(options["nodata"]),
        all_measured=options["no_nodata"],
        crs=_crs(options["assign_crs"]),
        unit=options["unit"],
        dry_where_unknown=options["dry_where_unknown"],
    )


def _crs(text: str | None) -> CRS | None:
    if text is None:
        return None
    code = re.fullmatch(r"(?i)(?:epsg:)?(\d{4,6})", text.strip())
    if code is None or not is_known(int(code[1])):
        raise BadInput(
            _("“%s” is no coordinate reference system; write its code, as EPSG:…") % text,
            pointer="--assign-crs",
        )
    return CRS.from_epsg(int(code[1]))


def _titles(given: list[str], kind: str) -> dict[str, str]:
    """The title in each language; the kind's own name where none is given."""
    if not given:
        titles = {}
        for language in LANGUAGES:
            with override(language):
                name = str(Raster.Kind(kind).label)
                titles[language] = name[:1].upper() + name[1:]
        return titles
    titles = {}
    for text in given:
        language, sign, words = text.partition("=")
        if sign and language in LANGUAGES:
            titles[language] = words
        else:
            titles.update({one: titles.get(one, text) for one in LANGUAGES})
    return titles


def lines(done: Imported, *, dry_run: bool) -> list[str]:
    """What was imported, for people."""
    raster = done.raster
    told = [
        _("%(kind)s: %(width)d × %(height)d cells of %(side).2f m, in %(crs)s")
        % {
            "kind": raster.get_kind_display(),
            "width": raster.width,
            "height": raster.height,
            "side": raster.resolution_m,
            "crs": raster.crs_name,
        }
    ]
    if raster.minimum is not None:
        told.append(
            _("values from %(least).2f to %(greatest).2f m; %(share).1f %% of the cells have one")
            % {
                "least": raster.minimum,
                "greatest": raster.maximum,
                "share": 100 * done.share_known,
            }
        )
    if done.share_of_municipality is not None:
        told.append(
            _("it covers %(share).1f %% of the municipality")
            % {"share": 100 * done.share_of_municipality}
        )
    if dry_run:
        told.append(_("Dry run: nothing was stored."))
    else:
        told.append(
            (
                _("Replaced by %(file)s (%(size).1f MB).")
                if done.replaced
                else _("Stored as %(file)s (%(size).1f MB).")
            )
            % {"file": raster.file, "size": raster.size_bytes / 1e6}
        )
    return told
