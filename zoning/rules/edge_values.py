"""What setback rules read of the edges of a parcel: where it is the same, they ask the same.

Most parcels of a district are alike in this, so what follows from it is worked out once.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from parcels.edges import EdgeKind
from zoning.rules.case import Case
from zoning.rules.limits import groups

# What is the edge's own; all else that a rule reads is the same for all edges of a parcel.
OF_THE_EDGE = frozenset({"street_width", "edge_length"})


class EdgeValues(NamedTuple):
    """For each edge, its class and whatever setback rules for it read; for all classes in doubt.

    ``of_kind`` has the same for each class that the parcel has; mostly each value once.
    """

    each: list[Hashable]
    of_kind: dict[EdgeKind, tuple[Hashable, ...]]


def edge_values(case: Case) -> EdgeValues:
    """What setback rules read of the edges of a parcel, worked out once."""
    found: EdgeValues | None = case.worked_out.get("edge values")
    if found is None:
        found = case.worked_out["edge values"] = _read(case)
    return found


def _read(case: Case) -> EdgeValues:
    alike: dict[tuple[EdgeKind, bool], tuple[tuple[Hashable, ...], tuple[str, ...]]] = {}
    each: list[Hashable] = []
    of_kind: dict[EdgeKind, tuple[Hashable, ...]] = {}
    doubtful = case.doubtful_edges
    for index, edge in enumerate(case.site.edges):
        in_doubt = bool(doubtful) and edge.is_doubtful
        key = (edge.kind, in_doubt)
        known = alike.get(key)
        if known is None:
            kind = EdgeKind.UNKNOWN if in_doubt else edge.kind
            whole, own = _names(case, kind)
            of_site = tuple([case.value(name) for name in whole])
            known = alike[key] = ((edge.kind, kind, of_site), own)
        read, own = known
        if own:
            get = case.values(district="", edge=index).get
            read = (*read, *[get(name) for name in own])
        each.append(read)
        before = of_kind.get(edge.kind, ())
        if not before or before[-1] is not read:
            of_kind[edge.kind] = (*before, read)
    return EdgeValues(each, of_kind)


def _names(case: Case, kind: EdgeKind) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The variables that rules for a class of edge read here: the site's, and the edge's own."""
    key = ("names of setbacks", kind)
    found: tuple[tuple[str, ...], tuple[str, ...]] | None = case.memory.get(key)
    if found is None:
        kinds = EdgeKind if kind == EdgeKind.UNKNOWN else (kind,)
        tiers = dict.fromkeys(rule.rule.above for rule in case.rulebook.of_kind("setback"))
        names = frozenset(
            name
            for one in kinds
            for above in (None, *tiers)
            for _, here in groups(case, "setback", edge_kind=one, above=above)
            for group in here
            for name in group.names
        )
        # The district is the same wherever this is remembered.
        whole = tuple(sorted(names - OF_THE_EDGE - {"district"}))
        found = case.memory[key] = (whole, tuple(sorted(names & OF_THE_EDGE)))
    return found
