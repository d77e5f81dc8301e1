"""“Would it fit?” on the page of a parcel: the question as a form, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gisapp.typed import TypedDecimalField
from parcels.models import Parcel
from permits.actions.evaluate_application import evaluation_values, judge
from permits.presentation import present_values, quantity
from zoning.rules.largest import longest
from zoning.rules.site import Proposal

LONGEST_M = 1_000


class FitForm(forms.Form):
    """The sides of a building and how many storeys it has; read from the address."""

    width = TypedDecimalField(label=_("Width (m)"), min_value=Decimal(1), max_value=LONGEST_M)
    depth = TypedDecimalField(label=_("Depth (m)"), min_value=Decimal(1), max_value=LONGEST_M)
    storeys = TypedDecimalField(
        label=_("Storeys (optional)"), min_value=Decimal("0.5"), max_value=300, required=False
    )

    def is_asked(self) -> bool:
        """Whether anything of the question was sent, however it is filled in."""
        return any(name in self.data for name in self.fields)

    def proposal(self) -> Proposal:
        """The building that is asked for; call on a valid form."""
        asked = self.cleaned_data
        width, length = sorted((asked["width"], asked["depth"]))
        return Proposal(building_length_m=length, building_width_m=width, storeys=asked["storeys"])


@dataclass(frozen=True)
class FitAnswer:
    """Whether the building fits, as people read it, and what its map draws (WGS84).

    ``outcome`` is the worst of the place that was found and of the limits that can be judged there
    (``breaches``, findings as presented). ``room`` is as in :mod:`room`. ``widest`` is the greatest
    width at the depth that was asked for, ``deepest`` the greatest depth at the width: what room is
    left, or what would fit; empty where nothing would.
    """

    outcome: str
    sentence: str
    breaches: list[dict[str, Any]]
    room: Mapping[str, Any]
    widest: str
    deepest: str
    drawn: Mapping[str, Any]


FITS = _("It fits.")
UNSURE = _("It finds a place, but some edges or answers are open, so the envelope is not certain.")
OPEN = _("It fits only where something is still open, or misses or makes it by too little to tell.")
BREACHES = _("It finds a place, but breaks other limits of the plan.")
NOWHERE = _("It fits nowhere in the buildable envelope.")


def answer(parcel: Parcel, form: FitForm, *, on: date) -> FitAnswer:
    """Whether the building of a valid form fits on the parcel by the plan of the day, and where.

    Raises BadInput or NoPlanInForce as :func:`judge` does.
    """
    judged = judge([parcel], form.proposal(), on=on)
    presented = present_values(evaluation_values(judged))
    room = presented["room"]
    breaches = [one for one in presented["findings"] if one["outcome"] == "breaches"]
    outcome, sentence = _verdict(room, breaches)
    envelope = judged.judgement.envelope.strict
    width, depth = form.cleaned_data["width"], form.cleaned_data["depth"]
    widest, deepest = longest(envelope, [float(depth), float(width)])
    return FitAnswer(
        outcome=outcome,
        sentence=str(sentence),
        breaches=breaches if room["fit"]["outcome"] != "breaches" else [],
        room=room,
        widest=_metres(widest),
        deepest=_metres(deepest),
        drawn=presented["map"],
    )


def _verdict(room: Mapping[str, Any], breaches: list[dict[str, Any]]) -> tuple[str, Any]:
    fit = room["fit"]["outcome"]
    if fit == "breaches":
        return "breaches", NOWHERE
    if breaches:
        return "breaches", BREACHES
    if fit == "needs_review":
        return "needs_review", OPEN
    return ("complies", FITS) if room["complete"] else ("needs_review", UNSURE)


def _metres(length: Decimal | None) -> str:
    return "" if length is None else quantity(str(length), "m")
