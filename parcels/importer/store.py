"""Writes imported rows: new ones in bulk, changed ones by key, unchanged ones not at all.

History is written by triggers on every change, so a second run over the same file must not touch a
row. Rows that are no longer in the file are reported and kept: what depends on them (applications,
decisions) must not vanish with a file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.db import models
from django.utils.translation import override

from gisapp.models import Municipality
from parcels.importer.layers import Layer
from parcels.importer.prepare import Feature
from parcels.importer.report import Kind, Report

BATCH = 1000

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Import:
    """What an import action is given: whose land, which layer, where to report and to count."""

    municipality: Municipality
    layer: Layer
    report: Report
    progress: Progress


@dataclass(frozen=True)
class Stored:
    """What a layer did to the database."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    gone: int = 0

    def as_counts(self) -> dict[str, int]:
        return dict(vars(self))


@dataclass(frozen=True)
class Row:
    """One row to store: the feature it came from (for the report) and its model arguments."""

    feature: Feature
    values: dict[str, Any]


def store_by_key(model: type[models.Model], rows: Sequence[Row], *, work: Import) -> Stored:
    """Create or update the rows that one layer gives, known by their key in the source."""
    return store_rows(
        model,
        rows,
        match=("source_id",),
        scope={"municipality": work.municipality, "source": work.layer.name},
        ours={},
        work=work,
    )


def store_rows(
    model: type[models.Model],
    rows: Sequence[Row],
    *,
    match: tuple[str, ...],
    scope: dict[str, Any],
    ours: dict[str, Any],
    work: Import,
) -> Stored:
    """Create or update rows of a model; every row has the same fields.

    ``scope`` narrows the rows that may be matched and is set on new ones, ``match`` names the
    fields of the natural key within it. Of the rows that fit ``ours`` as well, those without a
    counterpart are reported as gone. Only the fields given are written.
    """
    fitting = [row for row in rows if _fits(model, row, match, work.report)]
    fields = [name for name in (fitting[0].values if fitting else {}) if name not in match]
    existing = _existing(model, match, scope, ours, fields)
    new, changed, unchanged = [], [], 0
    for row in fitting:
        found = existing.pop(tuple(row.values[name] for name in match), None)
        if found is None:
            new.append(model(**scope, **row.values))
        elif [_comparable(row.values[name]) for name in fields] == found.values:
            unchanged += 1
        else:
            changed.append(model(pk=found.pk, **scope, **row.values))
    _write(model, new, changed, fields, work.progress)
    gone = [(key, found) for key, found in existing.items() if found.ours]
    for key, _found in gone:
        work.report.add(Kind.GONE, "gone", key="/".join(str(part) for part in key))
    return Stored(len(new), len(changed), unchanged, len(gone))


@dataclass(frozen=True)
class _Existing:
    pk: int
    values: list[Any]
    ours: bool


def _existing(
    model: type[models.Model],
    match: tuple[str, ...],
    scope: dict[str, Any],
    ours: dict[str, Any],
    fields: list[str],
) -> dict[tuple[Any, ...], _Existing]:
    """The rows there are, by natural key, with their values as they compare."""
    plain: models.QuerySet[Any] = models.QuerySet(model)  # no rewriting of multilingual fields
    mine = set(plain.filter(**scope, **ours).values_list("pk", flat=True))
    names = ("pk", *match, *fields)
    found = {}
    for pk, *values in plain.filter(**scope).values_list(*names).iterator(BATCH):
        key, rest = tuple(values[: len(match)]), values[len(match) :]
        found[key] = _Existing(pk, [_comparable(value) for value in rest], pk in mine)
    return found


def _comparable(value: Any) -> Any:
    if isinstance(value, GEOSGeometry):
        return bytes(value.wkb)
    return value.pk if isinstance(value, models.Model) else value


def _write(
    model: type[models.Model],
    new: list[models.Model],
    changed: list[models.Model],
    fields: list[str],
    progress: Progress,
) -> None:
    plain: models.QuerySet[Any] = models.QuerySet(model)
    total = len(new) + len(changed)
    multilingual = [f[:-3] for f in fields if f.endswith("_en")]
    # The untranslated column of a multilingual field holds the default language.
    with override(settings.MODELTRANSLATION_DEFAULT_LANGUAGE):
        for start in range(0, len(new), BATCH):
            plain.bulk_create(new[start : start + BATCH])
            progress(min(start + BATCH, len(new)), total)
        for start in range(0, len(changed), BATCH):
            batch = changed[start : start + BATCH]
            plain.bulk_update(batch, [*fields, *multilingual], batch_size=BATCH // 4)
            progress(len(new) + start + len(batch), total)


def _fits(model: type[models.Model], row: Row, match: tuple[str, ...], report: Report) -> bool:
    """Drop values the column can not hold; False where even the key does not fit."""
    for name, value in row.values.items():
        column = model._meta.get_field(name)
        problem = _misfit(column, value)
        if not problem:
            continue
        code, limit = problem
        if name in match:
            report.add(Kind.REJECTED, code, field=name, value=str(value), limit=limit,
                       **row.feature.where())  # fmt: skip
            return False
        report.add(
            Kind.VALUE, code, field=name, value=str(value)[:80], limit=limit, **row.feature.where()
        )
        row.values[name] = "" if isinstance(value, str) else None
    return True


INTEGER_LIMITS = {
    "PositiveSmallIntegerField": 32_767,
    "PositiveIntegerField": 2_147_483_647,
}


def _misfit(column: Any, value: Any) -> tuple[str, str] | None:
    """Why the column can not hold the value: a code of the report and the limit."""
    if isinstance(value, str) and isinstance(column, models.CharField):
        too_long = column.max_length is not None and len(value) > column.max_length
        return ("does_not_fit", str(column.max_length)) if too_long else None
    if isinstance(value, Decimal):
        most = Decimal(10) ** (column.max_digits - column.decimal_places)
        if value < 0:
            return "too_low", "0"
        return ("too_high", str(most)) if value >= most else None
    if isinstance(value, int) and column.get_internal_type() in INTEGER_LIMITS:
        most_whole = INTEGER_LIMITS[column.get_internal_type()]
        if value < 0:
            return "too_low", "0"
        return ("too_high", str(most_whole)) if value > most_whole else None
    return None
