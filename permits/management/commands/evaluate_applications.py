"""Judge every application that has not been judged by this engine yet."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from permits.actions.evaluate_applications import evaluate_applications
from permits.tasks import evaluate_waiting_applications


class Command(BaseCommand):
    help = "Judge every submitted application not yet judged by this engine; resumes when stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--background", action="store_true", help="leave it to the worker (db_worker)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["background"]:
            result = evaluate_waiting_applications.enqueue()
            self.stdout.write(f"Left to the worker as task {result.id}.")
            return
        outcomes = evaluate_applications(progress=self._progress)
        total = sum(outcomes.values())
        parts = ", ".join(f"{count} {name}" for name, count in sorted(outcomes.items()))
        self.stdout.write(f"{total} applications judged{': ' if parts else ''}{parts}")

    def _progress(self, done: int, total: int) -> None:
        step = max(1, total // 10)
        if done % step == 0 or done == total:
            self.stdout.write(f"{done} of {total}")
            self.stdout.flush()
