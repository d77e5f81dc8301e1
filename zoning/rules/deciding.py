"""Which answers would decide a verdict that is still open: the smallest set of them.

A finding that waits for answers names them; one answer may serve several findings (a drawn
footprint gives the coverage, the setbacks and the sides of the building). The smallest set of
answers is found by trying all sets, small ones first: there are never many.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from types import MappingProxyType

from zoning.rules.findings import Finding, Outcome, Reason

# What else an answer gives, beside the variable of its own name. A star stands for any ending.
GIVES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "footprint": frozenset(
            {"footprint_area", "coverage", "building_length", "building_width", "setback:*"}
        ),
        "floor_areas": frozenset({"floor_area", "uses", "floor_area_ratio", "*_floor_area"}),
        "dwelling_units": frozenset({"lot_area_per_dwelling", "density"}),
    }
)
# Names that no single answer has: they come with one of the answers above only.
DERIVED = frozenset({"footprint_area", "floor_area", "uses"})
MOST_ANSWERS = 16


def deciding(findings: Sequence[Finding], outcome: Outcome) -> tuple[str, ...]:
    """The smallest set of answers with which no finding would wait for an answer any longer.

    Empty where nothing waits, or where a breach has decided already. What waits for a person (a
    conflict, an edge of unknown class, the authority's discretion) no answer decides.
    """
    if outcome != Outcome.NEEDS_REVIEW:
        return ()
    waiting = {
        name
        for finding in findings
        if finding.outcome == Outcome.NEEDS_REVIEW and finding.reason == Reason.MISSING_INPUT
        for name in finding.missing
    }
    options = {name: frozenset(answers_to(name)) for name in waiting}
    named = frozenset[str]().union(*options.values()) if options else frozenset[str]()
    # Of answers that serve alike, a drawing or the floor areas say more than a stated ratio.
    candidates = sorted(named, key=lambda name: (name not in GIVES, name))
    if len(candidates) > MOST_ANSWERS:
        return tuple(sorted(waiting))
    for size in range(len(candidates) + 1):
        for chosen in combinations(candidates, size):
            if all(not options[name].isdisjoint(chosen) for name in waiting):
                return tuple(sorted(chosen))
    return ()


def answers_to(name: str) -> Iterable[str]:
    """The answers that would make a name known."""
    for answer, given in GIVES.items():
        if name == answer or any(_matches(name, pattern) for pattern in given):
            yield answer
    if name not in DERIVED and not name.endswith("_floor_area") and name not in GIVES:
        yield name


def _matches(name: str, pattern: str) -> bool:
    if pattern.endswith("*"):
        return name.startswith(pattern[:-1])
    if pattern.startswith("*"):
        return name.endswith(pattern[1:])
    return name == pattern
