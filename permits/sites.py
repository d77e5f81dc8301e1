"""Ground and what lies on it and near it, made into the sites that the engine judges.

One application and a whole city pass through the same functions, so that they give equal sites.
Rows are read in few set-based queries, in a fixed order; geometry is computed on arrays, in the
deployment's metric CRS. Lengths are metres, areas square metres.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

import numpy as np
import shapely
from django.contrib.gis.db.models import QuerySet
from django.contrib.gis.db.models.functions import AsWKB
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gisapp.geometry import from_shapely
from parcels.edges import EdgeKind
from parcels.models import Building, ParcelEdge, StreetSegment
from zoning.extract import ROUNDING_M
from zoning.models import Overlay, PlanVersion, Zone
from zoning.overlaps import Geometries, Layer, as_array, reach
from zoning.rules.measure import common, polygons
from zoning.rules.site import Edge, OverlayPart, Site, SiteBuilding, SiteObject, ZoneShare

OBJECTS_REACH_M = 250
"""How far around a site things are looked for that rules keep a distance from."""
OBJECT_KINDS = (
    Overlay.Kind.HERITAGE,
    Overlay.Kind.FLOOD,
    Overlay.Kind.COAST,
    Overlay.Kind.EASEMENT,
    Overlay.Kind.OPEN_SPACE,
)
BUILDINGS_REACH_M = 30
"""How far around a site the existing buildings count as its neighbours."""


@dataclass(frozen=True)
class Ground:
    """The land of one site: one parcel, or several under one application."""

    reference: str
    geometry: Polygon | MultiPolygon
    parcels: frozenset[int]
    edges: tuple[Edge, ...]
    registered_area_m2: Decimal | None
    surveyed_area_m2: Decimal | None


@dataclass(frozen=True)
class Zones:
    """The zones of one plan version, each with the code of its district."""

    layer: Layer
    districts: list[str]


@dataclass(frozen=True)
class Surroundings:
    """Overlays in force and existing buildings, around a place or in a whole municipality.

    ``overlays`` have the distance that they reach; ``objects`` are the same things as drawn.
    """

    overlays: Layer
    overlay_facts: list[tuple[str, str, Mapping[str, Any]]]
    objects: Layer
    object_facts: list[tuple[str, str]]
    object_kinds: frozenset[str]
    buildings: Layer
    building_facts: list[tuple[Decimal | None, int | None]]
    buildings_known: bool


# --- reading ----------------------------------------------------------------------------------


def rows_of(query: QuerySet, geometry: str, *columns: str) -> tuple[Geometries, list[Any]]:
    """The geometries of a query's rows, and the other columns of each as a tuple."""
    rows = list(query.values_list(AsWKB(geometry), *columns))
    shapes = shapely.from_wkb([bytes(row[0]) for row in rows])
    return as_array(shapes), [row[1:] for row in rows]


def read_zones(version: PlanVersion, *, near: BaseGeometry | None = None) -> Zones:
    """The version's zones, those near a place or all."""
    query = Zone.objects.filter(version=version).order_by("pk")
    if near is not None:
        query = query.filter(geometry__bboverlaps=from_shapely(near))
    shapes, rows = rows_of(query, "geometry", "district__code")
    return Zones(Layer(shapes), [code for (code,) in rows])


def read_surroundings(
    municipality_id: int, *, on: date, near: BaseGeometry | None = None
) -> Surroundings:
    """What lies around a place, or in the whole municipality, on a day."""
    stored = Overlay.objects.filter(municipality=municipality_id)
    overlays = stored.in_force(on=on).order_by("pk")
    built = Building.objects.filter(municipality=municipality_id, footprint__isnull=False)
    buildings = built.order_by("pk")
    if near is not None:
        place = from_shapely(near)
        overlays = overlays.reaching(place, beyond_m=OBJECTS_REACH_M + ROUNDING_M)
        buildings = buildings.filter(
            footprint__dwithin=(place, float(BUILDINGS_REACH_M + ROUNDING_M))
        )
    drawn, facts = rows_of(overlays, "geometry", "kind", "code", "attributes", "distance_m")
    kept_away_from = [index for index, fact in enumerate(facts) if fact[0] in OBJECT_KINDS]
    footprints, building_facts = rows_of(buildings, "footprint", "height_m", "parcel_id")
    return Surroundings(
        overlays=Layer(reach(drawn, [fact[3] for fact in facts])),
        overlay_facts=[fact[:3] for fact in facts],
        objects=Layer(drawn[kept_away_from]),
        object_facts=[facts[index][:2] for index in kept_away_from],
        object_kinds=_object_kinds(stored),
        buildings=Layer(footprints),
        building_facts=building_facts,
        buildings_known=bool(building_facts) or built.exists(),
    )


def _object_kinds(overlays: QuerySet) -> frozenset[str]:
    """The kinds and the codes of which anything at all is stored, whatever its dates."""
    rows = overlays.filter(kind__in=OBJECT_KINDS).order_by().values_list("kind", "code").distinct()
    return frozenset(name for names in rows for name in names if name)


def read_edges(parcels: Sequence[int]) -> dict[int, list[Edge]]:
    """The edges of these parcels along their boundary, by parcel."""
    query = ParcelEdge.objects.filter(parcel__in=parcels).order_by("parcel_id", "position")
    columns = ("parcel_id", "kind", "street_id", "street_width_m", "confidence", "source")
    lines, rows = rows_of(query, "geometry", *columns)
    names = _street_names({row[2] for row in rows if row[2] is not None})
    found: dict[int, list[Edge]] = defaultdict(list)
    for line, (parcel, kind, street, width_m, confidence, source) in zip(lines, rows, strict=True):
        found[parcel].append(
            Edge(
                line=line,
                kind=EdgeKind(kind),
                street_width_m=width_m,
                street_name=names.get(street, ""),
                confidence=confidence,
                source=source,
            )
        )
    return found


def _street_names(streets: set[int]) -> dict[int, str]:
    """The names in the active language."""
    rows = StreetSegment.objects.filter(pk__in=streets).defer("centre_line")
    return {row.pk: row.name for row in rows}


def whole(parcels: Sequence[BaseGeometry]) -> Polygon | MultiPolygon:
    """The ground of these parcels' boundaries together, as a polygon where it is of one part."""
    if len(parcels) == 1 and shapely.get_num_geometries(parcels[0]) == 1:
        (only,) = shapely.get_parts(parcels[0])
        return cast(Polygon, only)
    return polygons(shapely.union_all(list(parcels)))


# --- arrays to sites --------------------------------------------------------------------------


def make_sites(
    grounds: Sequence[Ground], zones: Zones, surroundings: Surroundings
) -> Iterator[Site]:
    """The site of each ground, in their order. A ground in no zone gets a site without zones."""
    lands = as_array([ground.geometry for ground in grounds])
    by_district = zone_shares(lands, zones)
    overlays = _overlay_parts(lands, surroundings)
    objects = _objects_near(lands, surroundings)
    buildings = _buildings_near(grounds, lands, surroundings)
    reach_m = Decimal(OBJECTS_REACH_M)
    for index, ground in enumerate(grounds):
        yield Site(
            reference=ground.reference,
            geometry=ground.geometry,
            zones=by_district[index],
            edges=ground.edges,
            overlays=tuple(overlays[index]),
            registered_area_m2=ground.registered_area_m2,
            surveyed_area_m2=ground.surveyed_area_m2,
            objects=tuple(objects[index]),
            object_kinds=surroundings.object_kinds,
            objects_reach_m=reach_m,
            buildings=tuple(buildings[index]),
            buildings_known=surroundings.buildings_known,
        )


def zone_shares(lands: Geometries, zones: Zones) -> list[tuple[ZoneShare, ...]]:
    """The part of each land in each district, by code; touching without area does not count."""
    parts: list[dict[str, list[BaseGeometry]]] = [defaultdict(list) for _ in lands]
    for land, zone, part in zip(*zones.layer.on(lands), strict=True):
        parts[land][zones.districts[zone]].append(part)
    wholes_m2 = shapely.area(lands)
    found = []
    for by_district, whole_m2 in zip(parts, wholes_m2, strict=True):
        shares = []
        for code in sorted(by_district):
            several = by_district[code]
            common = several[0] if len(several) == 1 else shapely.union_all(several)
            area_m2 = float(shapely.area(common))
            shares.append(ZoneShare(code, area_m2, area_m2 / float(whole_m2), common))
        found.append(tuple(shares))
    return found


def _overlay_parts(lands: Geometries, around: Surroundings) -> list[list[OverlayPart]]:
    """The parts of overlays, with the distance that they reach, on each land."""
    found: list[list[OverlayPart]] = [[] for _ in lands]
    for land, index, part in zip(*around.overlays.on(lands), strict=True):
        kind, code, attributes = around.overlay_facts[index]
        found[land].append(OverlayPart(kind, code, part, attributes))
    return found


def _objects_near(lands: Geometries, around: Surroundings) -> list[list[SiteObject]]:
    """The objects within reach of each land, cut to a frame that reaches as far beyond it.

    Whatever comes within reach of the land is in the frame, so that no distance changes.
    """
    found: list[list[SiteObject]] = [[] for _ in lands]
    land, thing = around.objects.near(lands, distance_m=OBJECTS_REACH_M)
    frames = shapely.bounds(lands) + np.array([-1, -1, 1, 1]) * OBJECTS_REACH_M
    extents = shapely.bounds(around.objects.geometries)
    inside = np.all(extents[thing][:, :2] >= frames[land][:, :2], axis=1)
    inside &= np.all(extents[thing][:, 2:] <= frames[land][:, 2:], axis=1)
    drawn = around.objects.geometries[thing]
    for place, index, whole, geometry in zip(land, thing, inside, drawn, strict=True):
        kind, code = around.object_facts[index]
        cut = geometry if whole else _cut(geometry, frames[place])
        found[place].append(SiteObject(kind, code, cut))
    return found


def _cut(geometry: BaseGeometry, frame: np.ndarray) -> BaseGeometry:
    cut = shapely.clip_by_rect(geometry, *frame)
    # Clipping is quick but not always clean.
    return cut if cut.is_valid else shapely.intersection(geometry, shapely.box(*frame))


def _buildings_near(
    grounds: Sequence[Ground], lands: Geometries, around: Surroundings
) -> list[list[SiteBuilding]]:
    """The buildings on each land and on the land around it.

    A building belongs to the parcel it is registered on; without one, to where most of it stands.
    """
    found: list[list[SiteBuilding]] = [[] for _ in lands]
    land, thing = around.buildings.near(lands, distance_m=BUILDINGS_REACH_M)
    footprints = around.buildings.geometries[thing]
    for place, index, footprint in zip(land, thing, footprints, strict=True):
        height_m, parcel = around.building_facts[index]
        if parcel is None:
            common_m2 = shapely.area(common(footprint, lands[place]))
            own = bool(common_m2 > shapely.area(footprint) / 2)
        else:
            own = parcel in grounds[place].parcels
        found[place].append(SiteBuilding(footprint, height_m, own))
    return found
