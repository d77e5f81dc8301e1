"""Classify the edges of a municipality's parcels and store them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import shapely
from django.conf import settings
from django.contrib.gis.db.models import Extent, QuerySet
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import Polygon
from django.db import transaction
from django.db.models.functions import Coalesce

from gisapp.copying import copy_rows
from gisapp.geometry import from_shapely
from gisapp.models import Municipality
from parcels import edges as pure
from parcels.actions.locked_edges import EdgeDraft, Kept, around_locked
from parcels.models import Parcel, ParcelEdge, StreetSegment

# Parcels beyond this can not change what an edge faces.
CONTEXT_M = 80.0
PARCELS_PER_WRITE = 500

Progress = Callable[[int, int], None]


@dataclass
class EdgeCounts:
    """What a run found and did. `low` counts edges under the confidence limit, by kind;
    `released` are the locked edges, as they were, that no longer lie on their parcel's boundary."""

    parcels: int = 0
    unchanged: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    low: Counter[str] = field(default_factory=Counter)
    locked: int = 0
    frontless: int = 0
    released: list[ParcelEdge] = field(default_factory=list)

    @property
    def edges(self) -> int:
        return self.kinds.total()


def classify_edges(
    *,
    municipality: Municipality,
    parcels: QuerySet[Parcel] | None = None,
    open_spaces: Sequence[shapely.Geometry] = (),
    watercourses: Sequence[shapely.Geometry] = (),
    progress: Progress | None = None,
) -> EdgeCounts:
    """Classify the edges of these parcels (default: all of the municipality), in one transaction.

    Parcels of neighbouring municipalities count as neighbours. Open spaces and watercourses are
    polygons in the metric CRS, for callers that know some. A planner's locked edges stay as they
    are, and the parcels whose edges come out the same are not written again. `progress` receives
    parcels done and parcels in all.
    """
    wanted = parcels_wanted(municipality, parcels)
    counts = EdgeCounts()
    with transaction.atomic():
        # Two runs at once would each delete what the other has just written.
        Municipality.objects.select_for_update().get(pk=municipality.pk)
        box = surroundings_of(wanted)
        if box is None:
            return counts
        drafts = _drafts(box, set(wanted.values_list("pk", flat=True)), open_spaces, watercourses)
        counts.parcels = len(drafts)
        keys = sorted(drafts)
        for first in range(0, len(keys), PARCELS_PER_WRITE):
            batch = keys[first : first + PARCELS_PER_WRITE]
            _replace({key: drafts[key] for key in batch}, counts)
            if progress is not None:
                progress(first + len(batch), len(keys))
    return counts


def parcels_wanted(
    municipality: Municipality, parcels: QuerySet[Parcel] | None
) -> QuerySet[Parcel]:
    """Those of the parcels that lie in the municipality; all of it without any."""
    wanted = Parcel.objects.filter(municipality=municipality)
    return wanted if parcels is None else wanted.filter(pk__in=parcels.values("pk"))


def surroundings_of(wanted: QuerySet[Parcel]) -> Polygon | None:
    """The box in which neighbours, streets and open land matter; None without parcels."""
    extent = wanted.aggregate(extent=Extent("geometry"))["extent"]
    if extent is None:
        return None
    west, south, east, north = extent
    box = Polygon.from_bbox(
        (west - CONTEXT_M, south - CONTEXT_M, east + CONTEXT_M, north + CONTEXT_M)
    )
    box.srid = settings.METRIC_SRID
    return box


def _drafts(
    box: Polygon,
    wanted: set[int],
    open_spaces: Sequence[shapely.Geometry],
    watercourses: Sequence[shapely.Geometry],
) -> dict[int, list[EdgeDraft]]:
    """The classified edges of each wanted parcel, by its key."""
    rows = list(
        Parcel.objects.filter(geometry__bboverlaps=box)
        .order_by("pk")
        .values_list("pk", AsWKB("geometry"), "address")
    )
    street_keys, streets = _streets(box)
    table = pure.classify_edges(
        shapely.from_wkb([bytes(wkb) for _, wkb, _ in rows]),
        surroundings=pure.Surroundings(
            streets=streets, open_spaces=open_spaces, watercourses=watercourses
        ),
        addresses=[address for *_, address in rows],
        only=np.array([i for i, row in enumerate(rows) if row[0] in wanted], dtype=np.int64),
    )
    drafts: dict[int, list[EdgeDraft]] = {key: [] for key in wanted}
    for edge in table:
        drafts[rows[edge.parcel][0]].append(
            EdgeDraft(
                line=edge.line,
                kind=edge.kind.value,
                street_id=street_keys[edge.street] if edge.street >= 0 else None,
                street_width_m=_stored_width(edge.street_width_m),
                confidence=round(edge.confidence, 4),
                source=edge.source.value,
            )
        )
    return drafts


def _streets(box: Polygon) -> tuple[list[int], pure.Streets]:
    """Keys and centre lines of the streets in the box, named in every language."""
    names = [f"name_{code}" for code, _ in settings.LANGUAGES]
    rows = list(
        StreetSegment.objects.filter(centre_line__bboverlaps=box)
        .order_by("pk")
        .values_list(
            "pk", AsWKB("centre_line"), Coalesce("planned_width_m", "existing_width_m"), *names
        )
    )
    # The order of the names is fixed, so that the language of the moment changes nothing.
    named = [sorted(filter(None, row[3:])) for row in rows]
    streets = pure.Streets(
        centre_lines=list(shapely.from_wkb([bytes(row[1]) for row in rows])),
        width_m=np.array([np.nan if row[2] is None else float(row[2]) for row in rows]),
        names=[each[0] if each else "" for each in named],
        other_names=[each[1:] for each in named],
    )
    return [row[0] for row in rows], streets


def _stored_width(width_m: float) -> Decimal | None:
    return Decimal(str(round(width_m, 2))) if np.isfinite(width_m) else None


def _replace(drafts: dict[int, list[EdgeDraft]], counts: EdgeCounts) -> None:
    """Write the drafts of some parcels in place of their unlocked edges."""
    stored = _stored(drafts)
    locked_rows: dict[int, list[ParcelEdge]] = defaultdict(list)
    locked = ParcelEdge.objects.filter(parcel__in=drafts, locked=True).order_by("position")
    for edge in locked.select_related("parcel"):
        locked_rows[edge.parcel_id].append(edge)
    stale: list[int] = []
    changed: list[ParcelEdge] = []
    new: list[tuple[Any, ...]] = []
    for parcel, found in drafts.items():
        sequence, released = around_locked(found, locked_rows[parcel])
        counts.released += released
        _count(sequence, counts)
        said = [(position, *_said(item)) for position, item in enumerate(sequence)]
        rows = stored[parcel]
        if said == [row.said for row in rows]:
            counts.unchanged += 1
            continue
        gone = {edge.pk for edge in released}
        stale += [row.pk for row in rows if not row.locked or row.pk in gone]
        for position, item in enumerate(sequence):
            if isinstance(item, EdgeDraft):
                new.append(_row(parcel, position, item))
            elif item.moved or item.row.position != position:
                item.row.position = position
                item.row.geometry = from_shapely(item.line)
                changed.append(item.row)
    ParcelEdge.objects.filter(pk__in=stale).delete()
    _place(changed)
    copy_rows(ParcelEdge, COLUMNS, new)


def _place(rows: list[ParcelEdge]) -> None:
    """Renumber locked rows by way of numbers out of use, for positions are unique."""
    for offset in (20_000, 0):
        for row in rows:
            ParcelEdge.objects.filter(pk=row.pk).update(
                position=row.position + offset, geometry=row.geometry
            )


COLUMNS = (
    "parcel_id",
    "position",
    "kind",
    "geometry",
    "street_id",
    "street_width_m",
    "confidence",
    "source",
    "locked",
)


def _row(parcel: int, position: int, draft: EdgeDraft) -> tuple[Any, ...]:
    """The values of a new edge, in the order of COLUMNS."""
    return (
        parcel,
        position,
        draft.kind,
        draft.line,
        draft.street_id,
        draft.street_width_m,
        draft.confidence,
        draft.source,
        False,
    )


class _Stored(NamedTuple):
    """A stored edge: its key, and its place and words, to compare with those of a new one."""

    pk: int
    locked: bool
    said: tuple[Any, ...]


def _stored(parcels: Iterable[int]) -> dict[int, list[_Stored]]:
    """The stored edges of the parcels in order, read without making objects of them."""
    found: dict[int, list[_Stored]] = defaultdict(list)
    rows = (
        ParcelEdge.objects.filter(parcel__in=parcels)
        .order_by("parcel", "position")
        .values_list(
            "parcel_id",
            "pk",
            "locked",
            "position",
            "kind",
            "street_id",
            "street_width_m",
            "confidence",
            "source",
            AsWKB("geometry"),
        )
    )
    for parcel, pk, locked, position, *rest, wkb in rows:
        words = (pk, False) if locked else (*rest, bytes(wkb))
        found[parcel].append(_Stored(pk, locked, (position, *words)))
    return found


def _said(item: EdgeDraft | Kept) -> tuple[Any, ...]:
    """The counterpart of what _stored reads; a locked row is itself, unless it has moved."""
    if isinstance(item, Kept):
        return (item.row.pk, item.moved)
    return (
        item.kind,
        item.street_id,
        item.street_width_m,
        item.confidence,
        item.source,
        shapely.to_wkb(item.line, byte_order=1),
    )


def _count(sequence: Iterable[EdgeDraft | Kept], counts: EdgeCounts) -> None:
    kinds = []
    for item in sequence:
        kinds.append(item.kind)
        counts.locked += isinstance(item, Kept)
        if isinstance(item, EdgeDraft) and item.confidence < pure.CONFIDENCE_LIMIT:
            counts.low[item.kind] += 1
    counts.kinds.update(kinds)
    counts.frontless += "front" not in kinds
