"""The room for building as people read it: envelope, largest floor area, fit, open answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from permits import wording

Quantity = Callable[..., str]

# What each limit of the largest floor area is called.
TERMS: dict[str, Any] = {
    "floor_area_ratio": _("floor-area ratio"),
    "coverage": _("coverage on every storey"),
    "setback": _("what the setbacks leave on every storey"),
}
STOREYS_BY: dict[str, Any] = {
    "proposal": _("as proposed"),
    "storeys": _("the limit of storeys"),
    "height": _("the limit of height"),
    "": "",
}
ANSWERS: dict[str, Any] = {
    "footprint": _("the footprint, drawn"),
    "floor_areas": _("the floor area of every use"),
}
REMEDIES: dict[str, Any] = {
    "reduce": _("%(what)s less by %(by)s: %(to)s"),
    "increase": _("%(what)s more by %(by)s: %(to)s"),
    "move": _("move the building by %(by)s"),
    "cut": _("take %(by)s off the footprint: it fits nowhere as it is turned now"),
}


def room(
    found: Mapping[str, Any], names: dict[str, str], quantity: Quantity
) -> dict[str, Any] | None:
    """The room of an evaluation; None for one that was made before rooms were worked out."""
    envelope, capacity = found.get("buildable"), found.get("capacity")
    if envelope is None or capacity is None:
        return None
    return {
        "area": quantity(envelope["area_m2"], "m2"),
        "relaxed_area": quantity(envelope["relaxed_area_m2"], "m2"),
        "is_range": envelope["area_m2"] != envelope["relaxed_area_m2"],
        "parts": len(envelope["parts"]),
        "complete": envelope["complete"],
        "tiers": [
            {
                "from": quantity(tier["from_m"], "m"),
                "to": quantity(tier["to_m"], "m"),
                "area": quantity(tier.get("area_m2"), "m2"),
            }
            for tier in envelope["tiers"]
        ],
        "floor_area": quantity(capacity["floor_area_m2"], "m2"),
        "governed_by": str(TERMS.get(capacity["governed_by"], "")),
        "storeys": capacity["storeys"],
        "storeys_by": str(STOREYS_BY[capacity["storeys_by"]]),
        "terms": [
            {"label": str(TERMS[term]), "area": quantity(area, "m2")}
            for term, area in capacity["terms_m2"].items()
        ],
        "footprint": _test(found.get("footprint"), quantity),
        "fit": _fit(found.get("fit"), quantity),
        "deciding": [_answer(name, names) for name in found.get("deciding", [])],
    }


def _test(test: Mapping[str, Any] | None, quantity: Quantity) -> dict[str, str] | None:
    if test is None:
        return None
    return {
        "outcome": test["outcome"],
        "label": str(wording.OUTCOMES[test["outcome"]]),
        "intrusion": quantity(test["intrusion_m"], "m"),
        "off_parcel": quantity(test.get("off_parcel_m2"), "m2"),
    }


def _fit(test: Mapping[str, Any] | None, quantity: Quantity) -> dict[str, str] | None:
    if test is None:
        return None
    return {
        "outcome": test["outcome"],
        "label": str(wording.OUTCOMES[test["outcome"]]),
        "length": quantity(str(test["length_m"]), "m"),
        "width": quantity(str(test["width_m"]), "m"),
    }


def _answer(name: str, names: dict[str, str]) -> str:
    return str(ANSWERS.get(name) or wording.input_name(name, names))


def remedy(told: Mapping[str, Any] | None, names: dict[str, str], quantity: Quantity) -> str:
    """The nearest change that would comply, as a sentence; empty where there is none."""
    if not told:
        return ""
    facts = {
        "what": wording.input_name(told["variable"], names),
        "by": quantity(told["by"], told["unit"]),
        "to": quantity(told["to"], told["unit"]),
    }
    return str(REMEDIES[told["what"]]) % facts


def other_basis(told: Mapping[str, Any] | None, unit: str, quantity: Quantity) -> str:
    """What the drawn area would say, where it says otherwise; empty where it says the same."""
    if not told:
        return ""
    return gettext("By the drawn area it would be %(amount)s: %(outcome)s.") % {
        "amount": quantity(told["provided"], unit),
        "outcome": wording.OUTCOMES[told["outcome"]],
    }
