"""Everything between an empty database and a city worth looking at, in one process.

``bin/demo`` runs it before it serves. Each start of Django costs about a second, so the steps
share one; and each asks first whether it has been done, so that a second start is quick.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

INVENTED_CITY = "demo"
# The application that the demo town's generator leaves for a first look.
FIRST_LOOK = "2026/BP/000123"
# `evaluate` says its verdict by exit code: complies, breaches, cannot be decided.
VERDICTS = (0, 1, 2)


class Command(BaseCommand):
    """Migrate, load the city once, show one evaluation and the accounts to sign in with."""

    help = "Prepares the database for bin/demo: migrates, loads the city once, shows a case."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--data", type=Path, help="directory with a real city's files (its first load only)"
        )
        parser.add_argument(
            "--loaded", action="store_true", help="an earlier run finished loading this database"
        )

    def handle(
        self, *args: Any, data: Path | None = None, loaded: bool = False, **options: Any
    ) -> None:
        self.migrate()
        if settings.CITY.key == INVENTED_CITY:
            self.load_invented_city()
        elif not loaded:
            self.load_real_city(data)
        self.show_evaluation()
        self.show_accounts()

    def migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.step("Migrating the database")
            self.run("migrate", interactive=False, verbosity=0)

    def load_invented_city(self) -> None:
        # The town is loaded in one transaction: this application is there only with all the rest.
        if not self.first_look_exists():
            self.step("Building the demo town, once (about a minute)")
            self.run("load_demo")

    def load_real_city(self, data: Path | None) -> None:
        key = settings.CITY.key
        if data is not None:
            # Also after an import that was cut short: a second one updates instead of doubling.
            self.step(f"Importing {key} from {data}, once")
            self.run("import_city", key, data=data)
        elif not apps.get_model("parcels", "ImportRun").objects.filter(profile=key).exists():
            raise CommandError(
                f"The city {key} is not loaded yet. Give the directory with its files:"
                f" bin/demo --city {key} --data DIR"
            )

    def show_evaluation(self) -> None:
        if not self.first_look_exists():
            return
        self.step(f"Evaluating application {FIRST_LOOK} (bin/manage evaluate does this)")
        self.run("evaluate", application=FIRST_LOOK, accepted=VERDICTS)

    def show_accounts(self) -> None:
        key = settings.CITY.key
        # Their passwords are published, so a real city gets none of them.
        if key == INVENTED_CITY:
            self.run("demo_accounts")
        else:
            self.stdout.write(f"To make an account: bin/manage --city {key} createsuperuser")

    def first_look_exists(self) -> bool:
        application = apps.get_model("permits", "Application")
        return bool(application.objects.filter(number=FIRST_LOOK).exists())

    def run(
        self, name: str, *arguments: str, accepted: tuple[int, ...] = (0,), **options: Any
    ) -> None:
        """Call another command; it may end by one of the accepted exit codes."""
        try:
            call_command(name, *arguments, stdout=self.stdout, stderr=self.stderr, **options)
        except SystemExit as ended:
            if (ended.code or 0) not in accepted:
                raise

    def step(self, text: str) -> None:
        self.stdout.write(f"==> {text}")
        self.stdout.flush()
