"""Numbers as people read them, in the active language."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.formats import number_format


def rounded(value: Any, decimals: int) -> str:
    """The number rounded to so many decimals, thousands apart: ``rounded(84.769756, 2)`` → 84.77.

    Django's own number_format cuts digits off instead, and would print 99.99 as 99.9.
    """
    figure = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return number_format(figure, decimal_pos=decimals, use_l10n=True, force_grouping=True)
