"""Judge past appeal applications and compare our verdicts with those their forms imply."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from gisapp.errors import UmranError
from gisapp.models import Municipality
from permits.appeals.batch import judge_appeals
from permits.appeals.summary import as_text, summarise, write_disagreements

BAD_INPUT = 3
REPORT_EVERY = 200


class Command(BaseCommand):
    help = (
        "Read the free text of past appeal applications, judge each by the plan in force on its "
        "day, and report per dimension how often limit and verdict agree with the form. "
        "Writes nothing to the database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", metavar="DIR", type=Path, default=Path())
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument(
            "--disagreements",
            metavar="FILE",
            type=Path,
            help="write every pair whose verdicts differ, with its reason, as CSV",
        )
        parser.add_argument(
            "--limits",
            choices=["transcribed", "applications"],
            default="transcribed",
            help=(
                "transcribed: the plan's rulebook; applications: the limits that these very "
                "applications state most often, a check of the forms and not a result"
            ),
        )
        parser.add_argument("--municipality", metavar="SLUG", help="if there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = judge_appeals(
                municipality=_municipality(options["municipality"]),
                data=options["data"],
                from_applications=options["limits"] == "applications",
                progress=self._progress,
            )
        except (UmranError, FileNotFoundError) as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        except KeyError as error:
            message = _("The table has no column %(column)s.") % {"column": error}
            raise CommandError(message, returncode=BAD_INPUT) from error
        rows = summarise(run.pairs, run.baseline)
        if options["format"] == "json":
            report = {"limits": options["limits"], "rows": [row.as_dict() for row in rows]}
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
        else:
            self.stdout.write(as_text(rows))
        if options["disagreements"]:
            with options["disagreements"].open("w", encoding="utf-8", newline="") as target:
                count = write_disagreements(run.pairs, target)
            self.stderr.write(
                _("%(count)d differing verdicts written to %(file)s.")
                % {"count": count, "file": options["disagreements"]}
            )

    def _progress(self, done: int) -> None:
        if done % REPORT_EVERY == 0:
            self.stderr.write(_("%(done)d applications judged") % {"done": done})


def _municipality(slug: str | None) -> Municipality:
    found = Municipality.objects.filter(**({"slug": slug} if slug else {}))
    if len(found) != 1:
        raise CommandError(
            _("Name one municipality with --municipality: %(slugs)s.")
            % {"slugs": ", ".join(Municipality.objects.values_list("slug", flat=True)) or "-"},
            returncode=BAD_INPUT,
        )
    return found[0]
