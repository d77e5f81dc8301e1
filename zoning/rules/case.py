"""A site and a proposal seen as the variables that rules read, each with its source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, NamedTuple

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from parcels.edges import CONFIDENCE_LIMIT, EdgeKind
from zoning.rules.expressions import Value
from zoning.rules.findings import Input
from zoning.rules.measure import (
    AREA_TOLERANCE_M2,
    MINOR_PART_AREA_M2,
    MINOR_PART_SHARE,
    Measures,
    area_m2,
    common,
    measure_sites,
    outside,
    polygons,
    sides_m,
    without,
)
from zoning.rules.once import cached_property
from zoning.rules.quantities import measured
from zoning.rules.records import record
from zoning.rules.rulebook import Rulebook
from zoning.rules.site import Edge, Proposal, Site, ZoneShare
from zoning.rules.variables import FLOOR_AREA_SUFFIX, FROM_RASTERS, unit_of

WIDENING = "widening"
# Where a memory of a kind of site holds its parts.
PARTS = "parts"
FROM_EDGES = frozenset(
    {"street_width", "widest_street_width", "frontage", "lot_depth", "corner_lot", "beside_park"}
)
ON_STREETS = frozenset({EdgeKind.FRONT, EdgeKind.SECONDARY_STREET})
# A widening belongs to an edge when it lies along at least this share of it, this near.
ALONG_SHARE = 0.5
ALONG_M = 0.05
NOWHERE = shapely.Polygon()


class Part(NamedTuple):
    """Ground on which the same rules hold: its district, and the overlays and parcels it is in."""

    district: str = ""
    overlays: frozenset[str] = frozenset()
    parcels: frozenset[str] = frozenset()


class Values(Mapping[str, Value]):
    """The variables of a case in SI, as one district's rules see them, on one edge if given.

    Each is worked out when it is read; what the edge or the district says goes before the rest.
    """

    __slots__ = ("_case", "_district", "_edge")

    def __init__(self, case: Case, district: str, edge: int | None = None) -> None:
        self._case = case
        self._district = district
        self._edge = edge

    def get(self, name: str, default: Value = None) -> Value:  # type: ignore[override]
        if name == "district":
            return self._district
        if self._edge is not None:
            edge = self._case.site.edges[self._edge]
            if name == "edge_length":
                return self._case.edge_length(self._edge)
            # An edge on a street whose width is not known must not borrow another street's.
            if name == "street_width" and (
                edge.street_width_m is not None or edge.kind in ON_STREETS
            ):
                return edge.street_width_m
        known = self._case._known
        return known[name] if name in known else self._case.value(name)

    def __getitem__(self, name: str) -> Value:
        return self.get(name)

    def __iter__(self) -> Iterator[str]:
        return iter(_VARIABLES)

    def __len__(self) -> int:
        return len(_VARIABLES)


@record(frozen=True, eq=False)
class Case:
    """One proposal on one site, to be judged on one day by one rulebook.

    ``explained`` is off in city-wide runs: findings then come without inputs, traces and texts.
    ``assumed`` are values taken for granted, to ask what would be so with three storeys.
    """

    site: Site
    proposal: Proposal
    on: date
    rulebook: Rulebook
    explained: bool = True
    assumed: Mapping[str, Value] = field(default_factory=dict)
    measures: Measures | None = None
    # What several parts of the engine ask of this case alone, for the next that asks.
    worked_out: dict[str, Any] = field(default_factory=dict, init=False, repr=False)
    _known: dict[str, Value] = field(default_factory=dict, init=False, repr=False)

    def assuming(self, **values: Value) -> Case:
        """The same case with some variables given."""
        return replace(self, assumed={**self.assumed, **values}, explained=False)

    def on_the_ground_of(self, district: str) -> Case:
        """The case on the ground of one district alone, with what of the building stands there.

        The same case where that ground has not been drawn: a share alone has no place.
        """
        zone = next((zone for zone in self.site.zones if zone.district == district), None)
        if zone is None or zone.geometry is None:
            return self
        share = Decimal(repr(zone.share))
        footprint = self.proposal.footprint
        registered, surveyed = self.site.registered_area_m2, self.site.surveyed_area_m2
        site = replace(
            self.site,
            geometry=polygons(zone.geometry),
            zones=(replace(zone, share=1.0),),
            registered_area_m2=None if registered is None else registered * share,
            surveyed_area_m2=None if surveyed is None else surveyed * share,
        )
        standing = None
        if footprint is not None:
            standing = common(footprint, zone.geometry)
        # Sides and shares that are stated hold for the whole building, not for what stands here.
        declared = {k: v for k, v in self.proposal.declared.items() if k != "coverage"}
        proposal = replace(
            self.proposal,
            footprint=standing,
            building_length_m=None,
            building_width_m=None,
            declared=declared,
        )
        return replace(self, site=site, proposal=proposal, measures=None)

    def with_undrawn_edge(self, kind: EdgeKind) -> tuple[Case, int]:
        """The case with one more edge, of a kind that nobody has drawn, and its index.

        What is known from the drawn edges stays as it was.
        """
        edges = (*self.site.edges, Edge(shapely.LineString(), kind))
        known = {name: self.value(name) for name in FROM_EDGES}
        site = replace(self.site, edges=edges)
        assumed = {**known, **self.assumed}
        return replace(self, site=site, measures=None, assumed=assumed), len(edges) - 1

    # --- the ground --------------------------------------------------------------------------

    @cached_property
    def districts(self) -> tuple[ZoneShare, ...]:
        """The districts that matter, largest share first; slivers are drawing noise."""
        zones = self.site.zones
        if len(zones) == 1 and zones[0].share >= 1 - MINOR_PART_SHARE:
            return zones
        parts = [
            zone
            for zone in zones
            if zone.share >= MINOR_PART_SHARE and zone.area_m2 >= MINOR_PART_AREA_M2
        ]
        return tuple(sorted(parts, key=lambda zone: -zone.share))

    @cached_property
    def district_codes(self) -> tuple[str, ...]:
        """The districts that matter; an empty code for ground that lies in none."""
        zones = self.site.zones
        if len(zones) == 1 and zones[0].share > 1 - MINOR_PART_SHARE:
            return (zones[0].district,)
        codes = tuple(zone.district for zone in self.districts)
        unzoned = 1 - sum(zone.share for zone in zones)
        if unzoned >= MINOR_PART_SHARE and unzoned * self.sizes.area_m2 >= MINOR_PART_AREA_M2:
            codes = (*codes, "")
        return codes or ("",)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every kind of ground that the site may hold, for the strictest of them to decide.

        An overlay or a note on one of several parcels holds on its own ground only: the site is
        judged with it and without it.
        """
        found: tuple[Part, ...] = self.memory[PARTS]
        return found

    @cached_property
    def memory(self) -> dict[Any, Any]:
        """What the rulebook remembers of this kind of site on this day, its parts among it."""
        rulebook, site = self.rulebook, self.site
        if not (site.overlays and rulebook.named_overlays) and not rulebook.noted_parcels:
            found = rulebook.memory(self.on, self.district_codes)
            if PARTS not in found:
                found[PARTS] = tuple(Part(district) for district in self.district_codes)
            return found
        parts = tuple(
            Part(district, overlays, parcels)
            for district in self.district_codes
            for overlays in self._overlays_together()
            for parcels in self._parcels_together()
        )
        found = rulebook.memory(self.on, parts)
        found[PARTS] = parts
        return found

    def memory_of(self, part: Part) -> dict[Any, Any]:
        """What the rulebook remembers of one kind of ground on this day."""
        memory = self.memory
        return memory if len(memory[PARTS]) == 1 else self.rulebook.memory(self.on, part)

    def _overlays_together(self) -> list[frozenset[str]]:
        named = self.rulebook.named_overlays
        if not self.site.overlays or not named:
            return [frozenset()]
        whole: set[str] = set()
        partial: list[frozenset[str]] = []
        for part in self.site.overlays:
            names = named.intersection({part.kind, part.code})
            if not names:
                continue
            if self._is_everywhere(part.geometry):
                whole |= names
            else:
                partial.append(frozenset(names))
        variants = [whole.union(*partial), *(whole | names for names in partial), whole]
        return list(dict.fromkeys(frozenset(names) for names in variants))

    def _parcels_together(self) -> list[frozenset[str]]:
        noted = self.rulebook.noted_parcels
        if not noted or self.site.references.isdisjoint(noted):
            return [frozenset()]
        return [frozenset({reference}) for reference in sorted(self.site.references)]

    def _is_everywhere(self, geometry: BaseGeometry) -> bool:
        outside = shapely.area(without(self.site.geometry, geometry))
        share = outside / self.sizes.area_m2
        return bool(outside < MINOR_PART_AREA_M2 or share < MINOR_PART_SHARE)

    @cached_property
    def trusted_edges(self) -> bool:
        """Whether the front is known well enough for widths and depths to be derived from it."""
        sure = [edge.confidence for edge in self.site.edges if edge.kind is EdgeKind.FRONT]
        return bool(sure) and min(sure) >= CONFIDENCE_LIMIT

    @cached_property
    def doubtful_edges(self) -> tuple[Edge, ...]:
        """The edges that may be of another class than they are labelled, in ring order."""
        return tuple([edge for edge in self.site.edges if edge.is_doubtful])

    def edges_of(self, *kinds: EdgeKind) -> tuple[Edge, ...]:
        """The parcel's edges of these kinds."""
        return tuple(edge for edge in self.site.edges if edge.kind in kinds)

    @cached_property
    def sizes(self) -> Measures:
        """Areas and lengths of the site; made for all sites at once in city-wide runs."""
        return self.measures or measure_sites([self.site], self.rulebook.names)[0]

    def edge_length(self, index: int) -> Decimal | None:
        """The length of an edge in m; not known of one that nobody has drawn."""
        length = self.sizes.edge_lengths_m[index]
        return measured(length) if length > 0 else None

    @cached_property
    def net_parcel(self) -> BaseGeometry:
        """The parcel less the land that road widenings take."""
        if not self.is_widened:
            return self.site.geometry
        return without(self.site.geometry, self._taken)

    @cached_property
    def _taken(self) -> BaseGeometry:
        """The land that road widenings take of the parcel; NOWHERE itself where they take none."""
        taken = [part.geometry for part in self.site.overlays if part.kind == WIDENING]
        if not taken:
            return NOWHERE
        found = common(shapely.union_all(taken), self.site.geometry)
        return NOWHERE if found.is_empty else found

    @property
    def is_widened(self) -> bool:
        """Whether a road widening takes some of the parcel."""
        return self._taken is not NOWHERE

    def taken_along(self, edge: Edge) -> BaseGeometry:
        """The widening along a street edge: its setback counts from there. Empty for other edges.

        Where one widening lies along two streets, both setbacks count from the whole of it.
        """
        if edge.kind not in ON_STREETS or not self.is_widened:
            return NOWHERE
        along = [
            piece
            for piece in shapely.get_parts(self._taken)
            if shapely.length(shapely.intersection(edge.line, shapely.buffer(piece, ALONG_M)))
            >= ALONG_SHARE * shapely.length(edge.line)
        ]
        return polygons(shapely.union_all(along))

    def boundary_of(self, edge: Edge) -> BaseGeometry:
        """What a setback from an edge is measured from: its line, and the land taken along it."""
        taken = self.taken_along(edge)
        return edge.line if taken.is_empty else shapely.union(edge.line, taken)

    # --- variables ----------------------------------------------------------------------------

    def value(self, name: str) -> Value:
        """A variable's value in SI; None when it is not known."""
        known = self._known
        if name in known:
            return known[name]
        value = known[name] = self._read(name)
        return value

    def _read(self, name: str) -> Value:
        if name in self.assumed:
            return self.assumed[name]
        reader = _VARIABLES.get(name)
        value: Value = None
        if reader is not None:
            value = reader.read(self)
        elif name.endswith(FLOOR_AREA_SUFFIX):
            value = self._floor_area_of_use(name)
        # Whole numbers may come as they are.
        return Decimal(value) if type(value) is int else value

    def source(self, name: str) -> str:
        """Where the value of a variable comes from."""
        reader = _VARIABLES.get(name)
        source = reader.source if reader else "application"
        return source(self) if callable(source) else source

    def values(self, *, district: str, edge: int | None = None) -> Values:
        """Every variable as one district's rules see it, on the edge of that index if given."""
        return Values(self, district, edge)

    def told(
        self, name: str, value: Decimal | None, unit: str, source: str = "application"
    ) -> tuple[Input, ...]:
        """A number as an input of a finding; nothing where findings are not explained."""
        return (Input(name, value, unit, source),) if self.explained else ()

    def inputs(self, names: frozenset[str], values: Mapping[str, Value]) -> tuple[Input, ...]:
        """The named variables as inputs of a finding."""
        found = []
        for name in sorted(names):
            value = values.get(name)
            shown = ("yes" if value else "no") if isinstance(value, bool) else value
            found.append(Input(name, shown, unit_of(name) or "count", self.source(name)))
        return tuple(found)

    def lot_area_m2(self, name: str) -> Decimal:
        """One of the parcel's areas by its variable's name, in m²; always known."""
        value = self.value(name)
        if not isinstance(value, Decimal):
            raise TypeError(f"{name} is not an area")
        return value

    @cached_property
    def drawn_area_m2(self) -> Decimal:
        """The area of the parcel's polygon."""
        return measured(self.sizes.area_m2)

    @cached_property
    def otherwise_drawn_m2(self) -> Decimal | None:
        """The area of the parcel's polygon, where it is another than the registered one."""
        registered, drawn = self.site.registered_area_m2, self.drawn_area_m2
        if registered is None or drawn <= 0 or abs(drawn - registered) <= AREA_TOLERANCE_M2:
            return None
        return drawn

    def _lot_area(self) -> Decimal:
        stated = self.site.registered_area_m2
        if stated is None:
            stated = self.site.surveyed_area_m2
        return self.drawn_area_m2 if stated is None else stated

    def _lot_source(self) -> str:
        if self.site.registered_area_m2 is not None:
            return "registered_area"
        return "parcel_polygon" if self.site.surveyed_area_m2 is None else "surveyed_area"

    def _net_lot_area(self) -> Decimal | None:
        if not self.is_widened:
            return self._lot_area()
        drawn = self.drawn_area_m2
        return self._lot_area() * area_m2(self.net_parcel) / drawn if drawn else None

    def _overlay_height_limit(self) -> Decimal | None:
        limits = [
            _number(part.attributes["height_limit_m"])
            for part in self.site.overlays
            if part.attributes.get("height_limit_m") is not None
        ]
        return _if_all_known(min, limits)

    def _street_width(self) -> Decimal | None:
        if not self.trusted_edges:
            return None
        return _if_all_known(max, [edge.street_width_m for edge in self.edges_of(EdgeKind.FRONT)])

    def _widest_street_width(self) -> Decimal | None:
        """Not known while any edge may face a street of which the width is not known."""
        if self._corner_lot() is None:
            return None
        facing = (*self.edges_of(EdgeKind.FRONT), *self.edges_of(EdgeKind.SECONDARY_STREET))
        return _if_all_known(max, [edge.street_width_m for edge in facing])

    def _frontage(self) -> Decimal | None:
        if not self.trusted_edges:
            return None
        lengths = zip(self.site.edges, self.sizes.edge_lengths_m, strict=True)
        return measured(sum(length for edge, length in lengths if edge.kind == EdgeKind.FRONT))

    def _lot_depth(self) -> Decimal | None:
        depth = self.sizes.depth_m if self.trusted_edges else None
        return None if depth is None else measured(depth)

    def _corner_lot(self) -> bool | None:
        """Whether there is a second street; not known while an edge may be one."""
        if not self.trusted_edges:
            return None
        return self._faces(EdgeKind.SECONDARY_STREET)

    def _beside_park(self) -> bool | None:
        """Whether an edge faces open land; not known while an edge may."""
        return self._faces(EdgeKind.OPEN_SPACE) if self.site.edges else None

    def _faces(self, kind: EdgeKind) -> bool | None:
        if any(edge.confidence >= CONFIDENCE_LIMIT for edge in self.edges_of(kind)):
            return True
        return None if self.doubtful_edges else False

    def _floor_area(self) -> Decimal | None:
        areas = self.proposal.floor_areas_m2
        return None if areas is None else sum(areas.values(), Decimal(0))

    def _floor_area_of_use(self, name: str) -> Decimal | None:
        areas = self.proposal.floor_areas_m2
        if areas is None:
            return None
        return areas.get(name.removesuffix(FLOOR_AREA_SUFFIX), Decimal(0))

    @cached_property
    def footprint_area_m2(self) -> Decimal | None:
        """The area of the drawn footprint; else of the rectangle whose sides are stated."""
        proposal = self.proposal
        if proposal.footprint is not None:
            return area_m2(proposal.footprint)
        if proposal.building_length_m is None or proposal.building_width_m is None:
            return None
        return proposal.building_length_m * proposal.building_width_m

    @cached_property
    def footprint_beyond(self) -> Polygon | MultiPolygon:
        """What of the drawn footprint stands on the land of others."""
        footprint = self.proposal.footprint
        return NOWHERE if footprint is None else outside(footprint, self.site.geometry)

    @cached_property
    def footprint_source(self) -> str:
        return "application" if self.proposal.footprint is None else "drawing"

    @cached_property
    def _drawn_sides(self) -> tuple[Decimal, Decimal] | tuple[None, None]:
        footprint = self.proposal.footprint
        return (None, None) if footprint is None else sides_m(footprint)

    def _building_length(self) -> Decimal | None:
        stated = self.proposal.building_length_m
        return self._drawn_sides[0] if stated is None else stated

    def _building_width(self) -> Decimal | None:
        stated = self.proposal.building_width_m
        return self._drawn_sides[1] if stated is None else stated


@dataclass(frozen=True)
class _Variable:
    """How a variable is read from a case, and where its value comes from."""

    read: Callable[[Case], Value]
    source: str | Callable[[Case], str]


def _stated(name: str) -> _Variable:
    return _Variable(lambda case: getattr(case.proposal, name), "application")


def _side(read: Callable[[Case], Value], stated: str) -> _Variable:
    def source(case: Case) -> str:
        return "drawing" if getattr(case.proposal, stated) is None else "application"

    return _Variable(read, source)


def _of_terrain(name: str) -> _Variable:
    return _Variable(lambda case: case.site.terrain.get(name), FROM_RASTERS[name])


_VARIABLES: Mapping[str, _Variable] = MappingProxyType(
    {
        "lot_area": _Variable(Case._lot_area, Case._lot_source),
        "net_lot_area": _Variable(Case._net_lot_area, Case._lot_source),
        "measured_lot_area": _Variable(lambda case: case.drawn_area_m2, "parcel_polygon"),
        "overlay_height_limit": _Variable(Case._overlay_height_limit, "overlay"),
        "street_width": _Variable(Case._street_width, "street_plan"),
        "widest_street_width": _Variable(Case._widest_street_width, "street_plan"),
        "frontage": _Variable(Case._frontage, "parcel_edges"),
        "lot_depth": _Variable(Case._lot_depth, "parcel_edges"),
        "corner_lot": _Variable(Case._corner_lot, "parcel_edges"),
        "beside_park": _Variable(Case._beside_park, "parcel_edges"),
        "edge_length": _Variable(lambda case: None, "parcel_edges"),
        "district": _Variable(lambda case: None, "zoning_plan"),
        "storeys": _stated("storeys"),
        "height": _stated("height_m"),
        "dwelling_units": _stated("dwelling_units"),
        "parking_stalls": _stated("parking_stalls"),
        "floor_area": _Variable(Case._floor_area, "application"),
        "footprint_area": _Variable(
            lambda case: case.footprint_area_m2, lambda case: case.footprint_source
        ),
        "building_length": _side(Case._building_length, "building_length_m"),
        "building_width": _side(Case._building_width, "building_width_m"),
        **{name: _of_terrain(name) for name in FROM_RASTERS},
    }
)


# The variables that the proposal states itself.
STATED = frozenset(name for name, one in _VARIABLES.items() if one.source == "application")
# Those that are the same on all sites of one kind of ground, floor areas by use aside.
SAME_ON_ALL_SITES = STATED | {"district", "footprint_area", "building_length", "building_width"}


def same_on_all_sites(names: frozenset[str]) -> bool:
    """Whether the proposal and the kind of ground alone give the values of all these variables."""
    return all(name in SAME_ON_ALL_SITES or name.endswith(FLOOR_AREA_SUFFIX) for name in names)


def _if_all_known(
    pick: Callable[[list[Decimal]], Decimal], values: Sequence[Decimal | None]
) -> Decimal | None:
    """The least or greatest of values that are all known; else nothing is known."""
    known = [value for value in values if value is not None]
    return pick(known) if known and len(known) == len(values) else None


def _number(value: object) -> Decimal | None:
    """A number from an overlay's free attributes; None for what is no finite number."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
