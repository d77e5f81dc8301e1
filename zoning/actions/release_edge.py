"""Give a corrected edge back to the classifier."""

from __future__ import annotations

from datetime import date

import pghistory
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from gisapp.errors import Conflict
from parcels.actions.correct_edge import check_may_correct, hold_edge
from parcels.models import Parcel, ParcelEdge
from zoning.actions.classify_edges import EdgesRun, classify_edges


def release_edge(
    *, edge: ParcelEdge, actor: User | None, on: date, seen: str | None = None
) -> EdgesRun:
    """Unlock an edge and classify its parcel at once, with the overlays in force on the day.

    ``actor`` None is the system itself; ``seen`` is the edge's stamp when it was looked at. Raises
    NotAllowed without the permission, Conflict for an edge that is not locked or has changed since.
    """
    check_may_correct(edge, actor)
    with transaction.atomic(), pghistory.context(action="release_edge"):
        held = hold_edge(edge, seen=seen)
        if not held.locked:
            raise Conflict(_("This edge is not locked: it is classified automatically already."))
        held.locked = False
        held.save()
        return classify_edges(
            municipality=edge.parcel.municipality,
            parcels=Parcel.objects.filter(pk=edge.parcel_id),
            on=on,
        )
