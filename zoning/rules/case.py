"""A site and a proposal seen as the variables that rules read, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
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
        taken = [part.geometry for part in self.site.overlays if part.kind == WIDENING]
        if not taken:
            return self.site.geometry
        return polygons(shapely.difference(self.site.geometry, shapely.union_all(taken)))

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
            Decimal(str(part.attributes["height_limit_m"]))
            for part in site.overlays
            if part.attributes.get("height_limit_m") is not None
        ]
        return {
            "lot_area": (lot, source),
            "net_lot_area": (net, source),
            "measured_lot_area": (drawn, "parcel_polygon"),
            "overlay_height_limit": (min(limits) if limits else None, "overlay"),
        }

    def _streets(self) -> dict[str, tuple[Value, str]]:
        if not self.trusted_edges:
            return dict.fromkeys(FROM_EDGES, (None, "parcel_edges"))
        fronts = self.edges_of(EdgeKind.FRONT)
        facing = (*fronts, *self.edges_of(EdgeKind.SECONDARY_STREET))
        front_line = shapely.union_all([edge.line for edge in fronts])
        return {
            "street_width": (_widest(fronts), "street_plan"),
            "widest_street_width": (_widest(facing), "street_plan"),
            "frontage": (length_m(edge.line for edge in fronts), "parcel_edges"),
            "lot_depth": (depth_m(self.site.geometry, front_line), "parcel_edges"),
            "corner_lot": (len(facing) > len(fronts), "parcel_edges"),
        }

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
            "building_length": (proposal.building_length_m or length, "drawing"),
            "building_width": (proposal.building_width_m or width, "drawing"),
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
            values["edge_length"] = length_m([edge.line])
            if edge.street_width_m is not None:
                values["street_width"] = edge.street_width_m
        return values

    def inputs(self, names: frozenset[str], values: Mapping[str, Value]) -> tuple[Input, ...]:
        """The named variables as inputs of a finding."""
        found = []
        for name in sorted(names):
            value = values.get(name)
            shown = ("yes" if value else "no") if isinstance(value, bool) else value
            source = self._known.get(name, (None, "parcel_edges"))[1]
            found.append(Input(name, shown, unit_of(name) or "count", source))
        return tuple(found)


def _widest(edges: tuple[Edge, ...]) -> Decimal | None:
    widths = [edge.street_width_m for edge in edges if edge.street_width_m is not None]
    return max(widths) if widths else None
