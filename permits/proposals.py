"""A proposal as people send it, in JSON: to the API, or in a file to the command line."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gisapp import crs, geojson
from gisapp.errors import BadInput, NotThere
from zoning.rules.site import Proposal

MAX_BYTES = 2 * 1024 * 1024


class ProposalIn(BaseModel):
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
        "wgs84", description="degrees (RFC 7946), or the city's metric CRS"
    )
    storeys: Decimal | None = Field(None, gt=0, le=300)
    height_m: Decimal | None = Field(None, gt=0, le=2_000)
    floor_areas_m2: dict[str, Decimal] | None = None
    dwelling_units: int | None = Field(None, ge=0, le=100_000)
    parking_stalls: int | None = Field(None, ge=0, le=100_000)
    open_space_m2: Decimal | None = Field(None, ge=0)
    roof_annex_m2: Decimal | None = Field(None, ge=0)
    building_length_m: Decimal | None = Field(None, gt=0)
    building_width_m: Decimal | None = Field(None, gt=0)
    declared: dict[str, Decimal] = Field(default_factory=dict)

    def proposal(self) -> Proposal:
        """The engine's proposal, its footprint in the metric CRS. Raises BadInput."""
        values = self.model_dump(exclude={"footprint", "footprint_crs"})
        for group in ("floor_areas_m2", "declared"):
            for name, value in (values[group] or {}).items():
                if value < 0:
                    raise BadInput(
                        _("“%(value)s” is not a number of zero or more.") % {"value": value},
                        pointer=f"/proposal/{group}/{name}",
                    )
        for name in ("dwelling_units", "parking_stalls"):
            values[name] = None if values[name] is None else Decimal(values[name])
        return Proposal(footprint=self._footprint(), **values)

    def _footprint(self) -> Any:
        if self.footprint is None:
            return None
        srid = crs.WGS84_SRID if self.footprint_crs == "wgs84" else crs.metric_srid()
        return geojson.read_area(self.footprint, pointer="/proposal/footprint", srid=srid)


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
        first = error.errors()[0]
        raise BadInput(
            first["msg"], pointer="/proposal/" + "/".join(map(str, first["loc"]))
        ) from error


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")
