"""bin/manage classify_edges [--municipality SLUG] [--parcel REFERENCE …]"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from gisapp.models import Municipality
from parcels.importer.report_text import as_row
from parcels.models import Parcel, ParcelEdge
from zoning.actions.classify_edges import EdgesRun, classify_edges

BAD_INPUT = 3


class Command(BaseCommand):
    """Classifies parcel edges and prints a summary by kind and confidence."""

    help = "Say of every edge of the parcels what it faces: front, side, rear, street, open land."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--municipality", metavar="SLUG", help="default: every municipality")
        parser.add_argument(
            "--parcel",
            metavar="REFERENCE",
            action="append",
            help="only this parcel, such as 125/7; may be given several times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        municipalities = Municipality.objects.order_by("slug")
        if options["municipality"]:
            municipalities = municipalities.filter(slug=options["municipality"])
            if not municipalities:
                raise CommandError(
                    _("There is no municipality “%s”.") % options["municipality"],
                    returncode=BAD_INPUT,
                )
        parcels = self._parcels(options["parcel"])
        for municipality in municipalities:
            run = classify_edges(
                municipality=municipality,
                parcels=parcels,
                on=timezone.localdate(),
                progress=self._progress,
            )
            self._report(municipality, run)

    def _parcels(self, references: list[str] | None) -> Any:
        if not references:
            return None
        parcels = Parcel.objects.filter(reference__in=references)
        missing = set(references) - set(parcels.values_list("reference", flat=True))
        if missing:
            raise CommandError(
                _("There is no parcel %s.") % ", ".join(sorted(missing)), returncode=BAD_INPUT
            )
        return parcels

    def _progress(self, done: int, total: int) -> None:
        # A bar is for people; in a log it would be one long line.
        if self.stderr.isatty():
            end = "\n" if done == total else "\r"
            self.stderr.write(
                _("  %(done)d of %(total)d parcels") % {"done": done, "total": total}, ending=end
            )

    def _report(self, municipality: Municipality, run: EdgesRun) -> None:
        counts = run.counts
        self.stdout.write(
            _(
                "%(town)s: %(parcels)d parcels (%(unchanged)d unchanged), %(edges)d edges; "
                "%(frontless)d parcels without a front, %(locked)d locked edges"
            )
            % {
                "town": municipality.slug,
                "parcels": counts.parcels,
                "unchanged": counts.unchanged,
                "edges": counts.edges,
                "frontless": counts.frontless,
                "locked": counts.locked,
            }
        )
        if counts.edges:
            self.stdout.write(f"  {_('kind'):<22}{_('edges'):>10}{_('needs review'):>16}")
        for kind, number in counts.kinds.most_common():
            label = ParcelEdge.Kind(kind).label
            self.stdout.write(f"  {label!s:<22}{number:>10,}{counts.low[kind]:>16,}")
        for line in run.report.lines:
            row = as_row(line)
            place = f"{row['key']}: " if row["key"] else ""
            self.stdout.write(f"  {place}{row['why']} {row['done']}")
