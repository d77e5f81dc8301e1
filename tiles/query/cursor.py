"""Where the next page begins: opaque, signed, and good for one question only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from gisapp.errors import BadInput

SALT = "umran.cursor"


@dataclass(frozen=True)
class Place:
    """After which row a page begins: its rank (0 where rows go by key alone) and its key."""

    rank: float
    key: int


def write(place: Place, question: Any) -> str:
    """The cursor that leads to what comes after the place."""
    # Without the time of day: the same question has the same answer, and the same ETag.
    return signing.Signer(salt=SALT).sign_object([_digest(question), place.rank, place.key])


def read(cursor: str, question: Any) -> Place | None:
    """The place of a cursor; None where there is none.

    Raises BadInput for one that was altered, or that belongs to another question.
    """
    if not cursor:
        return None
    try:
        digest, rank, key = signing.Signer(salt=SALT).unsign_object(cursor)
    except (signing.BadSignature, ValueError):
        digest = rank = key = None
    if digest != _digest(question):
        raise BadInput(
            _("This cursor is not one of this question; follow the link “next” as it is."),
            pointer="/cursor",
        )
    return Place(float(rank), int(key))


def _digest(question: Any) -> str:
    return hashlib.sha256(repr(question).encode()).hexdigest()[:16]
