"""A run's results as a table: one row per parcel and rule, read and written a few at a time."""

from __future__ import annotations

import csv
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from gisapp.errors import NotThere
from permits.models import ConformanceResult, ConformanceRun

FINDING = ("kind", "target", "rule", "bound", "required", "provided", "unit", "outcome", "reason")
OF_THE_PARCEL = ("envelope_area_m2", "max_floor_area_m2", "governing_limit")
HEADER = ("parcel", *FINDING, "missing", *OF_THE_PARCEL, "overall_outcome")
RESULTS_AT_ONCE = 500


class _Echo:
    """Where a csv.writer writes: it gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(run: ConformanceRun) -> Generator[str]:
    """The table as lines of CSV, header first; numbers in the rule's legal unit."""
    writer = csv.writer(_Echo())
    yield writer.writerow(HEADER)
    for row in rows(run):
        yield writer.writerow(row)


def rows(run: ConformanceRun) -> Iterator[tuple[Any, ...]]:
    """The rows in the order of parcels; one without a rule for a parcel without findings."""
    results = ConformanceResult.objects.filter(run=run).select_related("parcel")
    ordered = results.defer("parcel__geometry", "parcel__attributes").order_by("parcel_id")
    for result in ordered.iterator(chunk_size=RESULTS_AT_ONCE):
        of_the_parcel = (*(getattr(result, name) for name in OF_THE_PARCEL), result.outcome)
        for finding in result.findings or [{}]:
            yield (
                result.parcel.reference,
                *(finding.get(name, "") for name in FINDING),
                " ".join(finding.get("missing", ())),
                *of_the_parcel,
            )


def write(
    run: ConformanceRun, path: Path, progress: Callable[[int], None] = lambda done: None
) -> None:
    """Write the table to a file; ``progress`` is told the rows, and raises what is to stop it."""
    # Closed at once where the writing is stopped: its cursor belongs to this connection.
    with path.open("w", encoding="utf-8", newline="") as file, closing(csv_lines(run)) as lines:
        for count, line in enumerate(lines):
            file.write(line)
            if count % RESULTS_AT_ONCE == 0:
                progress(count)


def write_csv(run: ConformanceRun, path: Path) -> None:
    """Write the table to a file, whole or not at all. Raises NotThere where that can not be."""
    unfinished = path.with_name(path.name + ".part")
    try:
        write(run, unfinished)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise NotThere(
            _("The file can not be written: %(why)s.") % {"why": error.strerror}, pointer=str(path)
        ) from error


def check_writable(path: Path) -> None:
    """Raises NotThere when the folder is not there: better before a long run than after it."""
    if not path.parent.is_dir() or path.is_dir():
        raise NotThere(
            _("The file can not be written: %(why)s.") % {"why": _("there is no such folder")},
            pointer=str(path),
        )
