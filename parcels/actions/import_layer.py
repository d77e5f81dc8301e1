"""Bring one layer of one file in: read it, make it sound, store it, keep the run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from gisapp.models import Municipality
from parcels.importer.layers import Layer
from parcels.importer.prepare import prepare
from parcels.importer.report import Report
from parcels.importer.source import read_source
from parcels.importer.store import Import, Progress, Stored
from parcels.models import ImportRun


@dataclass(frozen=True)
class LayerResult:
    """What one layer brought: rows stored and lines of its report."""

    layer: Layer
    features: int
    stored: Stored
    report: Report

    def counts(self) -> dict[str, int]:
        return {"features": self.features, **self.stored.as_counts(), **self.report.counts()}


def import_layer(
    *,
    layer: Layer,
    folder: Path,
    municipality: Municipality,
    store: Callable[..., Stored],
    progress: Progress,
    profile: str,
    subfolder: str | None = None,
    attribution: dict[str, str] | None = None,
) -> LayerResult:
    """Store the features of a layer by ``store``, in one transaction.

    ``store`` takes ``features`` and ``work``. Raises BadInput for a file that can not be read, and
    what ``store`` raises.
    """
    with transaction.atomic():
        progress(0, 0)
        report = Report(layer.name)
        source = read_source(layer, folder=folder, subfolder=subfolder)
        features = prepare(source, layer=layer, metric_srid=settings.METRIC_SRID, report=report)
        stored = store(features=features, work=Import(municipality, layer, report, progress))
        result = LayerResult(layer, len(source), stored, report)
        ImportRun.objects.create(
            municipality=municipality,
            profile=profile,
            layer=layer.name,
            file=layer.file[:200],
            attribution=attribution or {},
            counts=result.counts(),
            report=[line.as_json() for line in report.lines],
        )
        progress(1, 1)
    return result
