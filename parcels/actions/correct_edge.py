"""A planner's correction of what an edge faces, and its return to the classifier."""

from __future__ import annotations

from decimal import Decimal

import pghistory
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from gisapp.errors import BadInput, Conflict, NotAllowed
from gisapp.models import Municipality
from gisapp.roles import Permission, may
from parcels.actions.classify_edges import classify_edges
from parcels.models import Parcel, ParcelEdge

WIDEST_STREET_M = 300
ON_STREETS = frozenset({ParcelEdge.Kind.FRONT, ParcelEdge.Kind.SECONDARY_STREET})


def correct_edge(
    *,
    edge: ParcelEdge,
    actor: User | None,
    kind: str,
    street_width_m: Decimal | None = None,
) -> ParcelEdge:
    """Say what an edge faces, and lock it: the classifier and later imports leave it as it is.

    Without a width an edge on a street keeps the one it has; other edges have none. ``actor`` None
    is the system itself. Raises NotAllowed without the permission, BadInput for a class or a width
    that can not be, Conflict for an edge that is no longer there.
    """
    _check(edge, actor)
    if kind not in ParcelEdge.Kind.values or kind == ParcelEdge.Kind.UNKNOWN:
        known = ", ".join(one for one in ParcelEdge.Kind.values if one != ParcelEdge.Kind.UNKNOWN)
        raise BadInput(
            _("“%(kind)s” is no class of edges; there are: %(known)s.")
            % {"kind": kind, "known": known},
            pointer="/kind",
        )
    if street_width_m is not None and not 0 < street_width_m <= WIDEST_STREET_M:
        raise BadInput(
            _("A street is more than 0 and at most %(most)s m wide.") % {"most": WIDEST_STREET_M},
            pointer="/street_width_m",
        )
    with transaction.atomic(), pghistory.context(action="correct_edge"):
        locked = _held(edge)
        locked.kind = kind
        if kind not in ON_STREETS:
            locked.street, locked.street_width_m = None, None
        locked.source = ParcelEdge.Source.PLANNER
        locked.confidence = 1.0
        locked.locked = True
        if street_width_m is not None and kind in ON_STREETS:
            locked.street_width_m = street_width_m
        locked.save()
    return locked


def release_edge(*, edge: ParcelEdge, actor: User | None) -> None:
    """Give a corrected edge back to the classifier, which classifies its parcel at once."""
    _check(edge, actor)
    with transaction.atomic(), pghistory.context(action="release_edge"):
        held = _held(edge)
        held.locked = False
        held.save()
        classify_edges(
            municipality=edge.parcel.municipality,
            parcels=Parcel.objects.filter(pk=edge.parcel_id),
        )


def _held(edge: ParcelEdge) -> ParcelEdge:
    """The edge as it is now, kept from a classification under way. Raises Conflict when gone."""
    # A classification locks the municipality first: it must not delete what is corrected meanwhile.
    Municipality.objects.select_for_update().get(pk=edge.parcel.municipality_id)
    held = ParcelEdge.objects.select_for_update().filter(pk=edge.pk).first()
    if held is None:
        raise Conflict(_("The edges of this parcel have changed meanwhile; look at them again."))
    return held


def _check(edge: ParcelEdge, actor: User | None) -> None:
    municipality = edge.parcel.municipality
    if actor is not None and not may(actor, Permission.CORRECT_PARCELS, municipality=municipality):
        raise NotAllowed(_("Correcting a parcel needs the role of a planner or data officer."))
