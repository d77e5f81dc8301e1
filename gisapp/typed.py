"""Numbers as people type them: in the digits of any script, a comma or a point before decimals."""

from __future__ import annotations

import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

# The Arabic decimal sign, the comma of French, the Arabic comma that stands in for it.
_POINTS = dict.fromkeys("٫,،", ".")
# Direction marks come along when a number is copied out of Arabic text.
_PASSED_OVER = dict.fromkeys("\u200e\u200f\u061c\u00a0\u202f ", "")
_SIGNS = str.maketrans(_POINTS | _PASSED_OVER)


def read_decimal(text: str) -> Decimal:
    """The finite number in a text such as ``12.5``, ``12,5`` or ``١٢٫٥``.

    Raises ValueError for anything else, also for a number with signs between its thousands: whether
    ``1,234`` is one or one thousand nobody can tell, so it is read like all others, as 1.234.
    """
    plain = "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() else sign
        for sign in text.translate(_SIGNS)
    )
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite():
        raise ValueError(text)
    return number


class TypedDecimalField(forms.DecimalField):
    """A decimal field for any digits; a text field, since number fields refuse most of them."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return read_decimal(str(value))
        except ValueError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off"}
