"""Everything between an empty database and a city worth looking at, in one process.

``bin/demo`` runs it before it serves. Each start of Django costs about a second, so the steps
share one; and each asks first whether it has been done, so that a second start is quick.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands
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

    def handle(self, *args: Any, data: Path | None = None, **options: Any) -> None:
        self.migrate()
        if settings.CITY.key == INVENTED_CITY:
            self.load_invented_city()
        else:
            self.load_real_city(data)
        self.show_evaluation()
        # Their passwords are published, so a real city gets none of them.
        if settings.CITY.key == INVENTED_CITY:
            self.run("demo_accounts")

    def migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.step("Migrating the database")
            self.run("migrate", interactive=False, verbosity=0)

    def load_invented_city(self) -> None:
        # Applications come last in the load, so their presence says that it was finished.
        if not self.first_look_exists():
            self.step("Building the demo town, once (about a minute)")
            self.run("load_demo")

    def load_real_city(self, data: Path | None) -> None:
        key = settings.CITY.key
        again = f"bin/manage --city {key} import_city {key} --data DIR"
        if apps.get_model("parcels", "ImportRun").objects.filter(profile=key).exists():
            self.stdout.write(f"The city is loaded; to bring it up to date: {again}")
            return
        if data is None:
            raise CommandError(
                f"The city {key} is not loaded yet. Give the directory with its files:"
                f" bin/demo --city {key} --data DIR"
            )
        self.step(f"Importing {key} from {data}, once")
        self.run("import_city", key, data=data)

    def show_evaluation(self) -> None:
        if not self.first_look_exists():
            return
        self.step(f"Evaluating application {FIRST_LOOK} (bin/manage evaluate does this)")
        try:
            self.run("evaluate", application=FIRST_LOOK)
        except SystemExit as ended:
            if ended.code not in VERDICTS:
                raise

    def first_look_exists(self) -> bool:
        application = apps.get_model("permits", "Application")
        return bool(application.objects.filter(number=FIRST_LOOK).exists())

    def run(self, name: str, *arguments: str, **options: Any) -> None:
        if name not in get_commands():
            self.stderr.write(self.style.WARNING(f"There is no command {name} yet."))
            return
        call_command(name, *arguments, stdout=self.stdout, stderr=self.stderr, **options)

    def step(self, text: str) -> None:
        self.stdout.write(f"==> {text}")
        self.stdout.flush()
