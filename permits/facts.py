"""Rows turned into the plain values that the engine judges: a site as the law sees it on a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import shapely
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from gisapp.errors import BadInput, Conflict
from gisapp.geometry import to_shapely
from parcels.models import Parcel
from permits.models import Application
from permits.proposals import Stated, in_si, read_stated
from permits.sites import (
    Ground,
    Zones,
    make_sites,
    read_edges,
    read_surroundings,
    read_zones,
    whole,
    zone_shares,
)
from permits.terrain import terrain_reader
from zoning.models import PlanVersion, Rulebook
from zoning.overlaps import as_array
from zoning.rules import rulebook as rules
from zoning.rules.catalogue import KINDS
from zoning.rules.document import Document, Instrument
from zoning.rules.loading import load_rulebook
from zoning.rules.measure import polygons
from zoning.rules.site import JOINT, Edge, Proposal, Site

# Edges of neighbouring parcels in one application count as inner when they run this close.
COMMON_EDGE_M = 0.05
# What is left of an edge between parcels at its ends is within that distance, too.
LEAST_EDGE_M = 3 * COMMON_EDGE_M


class NoPlanInForce(Conflict):
    """No plan says anything about this place on this day, so nothing can be decided."""

    code = "no-plan-in-force"
    title = gettext_lazy("No plan in force")


@dataclass(frozen=True)
class Facts:
    """A site on a day, with the plan version that governs it and its rulebook."""

    site: Site
    version: PlanVersion
    rulebook: rules.Rulebook
    on: date


def facts_of(parcels: Sequence[Parcel], *, on: date) -> Facts:
    """What the plan in force on the day says about these parcels.

    Geometry in the metric CRS. Raises BadInput without parcels and NoPlanInForce where no plan
    version covers the site on the day.
    """
    if not parcels:
        raise BadInput(_("The application names no parcel; link one to it."), pointer="/parcels")
    ground = _ground(parcels)
    municipality = parcels[0].municipality_id
    version, zones = _governing(ground, municipality, on=on)
    surroundings = read_surroundings(municipality, on=on, near=ground.geometry)
    (site,) = make_sites([ground], zones, surroundings)
    rulebook = rulebook_of(version)
    with terrain_reader(municipality, rulebook.names) as on_its_ground:
        return Facts(on_its_ground(site), version, rulebook, on)


def _ground(parcels: Sequence[Parcel]) -> Ground:
    """The land of one or several parcels."""
    geometry = whole([to_shapely(parcel.geometry) for parcel in parcels])
    return Ground(
        reference=JOINT.join(parcel.reference for parcel in parcels),
        geometry=geometry,
        parcels=frozenset(parcel.pk for parcel in parcels),
        edges=_outer_edges(parcels, geometry),
        registered_area_m2=_sum([parcel.registered_area_m2 for parcel in parcels]),
        surveyed_area_m2=_sum([parcel.surveyed_area_m2 for parcel in parcels]),
    )


def _sum(areas: Sequence[Decimal | None]) -> Decimal | None:
    """The sum, or nothing when one of the parts is not known."""
    known = [area for area in areas if area is not None]
    return sum(known, Decimal(0)) if len(known) == len(areas) else None


def _governing(ground: Ground, municipality_id: int, *, on: date) -> tuple[PlanVersion, Zones]:
    """The version that governs: the latest enacted of those in force that zones the site."""
    in_force = PlanVersion.objects.in_force(on=on).filter(plan__municipality=municipality_id)
    for candidate in in_force.select_related("plan"):
        zones = read_zones(candidate, near=ground.geometry)
        if any(zone_shares(as_array([ground.geometry]), zones)):
            return candidate, zones
    raise NoPlanInForce(
        _("No plan in force on %(day)s covers parcel %(parcel)s, so nothing can be decided.")
        % {"day": on.isoformat(), "parcel": ground.reference.split(JOINT)[0]}
    )


def _outer_edges(parcels: Sequence[Parcel], geometry: BaseGeometry) -> tuple[Edge, ...]:
    """The edges on the outer boundary; those between parcels of one application fall away."""
    by_parcel = read_edges([parcel.pk for parcel in parcels])
    edges = tuple(edge for key in sorted(by_parcel) for edge in by_parcel[key])
    if len(parcels) == 1:
        return edges
    outline = shapely.buffer(shapely.boundary(geometry), COMMON_EDGE_M)
    return tuple(outer for edge in edges for outer in _outer_parts(edge, outline))


def _outer_parts(edge: Edge, outline: BaseGeometry) -> Iterator[Edge]:
    """The edge as far as it runs along the outline; a deeper neighbour leaves a part of it."""
    if shapely.covers(outline, edge.line):
        yield edge
        return
    left = shapely.line_merge(shapely.intersection(edge.line, outline))
    for line in shapely.get_parts(left):
        if isinstance(line, LineString) and shapely.length(line) > LEAST_EDGE_M:
            yield replace(edge, line=line)


# --- rulebooks --------------------------------------------------------------------------------


def rulebook_of(version: PlanVersion) -> rules.Rulebook:
    """The version's rulebook; one without any rule where the version has none."""
    row = Rulebook.objects.filter(version=version).first()
    if row is None:
        return _silent_rulebook(version.plan.reference, version.label)
    return _loaded(row.digest, row.source_text)


@lru_cache(maxsize=16)
def _loaded(digest: str, text: str) -> rules.Rulebook:
    return load_rulebook(text)


@lru_cache(maxsize=16)
def _silent_rulebook(reference: str, label: str) -> rules.Rulebook:
    """A rulebook that says nothing, so that every kind is answered with “no rule”."""
    document = Document(
        rulebook="none",
        version="0",
        title={"en": f"{reference} {label}"},
        instrument=Instrument(title={"en": reference}, date=date.min),
        districts={},
        mandatory=list(KINDS),
        rules=[],
    )
    return rules.Rulebook(document, (), digest="")


# --- proposals --------------------------------------------------------------------------------


def proposal_of(application: Application) -> Proposal:
    """What the application proposes. Raises BadInput for a stated value that can not be one.

    ``Application.declared`` holds values of the proposal by their names, what an authority has
    cleared, and measures that stand in for a drawing: see :class:`Proposal`.
    """
    stated = {
        name: value for name, value in application.declared.items() if name in Stated.model_fields
    }
    declared = {
        name: number(value, pointer=f"/declared/{name}")
        for name, value in application.declared.items()
        if name not in stated and name != "cleared"
    }
    areas = application.floor_areas_m2
    footprint = application.footprint
    return Proposal(
        footprint=None if footprint is None else polygons(to_shapely(footprint)),
        storeys=application.storeys,
        height_m=application.height_m,
        floor_areas_m2=None if areas is None else floor_areas(areas),
        dwelling_units=_decimal(application.dwelling_units),
        parking_stalls=_decimal(application.parking_stalls),
        declared=in_si(declared),
        cleared=frozenset(application.declared.get("cleared", ())),
        **read_stated(stated, pointer="/declared"),
    )


def floor_areas(areas: Mapping[str, Any]) -> dict[str, Decimal]:
    """Floor area in m² by use. Raises BadInput for what is no number or negative."""
    return {
        use: number(area, pointer=f"/floor_areas_m2/{use}") for use, area in sorted(areas.items())
    }


def number(value: Any, *, pointer: str) -> Decimal:
    """A finite number that is not negative. Raises BadInput otherwise."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if isinstance(value, bool) or not found.is_finite() or found < 0:
        raise BadInput(
            _("“%(value)s” is not a number of zero or more.") % {"value": value}, pointer=pointer
        )
    return found


def _decimal(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)
