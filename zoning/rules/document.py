"""A rulebook as it stands in its file: the fields, what each may hold, nothing compiled yet."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from parcels.edges import EdgeKind


def _in_three_languages(texts: dict[str, str]) -> dict[str, str]:
    unknown = sorted(set(texts) - {"ar", "en", "fr"})
    if unknown:
        raise ValueError(f"unknown language {', '.join(unknown)}; use ar, en, fr")
    return texts


Texts = Annotated[dict[str, str], AfterValidator(_in_three_languages)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]

LEVELS = ("nation", "plan", "districts", "overlays", "parcels")  # lowest precedence first


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _as_day(value: Any) -> Any:
    """Days are written out; a number would otherwise count as seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("write the day as 2024-07-15")
    return value


Day = Annotated[date, BeforeValidator(_as_day)]


class Instrument(_Strict):
    """The legal text that the rules come from."""

    title: Texts
    number: str = ""
    date: Day
    url: str | None = None


class Citation(_Strict):
    """Where a rule stands in the instrument."""

    article: str
    page: str | None = None
    url: str | None = None
    note: str | None = None


class Scope(_Strict):
    """Where a rule holds; exactly one of these."""

    nation: bool = False
    plan: bool = False
    districts: list[str] = []
    overlays: list[str] = []
    parcels: list[str] = []

    @model_validator(mode="after")
    def _exactly_one(self) -> Scope:
        named = [level for level in LEVELS if getattr(self, level)]
        if len(named) != 1:
            raise ValueError(f"name exactly one of {', '.join(LEVELS)}")
        return self

    @property
    def level(self) -> int:
        """Precedence: the higher number prevails."""
        return next(i for i, level in enumerate(LEVELS) if getattr(self, level))


class Validity(_Strict):
    """The days on which a rule holds: from the first, to before the last."""

    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Validity:
        if self.from_ is not None and self.to is not None and self.from_ >= self.to:
            raise ValueError("“from” must be before “to”, which is the first day without the rule")
        return self

    def includes(self, on: date) -> bool:
        return (self.from_ is None or self.from_ <= on) and (self.to is None or on < self.to)


Amount = Annotated[str, Field(max_length=2_000)]


class Table(_Strict):
    """Rows of intervals on up to four variables, each with its value."""

    table: Annotated[list[dict[str, Amount]], Field(min_length=1, max_length=200)]

    @field_validator("table")
    @classmethod
    def _has_axes(cls, rows: list[dict[str, str]]) -> list[dict[str, str]]:
        axes = {frozenset(row) for row in rows}
        if len(axes) != 1 or "value" not in next(iter(axes)):
            raise ValueError("every row names the same variables, and a value")
        if not 2 <= len(next(iter(axes))) <= 5:
            raise ValueError("a table has one to four variables")
        return rows


def _form(value: Any) -> str:
    return "amount" if isinstance(value, str) else "rows"


Value = Annotated[
    Annotated[Amount, Tag("amount")] | Annotated[Table, Tag("rows")], Discriminator(_form)
]


class Rule(_Strict):
    """One rule: what kind, which bound, how much, where, when, and the article that says so."""

    id: Annotated[str, Field(min_length=1, max_length=80)]
    kind: Code
    bound: Literal["max", "min", "exact"] | None = None
    value: Value | None = None
    unit: str | None = None
    base: Literal["registered", "net", "gross", "roof", "floor_below"] = "registered"
    scope: Scope
    when: str | None = None
    combine: Literal[
        "replace", "most_restrictive", "least_restrictive", "add", "subtract", "exempt"
    ] = "replace"
    valid: Validity = Validity()
    citation: Citation
    text: Texts = {}
    split: Literal["most_restrictive", "area_weighted", "part_by_part"] = "most_restrictive"
    at_discretion: Amount | None = None
    edges: list[EdgeKind] = []
    above: Amount | None = None
    within: Amount | None = None
    datum: Literal["mean_grade", "kerb", "lowest_corner"] = "mean_grade"
    objects: list[str] = []
    documents: list[Code] = []
    exempt_uses: list[Code] = []
    exempt_caps: dict[Code, Amount] = {}
    floors: list[Literal["basement", "ground", "upper"]] = []
    permitted: list[Code] = []
    conditional: list[Code] = []
    prohibited: list[Code] = []
    otherwise: Literal["prohibited", "conditional", "unstated"] = "prohibited"
    rounding: Literal["none", "up", "down", "nearest"] = "none"


class Document(_Strict):
    """A whole rulebook, as it stands in its file."""

    rulebook: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]
    version: str
    title: Texts
    notice: Texts = {}
    instrument: Instrument
    corners: Literal["mitred", "rounded"] = "rounded"
    storey_height: Amount | None = None
    uses: dict[Code, Texts] = {}
    documents: dict[Code, Texts] = {}
    districts: dict[str, Texts]
    overlays: dict[str, Texts] = {}
    mandatory: Annotated[list[Code], Field(min_length=1)]
    rules: list[Rule]
