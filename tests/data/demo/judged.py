"""The town's buildings and proposals put before the rule engine, without a database.

Edges come from the product's own classifier, so the generator is not asked about its own work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import numpy as np
import shapely

from data.demo.buildings import Building
from data.demo.parcels import Parcel
from data.demo.registry import Application
from data.demo.town import Town
from data.demo.zones import PLAN_STATES
from parcels.edges import EdgeKind, EdgeTable, Streets, Surroundings, classify_edges
from zoning.rules.engine import evaluate
from zoning.rules.findings import Judgement
from zoning.rules.loading import load_rulebook
from zoning.rules.rulebook import Rulebook
from zoning.rules.site import Edge, OverlayPart, Proposal, Site, ZoneShare

RULEBOOKS = Path(__file__).parents[3] / "data" / "rulebooks"


@lru_cache
def rulebook(version: str) -> Rulebook:
    name = next(state.rulebook for state in PLAN_STATES if state.label == version)
    return load_rulebook((RULEBOOKS / name).read_text(encoding="utf-8"))


def decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


@dataclass
class Court:
    """Judges anything that stands or is proposed in one town."""

    town: Town
    edges: EdgeTable
    numbers: dict[str, int]

    @classmethod
    def of(cls, town: Town) -> Court:
        streets = Streets(
            centre_lines=[street.line for street in town.streets],
            width_m=[street.planned_width_m for street in town.streets],
            names=[street.name.en for street in town.streets],
        )
        around = Surroundings(
            streets=streets,
            open_spaces=[town.layout.countryside],
            watercourses=[town.layout.sea],
        )
        edges = classify_edges([p.lot.polygon for p in town.parcels], surroundings=around)
        return cls(town, edges, {p.reference: i for i, p in enumerate(town.parcels)})

    def judge(self, what: Building | Application, *, version: str, on: date) -> Judgement:
        reference = what.parcel if isinstance(what, Building) else what.parcels[0]
        parcel = self.town.parcels[self.numbers[reference]]
        areas = what.floor_areas_m2
        proposal = Proposal(
            footprint=what.footprint,
            storeys=decimal(what.storeys),
            height_m=decimal(what.height_m),
            floor_areas_m2=None
            if areas is None
            else {u: Decimal(str(a)) for u, a in areas.items()},
            dwelling_units=decimal(what.dwelling_units),
            parking_stalls=decimal(what.parking_stalls),
            roof_annex_m2=decimal(getattr(what, "roof_annex_m2", 0.0)),
        )
        return evaluate(self._site(parcel, version), proposal, rulebook(version), on=on)

    def _site(self, parcel: Parcel, version: str) -> Site:
        polygon = parcel.lot.polygon
        district = self.town.districts_of_faces[version][parcel.face]
        return Site(
            reference=parcel.reference,
            geometry=polygon,
            zones=(ZoneShare(district, polygon.area, 1.0),),
            edges=self._edges(self.numbers[parcel.reference]),
            overlays=tuple(
                OverlayPart(one.kind, one.code, common, one.attributes)
                for one in self.town.overlays
                if shapely.area(common := shapely.intersection(polygon, one.geometry)) > 0.01
            ),
            registered_area_m2=decimal(parcel.registered_area_m2),
        )

    def _edges(self, number: int) -> tuple[Edge, ...]:
        table = self.edges
        return tuple(
            Edge(
                line=table.line[row],
                kind=EdgeKind(table.kind[row]),
                street_width_m=(
                    None
                    if np.isnan(table.street_width_m[row])
                    else Decimal(str(table.street_width_m[row]))
                ),
                confidence=float(table.confidence[row]),
            )
            for row in np.flatnonzero(table.parcel == number)
        )
