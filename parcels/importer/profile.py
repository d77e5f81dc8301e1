"""The city profile: which file and layer becomes what.

Its reference is docs/reference/city-profile.md. A profile is data. Everything in it is checked when
it is read, before any file is opened, so that a mistake is named by line and field.
``profile_file.load_profile`` reads one.
"""

from __future__ import annotations

from itertools import pairwise
from operator import itemgetter
from typing import Literal

from django.utils.translation import gettext as _
from pydantic import Field, field_validator, model_validator

from gisapp.crs import is_known, is_metric
from parcels.importer.columns import Pattern, Texts
from parcels.importer.layers import SLUG, AnyLayer, LocalPath, Strict, ZonesLayer

Theme = Literal["parcels", "streets", "buildings", "places", "zones", "overlays", "roll"]


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
