"""The names of what is there already; apart from 0004, so that nobody who writes waits for it."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from parcels.names import fill_names


def fill(apps: Any, schema_editor: Any) -> None:
    fill_names()


class Migration(migrations.Migration):
    dependencies = [("parcels", "0004_search_by_names")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
