"""The sides of a parcel: its interior edges, those that run on into each other taken together."""

from __future__ import annotations

from collections.abc import Iterator

from parcels.edges import EdgeKind
from zoning.rules.case import Case
from zoning.rules.limits import groups

Side = tuple[int, ...]  # the edges of one side, by index


def sides(case: Case) -> tuple[Side, ...]:
    """The sides in ring order: a jog or a bend does not make a second side of one."""
    edges = case.site.edges
    found: list[list[int]] = []
    for index, edge in enumerate(edges):
        if edge.kind != EdgeKind.INTERIOR_SIDE:
            continue
        if found and found[-1][-1] == index - 1:
            found[-1].append(index)
        else:
            found.append([index])
    # The ring has no beginning: a side may run over it.
    if len(found) > 1 and found[0][0] == 0 and found[-1][-1] == len(edges) - 1:
        found[0] = [*found.pop(), *found[0]]
    return tuple(tuple(side) for side in found)


def sides_are_sure(case: Case) -> bool:
    """Whether the class of every edge that is or may be a side is known well enough."""
    return not case.doubtful_edges


def required_sums_m(case: Case) -> Iterator[float]:
    """The least sums, in m, that the setbacks of both sides must come to."""
    if not case.rulebook.of_kind("setback_sum"):
        return
    for part, here in groups(case, "setback_sum"):
        values = case.values(district=part.district)
        for group in here:
            for limit in group.limits(values):
                if limit is not None and limit.value is not None:
                    yield float(limit.value)
