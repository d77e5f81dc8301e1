"""The demo town's records as model rows, not yet saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import shapely
from django.conf import settings
from django.contrib.gis.geos import LineString, Point

from data.demo.names import Name
from data.demo.parcels import Parcel as Plot
from data.demo.standards import DISTRICTS
from data.demo.town import Town
from data.demo.zones import PLAN_STATES
from gisapp.geometry import from_shapely, multipolygon
from gisapp.models import Municipality
from gisapp.translated import texts
from parcels.models import Building, Parcel, Place, StreetSegment
from permits.models import Application
from zoning.models import District, Overlay, Plan, PlanVersion, Rulebook, Zone

RULEBOOKS = settings.BASE_DIR / "data" / "rulebooks"
AIRPORT_SINCE = date(2019, 1, 1)


def _amount(value: float | None) -> Decimal | None:
    """A measure as the decimal that it is written as; nothing stays nothing."""
    return None if value is None else Decimal(str(value))


def _line(line: shapely.LineString) -> LineString:
    return LineString(list(line.coords), srid=settings.METRIC_SRID)


def _point(point: shapely.Point) -> Point:
    return Point(point.x, point.y, srid=settings.METRIC_SRID)


def _name(name: Name) -> dict[str, str]:
    return texts("name", name._asdict())


@dataclass(frozen=True)
class DemoRows:
    """Turns the town's records into rows of one municipality; geometry is in the metric CRS."""

    town: Town
    municipality: Municipality
    source: str

    def streets(self) -> list[StreetSegment]:
        return [
            StreetSegment(
                municipality=self.municipality,
                source=self.source,
                source_id=f"street-{street.number}",
                **_name(street.name),
                street_class=street.street_class,
                centre_line=_line(street.line),
                planned_width_m=_amount(street.planned_width_m),
                existing_width_m=_amount(street.existing_width_m),
                width_source=StreetSegment.WidthSource.PLAN,
            )
            for street in self.town.streets
        ]

    def parcels(self) -> list[Parcel]:
        uses = {building.parcel: building.use for building in self.town.buildings}
        return [
            Parcel(
                municipality=self.municipality,
                source=self.source,
                source_id=f"parcel-{plot.reference}",
                block=str(plot.block),
                number=str(plot.number),
                registered_area_m2=_amount(plot.registered_area_m2),
                surveyed_area_m2=_amount(plot.surveyed_area_m2),
                geometry=multipolygon(plot.lot.polygon),
                address=" · ".join(sorted(set(self._addresses(plot).values()))),
                land_use=uses.get(plot.reference, "vacant"),
                attributes={"lot_kind": plot.lot.kind, "addresses": self._addresses(plot)},
            )
            for plot in self.town.parcels
        ]

    def _addresses(self, plot: Plot) -> dict[str, str]:
        """House number and front street, by language."""
        streets = self.town.streets
        front = max(
            plot.lot.sides,
            key=lambda side: (streets[side.street].planned_width_m, -round(side.length_m, 2)),
            default=None,
        )
        if front is None:
            return {}
        name, number = streets[front.street].name, plot.number
        return {
            "ar": f"{name.ar}، {number}",
            "en": f"{number}, {name.en}",
            "fr": f"{number}, {name.fr}",
        }

    def buildings(self, parcels: Mapping[str, Parcel]) -> list[Building]:
        return [
            Building(
                municipality=self.municipality,
                source=self.source,
                source_id=f"building-{building.parcel}",
                parcel=parcels[building.parcel],
                footprint=multipolygon(building.footprint),
                storeys=building.storeys,
                height_m=_amount(building.height_m),
                floor_areas_m2=building.floor_areas_m2,
                dwelling_units=building.dwelling_units,
                parking_stalls=building.parking_stalls,
                year_built=building.year_built,
                use=building.use,
            )
            for building in self.town.buildings
        ]

    def places(self) -> list[Place]:
        return [
            Place(
                municipality=self.municipality,
                source=self.source,
                source_id=f"place-{number}",
                **_name(place.name),
                category=place.category,
                location=_point(place.location),
            )
            for number, place in enumerate(self.town.places, start=1)
        ]

    def overlays(self) -> list[Overlay]:
        return [
            Overlay(
                municipality=self.municipality,
                source=self.source,
                source_id=overlay.code,
                kind=overlay.kind,
                code=overlay.code,
                **_name(overlay.name),
                geometry=from_shapely(overlay.geometry),
                distance_m=_amount(overlay.distance_m),
                validity=(AIRPORT_SINCE, None) if overlay.kind == "airport" else None,
                attributes=overlay.attributes,
            )
            for overlay in self.town.overlays
        ]

    # --- the plan -----------------------------------------------------------------------------

    def plan(self) -> Plan:
        return Plan(
            municipality=self.municipality,
            reference="MP-2016",
            kind=Plan.Kind.MASTER,
            **texts(
                "name",
                {
                    "ar": "المخطط الهيكلي لمدينة الريحان",
                    "en": "Master plan of Madinat ar-Rayhan",
                    "fr": "Plan directeur de Madinat ar-Rayhan",
                },
            ),
            approving_act="7/2024",
            scope=multipolygon(self.town.layout.scope),
        )

    def districts(self, plan: Plan) -> list[District]:
        return [
            District(
                plan=plan,
                code=code,
                **_name(district.name),
                **texts("description", {}),
                colour=district.colour,
                category=district.category,
            )
            for code, district in DISTRICTS.items()
        ]

    def versions(self, plan: Plan) -> list[PlanVersion]:
        return [
            PlanVersion(
                plan=plan,
                label=state.label,
                status=state.status,
                validity=(state.valid_from, state.valid_to) if state.valid_from else None,
            )
            for state in PLAN_STATES
        ]

    def rulebooks(self, versions: Mapping[str, PlanVersion]) -> Iterator[Rulebook]:
        for state in PLAN_STATES:
            text = (RULEBOOKS / state.rulebook).read_text(encoding="utf-8")
            yield Rulebook(version=versions[state.label], slug="demo-town", source_text=text)

    def zones(
        self, versions: Mapping[str, PlanVersion], districts: Mapping[str, District]
    ) -> list[Zone]:
        return [
            Zone(
                version=versions[zone.version],
                district=districts[zone.district],
                geometry=multipolygon(zone.polygon),
                label=zone.label,
                source_id=f"{zone.version}-{zone.label}",
            )
            for zone in self.town.zones
        ]

    # --- applications -------------------------------------------------------------------------

    def applications(self, versions: Mapping[str, PlanVersion]) -> list[Application]:
        return [
            Application(
                municipality=self.municipality,
                number=file.number,
                kind=file.kind,
                status=file.status,
                **texts("title", file.title._asdict()),
                filing_date=file.filed,
                plan_version=versions[file.version] if file.version else None,
                footprint=multipolygon(file.footprint) if file.footprint else None,
                storeys=file.storeys,
                height_m=_amount(file.height_m),
                floor_areas_m2=file.floor_areas_m2,
                dwelling_units=file.dwelling_units,
                parking_stalls=file.parking_stalls,
                declared=(
                    {} if file.roof_annex_m2 is None else {"roof_annex_m2": file.roof_annex_m2}
                ),
            )
            for file in self.town.applications
        ]
