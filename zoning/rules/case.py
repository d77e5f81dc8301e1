"""A site and a proposal seen as the variables that rules read, each with its source."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property

import shapely
from shapely.geometry.base import BaseGeometry

from parcels.edges import CONFIDENCE_LIMIT, EdgeKind
from zoning.rules.expressions import Value
from zoning.rules.findings import Input
from zoning.rules.measure import (
    MINOR_PART_AREA_M2,
    MINOR_PART_SHARE,
    area_m2,
    depth_m,
    length_m,
    polygons,
    sides_m,
)
from zoning.rules.rulebook import Rulebook
from zoning.rules.site import Edge, Proposal, Site, ZoneShare
from zoning.rules.variables import FLOOR_AREA_SUFFIX, unit_of

WIDENING = "widening"
FROM_EDGES = frozenset(
    {"street_width", "widest_street_width", "frontage", "lot_depth", "corner_lot"}
)
ON_STREETS = frozenset({EdgeKind.FRONT, EdgeKind.SECONDARY_STREET})
# A widening belongs to an edge when it lies along at least this share of it, this near.
ALONG_SHARE = 0.5
ALONG_M = 0.05


@dataclass(frozen=True)
class Part:
    """Ground on which the same rules hold: its district, and the overlays and parcels it is in."""

    district: str = ""
    overlays: frozenset[str] = frozenset()
    parcels: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Case:
    """One proposal on one site, to be judged on one day by one rulebook."""

    site: Site
    proposal: Proposal
    on: date
    rulebook: Rulebook

    @cached_property
    def districts(self) -> tuple[ZoneShare, ...]:
        """The districts that matter, largest share first; slivers are drawing noise."""
        parts = [
            zone
            for zone in self.site.zones
            if zone.share >= MINOR_PART_SHARE and zone.area_m2 >= MINOR_PART_AREA_M2
        ]
        return tuple(sorted(parts, key=lambda zone: -zone.share))

    @cached_property
    def district_codes(self) -> tuple[str, ...]:
        """The districts that matter; an empty code for ground that lies in none."""
        codes = tuple(zone.district for zone in self.districts)
        unzoned = 1 - sum(zone.share for zone in self.site.zones)
        if unzoned >= MINOR_PART_SHARE and unzoned * self.site.geometry.area >= MINOR_PART_AREA_M2:
            codes = (*codes, "")
        return codes or ("",)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Every kind of ground that the site may hold, for the strictest of them to decide.

        An overlay or a note on one of several parcels holds on its own ground only: the site is
        judged with it and without it.
        """
        return tuple(
            Part(district, overlays, parcels)
            for district in self.district_codes
            for overlays in self._overlays_together()
            for parcels in self._parcels_together()
        )

    def _overlays_together(self) -> list[frozenset[str]]:
        named = {name for rule in self.rulebook.rules for name in rule.rule.scope.overlays}
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
        noted = {name for rule in self.rulebook.rules for name in rule.rule.scope.parcels}
        references = self.site.references
        if references.isdisjoint(noted):
            return [frozenset()]
        return [frozenset({reference}) for reference in sorted(references)]

    def _is_everywhere(self, geometry: BaseGeometry) -> bool:
        outside = shapely.area(shapely.difference(self.site.geometry, geometry))
        share = outside / shapely.area(self.site.geometry)
        return bool(outside < MINOR_PART_AREA_M2 or share < MINOR_PART_SHARE)

    @cached_property
    def trusted_edges(self) -> bool:
        """Whether the front is known well enough for widths and depths to be derived from it."""
        fronts = self.edges_of(EdgeKind.FRONT)
        return bool(fronts) and all(edge.confidence >= CONFIDENCE_LIMIT for edge in fronts)

    def edges_of(self, *kinds: EdgeKind) -> tuple[Edge, ...]:
        """The parcel's edges of these kinds."""
        return tuple(edge for edge in self.site.edges if edge.kind in kinds)

    @cached_property
    def net_parcel(self) -> BaseGeometry:
        """The parcel less the land that road widenings take."""
        if self._taken.is_empty:
            return self.site.geometry
        return polygons(shapely.difference(self.site.geometry, self._taken))

    @cached_property
    def _taken(self) -> BaseGeometry:
        """The land that road widenings take of the parcel."""
        taken = [part.geometry for part in self.site.overlays if part.kind == WIDENING]
        return polygons(shapely.intersection(shapely.union_all(taken), self.site.geometry))

    def taken_along(self, edge: Edge) -> BaseGeometry:
        """The widening along a street edge: its setback counts from there. Empty for other edges.

        Where one widening lies along two streets, both setbacks count from the whole of it.
        """
        if edge.kind not in ON_STREETS or self._taken.is_empty:
            return shapely.Polygon()
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

    @cached_property
    def _known(self) -> Mapping[str, tuple[Value, str]]:
        return {
            **self._land(),
            **self._streets(),
            **self._building(),
        }

    def lot_area_m2(self, name: str) -> Decimal:
        """One of the parcel's areas by its variable's name, in m²; always known."""
        value = self._known[name][0]
        if not isinstance(value, Decimal):
            raise TypeError(f"{name} is not an area")
        return value

    def _land(self) -> dict[str, tuple[Value, str]]:
        site = self.site
        drawn = area_m2(site.geometry)
        if site.registered_area_m2 is not None:
            lot, source = site.registered_area_m2, "registered_area"
        elif site.surveyed_area_m2 is not None:
            lot, source = site.surveyed_area_m2, "surveyed_area"
        else:
            lot, source = drawn, "parcel_polygon"
        net = lot * area_m2(self.net_parcel) / drawn if drawn else None
        limits = [
            _number(part.attributes["height_limit_m"])
            for part in site.overlays
            if part.attributes.get("height_limit_m") is not None
        ]
        return {
            "lot_area": (lot, source),
            "net_lot_area": (net, source),
            "measured_lot_area": (drawn, "parcel_polygon"),
            "overlay_height_limit": (_if_all_known(min, limits), "overlay"),
        }

    def _streets(self) -> dict[str, tuple[Value, str]]:
        if not self.trusted_edges:
            return dict.fromkeys(FROM_EDGES, (None, "parcel_edges"))
        fronts = self.edges_of(EdgeKind.FRONT)
        facing = (*fronts, *self.edges_of(EdgeKind.SECONDARY_STREET))
        front_line = shapely.union_all([edge.line for edge in fronts])
        return {
            "street_width": (
                _if_all_known(max, [edge.street_width_m for edge in fronts]),
                "street_plan",
            ),
            "widest_street_width": (self._widest_street_width(facing), "street_plan"),
            "frontage": (length_m(edge.line for edge in fronts), "parcel_edges"),
            "lot_depth": (depth_m(self.site.geometry, front_line), "parcel_edges"),
            "corner_lot": (self._corner_lot(), "parcel_edges"),
        }

    def _widest_street_width(self, facing: tuple[Edge, ...]) -> Decimal | None:
        """Not known while any edge may face a street of which the width is not known."""
        if self._corner_lot() is None:
            return None
        return _if_all_known(max, [edge.street_width_m for edge in facing])

    def _corner_lot(self) -> bool | None:
        """Whether there is a second street; not known while an edge may be one."""
        second = self.edges_of(EdgeKind.SECONDARY_STREET)
        if any(edge.confidence >= CONFIDENCE_LIMIT for edge in second):
            return True
        doubtful = any(
            edge.kind == EdgeKind.UNKNOWN or edge.confidence < CONFIDENCE_LIMIT
            for edge in self.site.edges
        )
        return None if doubtful else False

    def _building(self) -> dict[str, tuple[Value, str]]:
        proposal = self.proposal
        areas = proposal.floor_areas_m2
        footprint = proposal.footprint
        length, width = sides_m(footprint) if footprint is not None else (None, None)
        stated = "application"
        variables: dict[str, tuple[Value, str]] = {
            "storeys": (proposal.storeys, stated),
            "height": (proposal.height_m, stated),
            "dwelling_units": (proposal.dwelling_units, stated),
            "parking_stalls": (proposal.parking_stalls, stated),
            "floor_area": (sum(areas.values(), Decimal(0)) if areas is not None else None, stated),
            "footprint_area": (area_m2(footprint) if footprint is not None else None, "drawing"),
            "building_length": _stated_or_drawn(proposal.building_length_m, length),
            "building_width": _stated_or_drawn(proposal.building_width_m, width),
        }
        for use in self.rulebook.document.uses:
            amount = None if areas is None else areas.get(use, Decimal(0))
            variables[use + FLOOR_AREA_SUFFIX] = (amount, stated)
        return variables

    def values(self, *, district: str, edge: Edge | None = None) -> dict[str, Value]:
        """Every variable's value in SI, as one district's rules see it, on one edge if given."""
        values: dict[str, Value] = {name: value for name, (value, _) in self._known.items()}
        values["district"] = district
        if edge is not None:
            values["edge_length"] = None if edge.line.is_empty else length_m([edge.line])
            # An edge on a street whose width is not known must not borrow another street's.
            if edge.street_width_m is not None or edge.kind in ON_STREETS:
                values["street_width"] = edge.street_width_m
        return values

    def inputs(self, names: frozenset[str], values: Mapping[str, Value]) -> tuple[Input, ...]:
        """The named variables as inputs of a finding."""
        found = []
        for name in sorted(names):
            value = values.get(name)
            shown = ("yes" if value else "no") if isinstance(value, bool) else value
            source = self._known.get(name, (None, _SOURCES.get(name, "parcel_edges")))[1]
            found.append(Input(name, shown, unit_of(name) or "count", source))
        return tuple(found)


_SOURCES = {"district": "zoning_plan"}


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


def _stated_or_drawn(stated: Decimal | None, drawn: Decimal | None) -> tuple[Value, str]:
    return (drawn, "drawing") if stated is None else (stated, "application")
