"""bin/manage classify_edges [--municipality SLUG] [--parcel REFERENCE …]"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gisapp.models import Municipality
from parcels.actions.classify_edges import EdgeCounts, classify_edges
from parcels.models import Parcel


class Command(BaseCommand):
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
                raise CommandError(f"There is no municipality {options['municipality']!r}.")
        parcels = self._parcels(options["parcel"])
        for municipality in municipalities:
            counts = classify_edges(
                municipality=municipality, parcels=parcels, progress=self._progress
            )
            self._report(municipality, counts)

    def _parcels(self, references: list[str] | None) -> Any:
        if not references:
            return None
        parcels = Parcel.objects.filter(reference__in=references)
        missing = set(references) - set(parcels.values_list("reference", flat=True))
        if missing:
            raise CommandError(f"There is no parcel {', '.join(sorted(missing))}.")
        return parcels

    def _progress(self, done: int, total: int) -> None:
        # A bar is for people; in a log it would be one long line.
        if self.stderr.isatty():
            end = "\n" if done == total else "\r"
            self.stderr.write(f"  {done:>8,} of {total:,} parcels", ending=end)

    def _report(self, municipality: Municipality, counts: EdgeCounts) -> None:
        self.stdout.write(
            f"{municipality.slug}: {counts.parcels:,} parcels, {counts.edges:,} edges; "
            f"{counts.unchanged:,} parcels unchanged, {counts.frontless:,} without a front, "
            f"{counts.locked:,} edges locked by a planner"
        )
        if counts.edges:
            self.stdout.write(f"  {'kind':<18}{'edges':>10}{'needs review':>14}")
        for kind, number in counts.kinds.most_common():
            self.stdout.write(f"  {kind:<18}{number:>10,}{counts.low[kind]:>14,}")
        for reference in counts.released:
            self.stdout.write(
                f"  parcel {reference}: a locked edge no longer lies on the boundary; released"
            )
