"""What is judged: a site and a proposal, as frozen values in the metric CRS.

Lengths are metres, areas square metres, both as decimals where they are stated and as floats
inside geometries. ``None`` is *not known*, which is never the same as zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from parcels.edges import CONFIDENCE_LIMIT, EdgeKind

# What joins the numbers of several parcels under one application.
JOINT = " + "


class _Nothing(Mapping[str, Any]):
    """A mapping of nothing that nobody can fill, and that travels to other processes."""

    def __getitem__(self, key: str) -> Any:
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "{}"

    def __hash__(self) -> int:
        return 0

    def __reduce__(self) -> str:
        return "NOTHING"


NOTHING: Mapping[str, Any] = _Nothing()


class SiteError(ValueError):
    """The site or the proposal can not be judged at all; ``code`` says why."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True)
class Edge:
    """One side of the parcel: its line, what it faces, and how sure that is (0 to 1)."""

    line: LineString
    kind: EdgeKind
    street_width_m: Decimal | None = None
    street_name: str = ""
    confidence: float = 1.0
    source: str = ""

    @property
    def is_doubtful(self) -> bool:
        """Whether it may be of another class than it is labelled."""
        return self.kind == EdgeKind.UNKNOWN or self.confidence < CONFIDENCE_LIMIT


@dataclass(frozen=True)
class ZoneShare:
    """The part of the parcel in one zoning district; ``share`` is of the whole, 0 to 1."""

    district: str
    area_m2: float
    share: float
    geometry: BaseGeometry | None = None


@dataclass(frozen=True)
class OverlayPart:
    """The part of an overlay that lies on the parcel."""

    kind: str
    code: str
    geometry: BaseGeometry
    attributes: Mapping[str, Any] = NOTHING


@dataclass(frozen=True)
class SiteObject:
    """A thing near the site that rules keep a distance from, as drawn, cut to the reach."""

    kind: str
    code: str
    geometry: BaseGeometry


@dataclass(frozen=True)
class SiteBuilding:
    """An existing building on the parcel (``own``) or on neighbouring land."""

    geometry: BaseGeometry
    height_m: Decimal | None = None
    own: bool = False


@dataclass(frozen=True)
class Site:
    """A parcel with everything that the plan can ask of it.

    ``objects`` are those within ``objects_reach_m``; of the kinds and codes in ``object_kinds`` it
    is known where they are, so that none near means none. ``buildings`` are complete only where
    ``buildings_known`` says so. ``terrain`` has what rasters say of the ground, by the names of the
    variables in ``FROM_RASTERS``, in m and degrees: for the whole site, also where the rules of one
    part of it are asked. A name that is absent is not known.
    """

    reference: str
    geometry: Polygon | MultiPolygon
    zones: tuple[ZoneShare, ...] = ()
    edges: tuple[Edge, ...] = ()
    overlays: tuple[OverlayPart, ...] = ()
    registered_area_m2: Decimal | None = None
    surveyed_area_m2: Decimal | None = None
    objects: tuple[SiteObject, ...] = ()
    object_kinds: frozenset[str] = frozenset()
    objects_reach_m: Decimal | None = None
    buildings: tuple[SiteBuilding, ...] = ()
    buildings_known: bool = False
    terrain: Mapping[str, Decimal] = NOTHING

    @property
    def references(self) -> frozenset[str]:
        """The number of each parcel of the site."""
        return frozenset(self.reference.split(JOINT))


@dataclass(frozen=True)
class Tier:
    """The upper part of a building: what of it stands above a height, in m from the ground."""

    above_m: Decimal
    footprint: Polygon | MultiPolygon


@dataclass(frozen=True)
class Projection:
    """A balcony, canopy or bay: how far it stands out of the wall towards an edge, in m."""

    edge: EdgeKind
    depth_m: Decimal
    clear_height_m: Decimal | None = None
    name: str = ""


@dataclass(frozen=True)
class Proposal:
    """What somebody wants to build. All of it may be unknown.

    A building without ``tiers`` rises straight from its footprint. ``height_m`` is measured from
    ``height_datum``; ``ground_levels_m`` gives the level of other data (``mean_grade``, ``kerb``,
    ``lowest_corner``) above one common zero. ``uses_by_floor`` has floor areas by use for each
    floor: ``-1`` is the first basement, ``0`` the ground floor. ``projections`` None is not known;
    an empty tuple says that nothing projects.

    ``declared`` holds measures that the applicant states where no drawing exists, by name:
    ``floor_area_ratio``, ``coverage`` and ``open_space`` (as ratios), ``setback:front`` and
    ``setback:interior_side:left`` (metres), ``lot_area_per_dwelling`` (m²) and ``density``
    (dwellings to the m²; people state them to the hectare). ``cleared`` names what an authority has
    cleared, such as ``land_use:office``, ``clearance:civil_defence``, or a variance from a limit:
    ``height``, ``setback:rear``.
    """

    footprint: Polygon | MultiPolygon | None = None
    storeys: Decimal | None = None
    height_m: Decimal | None = None
    floor_areas_m2: Mapping[str, Decimal] | None = None
    dwelling_units: Decimal | None = None
    parking_stalls: Decimal | None = None
    open_space_m2: Decimal | None = None
    roof_annex_m2: Decimal | None = None
    building_length_m: Decimal | None = None
    building_width_m: Decimal | None = None
    tiers: tuple[Tier, ...] = ()
    height_datum: str = "mean_grade"
    ground_levels_m: Mapping[str, Decimal] = NOTHING
    basement_depth_m: Decimal | None = None
    parapet_m: Decimal | None = None
    mezzanine_m2: Decimal | None = None
    floor_below_m2: Decimal | None = None
    roof_m2: Decimal | None = None
    smallest_dwelling_m2: Decimal | None = None
    trees: Decimal | None = None
    access_width_m: Decimal | None = None
    uses_by_floor: Mapping[str, Mapping[str, Decimal]] | None = None
    projections: tuple[Projection, ...] | None = None
    declared: Mapping[str, Decimal] = NOTHING
    cleared: frozenset[str] = frozenset()

    def standing_above(self, height_m: Decimal) -> Polygon | MultiPolygon | None:
        """What of the building stands above a height, by its tiers; None without a drawing."""
        standing = self.footprint
        for tier in sorted(self.tiers, key=lambda one: one.above_m):
            if tier.above_m <= height_m:
                standing = tier.footprint
        return standing
