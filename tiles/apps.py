"""The map services as an app: after migrations their kept shapes are as the code defines them."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _ensure(**of_signal: Any) -> None:
    from tiles.kept import ensure

    ensure()


class TilesConfig(AppConfig):
    name = "tiles"

    def ready(self) -> None:
        # Told when the migrations of all apps are done.
        post_migrate.connect(_ensure, sender=self, dispatch_uid="tiles.kept")
