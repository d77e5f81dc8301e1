"""The map services as an app: after migrations their kept shapes are as the code defines them."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


def _ensure(**of_signal: Any) -> None:
    from tiles.kept import ensure

    ensure()


class TilesConfig(AppConfig):
    name = "tiles"

    def ready(self) -> None:
        # Told once all migrations are done, to apps with models: this one has none of its own.
        permits = apps.get_app_config("permits")
        post_migrate.connect(_ensure, sender=permits, dispatch_uid="tiles.kept")
