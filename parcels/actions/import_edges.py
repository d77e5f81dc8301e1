"""Label edges by the lines of a layer, and lock them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.db import transaction
from django.utils.translation import gettext as _

from gisapp.errors import Conflict
from gisapp.models import Municipality
from parcels.actions.correct_edge import KNOWN, WIDEST_STREET_M, label
from parcels.edges.matching import (
    MOST_OF_A_LINE,
    MOST_OF_AN_EDGE,
    Doubt,
    DrawnLine,
    Unmatched,
    match_lines,
)
from parcels.importer.columns import cell_text, compiled
from parcels.importer.layers import EdgesLayer
from parcels.importer.prepare import Feature
from parcels.importer.report import Kind
from parcels.importer.store import Import, Stored
from parcels.importer.values import mapped_values, rounded
from parcels.models import Parcel, ParcelEdge

EDGES_PER_WRITE = 500
MOST_PARCELS_NAMED = 5
LABEL = ("kind", "street", "street_width_m", "source", "confidence", "locked")


@dataclass(frozen=True)
class _Label:
    """What a line says of its edge."""

    kind: str
    street_width_m: Decimal | None


@dataclass(frozen=True)
class _Edge:
    """A stored edge, as far as matching and the report need it."""

    pk: int
    parcel: int
    number: int
    line: Any


@dataclass(frozen=True)
class _Land:
    """The edges of a municipality, and its parcels by reference and by key."""

    edges: list[_Edge]
    parcels: dict[str, int]
    references: dict[int, str]


def import_edges(*, features: list[Feature], work: Import) -> Stored:
    """Give each edge the class of the line along it, locked with the source “import”.

    What a planner has said stays. A line without exactly one parcel, or that covers an edge only in
    part or against another, is reported and labels nothing there. Raises Conflict where no edge has
    been classified, for lines are matched to edges.
    """
    layer = work.layer
    assert isinstance(layer, EdgesLayer)  # noqa: S101 - chosen by target
    with transaction.atomic():
        # As a classification does: neither must overwrite what the other is writing.
        Municipality.objects.select_for_update().get(pk=work.municipality.pk)
        land = _land(work.municipality)
        if not land.edges:
            raise Conflict(
                _(
                    "The edges of this city's parcels have not been classified yet; run "
                    "`bin/manage classify_edges` first."
                )
            )
        drawn = _drawn_lines(features, layer, land, work)
        matches = match_lines(
            [edge.line for edge in land.edges],
            [edge.parcel for edge in land.edges],
            [line for _feature, line in drawn],
            within_m=layer.tolerance_m,
        )
        used = {line for lines in matches.labels.values() for line in lines}
        for doubt in matches.doubts:
            code, parameters = _in_words(doubt, drawn, land, layer)
            kind = Kind.WARNING if doubt.line in used else Kind.REJECTED
            work.report.add(kind, code, **drawn[doubt.line][0].where(), **parameters)
        labels = {
            land.edges[index].pk: (drawn[lines[0]][0], drawn[lines[0]][1].says)
            for index, lines in matches.labels.items()
        }
        return _store(labels, work)


def _land(municipality: Municipality) -> _Land:
    """What is stored of the municipality; edges by parcel and position."""
    parcels = dict(Parcel.objects.filter(municipality=municipality).values_list("reference", "pk"))
    rows = (
        ParcelEdge.objects.filter(parcel__municipality=municipality)
        .order_by("parcel", "position")
        .values_list("pk", "parcel_id", "position", AsWKB("geometry"))
    )
    read = list(rows.iterator(5000))
    lines = shapely.from_wkb([bytes(row[-1]) for row in read])
    edges = [
        _Edge(pk, parcel, position + 1, line)
        for (pk, parcel, position, _wkb), line in zip(read, lines, strict=True)
    ]
    return _Land(edges, parcels, {pk: reference for reference, pk in parcels.items()})


# --- what a line says ---------------------------------------------------------------------------


class _Unusable(Exception):
    """A line that can label nothing: a code of the report, and its figures."""

    def __init__(self, code: str, **parameters: Any) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


def _drawn_lines(
    features: list[Feature], layer: EdgesLayer, land: _Land, work: Import
) -> list[tuple[Feature, DrawnLine]]:
    """The lines that can be used, each with its feature; the others are reported."""
    found = []
    for feature in features:
        try:
            found.append((feature, _drawn(feature, layer, land, work)))
        except _Unusable as problem:
            work.report.add(Kind.REJECTED, problem.code, **feature.where(), **problem.parameters)
    return found


def _drawn(feature: Feature, layer: EdgesLayer, land: _Land, work: Import) -> DrawnLine:
    """The line with its label and its parcel. Raises _Unusable."""
    values = mapped_values(feature, layer, report=work.report)
    kind = values["kind"].casefold().replace(" ", "_").replace("-", "_")
    if kind == "":
        raise _Unusable("no_class")
    if kind not in KNOWN:
        raise _Unusable("unknown_class", value=values["kind"][:80], known=", ".join(KNOWN))
    width_m = _width(feature, values.get("street_width_m"), work)
    reference = _reference(feature, layer)
    if reference and reference not in land.parcels:
        raise _Unusable("unknown_parcel", parcel=reference[:81])
    return DrawnLine(feature.geometry, _Label(kind, width_m), land.parcels.get(reference))


def _width(feature: Feature, value: Decimal | None, work: Import) -> Decimal | None:
    """The street's width as the column keeps it; one that can not be is reported and unknown."""
    width_m = rounded(value, 2)
    if width_m is None or 0 < width_m <= WIDEST_STREET_M:
        return width_m
    code, limit = ("too_low", 0) if width_m <= 0 else ("too_high", WIDEST_STREET_M)
    work.report.add(
        Kind.VALUE,
        code,
        **feature.where(),
        field="street_width_m",
        value=str(width_m),
        limit=str(limit),
    )
    return None


def _reference(feature: Feature, layer: EdgesLayer) -> str:
    """The parcel that the line names, empty where it names none. Raises _Unusable."""
    text = cell_text(feature.row[layer.parcel.column]) if layer.parcel else ""
    if layer.parcel is None or layer.parcel.pattern is None or text == "":
        return text
    match = compiled(layer.parcel.pattern).fullmatch(text)
    if match is None:
        raise _Unusable("parcel_not_understood")
    return f"{match['block']}/{match['number']}"


# --- what became of it --------------------------------------------------------------------------


def _in_words(
    doubt: Doubt, drawn: list[tuple[Feature, DrawnLine]], land: _Land, layer: EdgesLayer
) -> tuple[str, dict[str, Any]]:
    """The code and the figures by which the report tells a doubt."""
    percent = int(100 * doubt.share)
    if doubt.why is Unmatched.SEVERAL_PARCELS:
        named = [land.references[parcel] for parcel in doubt.parcels]
        more = ["…"] if len(named) > MOST_PARCELS_NAMED else []
        return "several_parcels", {"parcels": ", ".join(named[:MOST_PARCELS_NAMED] + more)}
    if doubt.why is Unmatched.NO_EDGE:
        most = int(100 * MOST_OF_A_LINE)
        figures = {"percent": percent, "tolerance_m": layer.tolerance_m, "most": most}
        own = drawn[doubt.line][1].parcel
        if own is None:
            return "no_edge", figures
        return "not_along_parcel", {**figures, "parcel": land.references[own]}
    edge = land.edges[doubt.edge]
    which = {"parcel": land.references[edge.parcel], "number": edge.number}
    if doubt.why is Unmatched.DISPUTED_EDGE:
        return "disputed_edge", {**which, "other": drawn[doubt.other][0].number}
    most = int(100 * MOST_OF_AN_EDGE)
    return "part_of_edge", {**which, "percent": percent, "most": most}


def _store(labels: dict[int, tuple[Feature, Any]], work: Import) -> Stored:
    """Write the labels that say something new; how many did, and how many did not."""
    updated = unchanged = 0
    keys = sorted(labels)
    for batch in _batches(keys):
        changed = []
        for edge in ParcelEdge.objects.select_related("parcel").filter(pk__in=batch):
            feature, says = labels[edge.pk]
            if edge.locked and edge.source == ParcelEdge.Source.PLANNER:
                _keep_correction(edge, feature, says, work)
                unchanged += 1
                continue
            before = [getattr(edge, name) for name in LABEL]
            label(
                edge,
                kind=says.kind,
                source=ParcelEdge.Source.IMPORT,
                street_width_m=says.street_width_m,
            )
            if [getattr(edge, name) for name in LABEL] == before:
                unchanged += 1
            else:
                changed.append(edge)
        ParcelEdge.objects.bulk_update(changed, LABEL)
        updated += len(changed)
        work.progress(updated + unchanged, len(keys))
    return Stored(updated=updated, unchanged=unchanged)


def _batches(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), EDGES_PER_WRITE):
        yield keys[start : start + EDGES_PER_WRITE]


def _keep_correction(edge: ParcelEdge, feature: Feature, says: _Label, work: Import) -> None:
    """A planner has looked at this edge: the layer is reported where it says otherwise."""
    if edge.kind == says.kind and says.street_width_m in (None, edge.street_width_m):
        return
    work.report.add(
        Kind.REJECTED,
        "planner_said",
        **feature.where(),
        parcel=edge.parcel.reference,
        number=edge.position + 1,
        edge=edge.kind,
    )
