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
    # What stands below a field is its description in the published schema and reference.
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def _as_day(value: Any) -> Any:
    """Days are written out; a number would otherwise count as seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("write the day as 2024-07-15")
    return value


Day = Annotated[date, BeforeValidator(_as_day)]


class Instrument(_Strict):
    """The legal text that the rules come from."""

    title: Texts
    """its name, by language (`ar`, `en`, `fr`)"""
    number: str = ""
    """its official number"""
    date: Day
    """the day it was made, as 2024-07-15"""
    url: str | None = None
    """where it can be read"""


class Citation(_Strict):
    """Where a rule stands in the instrument."""

    article: str
    """the article, section or paragraph"""
    page: str | None = None
    """the page"""
    url: str | None = None
    """where the article can be read"""
    note: str | None = None
    """a remark on the source, such as how it was transcribed"""


class Scope(_Strict):
    """Where a rule holds; exactly one of these."""

    nation: bool = False
    """`true`: everywhere, where no lower level speaks"""
    plan: bool = False
    """`true`: in the whole plan"""
    districts: list[str] = []
    """in these zoning districts, by code"""
    overlays: list[str] = []
    """on these overlays, by kind or code"""
    parcels: list[str] = []
    """on these parcels, as block/number"""

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
    """the first day with the rule"""
    to: Day | None = None
    """the first day without the rule"""

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
    """the rows: an interval for each variable, and a `value`"""

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
    """a name that no other rule has"""
    kind: Code
    """what is limited: see Kinds"""
    bound: Literal["max", "min", "exact"] | None = None
    """whether the value is an upper limit, a lower one, or a mandatory line"""
    value: Value | None = None
    """a number in `unit`, an expression, or a table: see Values"""
    unit: str | None = None
    """the unit of the law: see Units"""
    base: Literal["registered", "net", "gross", "roof", "floor_below"] = "registered"
    """the area that a ratio is taken of: the lot's registered one (else surveyed, else measured),
    net of what a road widening takes, or gross as drawn; of roof annexes and mezzanines also the
    roof or the floor below"""
    scope: Scope
    """where the rule holds: see Scope"""
    when: str | None = None
    """a condition; without an answer to it the verdict is given only where both answers agree"""
    combine: Literal[
        "replace", "most_restrictive", "least_restrictive", "add", "subtract", "exempt"
    ] = "replace"
    """what it does to the limit of lower levels: see How a higher rule combines"""
    valid: Validity = Validity()
    """the days on which it holds: see Validity"""
    citation: Citation
    """where it stands in the instrument: see Citation"""
    text: Texts = {}
    """one plain sentence for people, by language"""
    split: Literal["most_restrictive", "area_weighted", "part_by_part"] = "most_restrictive"
    """how the limits of several districts on one parcel are taken together: most_restrictive,
    area_weighted, or part_by_part (each district's ground for itself)"""
    at_discretion: Amount | None = None
    """how far the authority may go beyond the value; between the two the verdict is its own"""
    edges: list[EdgeKind] = []
    """the classes of edges that it holds for: see Classes of edges"""
    above: Amount | None = None
    """the height above which a setback holds, or from which a light plane rises"""
    within: Amount | None = None
    """the depth along the street within which the building must stand"""
    datum: Literal["mean_grade", "kerb", "lowest_corner"] = "mean_grade"
    """the level from which a height is measured"""
    objects: list[str] = []
    """the kinds or codes of the objects to keep away from"""
    documents: list[Code] = []
    """the documents that are needed, as the rulebook declares them"""
    exempt_uses: list[Code] = []
    """uses whose floor area does not count"""
    exempt_caps: dict[Code, Amount] = {}
    """up to how much, in m², the floor area of an exempt use does not count"""
    floors: list[Literal["basement", "ground", "upper"]] = []
    """the floors that it speaks of: basement, ground, upper; all of them without it"""
    permitted: list[Code] = []
    """uses that are allowed"""
    conditional: list[Code] = []
    """uses that are allowed once cleared"""
    prohibited: list[Code] = []
    """uses that are not allowed"""
    otherwise: Literal["prohibited", "conditional", "unstated"] = "prohibited"
    """what a use is that no rule names"""
    rounding: Literal["none", "up", "down", "nearest"] = "none"
    """how the limit is rounded, in its unit"""


class Document(_Strict):
    """A whole rulebook, as it stands in its file."""

    rulebook: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]
    """a short name: small letters, digits, hyphens"""
    version: str
    """the version, as text"""
    title: Texts
    """the name, by language (`ar`, `en`, `fr`)"""
    notice: Texts = {}
    """a warning shown beside every verdict, by language"""
    instrument: Instrument
    """the legal text that the rules come from: see Instrument"""
    corners: Literal["mitred", "rounded"] = "rounded"
    """how a setback turns a corner that points into the lot: rounded (the true distance), mitred"""
    storey_height: Amount | None = None
    """the usual height of a storey, from which the number of storeys under a height is counted"""
    uses: dict[Code, Texts] = {}
    """the land uses that rules may name, each with its name by language"""
    documents: dict[Code, Texts] = {}
    """the documents that clearances may ask for, each with its name by language"""
    districts: dict[str, Texts]
    """every district code, with its name by language"""
    overlays: dict[str, Texts] = {}
    """the codes of overlays that rules are made for, each with its name by language"""
    mandatory: Annotated[list[Code], Field(min_length=1)]
    """the kinds that must be judged before anything complies"""
    rules: list[Rule]
    """the rules: see A rule"""
