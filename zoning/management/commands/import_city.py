"""``bin/manage import_city PROFILE --data DIR [--dry-run] [--report FILE] [--language ar]``."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from gisapp.counts import COUNTS
from gisapp.errors import UmranError
from parcels.actions.import_layer import LayerResult
from parcels.importer.profile_file import find_profile, load_profile
from parcels.importer.report_text import check_report_file, write_report
from zoning.actions.classify_edges import EdgesRun
from zoning.actions.import_city import CityImport, Where, import_city
from zoning.loaded import missing_sentences

BAD_INPUT = 3
INTERRUPTED = 130
BAR = 30


class Command(BaseCommand):
    """Brings a real city in from its files."""

    _tenths = -1
    help = "Import a city's parcels, plans, streets and more, as its profile describes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("profile", help="a city's name (cambridge) or a profile file (.yaml)")
        parser.add_argument("--data", required=True, type=Path, help="the folder with the files")
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
            self._run(options)

    def _run(self, options: dict[str, Any]) -> None:
        started = time.monotonic()
        work = None
        try:
            if options["report"]:
                check_report_file(options["report"])
            loaded = load_profile(find_profile(options["profile"]))
            work = CityImport(loaded, options["data"], timezone.localdate())
            municipality = import_city(
                work=work, dry_run=options["dry_run"], announce=self._announce
            )
        except UmranError as error:
            self._finish(work, options)
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        except KeyboardInterrupt:
            self._finish(work, options)
            raise CommandError(
                _("Stopped. Finished layers stay; nothing of the interrupted one was stored."),
                returncode=INTERRUPTED,
            ) from None
        self._finish(work, options)
        if options["dry_run"]:
            self.stdout.write(_("Dry run: everything was rolled back."))
        else:
            for sentence in missing_sentences(municipality):
                self.stdout.write(sentence)
        self.stdout.write(_("%.1f seconds.") % (time.monotonic() - started))

    def _finish(self, work: CityImport | None, options: dict[str, Any]) -> None:
        """Print what each finished layer brought, and write the report."""
        if work is None:
            return
        for result in work.results:
            self.stdout.write(_summary(result))
        if work.edges is not None:
            self._tell_edges(work.edges)
        lines = work.lines()
        if options["report"]:
            write_report(options["report"], lines)
            self.stdout.write(
                ngettext("%(n)s line in %(file)s.", "%(n)s lines in %(file)s.", len(lines))
                % {"n": len(lines), "file": options["report"]}
            )

    def _tell_edges(self, run: EdgesRun) -> None:
        counts = run.counts
        self.stdout.write(
            _("edges of parcels: %(edges)s of %(parcels)s parcels")
            % {"edges": counts.edges, "parcels": counts.parcels}
        )
        if counts.released:
            self.stdout.write(
                _("locks released, since their edge is gone: %s")
                % ", ".join(edge.parcel.reference for edge in counts.released)
            )

    def _announce(self, where: Where) -> None:
        """A bar that moves on a terminal; elsewhere a line for every tenth of the way."""
        share = where.share()
        if self.stdout.isatty():
            filled = round(BAR * share)
            bar = "█" * filled + "░" * (BAR - filled)
            ending = "\n" if share == 1 else ""
            self.stdout.write(f"\r{bar} {share:4.0%} {where.name:<40}", ending=ending)
            self.stdout.flush()
        elif int(share * 10) > self._tenths:
            self._tenths = int(share * 10)
            self.stdout.write(f"{share:4.0%} {where.name}")
            self.stdout.flush()


def _summary(result: LayerResult) -> str:
    counts = result.counts()
    told = [f"{counts[key]} {word}" for key, word in COUNTS.items() if counts.get(key)]
    return f"{result.layer.name}: {', '.join(told)}"
