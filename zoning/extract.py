"""What the plan says of one parcel on one date: the planning statement as data.

The one place that reads rows for it; the page, the command and the API show what comes from here,
and ``zoning.overlaps`` does the arithmetic. Lengths are metres, areas square metres, in the
deployment's metric CRS.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext_lazy

from gisapp.geometry import to_shapely
from parcels.models import Parcel
from zoning.models import District, Overlay, PlanVersion, Zone
from zoning.overlaps import (
    Land,
    Share,
    Standing,
    Word,
    reach,
    rest,
    shares,
    standing,
    together,
    word,
)

WORDS = {
    Word.CONCERNED: gettext_lazy("concerned"),
    Word.NOT_CONCERNED: gettext_lazy("not concerned"),
    Word.NO_DATA: gettext_lazy("no data"),
}
# The database only narrows down; beyond its own rounding, the arithmetic decides what touches.
ROUNDING_M = 0.01


@dataclass(frozen=True)
class DistrictShare:
    """The part of the parcel in one district of one plan version."""

    district: District
    share: Share


@dataclass(frozen=True)
class PlanShares:
    """One plan version: the parcel's districts, the largest first, and what lies in none."""

    version: PlanVersion
    districts: tuple[DistrictShare, ...]
    in_no_zone: Share | None


@dataclass(frozen=True)
class Touch:
    """One overlay on the parcel."""

    overlay: Overlay
    share: Share


@dataclass(frozen=True)
class Theme:
    """One kind of overlay, and whether it concerns the parcel."""

    kind: str
    label: str
    word: Word
    touches: tuple[Touch, ...]

    @property
    def word_label(self) -> str:
        return str(WORDS[self.word])


@dataclass(frozen=True)
class Statement:
    """What holds, or what may come to hold: zones by plan version, overlays by kind."""

    zones: Word
    plans: tuple[PlanShares, ...]
    overlays: tuple[Theme, ...]

    @property
    def zones_label(self) -> str:
        return str(WORDS[self.zones])

    @property
    def covering(self) -> tuple[PlanShares, ...]:
        """The plan versions that zone at least a part of the parcel."""
        return tuple(plan for plan in self.plans if plan.districts)

    @property
    def concerned(self) -> tuple[Theme, ...]:
        """The kinds of overlay that concern the parcel."""
        return tuple(theme for theme in self.overlays if theme.word is Word.CONCERNED)


@dataclass(frozen=True)
class Extract:
    """The planning statement of a parcel on a day; in force and pending are never mixed."""

    parcel: Parcel
    on: date
    land: Land
    in_force: Statement
    pending: Statement
    is_zoned: bool
    """Whether zones of any plan are stored for the municipality."""


def extract_of(parcel: Parcel, *, on: date) -> Extract:
    """What concerns the parcel on the day, and what may come to concern it.

    Six queries, however much there is; nothing is written.
    """
    land = Land(to_shapely(parcel.geometry), parcel.registered_area_m2)
    rows = _Rows(parcel, land, on=on)
    return Extract(
        parcel=parcel,
        on=on,
        land=land,
        in_force=rows.statement(Standing.IN_FORCE),
        pending=rows.statement(Standing.PENDING),
        is_zoned=rows.is_zoned,
    )


class _Rows:
    """What is stored about the parcel, read once, with each row's share."""

    def __init__(self, parcel: Parcel, land: Land, *, on: date) -> None:
        self.land = land
        municipality = parcel.municipality_id
        versions = PlanVersion.objects.filter(plan__municipality=municipality)
        versions = versions.select_related("plan")
        self.versions = {
            Standing.IN_FORCE: list(versions.in_force(on=on)),
            Standing.PENDING: list(versions.pending(on=on)),
        }
        everything = [version for some in self.versions.values() for version in some]
        self.zones = _zones(everything, parcel.geometry, land)
        self.touches = _touches(municipality, parcel.geometry, land, on=on)
        overlays = Overlay.objects.filter(municipality=municipality).order_by()
        self.kinds = set(overlays.values_list("kind", flat=True).distinct())
        self.is_zoned = Zone.objects.filter(version__plan__municipality=municipality).exists()

    def statement(self, when: Standing) -> Statement:
        plans = tuple(self._plan(version) for version in self.versions[when])
        themes = [self._theme(kind, str(label), when) for kind, label in Overlay.Kind.choices]
        # Of a day before the first plan nothing is known: another may have been in force then.
        loaded = self.is_zoned and (bool(plans) or when is Standing.PENDING)
        zones = word(concerned=any(plan.districts for plan in plans), loaded=loaded)
        return Statement(zones, plans, tuple(sorted(themes, key=_in_order_of_words)))

    def _plan(self, version: PlanVersion) -> PlanShares:
        by_district: dict[District, list[Share]] = {}
        for zone, share in self.zones:
            if zone.version_id == version.pk:
                by_district.setdefault(zone.district, []).append(share)
        districts = [DistrictShare(which, together(some)) for which, some in by_district.items()]
        districts.sort(key=lambda one: (-(one.share.area_m2 or 0.0), one.district.code))
        missing = rest(self.land, [one.share for one in districts]) if districts else None
        return PlanShares(version, tuple(districts), missing)

    def _theme(self, kind: str, label: str, when: Standing) -> Theme:
        mine = tuple(
            touch for touch, stands in self.touches if stands is when and touch.overlay.kind == kind
        )
        said = word(concerned=bool(mine), loaded=kind in self.kinds)
        return Theme(kind, label, said, mine)


def _in_order_of_words(theme: Theme) -> int:
    return list(Word).index(theme.word)


def _zones(
    versions: Iterable[PlanVersion], place: GEOSGeometry, land: Land
) -> list[tuple[Zone, Share]]:
    """The zones of these versions on the land, each with its share."""
    rows = list(
        Zone.objects.filter(version__in=versions, geometry__bboverlaps=place)
        .select_related("district")
        .order_by("pk")
    )
    found = shares(land, [to_shapely(zone.geometry) for zone in rows])
    return [(zone, share) for zone, share in zip(rows, found, strict=True) if share]


def _touches(
    municipality: int, place: GEOSGeometry, land: Land, *, on: date
) -> list[tuple[Touch, Standing]]:
    """The overlays on the land, in force or to come, with the distance that each reaches."""
    rows = list(
        Overlay.objects.filter(municipality=municipality)
        .not_past(on=on)
        .reaching(place, beyond_m=ROUNDING_M)
        .order_by("kind", "code", "pk")
    )
    drawn = [to_shapely(overlay.geometry) for overlay in rows]
    found = shares(land, list(reach(drawn, [overlay.distance_m for overlay in rows])))
    return [
        (Touch(overlay, share), _standing(overlay, on=on))
        for overlay, share in zip(rows, found, strict=True)
        if share
    ]


def _standing(overlay: Overlay, *, on: date) -> Standing:
    days = overlay.validity
    if days is None:
        return Standing.IN_FORCE
    return standing(days.lower, days.upper, on=on)
