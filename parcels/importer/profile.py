"""The city profile: which file and layer becomes what.

Its reference is docs/reference/city-profile.md. A profile is data. Everything in it is checked when
it is read, before any file is opened, so that a mistake is named by line and field.
``profile_file.load_profile`` reads one.
"""

from __future__ import annotations

import codecs
import datetime
import re
from itertools import pairwise
from operator import itemgetter
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

from gisapp.crs import is_known, is_metric
from parcels.importer.columns import Column, Names, Pattern, Texts, Where
from parcels.importer.units import Quantity

SLUG = r"^[a-z0-9][a-z0-9_-]*$"
Theme = Literal["parcels", "streets", "buildings", "places", "zones", "overlays", "roll"]


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
        named = [*self.attributes.values()]
        named += [column for column in (self.wkt, self.x, self.y) if column]
        named += [self.key.column] if self.key else []
        named += [rule.column for rule in self.leave_out]
        for spec in self.fields.values():
            named += spec.columns_read()
        return list(dict.fromkeys(named))


class _ByReference(Layer):
    """A layer whose key tells a parcel's block and number."""

    key: Annotated[Key, BeforeValidator(_key)]

    @field_validator("key")
    @classmethod
    def _tells_block_and_number(cls, value: Key) -> Key:
        groups = set(re.compile(value.pattern or "").groupindex)
        if groups != {"block", "number"}:
            raise ValueError(
                _(
                    "the key of a parcel needs a pattern with the groups (?P<block>…) and "
                    "(?P<number>…), for example '^(?P<block>[0-9]+)-(?P<number>[0-9]+)$'."
                )
            )
        return value


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
    | ZonesLayer
    | OverlaysLayer,
    Field(discriminator="target"),
]


class DistrictFile(Strict):
    """A table of districts beside the layers: code, English name, description."""

    file: LocalPath
    code: str
    name: str
    description: str | None = None


class DistrictRule(Strict):
    """How the districts whose name or code matches are named in each language, and drawn.

    Named groups of the pattern may stand in the texts: ``منطقة سكنية {code}``.
    """

    match: Literal["name", "code"] = "name"
    pattern: Pattern
    names: dict[Literal["ar", "en", "fr"], str] = {}
    category: str = Field(default="", max_length=40)
    colour: str = Field(default="#cccccc", pattern="^#[0-9a-f]{6}$")


class PlanInfo(Strict):
    """A plan that zone layers are versions of."""

    reference: str = Field(min_length=1, max_length=80)
    kind: Literal["master", "detailed", "amendment"] = "master"
    names: Texts
    approving_act: str = Field(default="", max_length=300)
    district_file: DistrictFile | None = None
    district_rules: list[DistrictRule] = []


class Profile(Strict):
    """One city: its facts, its plans and its layers, in the order they are brought in."""

    city: str = Field(pattern=SLUG, max_length=50)
    names: Texts
    crs: int
    time_zone: str = "UTC"
    language: Literal["ar", "en", "fr"] = "en"
    attribution: list[Texts] = []
    folder: str | None = None
    absent: list[Theme] = []
    plans: dict[str, PlanInfo] = {}
    layers: list[AnyLayer] = []

    @field_validator("crs")
    @classmethod
    def _measures_in_metres(cls, value: int) -> int:
        if not is_known(value) or not is_metric(value):
            raise ValueError(
                _("EPSG:%s is not a projected CRS in metres; name the city's UTM zone, say.")
                % value
            )
        return value

    @model_validator(mode="after")
    def _layers_fit_together(self) -> Profile:
        names = [layer.name for layer in self.layers]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(_("two layers are called “%s”; each needs its own name.") % name)
        for layer in self.layers:
            if layer.target in self.absent:
                raise ValueError(
                    _("“%s” is declared absent, yet a layer brings it in.") % layer.target
                )
            if isinstance(layer, ZonesLayer) and layer.plan not in self.plans:
                raise ValueError(_("no plan “%s” under `plans`.") % layer.plan)
        for key in self.plans:
            _ranges_never_overlap(
                [x for x in self.layers if isinstance(x, ZonesLayer) and x.plan == key]
            )
        return self


def _ranges_never_overlap(layers: list[ZonesLayer]) -> None:
    dated = sorted(
        ((x.version.start, x.version) for x in layers if x.version.start), key=itemgetter(0)
    )
    for (_start, earlier), (day, later) in pairwise(dated):
        if earlier.end is None or earlier.end > day:
            raise ValueError(
                _("the versions “%(a)s” and “%(b)s” are both in force on %(day)s.")
                % {"a": earlier.label, "b": later.label, "day": day}
            )
