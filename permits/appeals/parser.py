"""From the free text of a paper form to a value that can be compared, or the reason why not.

The grammar knows how people write feet and inches, areas, percentages, pairs, ranges, limits in
steps, sums of two sides and yard formulas with a result. Two rules keep it honest: a text that may
mean several things keeps all of them (`low`..`high`), and a number that measures something else
(a threshold, a section, a storey, the sum of both sides) is set aside before values are counted.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from permits.appeals.lexer import Kind, Token, normalise, tokens
from permits.appeals.readings import Form, Quantity, Reading, unread

INCHES_PER_FOOT = Decimal(12)
SQUARE_FEET_PER_ACRE = Decimal(43_560)
# Above this a bare ratio or share can only be a percentage written without its sign.
LARGEST_BARE = {Quantity.RATIO: Decimal(15), Quantity.SHARE: Decimal(1)}
# Largest believable value per quantity: a slip of the pen beyond it is said to be one.
LARGEST = {
    Quantity.LENGTH: Decimal(2_000),
    Quantity.AREA: Decimal(10_000_000),
    Quantity.RATIO: Decimal(15),
    Quantity.SHARE: Decimal(1),
    Quantity.COUNT: Decimal(20_000),
}

_WHOLE_TEXTS: tuple[tuple[Form, re.Pattern[str]], ...] = (
    (Form.BLANK, re.compile(r"[\W_x]*")),
    (
        Form.UNCHANGED,
        re.compile(r"\W*(existing\b[\W]*)?(no\W?\s*c\w*|n\W{0,2}c\W?|unch\w*|same\b.*|as is)\W*"),
    ),
    (Form.UNCHANGED, re.compile(r"\W*(pre\W*)?existing(\W+(non\W*conforming|condition))?\W*")),
    (Form.NOT_APPLICABLE, re.compile(r"\W*(0\W+)?n\W{0,2}a\b[^\d]*|.*\bnot appl\w*[^\d]*")),
    (Form.NOT_APPLICABLE, re.compile(r"0\W+n\W{0,2}a\W*")),
    (Form.NONE, re.compile(r"\W*(none|no\W+(min|max|limit|req)\w*|not req\w*)\b[^\d]*")),
    (
        Form.ELSEWHERE,
        re.compile(
            r"[^\d]*\b(attach\w*|see|var(y|ies|ious|iable)|special permit|tbd|unknown)\b[^\d]*"
        ),
    ),
)


@dataclass(frozen=True)
class _Measure:
    """A number with its unit, and what stands around it."""

    value: Decimal
    unit: str = ""
    depth: int = 0
    role: str = "value"  # value | sum | floor | threshold | storeys
    compare: str = ""  # "more" or "less"


def read(text: str, quantity: Quantity) -> Reading:
    """Read one field. Never raises on any text; see `Reading` for units and forms.

    >>> read("7'-6\\" (sum of 20')", Quantity.LENGTH).single
    Decimal('7.5')
    """
    plain = normalise(text)
    for form, pattern in _WHOLE_TEXTS:
        if pattern.fullmatch(plain):
            return unread(form, reason=str(form.value))
    stream = tokens(plain)
    measures = _measures(stream, quantity)
    return _interpret(stream, measures, quantity)


# --- measures -------------------------------------------------------------------------------


def _measures(stream: tuple[Token, ...], quantity: Quantity) -> list[_Measure]:
    found: list[_Measure] = []
    position = depth = 0
    while position < len(stream):
        token = stream[position]
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if token.kind is not Kind.NUMBER:
            position += 1
            continue
        value, unit, end = _measure_at(stream, position, quantity)
        found.append(
            _Measure(
                value=value,
                unit=unit,
                depth=max(depth, 0),
                role=_role(stream, position, end, unit),
                compare=_comparison(stream, position, end),
            )
        )
        position = end
    return found


def _kind(stream: tuple[Token, ...], position: int) -> Kind | None:
    return stream[position].kind if 0 <= position < len(stream) else None


def _unit(stream: tuple[Token, ...], position: int) -> str:
    return stream[position].text if _kind(stream, position) is Kind.UNIT else ""


def _measure_at(
    stream: tuple[Token, ...], position: int, quantity: Quantity
) -> tuple[Decimal, str, int]:
    """Value, unit and end of the measure that starts with the number at `position`."""
    value, end = _mixed_number(stream, position)
    unit = _unit(stream, end)
    if unit:
        end += 1
    if quantity is not Quantity.LENGTH:
        return value, unit, end
    inches = _inches_after(stream, end, feet=value, marked=unit == "ft")
    if unit in ("ft", "") and inches is not None:
        part, end = inches
        return value + part / INCHES_PER_FOOT, "ft", end
    if unit == "in":
        return value / INCHES_PER_FOOT, "ft", end
    return value, unit, end


def _mixed_number(stream: tuple[Token, ...], position: int) -> tuple[Decimal, int]:
    """`7 1/2` is seven and a half; `1/2` alone stays two numbers, for it may be a pair."""
    value = stream[position].value
    fraction = _fraction_at(stream, position + 1)
    if fraction is not None and value == value.to_integral_value():
        return value + fraction, position + 4
    return value, position + 1


def _fraction_at(stream: tuple[Token, ...], position: int) -> Decimal | None:
    kinds = [_kind(stream, position + step) for step in range(3)]
    if kinds != [Kind.NUMBER, Kind.SEPARATOR, Kind.NUMBER] or stream[position + 1].text != "/":
        return None
    above, below = stream[position].value, stream[position + 2].value
    if below not in (2, 3, 4, 8, 16, 32) or not 0 < above < below:
        return None
    return above / below


def _inches_after(
    stream: tuple[Token, ...], position: int, *, feet: Decimal, marked: bool
) -> tuple[Decimal, int] | None:
    """Inches that belong to the feet just read: `7'6"`, `7'-6`, `7 ft 6 in`, `7-6`."""
    dashed = _kind(stream, position) is Kind.DASH and stream[position].text == "-"
    start = position + dashed
    if _kind(stream, start) is not Kind.NUMBER or (not marked and not dashed):
        return None
    lone = _fraction_at(stream, start)
    value, end = (lone, start + 3) if lone is not None else _mixed_number(stream, start)
    unit = _unit(stream, end)
    if unit == "in":
        end += 1
    elif unit or (dashed and not marked and value >= feet):
        return None  # another measure, or a range that rises
    if value >= INCHES_PER_FOOT or feet != feet.to_integral_value():
        return None
    return value, end


def _role(stream: tuple[Token, ...], start: int, end: int, unit: str) -> str:
    """What a number is for, told by the word before it, or right after it."""
    if unit == "storeys":
        return "storeys"
    before = start - 1
    while _kind(stream, before) in (Kind.OPEN, Kind.EQUALS):
        before -= 1
    previous, following = _kind(stream, before), _kind(stream, end)
    if previous is Kind.SUM or (
        following is Kind.SUM and _kind(stream, end + 1) is not Kind.NUMBER
    ):
        return "sum"
    if previous is Kind.STEP:
        return "threshold"
    if previous is Kind.LIMIT or following is Kind.LIMIT:
        return "floor"
    return "value"


def _comparison(stream: tuple[Token, ...], start: int, end: int) -> str:
    before = _kind(stream, start - 1)
    if before is Kind.MORE or (_kind(stream, end) is Kind.PLUS and end == len(stream) - 1):
        return "more"
    return "less" if before is Kind.LESS else ""


# --- meaning --------------------------------------------------------------------------------


def _interpret(stream: tuple[Token, ...], measures: list[_Measure], quantity: Quantity) -> Reading:
    kinds = {token.kind for token in stream}
    notes = tuple(sorted({t.text for t in stream if t.kind in (Kind.WORD, Kind.LABEL)}))
    sums = [m.value for m in measures if m.role == "sum"]
    sum_of_sides = sums[-1] if sums else None
    values = _values_meant(measures, has_formula=Kind.FORMULA in kinds, stepped=Kind.STEP in kinds)
    if not values:
        return _without_value(stream, measures, sum_of_sides, notes)
    if Kind.PER in kinds:
        return unread(Form.RATE, "a rate per unit", values=tuple(m.value for m in values[:1]))
    if Kind.FORMULA in kinds and not _is_result(kinds):
        return unread(Form.FORMULA, "a formula beside a number", notes=notes)
    if Kind.STEP not in kinds and _added(stream):
        return unread(Form.UNREADABLE, "added parts", notes=notes)
    values, resolved = _writers_result(stream, values)
    canonical = []
    for measure in values:
        value, reason = _canonical(measure, quantity)
        if value is None:
            return unread(Form.UNREADABLE, reason, notes=notes)
        canonical.append(value)
    form = _form(kinds, values, canonical, resolved=resolved, notes=notes)
    if _says_none(stream):
        return unread(Form.UNREADABLE, "a number or none", notes=notes)
    low: Decimal | None = min(canonical)
    high: Decimal | None = max(canonical)
    if form is Form.BOUNDED:
        low, high = (low, None) if values[0].compare == "more" else (None, high)
    return Reading(form, tuple(canonical), low, high, sum_of_sides, notes=notes)


def _values_meant(measures: list[_Measure], *, has_formula: bool, stepped: bool) -> list[_Measure]:
    """The measures that answer the question: not a sum, a storey count, a threshold or a floor.

    "35' max" states 35: a bound word makes a floor only beside another value or a formula.
    """
    plain = [m for m in measures if m.role == "value"]
    if len(plain) > 1:
        # ".5/.35 (>5000)": a bracketed comparison beside values is where the step is.
        plain = [m for m in plain if not (m.compare and m.depth)] or plain
    if plain or has_formula:
        return plain
    return [m for m in measures if m.role == "floor" or (m.role == "threshold" and not stepped)]


def _without_value(
    stream: tuple[Token, ...],
    measures: list[_Measure],
    sum_of_sides: Decimal | None,
    notes: tuple[str, ...],
) -> Reading:
    kinds = {token.kind for token in stream}
    if Kind.FORMULA in kinds:
        return unread(Form.FORMULA, "a formula without its result", notes=notes)
    if sum_of_sides is not None:
        return unread(
            Form.SUM_ONLY, "only the sum of both sides is stated", sum_of_sides=sum_of_sides
        )
    if any(m.role == "storeys" for m in measures):
        return unread(Form.UNREADABLE, "storeys, where a length is asked", notes=notes)
    return unread(Form.UNREADABLE, "no number in the text", notes=notes)


def _added(stream: tuple[Token, ...]) -> bool:
    """`20% + 20%`: parts added up, or two steps joined; the text does not say which."""
    return any(
        token.kind is Kind.PLUS and _kind(stream, i + 1) is Kind.NUMBER and i > 0
        for i, token in enumerate(stream)
    )


def _is_result(kinds: set[Kind]) -> bool:
    """Beside a formula a number is its result after "=" or side by side, not after "or"."""
    return Kind.EQUALS in kinds or not kinds & {Kind.SEPARATOR, Kind.DASH}


def _says_none(stream: tuple[Token, ...]) -> bool:
    return any(token.kind is Kind.WORD and token.text.startswith("none") for token in stream)


def _writers_result(
    stream: tuple[Token, ...], values: list[_Measure]
) -> tuple[list[_Measure], bool]:
    """Prefer the writer's own result: after `=`, in brackets after a pair, beside a formula."""
    kinds = [token.kind for token in stream]
    if Kind.EQUALS in kinds and Kind.FORMULA in kinds:
        return values[:1], True
    outside, inside = [m for m in values if not m.depth], [m for m in values if m.depth]
    if len(outside) > 1 and len(inside) == 1:
        return inside, True
    return values, Kind.FORMULA in kinds


def _canonical(measure: _Measure, quantity: Quantity) -> tuple[Decimal | None, str]:
    value, unit = measure.value, measure.unit
    expected = {
        Quantity.LENGTH: ("", "ft"),
        Quantity.AREA: ("", "ft2", "ft", "acre"),  # "600'" in an area field: the mark is a habit
        Quantity.RATIO: ("", "%"),
        Quantity.SHARE: ("", "%"),
        Quantity.COUNT: ("", "dwellings"),
    }[quantity]
    if unit not in expected:
        return None, f"{unit}, where a {quantity.value} is asked"
    bare_limit = LARGEST_BARE.get(quantity)
    if unit == "%" or (bare_limit is not None and value > bare_limit):
        value /= 100
    if unit == "acre":
        value *= SQUARE_FEET_PER_ACRE
    if value > LARGEST[quantity]:
        return None, f"not believable as a {quantity.value}"
    return value, ""


def _form(
    kinds: set[Kind],
    measures: list[_Measure],
    values: list[Decimal],
    *,
    resolved: bool,
    notes: tuple[str, ...],
) -> Form:
    if len(measures) == 1 and measures[0].compare:
        return Form.BOUNDED
    if len(set(values)) == 1:
        if resolved:
            return Form.RESOLVED
        if Kind.APPROXIMATE in kinds:
            return Form.APPROXIMATE
        return Form.COMMENTED if notes else Form.EXACT
    if Kind.STEP in kinds:
        return Form.STEPPED
    return Form.ALTERNATIVES if Kind.SEPARATOR in kinds else _joined(kinds)


def _joined(kinds: set[Kind]) -> Form:
    return Form.RANGE if Kind.DASH in kinds else Form.ALTERNATIVES
