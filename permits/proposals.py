"""A proposal as people send it, in JSON: to the API, or in a file to the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gisapp import crs, geojson
from gisapp.errors import BadInput, NotThere
from parcels.edges import EdgeKind
from zoning.rules.quantities import LARGEST, UNITS
from zoning.rules.site import Projection, Proposal, Tier

MAX_BYTES = 2 * 1024 * 1024


Amount = Annotated[Decimal, Field(ge=0, le=LARGEST)]
Length = Annotated[Decimal, Field(gt=0, le=LARGEST)]
Datum = Literal["mean_grade", "kerb", "lowest_corner"]
Floor = Annotated[str, Field(pattern=r"^(0|-?[1-9][0-9]{0,2})$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TierIn(_Strict):
    """The upper part of a building: what of it stands above a height."""

    above_m: Amount
    footprint: dict[str, Any] = Field(description="GeoJSON Polygon or MultiPolygon")


class ProjectionIn(_Strict):
    """A balcony, canopy or bay towards a class of edges."""

    edge: EdgeKind
    depth_m: Amount
    clear_height_m: Amount | None = None
    name: Annotated[str, Field(max_length=100)] = ""

    def projection(self) -> Projection:
        return Projection(self.edge, self.depth_m, self.clear_height_m, self.name)


class Stated(_Strict):
    """What an application may state beside its drawing and its principal numbers."""

    open_space_m2: Amount | None = None
    roof_annex_m2: Amount | None = None
    building_length_m: Length | None = None
    building_width_m: Length | None = None
    tiers: Annotated[list[TierIn], Field(max_length=50)] = []
    height_datum: Datum = "mean_grade"
    ground_levels_m: dict[Datum, Annotated[Decimal, Field(ge=-12_000, le=12_000)]] = {}
    basement_depth_m: Amount | None = Field(None, description="0 states that there is none")
    parapet_m: Amount | None = None
    mezzanine_m2: Amount | None = None
    floor_below_m2: Amount | None = None
    roof_m2: Amount | None = None
    smallest_dwelling_m2: Amount | None = None
    trees: Annotated[int, Field(ge=0, le=100_000)] | None = None
    access_width_m: Amount | None = None
    uses_by_floor: dict[Floor, dict[str, Amount]] | None = Field(
        None, description="floor area in m² by use for each floor; -1 is the first basement"
    )
    projections: Annotated[list[ProjectionIn], Field(max_length=500)] | None = Field(
        None, description="an empty list states that nothing projects"
    )

    def stated(self, *, pointer: str, srid: int) -> dict[str, Any]:
        """These values as the engine's proposal has them; tiers from ``srid``. Raises BadInput."""
        values = {name: getattr(self, name) for name in Stated.model_fields}
        values["tiers"] = tuple(
            Tier(
                one.above_m,
                geojson.read_area(
                    one.footprint, pointer=f"{pointer}/tiers/{index}/footprint", srid=srid
                ),
            )
            for index, one in enumerate(self.tiers)
        )
        values["trees"] = None if self.trees is None else Decimal(self.trees)
        if self.projections is not None:
            values["projections"] = tuple(one.projection() for one in self.projections)
        return values


class ProposalIn(Stated):
    """What somebody wants to build; everything may be left out, and then counts as not known."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "storeys": 3,
                "height_m": 11.5,
                "floor_areas_m2": {"residential": 540},
                "dwelling_units": 3,
                "parking_stalls": 4,
            }
        },
    )

    footprint: dict[str, Any] | None = Field(None, description="GeoJSON Polygon or MultiPolygon")
    footprint_crs: Literal["wgs84", "metric"] = Field(
        "wgs84", description="degrees (RFC 7946), or the city's metric CRS; of the tiers too"
    )
    storeys: Decimal | None = Field(None, gt=0, le=300)
    height_m: Decimal | None = Field(None, gt=0, le=2_000)
    floor_areas_m2: dict[str, Decimal] | None = None
    dwelling_units: int | None = Field(None, ge=0, le=100_000)
    parking_stalls: int | None = Field(None, ge=0, le=100_000)
    declared: dict[str, Decimal] = Field(
        default_factory=dict, description="density is stated in dwellings to the hectare"
    )

    def proposal(self) -> Proposal:
        """The engine's proposal, its footprint in the metric CRS. Raises BadInput."""
        for group, numbers in (
            ("floor_areas_m2", self.floor_areas_m2 or {}),
            ("declared", self.declared),
        ):
            for name, value in numbers.items():
                if value < 0:
                    raise BadInput(
                        _("“%(value)s” is not a number of zero or more.") % {"value": value},
                        pointer=f"/proposal/{group}/{name}",
                    )
        srid = crs.WGS84_SRID if self.footprint_crs == "wgs84" else crs.metric_srid()
        footprint = None
        if self.footprint is not None:
            footprint = geojson.read_area(self.footprint, pointer="/proposal/footprint", srid=srid)
        return Proposal(
            footprint=footprint,
            storeys=self.storeys,
            height_m=self.height_m,
            floor_areas_m2=self.floor_areas_m2,
            dwelling_units=None if self.dwelling_units is None else Decimal(self.dwelling_units),
            parking_stalls=None if self.parking_stalls is None else Decimal(self.parking_stalls),
            declared=in_si(self.declared),
            **self.stated(pointer="/proposal", srid=srid),
        )


def in_si(declared: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Declared measures as the engine has them: a density is stated to the hectare."""
    return {
        name: UNITS["per_ha"].to_si(value) if name == "density" else value
        for name, value in declared.items()
    }


def read_stated(values: Mapping[str, Any], *, pointer: str) -> dict[str, Any]:
    """Stated values from stored JSON, as the engine has them; areas in degrees (RFC 7946).

    Raises BadInput, whose pointer names the place.
    """
    try:
        stated = Stated.model_validate(values)
    except ValidationError as error:
        raise _in_place(error, pointer) from error
    return stated.stated(pointer=pointer, srid=crs.WGS84_SRID)


def _in_place(error: ValidationError, pointer: str) -> BadInput:
    """The first mistake, with the place where it stands."""
    first = error.errors()[0]
    what = first["msg"]
    if first["type"].startswith(("decimal", "finite_number", "greater_than_equal")):
        what = _("“%(value)s” is not a number of zero or more.") % {"value": first["input"]}
    return BadInput(what, pointer="/".join([pointer, *map(str, first["loc"])]))


def read_proposal(path: Path) -> Proposal:
    """A proposal from a JSON file. Raises NotThere or BadInput, naming the file and the place."""
    return read_proposal_file(path).proposal()


def read_proposal_file(path: Path) -> ProposalIn:
    """A proposal as it was written; see :func:`read_proposal`."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise BadInput(_("The file is larger than 2 MB."), pointer=str(path))
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise NotThere(
            _("The file can not be read: %(why)s.") % {"why": error.strerror}, pointer=str(path)
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput(_("The file is not UTF-8 text."), pointer=str(path)) from error
    try:
        body = json.loads(text, parse_constant=_no_constant)
    except (json.JSONDecodeError, ValueError) as error:
        raise BadInput(
            _("The file is not JSON: %(why)s.") % {"why": error}, pointer=str(path)
        ) from error
    try:
        return ProposalIn.model_validate(body)
    except ValidationError as error:
        raise _in_place(error, "/proposal") from error


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")
