"""What the engine says: findings, each with its number, limit, reason, citation and geometry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from zoning.rules.digest import digest
from zoning.rules.once import cached_property
from zoning.rules.quantities import UNITS, plain
from zoning.rules.records import record
from zoning.rules.site import NOTHING
from zoning.rules.trace import Step

if TYPE_CHECKING:
    from zoning.rules.capacity import Capacity
    from zoning.rules.case import Case
    from zoning.rules.envelope import Envelope
    from zoning.rules.fit_test import FitTest
    from zoning.rules.footprint_test import FootprintTest


class Outcome(StrEnum):
    """The verdict on one rule."""

    COMPLIES = "complies"
    BREACHES = "breaches"
    NEEDS_REVIEW = "needs_review"
    CONDITIONAL = "conditional"
    NOT_APPLICABLE = "not_applicable"
    NO_RULE = "no_rule"


# Failures first; the order in which findings are shown.
OUTCOME_ORDER: tuple[Outcome, ...] = (
    Outcome.BREACHES,
    Outcome.NEEDS_REVIEW,
    Outcome.CONDITIONAL,
    Outcome.COMPLIES,
    Outcome.NO_RULE,
    Outcome.NOT_APPLICABLE,
)


class Reason(StrEnum):
    """Why a rule needs a person."""

    NONE = ""
    MISSING_INPUT = "missing_input"
    NO_TABLE_ROW = "no_table_row"
    CONFLICT = "conflict"
    LOW_CONFIDENCE = "low_confidence"
    DISCRETION = "discretion"
    UNDEFINED_VALUE = "undefined_value"
    NO_BASE_RULE = "no_base_rule"
    PART_WITHOUT_RULE = "part_without_rule"
    UNKNOWN_EDGE = "unknown_edge"
    DEGENERATE_GEOMETRY = "degenerate_geometry"
    NO_DATA = "no_data"
    VARIANCE = "variance"


@record(frozen=True)
class Input:
    """A value that a verdict rests on: SI value, unit for people, and where it came from."""

    name: str
    value: Decimal | str | None
    unit: str
    source: str

    def as_dict(self) -> dict[str, Any]:
        value = self.value
        if isinstance(value, Decimal):
            value = plain(UNITS[self.unit].from_si(value))
        return {"name": self.name, "value": value, "unit": self.unit, "source": self.source}


@dataclass(frozen=True)
class OtherBasis:
    """What the measure and the outcome would be by the drawn area instead of the registered."""

    basis: str
    provided: Decimal
    outcome: Outcome


@dataclass(frozen=True)
class Remedy:
    """The nearest change that would comply: what to change, to what, in SI.

    ``geometry`` is the building where it would stand, if moving it is the change.
    """

    what: str
    variable: str
    by: Decimal
    to: Decimal | None = None
    unit: str = "m"
    geometry: BaseGeometry | None = None

    def as_dict(self) -> dict[str, Any]:
        unit = UNITS[self.unit]
        return {
            "what": self.what,
            "variable": self.variable,
            "by": plain(unit.from_si(self.by)),
            "to": None if self.to is None else plain(unit.from_si(self.to)),
            "unit": self.unit,
            "geometry": geojson(self.geometry),
        }


@record(frozen=True)
class Finding:
    """The verdict of one kind of rule on one target. Numbers are SI; ``unit`` is the legal one.

    ``relaxed`` is how far the authority may go beyond what is required.
    """

    kind: str
    outcome: Outcome
    target: str = ""
    bound: str = ""
    required: Decimal | None = None
    provided: Decimal | None = None
    unit: str = "ratio"
    reason: Reason = Reason.NONE
    missing: tuple[str, ...] = ()
    rule_id: str = ""
    citation: Mapping[str, Any] = NOTHING
    text: Mapping[str, str] = NOTHING
    inputs: tuple[Input, ...] = ()
    trace: tuple[Step, ...] = ()
    allowed: tuple[str, ...] = ()
    geometry: BaseGeometry | None = None
    relaxed: Decimal | None = None
    other: OtherBasis | None = None
    remedy: Remedy | None = None

    @property
    def margin(self) -> Decimal | None:
        """How much room is left (positive) or by how much it fails (negative), in SI."""
        if self.required is None or self.provided is None:
            return None
        if self.bound == "max":
            return self.required - self.provided
        if self.bound == "min":
            return self.provided - self.required
        return -abs(self.provided - self.required)

    def _legal(self, value: Decimal | None) -> str | None:
        return None if value is None else plain(UNITS[self.unit].from_si(value))

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; decimal strings in ``unit``, geometry in the metric CRS."""
        return {
            "kind": self.kind,
            "target": self.target,
            "outcome": self.outcome.value,
            "reason": self.reason.value,
            "missing": list(self.missing),
            "rule": self.rule_id,
            "bound": self.bound,
            "required": self._legal(self.required),
            "relaxed": self._legal(self.relaxed),
            "provided": self._legal(self.provided),
            "margin": self._legal(self.margin),
            "unit": self.unit,
            "allowed": list(self.allowed),
            "citation": dict(self.citation),
            "text": dict(self.text),
            "inputs": [one.as_dict() for one in self.inputs],
            "trace": [step.as_dict() for step in self.trace],
            "geometry": geojson(self.geometry),
            "other": self.other
            and {
                "basis": self.other.basis,
                "provided": self._legal(self.other.provided),
                "outcome": self.other.outcome.value,
            },
            "remedy": self.remedy and self.remedy.as_dict(),
        }


def geojson(geometry: BaseGeometry | None) -> dict[str, Any] | None:
    """The geometry as plain data in its own (metric) CRS, to the millimetre; None when empty."""
    if geometry is None or geometry.is_empty:
        return None
    snapped = shapely.set_precision(geometry, 0.001, mode="pointwise")
    return dict(mapping(snapped))


@record(frozen=True, eq=False)
class Judgement:
    """Everything that the engine found about one proposal on one site and date."""

    case: Case
    outcome: Outcome
    findings: tuple[Finding, ...]
    envelope: Envelope
    capacity: Capacity
    engine_version: str
    fit: FitTest | None = None
    footprint: FootprintTest | None = None

    @cached_property
    def deciding(self) -> tuple[str, ...]:
        """The smallest set of answers that would decide what is still open."""
        # The sets of answers read findings, so they are asked for where a judgement is read.
        from zoning.rules.deciding import deciding

        return deciding(self.findings, self.outcome)

    @cached_property
    def input_digest(self) -> str:
        """SHA-256 over everything that the verdict rests on."""
        return digest(self.case.site, self.case.proposal, self.case.rulebook, self.case.on)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON, geometry in the metric CRS."""
        return {
            "outcome": self.outcome.value,
            "findings": [finding.as_dict() for finding in self.findings],
            "envelope": geojson(self.envelope.strict),
            "envelope_complete": self.envelope.complete,
            "buildable": self.envelope.as_dict(),
            "capacity": self.capacity.as_dict(),
            "footprint": self.footprint and self.footprint.as_dict(),
            "fit": self.fit and self.fit.as_dict(),
            "deciding": list(self.deciding),
            "engine_version": self.engine_version,
            "input_digest": self.input_digest,
        }
