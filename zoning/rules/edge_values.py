"""What setback rules read of the edges of a parcel: where it is the same, they ask the same.

Most parcels of a district are alike in this, so what follows from it is worked out once.
"""

from __future__ import annotations

from collections.abc import Hashable

from parcels.edges import EdgeKind
from zoning.rules.case import Case
from zoning.rules.limits import groups

# What is the edge's own; all else that a rule reads is the same for all edges of a parcel.
OF_THE_EDGE = frozenset({"street_width", "edge_length"})


def edge_values(case: Case) -> tuple[Hashable, ...]:
    """For each edge, its class and whatever setback rules for it read; for all classes in doubt."""
    found: tuple[Hashable, ...] | None = case.worked_out.get("edge values")
    if found is None:
        found = case.worked_out["edge values"] = tuple(_each(case))
    return found


def values_by_kind(case: Case) -> dict[EdgeKind, tuple[Hashable, ...]]:
    """What is read of the edges of each class that the parcel has; mostly each value once."""
    found: dict[EdgeKind, tuple[Hashable, ...]] | None
    found = case.worked_out.get("edge values by kind")
    if found is None:
        own: dict[EdgeKind, list[Hashable]] = {}
        for read, edge in zip(edge_values(case), case.site.edges, strict=True):
            of_kind = own.setdefault(edge.kind, [])
            if not of_kind or of_kind[-1] is not read:
                of_kind.append(read)
        found = {kind: tuple(reads) for kind, reads in own.items()}
        case.worked_out["edge values by kind"] = found
    return found


def _each(case: Case) -> list[Hashable]:
    known: dict[tuple[EdgeKind, bool], tuple[tuple[Hashable, ...], tuple[str, ...]]] = {}
    found: list[Hashable] = []
    for index, edge in enumerate(case.site.edges):
        key = (edge.kind, edge.is_doubtful)
        alike = known.get(key)
        if alike is None:
            kind = EdgeKind.UNKNOWN if edge.is_doubtful else edge.kind
            whole, own = _names(case, kind)
            of_site = tuple([case.value(name) for name in whole])
            alike = known[key] = ((edge.kind, kind, of_site), own)
        read, own = alike
        if own:
            get = case.values(district="", edge=index).get
            read = (*read, *[get(name) for name in own])
        found.append(read)
    return found


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
            for part in case.parts
            for above in (None, *tiers)
            for group in groups(case, "setback", part=part, edge_kind=one, above=above)
            for name in group.names
        )
        # The district is the same wherever this is remembered.
        whole = tuple(sorted(names - OF_THE_EDGE - {"district"}))
        found = case.memory[key] = (whole, tuple(sorted(names & OF_THE_EDGE)))
    return found
