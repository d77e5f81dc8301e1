"""The way to a limit is told in full: whoever follows the steps shown arrives at the limit."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from tests.zoning.rules.conftest import ON, edge, rulebook_of
from tests.zoning.rules.reference import amounts, interpret, render
from zoning.rules.engine import evaluate
from zoning.rules.expressions import Number
from zoning.rules.findings import Finding
from zoning.rules.parsing import parse
from zoning.rules.quantities import UNITS
from zoning.rules.site import OverlayPart, Proposal, Site, ZoneShare

HIGHER = ({"districts": ["R1"]}, {"overlays": ["heritage"]}, {"parcels": ["125/7"]})
COMBINATIONS = ("replace", "add", "subtract", "most_restrictive", "least_restrictive")
INTERVAL = re.compile(r"([\[(])(\S+)(?: m)?, (\S+?)(?: m)?([\])])")
# Half of the last digit shown.
SHOWN = Fraction(1, 2_000_000)

constants = st.decimals(1, 60, places=2).map(str)
expressions = amounts(1, 2).map(render)
values = constants | expressions


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    """Two rows on the width of the street, which meet at some width."""
    at, closed = draw(st.integers(1, 30)), draw(st.booleans())
    ends, begins = ("]", "(") if closed else (")", "[")
    return {
        "table": [
            {"street_width": f"[0 m, {at} m{ends}", "value": draw(values)},
            {"street_width": f"{begins}{at} m, inf)", "value": draw(values)},
        ]
    }


@st.composite
def rules(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A limit for the whole plan, and what up to three higher levels make of it."""
    bound = draw(st.sampled_from(["max", "min"]))
    scopes = [{"plan": True}, *draw(st.lists(st.sampled_from(HIGHER), max_size=4))]
    return [
        {
            "kind": "height",
            "bound": bound,
            "value": draw(values | tables()),
            "unit": draw(st.sampled_from(["m", "ft"])),
            "rounding": draw(st.sampled_from(["none", "up", "down", "nearest"])),
            "combine": draw(st.sampled_from(COMBINATIONS)) if rank else "replace",
            "scope": scope,
        }
        for rank, scope in enumerate(scopes)
    ]


def height_of(rules: list[dict[str, Any]], width: Decimal, storeys: int) -> Finding:
    """The finding on height of a lot under every one of the rules."""
    site = Site(
        reference="125/7",
        geometry=box(0, 0, 20, 30),
        zones=(ZoneShare("R1", 600.0, 1.0),),
        edges=(
            edge("front", [(0, 0), (20, 0)], street_width_m=width),
            edge("interior_side", [(20, 0), (20, 30)]),
            edge("rear", [(20, 30), (0, 30)]),
            edge("interior_side", [(0, 30), (0, 0)]),
        ),
        overlays=(OverlayPart("heritage", "", box(-1, -1, 21, 31)),),
        registered_area_m2=Decimal(600),
    )
    proposal = Proposal(
        height_m=Decimal(12), storeys=Decimal(storeys), dwelling_units=Decimal(storeys)
    )
    judgement = evaluate(site, proposal, rulebook_of(*rules), on=ON)
    return next(one for one in judgement.findings if one.kind == "height")


def replayed(steps: list[dict[str, Any]], bound: str) -> Fraction:
    """The limit in SI, from nothing but the steps as they are shown."""
    found: list[Fraction] = []
    for step in steps:
        match step["what"]:
            case "row":
                assert all(
                    lies_in(known(step["values"][name]), interval)
                    for name, interval in step["row"].items()
                )
            case "value" | "formula":
                found.append(computed(step))
                agrees(step["result"], found[-1])
            case "combined":
                own, current = found.pop(), found.pop()
                found.append(combined(step["how"], bound, current, own))
                if "result" in step:
                    agrees(step["result"], found[-1])
            case "rounded":
                unit = Fraction(UNITS[step["result"].split()[1]].si_factor)
                found.append(whole(step["how"], found.pop() / unit) * unit)
                agrees(step["result"], found[-1])
    (limit,) = found
    return limit


def known(shown: str) -> Any:
    """A value as it is shown (12.5 m, yes, R1) as a value."""
    if shown in ("yes", "no"):
        return shown == "yes"
    number = shown.split()[0]
    return Decimal(number) if re.fullmatch(r"-?[\d.]+", number) else shown


def computed(step: Mapping[str, Any]) -> Fraction:
    """The formula with the values shown put in; a bare number is in the unit of the result."""
    node = parse(step["formula"])
    unit = Fraction(UNITS[step["result"].split()[1]].si_factor)
    names = {name: known(value) for name, value in step.get("values", {}).items()}
    value: Fraction = interpret(node, names)
    return value * unit if isinstance(node, Number) and node.bare else value


def combined(how: str, bound: str, current: Fraction, own: Fraction) -> Fraction:
    if how in ("add", "subtract"):
        return current + own if how == "add" else current - own
    lower = (how == "most_restrictive") is (bound == "max")
    return min(current, own) if lower else max(current, own)


def whole(how: str, value: Fraction) -> int:
    if how == "up":
        return math.ceil(value)
    if how == "down":
        return math.floor(value)
    size = math.floor(abs(value) + Fraction(1, 2))  # halves away from zero, as in law
    return size if value >= 0 else -size


def lies_in(value: Decimal, interval: str) -> bool:
    found = INTERVAL.fullmatch(interval)
    assert found is not None, interval
    opens, low, high, closes = found.groups()
    above = value >= Decimal(low) if opens == "[" else value > Decimal(low)
    return above and (value <= Decimal(high) if closes == "]" else value < Decimal(high))


def agrees(shown: str, value: Fraction) -> None:
    """Whether an amount as shown, with its unit, is this one to the last digit."""
    number, unit = shown.split()
    legal = value / Fraction(UNITS[unit].si_factor)
    assert abs(Fraction(number) - legal) <= SHOWN + abs(legal) / 10**17, (shown, float(legal))


@given(rules(), st.decimals(1, 40, places=2), st.integers(1, 12))
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_the_trace_recomputes_to_the_limit(
    rules: list[dict[str, Any]], width: Decimal, storeys: int
) -> None:
    finding = height_of(rules, width, storeys)
    assume(finding.required is not None)
    shown = finding.as_dict()
    agrees(f"{shown['required']} {shown['unit']}", replayed(shown["trace"], finding.bound))
