"""Append-only history: every change of a tracked row keeps the row as it was before.

Triggers write it, so bulk and raw SQL changes are caught too. The present row and its past rows
together are the whole story; nothing is written for the many rows of a first import.
"""

from __future__ import annotations

from typing import TypeVar

import pghistory
from django.db import models

ModelClass = TypeVar("ModelClass", bound=type[models.Model])


def tracked(model: ModelClass) -> ModelClass:
    """Class decorator: keep the old row whenever one of the model's rows changes or goes."""
    keep = pghistory.track(
        pghistory.UpdateEvent("changed", row=pghistory.Old),
        pghistory.DeleteEvent("deleted", row=pghistory.Old),
        append_only=True,
    )
    return keep(model)
