"""bin/manage correct_edge --parcel REFERENCE --edge N (--kind KIND | --release)"""

from __future__ import annotations

from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from gisapp.errors import UmranError
from parcels.actions.correct_edge import KNOWN, correct_edge
from parcels.models import ParcelEdge
from zoning.actions.release_edge import release_edge

BAD_INPUT = 3


class Command(BaseCommand):
    """Corrects one edge of a parcel, as the system, and prints what it is now."""

    help = "Say what one edge of a parcel faces; the correction survives classification and import."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--parcel", metavar="REFERENCE", required=True, help="such as 125/7")
        parser.add_argument(
            "--edge", metavar="N", type=int, required=True, help="its number on the parcel's page"
        )
        parser.add_argument("--municipality", metavar="SLUG", help="if there are several")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--kind", help=", ".join(KNOWN))
        what.add_argument(
            "--release", action="store_true", help="give the edge back to the classifier"
        )
        parser.add_argument(
            "--street-width", metavar="M", help="width of the street it faces, in m"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        edge = self._edge(options)
        try:
            if options["release"]:
                release_edge(edge=edge, actor=None, on=timezone.localdate())
                self.stdout.write(
                    _("The edge is given back; the parcel has been classified again.")
                )
                return
            edge = correct_edge(
                edge=edge, actor=None, kind=options["kind"], street_width_m=_width(options)
            )
        except UmranError as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        self.stdout.write(
            _("%(parcel)s, edge %(number)s: %(kind)s, locked")
            % {
                "parcel": options["parcel"],
                "number": options["edge"],
                "kind": edge.get_kind_display(),
            }
        )

    def _edge(self, options: dict[str, Any]) -> ParcelEdge:
        found = ParcelEdge.objects.filter(
            parcel__reference=options["parcel"], position=options["edge"] - 1
        ).select_related("parcel__municipality")
        if options["municipality"]:
            found = found.filter(parcel__municipality__slug=options["municipality"])
        edges = list(found[:2])
        if len(edges) != 1:
            sentence = (
                _("Several municipalities have a parcel %(parcel)s; name one with --municipality.")
                if edges
                else _("Parcel %(parcel)s has no edge %(number)s.")
            )
            raise CommandError(
                sentence % {"parcel": options["parcel"], "number": options["edge"]},
                returncode=BAD_INPUT,
            )
        return edges[0]


def _width(options: dict[str, Any]) -> Decimal | None:
    text = options["street_width"]
    if text is None:
        return None
    try:
        width = Decimal(text)
    except InvalidOperation:
        width = Decimal("NaN")
    if not width.is_finite():
        raise CommandError(
            _("“%(text)s” is not a width in metres.") % {"text": text}, returncode=BAD_INPUT
        )
    return width
