"""What a reading of free text can give: the values, how they were said, and what they bound."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Quantity(StrEnum):
    """What a field asks for, and so the canonical unit of its values."""

    LENGTH = "length"  # feet
    AREA = "area"  # square feet
    RATIO = "ratio"  # floor area per lot area, dimensionless
    SHARE = "share"  # a part of the whole, 0..1
    COUNT = "count"  # whole things; halves occur in "2.5 spaces"


class Form(StrEnum):
    """How the text said it."""

    EXACT = "exact"
    APPROXIMATE = "approximate"  # "33' +/-"
    COMMENTED = "commented"  # a number with words the grammar does not know
    RESOLVED = "resolved"  # a formula or a pair, and the writer's own result: "H+L/4 = 12'"
    ALTERNATIVES = "alternatives"  # ".50 / .35"
    RANGE = "range"  # "15-20"
    STEPPED = "stepped"  # "0.5 for the first 5,000, 0.35 for the rest"
    BOUNDED = "bounded"  # "> 30 %"
    RATE = "rate"  # "1 per dwelling unit"
    FORMULA = "formula"  # "H+L/5", without a result
    SUM_ONLY = "sum only"  # "sum of 20": both sides together
    UNCHANGED = "unchanged"  # "no change": as existing
    NOT_APPLICABLE = "not applicable"
    NONE = "none"  # "no minimum"
    BLANK = "blank"
    ELSEWHERE = "elsewhere"  # "see attached"
    UNREADABLE = "unreadable"


NUMERIC_FORMS = frozenset(
    {
        Form.EXACT,
        Form.APPROXIMATE,
        Form.COMMENTED,
        Form.RESOLVED,
        Form.ALTERNATIVES,
        Form.RANGE,
        Form.STEPPED,
        Form.BOUNDED,
    }
)


@dataclass(frozen=True)
class Reading:
    """One text, read.

    `values` are in the canonical unit of the quantity (feet, square feet, ratio, share, count),
    in the order written. `low` and `high` enclose everything the text may mean; None is unbounded,
    which only `BOUNDED` uses. `reason` says why a text that is no number is none.
    """

    form: Form
    values: tuple[Decimal, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    sum_of_sides: Decimal | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """True when the text bounds a number, be it by one value, several, or one end."""
        return self.form in NUMERIC_FORMS

    @property
    def single(self) -> Decimal | None:
        """The one value meant, or None where the text leaves a choice."""
        if not self.is_number or self.low is None or self.low != self.high:
            return None
        return self.low


def unread(form: Form, reason: str, **details: object) -> Reading:
    """A reading without a number; `reason` is for people."""
    return Reading(form, reason=reason, **details)  # type: ignore[arg-type]
