"""A planner's correction of what an edge faces."""

from __future__ import annotations

from decimal import Decimal

import pghistory
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from gisapp.errors import BadInput, Conflict, NotAllowed
from gisapp.models import Municipality
from gisapp.roles import Permission, may
from parcels.models import ParcelEdge

WIDEST_STREET_M = 300
KNOWN = tuple(kind for kind in ParcelEdge.Kind.values if kind != ParcelEdge.Kind.UNKNOWN)
"""The classes that somebody can know; “unknown” is none."""
ON_STREETS = frozenset({ParcelEdge.Kind.FRONT, ParcelEdge.Kind.SECONDARY_STREET})


def correct_edge(
    *,
    edge: ParcelEdge,
    actor: User | None,
    kind: str,
    street_width_m: Decimal | None = None,
    seen: str | None = None,
) -> ParcelEdge:
    """Say what an edge faces, and lock it: the classifier and later imports leave it as it is.

    Without a width an edge on a street keeps the one it has; other edges have none. ``actor`` None
    is the system itself; ``seen`` is the edge's stamp when it was looked at. Raises NotAllowed
    without the permission, BadInput for a class or a width that can not be, Conflict for an edge
    that has changed since.
    """
    check_may_correct(edge, actor)
    if kind not in KNOWN:
        raise BadInput(
            _("“%(kind)s” is no class of edges; there are: %(known)s.")
            % {"kind": kind, "known": ", ".join(KNOWN)},
            pointer="/kind",
        )
    if street_width_m is not None and not 0 < street_width_m <= WIDEST_STREET_M:
        raise BadInput(
            _("A street is more than 0 and at most %(most)s m wide.") % {"most": WIDEST_STREET_M},
            pointer="/street_width_m",
        )
    with transaction.atomic(), pghistory.context(action="correct_edge"):
        held = hold_edge(edge, seen=seen)
        label(held, kind=kind, source=ParcelEdge.Source.PLANNER, street_width_m=street_width_m)
        held.save()
    return held


def label(edge: ParcelEdge, *, kind: str, source: str, street_width_m: Decimal | None) -> None:
    """Set what the edge faces, without doubt and locked; what it says of a street may stay."""
    edge.kind = kind
    if kind not in ON_STREETS:
        edge.street, edge.street_width_m = None, None
    elif street_width_m is not None:
        edge.street_width_m = street_width_m
    edge.source = source
    edge.confidence = 1.0
    edge.locked = True


def hold_edge(edge: ParcelEdge, *, seen: str | None) -> ParcelEdge:
    """The edge as it is now, kept from a classification under way until the transaction ends.

    Raises Conflict when it is gone, or is no longer what was seen.
    """
    # A classification locks the municipality first: it must not delete what is corrected meanwhile.
    Municipality.objects.select_for_update().get(pk=edge.parcel.municipality_id)
    held = ParcelEdge.objects.select_for_update().filter(pk=edge.pk).first()
    if held is None or seen not in (None, held.stamp):
        raise Conflict(_("The edges of this parcel have changed meanwhile; look at them again."))
    return held


def check_may_correct(edge: ParcelEdge, actor: User | None) -> None:
    """Raises NotAllowed for a person who may not correct this municipality's parcels."""
    municipality = edge.parcel.municipality
    if actor is not None and not may(actor, Permission.CORRECT_PARCELS, municipality=municipality):
        raise NotAllowed(_("Correcting a parcel needs the role of a planner or data officer."))
