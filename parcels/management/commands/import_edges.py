"""``bin/manage import_edges FILE [--class-column NAME] [--parcel-column NAME] [--dry-run] …``."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pghistory
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from pydantic import ValidationError

from gisapp.counts import COUNTS
from gisapp.errors import BadInput, UmranError
from gisapp.models import Municipality
from parcels.actions.correct_edge import KNOWN
from parcels.actions.import_edges import import_edges
from parcels.actions.import_layer import LayerResult, import_layer
from parcels.importer.layers import EDGE_TOLERANCE_M, EdgesLayer
from parcels.importer.report_text import as_row, check_report_file, write_report

BAD_INPUT = 3
INTERRUPTED = 130
LINES_PRINTED = 20


class Command(BaseCommand):
    """Labels the edges of parcels by the lines of one file, all or nothing."""

    help = "Import what edges face from a layer of lines, one per edge; the edges are then locked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="GeoPackage, GeoJSON, shapefile or another")
        parser.add_argument("--layer", help="the layer of the file, if there are several")
        parser.add_argument(
            "--class-column",
            default="class",
            metavar="NAME",
            help=f"the column with the class (default: class); classes: {', '.join(KNOWN)}",
        )
        parser.add_argument("--width-column", metavar="NAME", help="width of the street faced, m")
        parser.add_argument(
            "--parcel-column",
            metavar="NAME",
            help="the column with the parcel's number, such as 125/7; without it geometry decides",
        )
        parser.add_argument(
            "--parcel-pattern",
            metavar="PATTERN",
            help="how that number is written, with the groups (?P<block>…) and (?P<number>…)",
        )
        parser.add_argument(
            "--tolerance",
            type=float,
            default=EDGE_TOLERANCE_M,
            metavar="M",
            help=f"how far a line may lie from its edge, in m (default: {EDGE_TOLERANCE_M})",
        )
        parser.add_argument("--crs", type=int, metavar="EPSG", help="replaces what the file says")
        parser.add_argument("--municipality", metavar="SLUG", help="if there are several")
        parser.add_argument("--dry-run", action="store_true", help="do everything, store nothing")
        parser.add_argument("--report", type=Path, help="write each line to this .csv or .json")
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
            help="the language of messages and of the report",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with override(options["language"]):
            try:
                if options["report"]:
                    check_report_file(options["report"])
                result = self._import(options)
            except UmranError as error:
                raise CommandError(str(error), returncode=BAD_INPUT) from error
            except KeyboardInterrupt:
                raise CommandError(
                    _("Stopped. Nothing was stored."), returncode=INTERRUPTED
                ) from None
            self._finish(result, options)

    def _import(self, options: dict[str, Any]) -> LayerResult:
        municipality = _municipality(options["municipality"])
        layer = _layer(options)
        with transaction.atomic(), pghistory.context(action="import_edges"):
            result = import_layer(
                layer=layer,
                folder=options["file"].parent,
                municipality=municipality,
                store=import_edges,
                progress=self._progress,
                profile=municipality.slug,
            )
            if options["dry_run"]:
                transaction.set_rollback(True)
        return result

    def _progress(self, done: int, total: int) -> None:
        # A bar is for people; in a log it would be one long line.
        if total > 1 and self.stderr.isatty():
            end = "\n" if done == total else "\r"
            self.stderr.write(
                _("  %(done)d of %(total)d edges") % {"done": done, "total": total}, ending=end
            )

    def _finish(self, result: LayerResult, options: dict[str, Any]) -> None:
        counts = result.counts()
        told = [f"{counts[key]} {word}" for key, word in COUNTS.items() if counts.get(key)]
        self.stdout.write(f"{options['file'].name}: {', '.join(told)}")
        lines = result.report.lines
        for line in lines[:LINES_PRINTED]:
            row = as_row(line)
            self.stdout.write(f"  {row['feature']}: {row['why']} {row['done']}")
        if options["report"]:
            write_report(options["report"], lines)
            self.stdout.write(
                ngettext("%(n)s line in %(file)s.", "%(n)s lines in %(file)s.", len(lines))
                % {"n": len(lines), "file": options["report"]}
            )
        elif len(lines) > LINES_PRINTED:
            self.stdout.write(
                _("  … and %(more)s more lines; --report FILE writes them all.")
                % {"more": len(lines) - LINES_PRINTED}
            )
        if options["dry_run"]:
            self.stdout.write(_("Dry run: everything was rolled back."))


def _municipality(slug: str | None) -> Municipality:
    """The municipality of this short name, or the only one. Raises BadInput."""
    all_of_them = list(Municipality.objects.order_by("slug"))
    found = [one for one in all_of_them if slug in (None, one.slug)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(one.slug for one in all_of_them) or "–"
    if slug is None:
        raise BadInput(_("Say which municipality with --municipality; there are: %s.") % names)
    raise BadInput(_("There is no municipality “%s”.") % slug)


def _layer(options: dict[str, Any]) -> EdgesLayer:
    """The options as the layer of a profile would say them. Raises BadInput."""
    fields = {"kind": options["class_column"]}
    if options["width_column"]:
        fields["street_width_m"] = {"column": options["width_column"], "unit": "m"}
    parcel = None
    if options["parcel_column"]:
        parcel = {"column": options["parcel_column"], "pattern": options["parcel_pattern"]}
    elif options["parcel_pattern"]:
        raise BadInput(_("--parcel-pattern goes with --parcel-column."))
    try:
        return EdgesLayer.model_validate(
            {
                "name": "edges",
                "target": "edges",
                "file": options["file"].name,
                "layer": options["layer"],
                "crs": options["crs"],
                "fields": fields,
                "parcel": parcel,
                "tolerance_m": options["tolerance"],
            }
        )
    except ValidationError as error:
        first = error.errors()[0]
        said = str(first["msg"]).removeprefix("Value error, ")
        raise BadInput(said, pointer=".".join(str(part) for part in first["loc"])) from error
