"""What the map's colours, lines and patterns mean; the viewer draws with these same values.

An entry's ``pattern`` is a word of the drawing code: fill, solid (a picture's own colour), line,
outline, dashed, diagonal, cross, dots, waves, rings, or a marker's shape (circle, square, diamond,
triangle, cross_mark). Colour is never the only difference: zones carry their code, overlays a
pattern, applications a shape.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from parcels.models import ParcelEdge
from permits.workflow import Status
from tiles.scope import Scope
from zoning.models import District, Overlay

MAIN_STREET_CLASSES = (
    "arterial",
    "primary",
    "secondary",
    "trunk",
    "motorway",
    "highway",
    "main",
    "collector",
)

STATUS_GROUPS: dict[str, tuple[str, ...]] = {
    "in_progress": (
        Status.REGISTERED,
        Status.UNDER_REVIEW,
        Status.AWAITING_INFORMATION,
        Status.RECOMMENDED,
    ),
    "granted": (
        Status.GRANTED,
        Status.GRANTED_WITH_CONDITIONS,
        Status.ISSUED,
        Status.WORKS_STARTED,
        Status.COMPLETION_INSPECTION,
    ),
    "completed": (Status.OCCUPANCY_CERTIFIED,),
    "refused": (Status.REFUSED, Status.LAPSED, Status.REVOKED),
}


@dataclass(frozen=True)
class Entry:
    """One line of a legend: the value in the tile, its name, how it is drawn."""

    key: str
    label: str
    colour: str
    pattern: str = "fill"
    coded: bool = False  # whether the key itself is a code that people know

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def boundary(scope: Scope) -> list[Entry]:
    return [Entry("boundary", _("Limit of the municipality"), "#7d827b", "dashed")]


def zones(scope: Scope) -> list[Entry]:
    """The districts that the shown plan versions use, by code."""
    shown = District.objects.filter(zones__version__in=scope.versions().values("pk")).distinct()
    seen: dict[str, Entry] = {}
    for district in shown.order_by("code"):
        entry = Entry(district.code, district.name, district.colour, coded=True)
        seen.setdefault(district.code, entry)
    return list(seen.values())


def overlays(scope: Scope) -> list[Entry]:
    """The kinds of overlay that exist on the day."""
    drawn = {
        Overlay.Kind.HERITAGE: ("#9a5b2e", "diagonal"),
        Overlay.Kind.FLOOD: ("#2f7fae", "waves"),
        Overlay.Kind.AIRPORT: ("#6b5fa8", "rings"),
        Overlay.Kind.WIDENING: ("#b8433f", "cross"),
        Overlay.Kind.EASEMENT: ("#7a6a2f", "dots"),
        Overlay.Kind.COAST: ("#2a8a86", "waves"),
        Overlay.Kind.OPEN_SPACE: ("#4b8f4a", "fill"),
        Overlay.Kind.SPECIAL: ("#7d5a7a", "dots"),
    }
    present = set(Overlay.objects.in_force(on=scope.on).values_list("kind", flat=True).distinct())
    return [
        Entry(kind.value, str(kind.label), *drawn[kind])
        for kind in Overlay.Kind
        if kind.value in present
    ]


def parcels(scope: Scope) -> list[Entry]:
    return [Entry("parcel", _("Parcel with its number"), "#8d8577", "outline")]


def buildings(scope: Scope) -> list[Entry]:
    return [Entry("building", _("Existing building"), "#c9bfb0")]


def streets(scope: Scope) -> list[Entry]:
    return [
        Entry("main", _("Main street"), "#f6dfae", "line"),
        Entry("street", _("Street, drawn with its width"), "#ffffff", "line"),
    ]


def edges(scope: Scope) -> list[Entry]:
    """The kinds of parcel edge."""
    kind = ParcelEdge.Kind
    colours = {
        kind.FRONT: "#c2410c",
        kind.SECONDARY_STREET: "#d98a2b",
        kind.INTERIOR_SIDE: "#5b6b7a",
        kind.REAR: "#3f4a8a",
        kind.OPEN_SPACE: "#3d8b4f",
        kind.WATERCOURSE: "#2f7fae",
        kind.PARTY_WALL: "#6b4f3f",
        kind.UNKNOWN: "#9a9a9a",
    }
    return [Entry(kind.value, str(kind.label), colours[kind], "line") for kind in ParcelEdge.Kind]


def applications(scope: Scope) -> list[Entry]:
    """The groups of states; the first is seen by staff only."""
    return [
        Entry("internal", _("not yet public, or withdrawn"), "#6b7280", "triangle"),
        Entry("in_progress", _("being examined"), "#d97706", "diamond"),
        Entry("granted", _("granted"), "#15803d", "circle"),
        Entry("completed", _("completed"), "#1d4ed8", "square"),
        Entry("refused", _("refused, lapsed or revoked"), "#b91c1c", "cross_mark"),
    ]


def conformance(scope: Scope) -> list[Entry]:
    """The outcomes of a check of the city; without a verdict there is no colour of a pass."""
    return [
        Entry("breaches", _("breaches"), "#b3261e", "cross"),
        Entry("needs_review", _("needs review"), "#b26a00", "diagonal"),
        Entry("conditional", _("conditional"), "#2a4f9b", "dots"),
        Entry("complies", _("complies"), "#1f7a46"),
        Entry("no_building", _("no building"), "#8a918d", "outline"),
        Entry("outside_plan", _("outside the plan"), "#6b5f78", "outline"),
        Entry("not_judged", _("cannot be judged"), "#5f6663", "waves"),
    ]


def places(scope: Scope) -> list[Entry]:
    return [Entry("place", _("Named place"), "#57534e", "circle")]
