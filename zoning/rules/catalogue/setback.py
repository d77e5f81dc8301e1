"""Setback: the building must keep a distance from each side of the parcel, in metres.

Distance = the shortest way from the footprint to the edge, edge by edge, since each edge's limit
may depend on the street that it faces; the worst edge of a kind is the verdict of that kind. Where
nothing is drawn, stated distances are judged. On a street that is to be widened, the distance
counts from the widened street. Over the edge it is negative: how far the building reaches beyond.
A rule may hold for the part of the building above a height alone.
Undecided when an edge's class is not known well enough, or when neither a footprint nor a distance
is given.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from parcels.edges import EdgeKind
from zoning.rules.case import NOWHERE, Case
from zoning.rules.catalogue.base import edge_problems
from zoning.rules.document import Document
from zoning.rules.edge_doubts import doubted, doubtful_edges, worst_by_bound
from zoning.rules.edge_values import OF_THE_EDGE, edge_values
from zoning.rules.findings import Finding, Input, Outcome, Reason
from zoning.rules.inset import band
from zoning.rules.judging import NO_RULE, judge_parts
from zoning.rules.limits import BOUNDS, MOST_REMEMBERED, further, groups
from zoning.rules.measure import (
    AREA_TOLERANCE_M2,
    LENGTH_TOLERANCE_M,
    area_m2,
    common,
    distance_m,
    outside,
    polygons,
    reach_m,
)
from zoning.rules.provided import Measure, Measured
from zoning.rules.rulebook import CompiledRule
from zoning.rules.site import Edge

DECLARED = "setback:"
# Of this many edges of a kind or more, at least as many distances must be stated one by one.
SIDES = 2
# A piece that runs along an edge for less than this only touches it, at a corner.
CROSSES_M = 0.01
# Marks the target of a rule for the upper part of a building.
ABOVE = "above_"


NOT_DRAWN = Measured(None, missing=("footprint",), shared=True)


@dataclass(frozen=True)
class Setback:
    """Judges each kind of edge that the rulebook has setbacks for."""

    name: str = "setback"
    on_edges: bool = True

    def judge(self, case: Case) -> list[Finding]:
        if not case.rulebook.of_kind(self.name):
            return [NO_RULE[self.name]]
        spoken_of = _spoken_of(case)
        if not spoken_of:
            return [NO_RULE[self.name]]
        findings = []
        alike = not _is_explained_or_drawn(case)
        for kind, above in spoken_of:
            if alike and above is None:
                findings += self._judge_alike(case, kind)
            else:
                findings += self._judge_kind(case, kind, above)
        judged = {finding.target.partition(":")[0] for finding in findings}
        if case.proposal.footprint is not None or not judged:
            findings += doubtful_edges(case, self.name, judged)
        return findings or [NO_RULE[self.name]]

    def _judge_alike(self, case: Case, kind: EdgeKind) -> list[Finding]:
        """The findings on a kind of edge, remembered by what they turn on where that is known."""
        read = edge_values(case).of_kind.get(kind)
        if read is None:
            return []
        if any(edge.kind is kind for edge in case.doubtful_edges):
            return self._judge_kind(case, kind, None)
        key = (kind, read, case.trusted_edges)
        known: dict[Any, list[Finding]] = case.memory.setdefault("setbacks of nothing drawn", {})
        found = known.get(key)
        if found is None:
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            found = known[key] = self._judge_undrawn(case, kind, read)
        return found

    def _judge_undrawn(
        self, case: Case, kind: EdgeKind, read: tuple[Hashable, ...]
    ) -> list[Finding]:
        """The findings on a kind of edge where nothing is drawn: one where its edges read alike."""
        if len(read) > 1:
            return self._judge_kind(case, kind, None)
        edge = next(index for index, edge in enumerate(case.site.edges) if edge.kind is kind)
        return self._judge_edge(case, edge)

    def _judge_kind(self, case: Case, kind: EdgeKind, above: str | None) -> list[Finding]:
        """One finding per kind of edge and bound: its worst edge; or one per stated distance."""
        edges = [index for index, edge in enumerate(case.site.edges) if edge.kind == kind]
        stated = _stated(case, kind) if case.proposal.footprint is None else []
        if above is not None:
            found = [one for edge in edges for one in self._judge_upper(case, edge, above)]
            return list(worst_by_bound(found))
        if not stated:
            found = [one for edge in edges for one in self._judge_edge(case, edge)]
            return list(worst_by_bound(found))
        whole = case
        if not edges:
            # A form may state a distance from an edge that nobody has drawn.
            whole, undrawn = case.with_undrawn_edge(kind)
            edges = [undrawn]
        findings = [
            one
            for key, metres in stated
            for one in worst_by_bound(
                [
                    finding
                    for edge in edges
                    for finding in self._judge_stated(whole, edge, metres, key)
                ]
            )
        ]
        known = len(case.edges_of(kind))
        if len(stated) < min(SIDES, known) and f"{DECLARED}{kind.value}" not in dict(stated):
            findings.append(self._unstated(kind))
        return findings

    def _judge_edge(self, case: Case, edge: int) -> list[Finding]:
        own = case.site.edges[edge]
        findings = judge_parts(
            case, self.name, _from_drawing(own, None), edge=edge, target=own.kind.value
        )
        return [doubted(one, own) for one in findings]

    def _judge_upper(self, case: Case, edge: int, above: str) -> list[Finding]:
        """The part of the building above a height, by the setback that holds up there."""
        own = case.site.edges[edge]
        target = f"{own.kind.value}:{ABOVE}{above.replace(' ', '')}"
        findings = judge_parts(
            case, self.name, _from_drawing(own, above), edge=edge, target=target, above=above
        )
        return [doubted(one, own) for one in findings]

    def _judge_stated(self, case: Case, edge: int, metres: Decimal, key: str) -> list[Finding]:
        """A stated distance says itself which side it is; only a limit may depend on the edge."""
        target = key.removeprefix(DECLARED)
        findings = judge_parts(case, self.name, _as_stated(metres, key), edge=edge, target=target)
        own = case.site.edges[edge]
        here = (group for _, here in groups(case, self.name, edge_kind=own.kind) for group in here)
        reads_the_edge = any(OF_THE_EDGE.intersection(group.names) for group in here)
        return [doubted(one, own) for one in findings] if reads_the_edge else findings

    def _unstated(self, kind: EdgeKind) -> Finding:
        return Finding(
            self.name,
            Outcome.NEEDS_REVIEW,
            kind.value,
            unit="m",
            reason=Reason.MISSING_INPUT,
            missing=(f"{DECLARED}{kind.value}",),
        )

    def problems(self, rule: CompiledRule, document: Document) -> list[str]:
        return edge_problems(rule, 1, BOUNDS)


def _spoken_of(case: Case) -> list[tuple[EdgeKind, str | None]]:
    """The kinds of edges and the tiers that rules may hold for: no tier is the whole building."""
    key = "setbacks spoken of"
    found: list[tuple[EdgeKind, str | None]] | None = case.memory.get(key)
    if found is None:
        named = dict.fromkeys(rule.rule.above for rule in case.rulebook.of_kind("setback"))
        found = [
            (kind, above)
            for kind in EdgeKind
            for above in named
            if any(here for _, here in groups(case, "setback", edge_kind=kind, above=above))
        ]
        case.memory[key] = found
    return found


def _is_explained_or_drawn(case: Case) -> bool:
    """Whether findings turn on more than the values that rules read of the edges."""
    proposal = case.proposal
    return case.explained or proposal.footprint is not None or bool(proposal.declared)


def _measure(case: Case, edge: Edge, building: BaseGeometry | None) -> Measured:
    if building is None:
        return NOT_DRAWN if not case.explained else NOT_DRAWN._replace(geometry=edge.line)
    boundary = case.boundary_of(edge)
    beyond = _beyond(case, building)
    lost = _lost(case, edge, building, beyond)

    def offence(required_m: Decimal) -> BaseGeometry | None:
        strip = band(boundary, float(required_m))
        found = polygons(shapely.union(common(building, strip), lost))
        return None if found.is_empty else found

    inputs = (
        Input("street_width", edge.street_width_m, "m", "street_plan"),
        Input("edge_confidence", Decimal(str(round(edge.confidence, 2))), "ratio", edge.source),
    )
    return Measured(
        distance_m(_own(case, building, beyond), boundary)
        if lost.is_empty
        else -reach_m(lost, edge.line if case.net_parcel.is_empty else case.net_parcel),
        inputs=inputs if edge.street_width_m is not None else inputs[1:],
        tolerance=LENGTH_TOLERANCE_M,
        geometry=edge.line,
        offence=offence,
    )


def _beyond(case: Case, building: BaseGeometry) -> BaseGeometry:
    """What of a building stands on the land of others."""
    drawn = building is case.proposal.footprint
    return case.footprint_beyond if drawn else outside(building, case.site.geometry)


def _own(case: Case, building: BaseGeometry, beyond: BaseGeometry) -> BaseGeometry:
    """What of a building stands on its own parcel: from there its distances count."""
    return building if beyond.is_empty else common(building, case.site.geometry)


def _lost(case: Case, edge: Edge, building: BaseGeometry, beyond: BaseGeometry) -> BaseGeometry:
    """What of a building stands over an edge: beyond its line, or on land taken for its street."""
    taken = case.taken_along(edge)
    on_taken: BaseGeometry = NOWHERE
    if not taken.is_empty:
        on_taken = common(building, taken)
        if area_m2(on_taken) <= AREA_TOLERANCE_M2:
            on_taken = NOWHERE
    if beyond.is_empty:
        return on_taken
    near = shapely.buffer(edge.line, float(LENGTH_TOLERANCE_M))
    over = [
        piece
        for piece in shapely.get_parts(beyond)
        if shapely.length(shapely.intersection(shapely.boundary(piece), near)) > CROSSES_M
    ]
    return polygons(shapely.union_all([on_taken, *over]))


def _upper(case: Case, edge: Edge, above: str, rule: CompiledRule) -> Measured:
    """The distance of what stands above the tier's height; a lower building has nothing there."""
    index = case.site.edges.index(edge)
    values = case.values(district=case.district_codes[0], edge=index)
    begins = further(rule, "above", values)
    if begins.value is None:
        return Measured(None, missing=begins.missing)
    height = case.value("height")
    if isinstance(height, Decimal) and height <= begins.value:
        return Measured(None, applies=False)
    if case.proposal.footprint is None:
        return Measured(None, missing=("footprint",))
    found = _measure(case, edge, case.proposal.standing_above(begins.value))
    # Without a height it may reach up there, or not: only a distance that is kept anyway is known.
    if not isinstance(height, Decimal):
        return found._replace(unless_kept=("height",))
    return found


def _stated(case: Case, kind: EdgeKind) -> list[tuple[str, Decimal]]:
    """The distances stated for a kind of edge: ``setback:rear``, ``setback:interior_side:left``."""
    name = f"{DECLARED}{kind.value}"
    return [
        (key, metres)
        for key, metres in sorted(case.proposal.declared.items())
        if key == name or key.startswith(f"{name}:")
    ]


def _as_stated(metres: Decimal, key: str) -> Measure:
    found = Measured(metres, inputs=(Input(key, metres, "m", "application"),))
    return lambda case, rule: found


def _from_drawing(edge: Edge, above: str | None) -> Measure:
    if above is not None:
        return lambda case, rule: _upper(case, edge, above, rule)
    return lambda case, rule: _measure(case, edge, case.proposal.footprint)


KIND = Setback()
