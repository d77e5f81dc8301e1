"""Free text of a paper form, cut into tokens: numbers, units, signs and the few words that matter.

The vocabulary is general (how people write feet, areas and percentages), not a list of rows seen.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    NUMBER = "number"
    UNIT = "unit"  # text: ft, in, ft2, %, storeys
    SEPARATOR = "separator"  # / , ; : or and
    DASH = "dash"  # - or "to": a range, or feet-inches
    PLUS = "plus"
    EQUALS = "equals"
    MORE = "more"  # > or a trailing "at least"
    LESS = "less"
    APPROXIMATE = "approximate"
    OPEN = "open"
    CLOSE = "close"
    SUM = "sum"
    LIMIT = "limit"  # text: min or max
    STEP = "step"  # first, remainder, above: a limit in steps
    PER = "per"
    FORMULA = "formula"
    LABEL = "label"  # a zone code or a section number: digits that measure nothing
    WORD = "word"


@dataclass(frozen=True)
class Token:
    kind: Kind
    text: str
    value: Decimal = Decimal(0)


_SIGNS = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "′": "'",
        "`": "'",
        "´": "'",
        "“": '"',
        "”": '"',
        "″": '"',
        "–": "-",
        "—": "-",
        "−": "-",
        "‐": "-",
        "[": "(",
        "]": ")",
        "≥": ">",
        "≤": "<",
        "⁄": "/",
    }
)

# The order is the grammar: what comes first wins. Each pattern is tried at the current position.
_PATTERNS: tuple[tuple[Kind, str, str | None], ...] = (
    (Kind.FORMULA, r"\(?\s*h\s*\+\s*l\s*\)?\s*/\s*\d+(?:\s*\+\s*\d+(?![\d.']))?", None),
    (Kind.APPROXIMATE, r"\+\s*/?\s*-|±|~|approx(?:imately|\.)?|about\b|roughly\b|circa\b", None),
    (Kind.UNIT, r"(?:sq\.?|square)\s*(?:ft|feet|foot|f)\b\.?|sqft\b|s\.?\s?/?\s?f\b\.?", "ft2"),
    (Kind.UNIT, r"ft(?:\s*\^\s*)?2(?!\d)", "ft2"),  # but "7 ft 2 in" is a length
    (Kind.UNIT, r"(?:l\.?\s?f|ft|feet|foot)\b\.?", "ft"),
    (Kind.UNIT, r"''|\"|(?:inches|inch|in)\b\.?", "in"),
    (Kind.UNIT, r"'", "ft"),
    (Kind.UNIT, r"%|percent\b|pct\b", "%"),
    (Kind.UNIT, r"-?\s*stor(?:(?:e?y)|(?:ies)|(?:eys))\b|floors?\b", "storeys"),
    (Kind.UNIT, r"acres?\b", "acre"),
    (Kind.PER, r"per\b|each\b|/\s*(?=(?:d\.?\s?u\b|unit|dwelling))", None),
    (Kind.UNIT, r"(?:d\.?\s?u|(?:dwelling\s+)?units?|dwellings?)\b\.?", "dwellings"),
    (
        Kind.LABEL,
        r"\d+\.\d+\.\d+(?:\.\d+)*|(?:§|section|sec\.|art(?:icle|\.)|table)\s*[\d.-]+",
        None,
    ),
    (Kind.SUM, r"(?:sum|total(?:l?ing)?|aggregate|combined)\b(?:\s*(?:of\b|to\b|is\b|=))*", None),
    (Kind.SUM, r"sum(?=\d)", None),
    (Kind.LIMIT, r"min(?:imum)?(?![a-z])\.?|at\s+least\b|no(?:t)?\s+less\s+than\b", "min"),
    (Kind.LIMIT, r"max(?:imum)?(?![a-z])\.?|at\s+most\b|no(?:t)?\s+more\s+than\b", "max"),
    (Kind.LABEL, r"[a-z]{1,3}(?:-\d|\d)[\w.]*(?:-?[a-z]\b)?", None),
    (
        Kind.STEP,
        r"first\b|1st\b|remain\w*|rest\b|additional(?:ly)?\b|above\b|over\b|exce\w+|up\s+to\b",
        None,
    ),
    (Kind.STEP, r"portion\b|thereafter\b|beyond\b|next\b", None),
    (Kind.NUMBER, r"\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+\.\d+|\d+\.(?!\d)|\.\d+|\d+", None),
    (Kind.SEPARATOR, r"[/,;:&|]|or\b|and\b|x(?=\s*\d)", None),
    (Kind.DASH, r"-|to\b", None),
    (Kind.PLUS, r"\+|plus\b", None),
    (Kind.EQUALS, r"=", None),
    (Kind.MORE, r">=?|more\s+than\b|greater\s+than\b", None),
    (Kind.LESS, r"<=?|less\s+than\b|under\b", None),
    (Kind.OPEN, r"\(", None),
    (Kind.CLOSE, r"\)", None),
    (Kind.WORD, r"[^\W\d_]+(?:[.'&/][^\W\d_]+)*\.?|.", None),
)
_MATCHERS = tuple((kind, re.compile(pattern), text) for kind, pattern, text in _PATTERNS)
_SPACE = re.compile(r"\s+")


def normalise(text: str) -> str:
    """Lower case, one kind of quote and dash, single spaces, no outer spaces."""
    # Compatibility forms are left alone except where named: NFKC would turn "7½" into "71/2".
    spelled = text.translate(_SIGNS).replace("½", " 1/2").replace("¼", " 1/4").replace("¾", " 3/4")
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", spelled)).strip().lower()


def tokens(text: str) -> tuple[Token, ...]:
    """Tokens of a normalised text. Never fails: what is not understood becomes a WORD."""
    found: list[Token] = []
    position = 0
    while position < len(text):
        if text[position] == " ":
            position += 1
            continue
        token, position = _next(text, position, after_letter=_follows_letter(text, position))
        found.append(token)
    return tuple(found)


def _follows_letter(text: str, position: int) -> bool:
    return position > 0 and text[position - 1].isalpha()


def _next(text: str, position: int, *, after_letter: bool) -> tuple[Token, int]:
    for kind, matcher, fixed in _MATCHERS:
        match = matcher.match(text, position)
        if not match or not match.group():
            continue
        if after_letter and kind is Kind.LABEL:
            continue  # "sum20" is a word and a number, not a code
        literal = match.group()
        value = Decimal(literal.replace(",", "").rstrip(".")) if kind is Kind.NUMBER else Decimal(0)
        return Token(kind, fixed or literal.strip(), value), match.end()
    raise AssertionError("the last pattern matches any character")
