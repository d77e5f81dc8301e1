"""``bin/manage format_rulebook FILE [--output FILE] [--check]``: a rulebook in its usual form."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from gisapp.errors import BadInput
from zoning.management.commands.lint_rulebook import BAD_INPUT, read_text
from zoning.rules.loading import load_rulebook
from zoning.rules.reading import RulebookError
from zoning.rules.writing import dump_rulebook

DIFFERS = 1


class Command(BaseCommand):
    """Writes a rulebook in the field order of the format, every number as it stands."""

    help = (
        "Print a rulebook in the format's own order; comments are not kept. Exit code with "
        "--check: 1 when the file is written otherwise; 3 bad input."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="a rulebook in YAML")
        parser.add_argument("--output", metavar="FILE", type=Path, help="write it to this file")
        parser.add_argument("--check", action="store_true", help="only say whether it differs")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = read_text(options["file"])
            written = dump_rulebook(load_rulebook(text).document)
        except (BadInput, RulebookError) as error:
            self.stderr.write(str(error))
            sys.exit(BAD_INPUT)
        if options["check"]:
            sys.exit(DIFFERS if written != text else 0)
        if options["output"] is None:
            self.stdout.write(written, ending="")
            return
        try:
            options["output"].write_text(written, encoding="utf-8")
        except OSError as error:
            self.stderr.write(f"{options['output']}: {_('The file can not be written.')}")
            raise SystemExit(BAD_INPUT) from error
