"""``bin/manage write_rulebook_reference [--check]``: the format's reference, from the engine."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from permits.rulebook_reference import reference, schema_text

OUT_OF_DATE = 1


def pages() -> dict[Path, str]:
    """The files that are made from the engine, with what they should hold."""
    folder = Path(settings.BASE_DIR) / "docs" / "reference"
    return {folder / "rulebook.md": reference(), folder / "rulebook.schema.json": schema_text()}


class Command(BaseCommand):
    """Writes the reference of the rulebook format and its JSON Schema."""

    help = "Write docs/reference/rulebook.md and rulebook.schema.json from the engine."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit code 1 when out of date"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stale = {path: text for path, text in pages().items() if _differs(path, text)}
        if options["check"]:
            for path in stale:
                self.stderr.write(
                    _("%(file)s is out of date; run bin/manage write_rulebook_reference.")
                    % {"file": path}
                )
            sys.exit(OUT_OF_DATE if stale else 0)
        for path, text in stale.items():
            path.write_text(text, encoding="utf-8")
            self.stdout.write(_("Written: %(file)s") % {"file": path})


def _differs(path: Path, text: str) -> bool:
    return not path.is_file() or path.read_text(encoding="utf-8") != text
