"""Two verdicts on one dimension, side by side: the writer's own numbers, and our rules."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from permits.appeals.applications import Appeal, Statement
from permits.appeals.dimensions import DIMENSION_BY_KEY, Dimension
from permits.appeals.readings import Form


class Verdict(StrEnum):
    COMPLIES = "complies"
    BREACHES = "breaches"
    UNDECIDED = "undecided"
    NO_RULE = "no_rule"


class Exclusion(StrEnum):
    """Why a pair cannot be compared. Counted, never dropped silently."""

    REQUESTED_UNREAD = "the requested value is not a number"
    ORDINANCE_UNREAD = "the ordinance value is not a number"
    ORDINANCE_ZERO = "zero stands for an empty ordinance field"
    REQUESTED_ZERO = "zero stands for an empty requested field"
    PLACEHOLDER = "one number stands for most limits: the form was not filled in"
    IMPLIED_AMBIGUOUS = "the text allows both verdicts"
    NO_PLACE = "the application cannot be placed in a zone"
    NO_RULE = "our rulebook has no rule"
    UNDECIDED = "our verdict is needs review"


class Reason(StrEnum):
    """Why two verdicts differ, most telling first. The classes look at our side only afterwards."""

    ZONE_DIFFERS = "the zone stated is not the zone at the parcel"
    EXISTING_AS_LIMIT = "the stated limit repeats the existing value"
    FIRST_STEP_ONLY = "the stated limit ignores the second step"
    HALF = "the stated limit is half of ours: the part that must be private open space"
    OTHER_LINE = "the stated limit is the district's figure for another line of the form"
    FORMULA = "a yard formula whose wall length is not on the form, or a corner lot's side"
    DEPTH = "the stated rear yard leaves out, or adds, the part for deep lots"
    WRITING = "the text is approximate, commented or read with doubt"
    ROUNDING = "the requested value equals a limit within rounding"
    OTHER_LIMIT = "the stated limit differs from the transcribed one"


@dataclass(frozen=True)
class Judgement:
    """Our side: verdict, limit in the dimension's canonical unit, zone, and the rule used.

    `limit_high` is set where a length that the form does not state leaves the limit open: it then
    lies in `limit`..`limit_high`, and the verdict is the same at both ends or undecided.
    """

    verdict: Verdict
    limit: Decimal | None = None
    limit_high: Decimal | None = None
    zone: str = ""
    rule: str = ""
    reason: str = ""


NO_OTHERS: Mapping[str, Judgement] = MappingProxyType({})


@dataclass(frozen=True)
class Pair:
    """One dimension of one application, judged twice."""

    appeal: Appeal
    statement: Statement
    judgement: Judgement
    implied: Verdict | None = None
    exclusion: Exclusion | None = None
    limit_equal: bool | None = None
    reason: Reason | None = None

    @property
    def dimension(self) -> Dimension:
        return self.statement.dimension

    @property
    def agrees(self) -> bool | None:
        """None where the pair is excluded."""
        return None if self.exclusion else self.implied is self.judgement.verdict

    @property
    def states_a_rule(self) -> bool:
        """Whether the form states a limit of the district that we judge by.

        Not where it names another zone, and not where the limit repeats the existing value: such a
        form says what stands there. Asked of agreeing and of disagreeing pairs alike.
        """
        stated = self.statement.ordinance.single
        repeats = stated is not None and stated == self.statement.existing.single
        return not repeats and not zone_differs(self.appeal, self.judgement)


def implied_verdict(statement: Statement) -> Verdict | Exclusion:
    """The verdict of the writer's own two numbers, or why they give none.

    Where a text means several things, all of them must lead to one verdict.
    """
    dimension, requested, limit = statement.dimension, statement.requested, statement.ordinance
    if not limit.is_number:
        return Exclusion.ORDINANCE_UNREAD
    if not requested.is_number:
        return Exclusion.REQUESTED_UNREAD
    if limit.high == 0:
        return Exclusion.ORDINANCE_ZERO
    if requested.high == 0 and not dimension.zero_is_a_value:
        return Exclusion.REQUESTED_ZERO
    if dimension.bound == "max":
        surely = _below(requested.high, limit.low)
        possibly = requested.low is None or limit.high is None or requested.low <= limit.high
    else:
        surely = _below(limit.high, requested.low)
        possibly = limit.low is None or requested.high is None or limit.low <= requested.high
    if surely:
        return Verdict.COMPLIES
    return Exclusion.IMPLIED_AMBIGUOUS if possibly else Verdict.BREACHES


def _below(upper: Decimal | None, lower: Decimal | None) -> bool:
    """Whether everything up to `upper` is at most everything from `lower`; an open end is not."""
    return upper is not None and lower is not None and upper <= lower


def compare(
    appeal: Appeal,
    statement: Statement,
    judgement: Judgement,
    flat: Decimal | None,
    others: Mapping[str, Judgement] = NO_OTHERS,
) -> Pair:
    """Judge one dimension of one application twice.

    `flat` is the transcribed limit without steps or formulas, in the dimension's canonical unit,
    and `others` are our judgements of all dimensions; both only serve to say why a pair differs.
    """
    implied = implied_verdict(statement)
    if isinstance(implied, Exclusion):
        exclusion: Exclusion | None = implied
    elif appeal.is_placeholder:
        exclusion = Exclusion.PLACEHOLDER
    else:
        exclusion = _our_exclusion(judgement)
    equal = _limit_equal(statement, judgement)
    pair = Pair(
        appeal,
        statement,
        judgement,
        implied=implied if isinstance(implied, Verdict) else None,
        exclusion=exclusion,
        limit_equal=equal,
    )
    if pair.agrees is False or equal is False:
        return replace(pair, reason=_reason(pair, flat, others))
    return pair


def _our_exclusion(judgement: Judgement) -> Exclusion | None:
    if judgement.verdict is Verdict.NO_RULE:
        return Exclusion.NO_RULE if judgement.zone else Exclusion.NO_PLACE
    return Exclusion.UNDECIDED if judgement.verdict is Verdict.UNDECIDED else None


def _limit_equal(statement: Statement, judgement: Judgement) -> bool | None:
    """Whether the stated limit is ours; None where either side states no single number.

    A limit left open by a length that the form lacks counts where the stated one lies within it.
    """
    stated, tolerance = statement.ordinance.single, statement.dimension.tolerance
    if not stated or judgement.limit is None:
        return None
    high = judgement.limit if judgement.limit_high is None else judgement.limit_high
    return judgement.limit - tolerance <= stated <= high + tolerance


def _is_anothers(pair: Pair, others: Mapping[str, Judgement]) -> bool:
    """Whether the stated limit is our limit for another line of the form, of the same quantity."""
    stated, own = pair.statement.ordinance.single, pair.dimension
    return stated is not None and any(
        key != own.key
        and DIMENSION_BY_KEY[key].quantity is own.quantity
        and other.limit is not None
        and abs(stated - other.limit) <= own.tolerance
        for key, other in others.items()
    )


def _reason(pair: Pair, flat: Decimal | None, others: Mapping[str, Judgement]) -> Reason:
    statement, judgement = pair.statement, pair.judgement
    stated, tolerance = statement.ordinance.single, statement.dimension.tolerance
    if pair.limit_equal:
        return Reason.ROUNDING
    if zone_differs(pair.appeal, judgement):
        return Reason.ZONE_DIFFERS
    if stated is not None and stated == statement.existing.single:
        return Reason.EXISTING_AS_LIMIT
    if statement.ordinance.form not in (Form.EXACT, Form.RESOLVED):
        return Reason.WRITING
    if (
        statement.dimension.kind == "open_space"
        and stated is not None
        and judgement.limit is not None
        and abs(2 * stated - judgement.limit) <= tolerance
    ):
        return Reason.HALF
    if _is_anothers(pair, others):
        return Reason.OTHER_LINE
    if statement.dimension.kind == "setback":
        return Reason.DEPTH if statement.dimension.edge == "rear" else Reason.FORMULA
    if stated is not None and flat is not None and abs(stated - flat) <= tolerance:
        return Reason.FIRST_STEP_ONLY
    return Reason.OTHER_LIMIT


def zone_differs(appeal: Appeal, judgement: Judgement) -> bool:
    """Whether the form names another zone than the plan has at the parcel."""
    return bool(appeal.stated_zone and judgement.zone and appeal.stated_zone != judgement.zone)
