"""``bin/manage lint_rulebook FILE… [--previous FILE] [--strict] [--format json]``."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gisapp.errors import BadInput
from zoning.rulebook_words import Said, say, say_mistakes
from zoning.rules.lint import Severity, lint
from zoning.rules.loading import load_rulebook
from zoning.rules.reading import RulebookError, Source
from zoning.rules.rulebook import Rulebook

CLEAN, ERRORS, BAD_INPUT = 0, 1, 3


class Command(BaseCommand):
    """Looks rulebook files over and says what is wrong with them, line by line."""

    help = (
        "Check rulebook files. Exit code: 0 without errors, 1 with errors (with --strict also with "
        "warnings), 3 bad input."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="rulebooks in YAML")
        parser.add_argument(
            "--previous", metavar="FILE", type=Path, help="the version before, to compare with"
        )
        parser.add_argument("--strict", action="store_true", help="warnings count as errors")
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument(
            "--language", choices=[code for code, _name in settings.LANGUAGES], default="en"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            try:
                previous = _load_previous(options["previous"])
            except BadInput as error:
                self.stderr.write(str(error))
                sys.exit(BAD_INPUT)
            texts = self._read(options["files"])
            if not texts:
                sys.exit(BAD_INPUT)
            found = {path: look_over(text, previous=previous) for path, text in texts.items()}
            if options["format"] == "json":
                self._print_json(found)
            else:
                self._print_text(found)
        if len(texts) < len(set(options["files"])):
            sys.exit(BAD_INPUT)
        severities = {said.severity for remarks in found.values() for said in remarks}
        grave = set(Severity) if options["strict"] else {Severity.ERROR}
        sys.exit(ERRORS if severities & grave else CLEAN)

    def _read(self, paths: list[Path]) -> dict[Path, str]:
        """The texts of the files that can be read; the others are told."""
        texts = {}
        for path in paths:
            try:
                texts[path] = read_text(path)
            except BadInput as error:
                self.stderr.write(str(error))
        return texts

    def _print_text(self, found: dict[Path, list[Said]]) -> None:
        for path, remarks in found.items():
            for said in remarks:
                self.stdout.write(said.as_line(str(path)))
        everything = [said for remarks in found.values() for said in remarks]
        errors = sum(said.severity == Severity.ERROR for said in everything)
        warnings = len(everything) - errors
        self.stdout.write(
            ngettext("%(n)s error", "%(n)s errors", errors) % {"n": errors}
            + " · "
            + ngettext("%(n)s warning", "%(n)s warnings", warnings) % {"n": warnings}
        )

    def _print_json(self, found: dict[Path, list[Said]]) -> None:
        rows = [
            {
                "file": str(path),
                "line": said.line,
                "severity": said.severity.value,
                "code": said.code,
                "rule": said.rule_id,
                "sentence": said.sentence,
            }
            for path, remarks in found.items()
            for said in remarks
        ]
        self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))


def look_over(text: str, *, previous: Rulebook | None) -> list[Said]:
    """What keeps a rulebook from loading, or else the linter's remarks on it."""
    try:
        rulebook = load_rulebook(text)
    except RulebookError as error:
        return say_mistakes(error)
    return [say(remark) for remark in lint(rulebook, Source(text), previous=previous)]


def read_text(path: Path) -> str:
    """The text of a file; raises BadInput when it can not be read."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(
            _("The file is not UTF-8 text; save it as UTF-8."), pointer=str(path)
        ) from error
    except OSError as error:
        raise BadInput(_("The file can not be read."), pointer=str(path)) from error


def _load_previous(path: Path | None) -> Rulebook | None:
    if path is None:
        return None
    try:
        return load_rulebook(read_text(path))
    except RulebookError as error:
        raise BadInput(
            _("The previous rulebook has mistakes:\n%s") % error, pointer=str(path)
        ) from error
