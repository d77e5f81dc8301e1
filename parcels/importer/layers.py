"""The layers of a city profile: one model per target, each with the fields it knows."""

from __future__ import annotations

import codecs
import datetime
import re
from typing import Annotated, Any, ClassVar, Literal

from django.utils.translation import gettext as _
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from gisapp.crs import is_known
from parcels.importer.columns import Column, Names, Pattern, Texts, Where
from parcels.importer.units import Quantity

EDGE_TOLERANCE_M = 0.5
"""How far a line may lie from the edge that it means: drawing in centimetres, not in metres."""
MOST_EDGE_TOLERANCE_M = 3.0
"""With more, the lines of one side of a lane would lie along the other."""
SLUG = r"^[a-z0-9][a-z0-9_-]*$"


class Strict(BaseModel):
    """Unknown keys are mistakes, not decoration."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _is_local(value: str) -> str:
    parts = value.replace("\\", "/").split("/")
    if ".." in parts or "" in parts or ":" in value:
        raise ValueError(
            _("“%s” is not a path inside the data folder; write it relative to --data.") % value
        )
    return value


LocalPath = Annotated[str, AfterValidator(_is_local)]


class LeaveOut(Where):
    """Features that are no features of this layer (streets among parcels), and why."""

    reason: Texts


class Key(Strict):
    """Where a feature's key stands, and how a parcel's block and number are read from it."""

    column: str
    pattern: Pattern | None = None


def _key(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


class Layer(Strict):
    """What every layer says, whatever it becomes."""

    known_fields: ClassVar[dict[str, Quantity]] = {}
    required_fields: ClassVar[tuple[str, ...]] = ()
    geometry_kind: ClassVar[str | None] = "polygon"

    target: str
    name: str = Field(pattern=SLUG, max_length=60)
    file: LocalPath
    member: LocalPath | None = None
    layer: str | None = None
    crs: int | None = None
    axes: Literal["xy", "yx"] = "xy"
    encoding: str | None = None
    wkt: str | None = None
    x: str | None = None
    y: str | None = None
    key: Annotated[Key | None, BeforeValidator(_key)] = None
    duplicates: Literal["reject", "merge"] = "reject"
    leave_out: list[LeaveOut] = []
    outside: Literal["fail", "reject"] = "fail"
    sliver_m2: float = Field(default=0.1, ge=0)
    overlaps_above_m2: float = Field(default=1.0, ge=0)
    fields: dict[str, Annotated[Column | Names, Field(discriminator="kind")]] = {}
    attributes: dict[str, str] = {}
    attribution: Texts | None = None

    @field_validator("encoding")
    @classmethod
    def _is_a_known_encoding(cls, value: str | None) -> str | None:
        try:
            codecs.lookup(value or "utf-8")
        except LookupError as error:
            raise ValueError(_("“%s” is not a known encoding.") % value) from error
        return value

    @field_validator("crs")
    @classmethod
    def _is_a_known_crs(cls, value: int | None) -> int | None:
        if value is not None and not is_known(value):
            raise ValueError(_("EPSG:%s is not a known coordinate reference system.") % value)
        return value

    @field_validator("fields", mode="before")
    @classmethod
    def _by_kind(cls, value: Any) -> Any:
        """Each column is read as what its field holds: names, a measure, or text."""
        if not isinstance(value, dict):
            return value
        unknown = sorted(set(value) - set(cls.known_fields))
        if unknown:
            raise ValueError(
                _("unknown field “%(field)s”; this target has: %(known)s.")
                % {"field": unknown[0], "known": ", ".join(cls.known_fields) or "–"}
            )
        return {
            field: Names.long_form(spec)
            if cls.known_fields[field] is Quantity.NAMES
            else Column.long_form(spec, quantity=cls.known_fields[field])
            for field, spec in value.items()
        }

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Layer:
        for field in self.required_fields:
            if field not in self.fields:
                raise ValueError(_("the field “%s” must be mapped for this target.") % field)
        if (self.x is None) != (self.y is None):
            raise ValueError(_("x and y go together: name both columns or neither."))
        return self

    def columns(self) -> list[str]:
        """Every column of the file that this layer reads."""
        named = [*self.attributes.values(), *self.more_columns()]
        named += [column for column in (self.wkt, self.x, self.y) if column]
        named += [self.key.column] if self.key else []
        named += [rule.column for rule in self.leave_out]
        for spec in self.fields.values():
            named += spec.columns_read()
        return list(dict.fromkeys(named))

    def more_columns(self) -> list[str]:
        """Columns that only this target reads."""
        return []


def _tells_block_and_number(value: Key) -> Key:
    groups = set(re.compile(value.pattern or "").groupindex)
    if groups != {"block", "number"}:
        raise ValueError(
            _(
                "the key of a parcel needs a pattern with the groups (?P<block>…) and "
                "(?P<number>…), for example '^(?P<block>[0-9]+)-(?P<number>[0-9]+)$'."
            )
        )
    return value


class _ByReference(Layer):
    """A layer whose key tells a parcel's block and number."""

    key: Annotated[Key, BeforeValidator(_key), AfterValidator(_tells_block_and_number)]


class ParcelsLayer(_ByReference):
    """Polygons that become cadastral parcels."""

    target: Literal["parcels"]
    known_fields = {
        "registered_area_m2": Quantity.AREA,
        "surveyed_area_m2": Quantity.AREA,
        "address": Quantity.TEXT,
        "land_use": Quantity.TEXT,
    }


class RollLayer(_ByReference):
    """Lines of an assessment roll, several per parcel, that tell of parcels and buildings."""

    target: Literal["roll"]
    geometry_kind = None
    known_fields = {
        "registered_area_m2": Quantity.AREA,
        "address": Quantity.TEXT,
        "land_use": Quantity.TEXT,
        "floor_area_m2": Quantity.AREA,
        "use": Quantity.TEXT,
        "storeys": Quantity.NUMBER,
        "year_built": Quantity.WHOLE,
        "dwelling_units": Quantity.WHOLE,
        "parking_stalls": Quantity.WHOLE,
    }


class TableLayer(Layer):
    """A plain table beside the layers, such as the names of districts; no layer of a profile."""

    target: Literal["table"] = "table"
    geometry_kind = None


class StreetsLayer(Layer):
    """Lines that become street segments."""

    target: Literal["streets"]
    geometry_kind = "line"
    width_source: Literal["plan", "survey", "estimate", "unknown"] = "unknown"
    known_fields = {
        "name": Quantity.NAMES,
        "street_class": Quantity.TEXT,
        "planned_width_m": Quantity.LENGTH,
        "existing_width_m": Quantity.LENGTH,
    }


class BuildingsLayer(Layer):
    """Footprints of existing buildings."""

    target: Literal["buildings"]
    known_fields = {
        "name": Quantity.NAMES,
        "use": Quantity.TEXT,
        "storeys": Quantity.NUMBER,
        "height_m": Quantity.LENGTH,
        "floor_area_m2": Quantity.AREA,
        "year_built": Quantity.WHOLE,
        "dwelling_units": Quantity.WHOLE,
        "parking_stalls": Quantity.WHOLE,
    }


class EdgesLayer(Layer):
    """Lines along the edges of parcels, one per edge, each with the class of its edge."""

    target: Literal["edges"]
    geometry_kind = "line"
    parcel: Annotated[Key | None, BeforeValidator(_key)] = None
    tolerance_m: float = Field(default=EDGE_TOLERANCE_M, gt=0, le=MOST_EDGE_TOLERANCE_M)
    known_fields = {"kind": Quantity.TEXT, "street_width_m": Quantity.LENGTH}
    required_fields = ("kind",)

    @field_validator("parcel")
    @classmethod
    def _pattern_tells_the_parcel(cls, value: Key | None) -> Key | None:
        return value if value is None or value.pattern is None else _tells_block_and_number(value)

    def more_columns(self) -> list[str]:
        return [self.parcel.column] if self.parcel else []


class PlacesLayer(Layer):
    """Named points."""

    target: Literal["places"]
    geometry_kind = "point"
    known_fields = {"name": Quantity.NAMES, "category": Quantity.TEXT}
    required_fields = ("name",)


class BoundaryLayer(Layer):
    """The municipality's own boundary."""

    target: Literal["boundary"]


class Version(Strict):
    """A dated state of a plan; the range of dates is half-open: the last day is not in it."""

    label: str = Field(min_length=1, max_length=60)
    status: Literal[
        "draft", "internal_review", "public_display", "in_force", "superseded", "repealed"
    ]
    start: datetime.date | None = Field(default=None, alias="from")
    end: datetime.date | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _dates_fit(self) -> Version:
        if self.start is None and self.status in ("in_force", "superseded", "repealed"):
            raise ValueError(_("a version with legal force needs the date it starts (`from`)."))
        if self.start and self.end and self.end <= self.start:
            raise ValueError(_("`to` must be later than `from`; the day `to` is no longer in it."))
        return self


class ZonesLayer(Layer):
    """Polygons that become the zones of one plan version."""

    target: Literal["zones"]
    plan: str
    version: Version
    rulebook: LocalPath | None = None
    known_fields = {"district": Quantity.TEXT, "label": Quantity.TEXT}
    required_fields = ("district",)


class OverlaysLayer(Layer):
    """Restrictions that lie over the zones."""

    target: Literal["overlays"]
    kind: Literal[
        "heritage", "flood", "airport", "widening", "easement", "coast", "open_space", "special"
    ]
    geometry_kind = "any"
    # What the edges of parcels along it face; without it the kind and the code decide.
    edges: Literal["open_space", "watercourse", "none"] | None = None
    start: datetime.date | None = Field(default=None, alias="from")
    end: datetime.date | None = Field(default=None, alias="to")
    known_fields = {
        "code": Quantity.TEXT,
        "name": Quantity.NAMES,
        "distance_m": Quantity.LENGTH,
    }
    required_fields = ("name",)


AnyLayer = Annotated[
    ParcelsLayer
    | RollLayer
    | StreetsLayer
    | BuildingsLayer
    | PlacesLayer
    | BoundaryLayer
    | EdgesLayer
    | ZonesLayer
    | OverlaysLayer,
    Field(discriminator="target"),
]
