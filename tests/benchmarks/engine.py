"""The rule engine on one core: one building type against every parcel of Cambridge.

Processor time, not the clock's. Needs the city's open data (see tests/sample_data.py); the database
is not used.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from tests.benchmarks import _cambridge
from zoning.rules.batch import evaluate_many
from zoning.rules.case import Case
from zoning.rules.engine import evaluate, repaired
from zoning.rules.envelope import envelopes, setbacks
from zoning.rules.measure import measure_sites
from zoning.rules.site import Proposal

ON = date(2021, 3, 1)
CHUNK = 2_000
SINGLE = 200
HOUSE = Proposal(
    storeys=Decimal(3),
    height_m=Decimal("9.5"),
    floor_areas_m2={"residential": Decimal(270)},
    dwelling_units=Decimal(2),
    parking_stalls=Decimal(2),
    open_space_m2=Decimal(120),
    building_length_m=Decimal(12),
    building_width_m=Decimal("7.5"),
)


def run() -> dict[str, float]:
    """Parcels per second of all checks, with the exact fit, and of the edges; µs of each part."""
    if not _cambridge.available():
        raise SystemExit("The open data of Cambridge are not here; set UMRAN_SAMPLE_DATA.")
    city = _cambridge.City()
    edges_s, edges = _timed(city.classify)
    book = _cambridge.rulebook()
    sites = [site for site in city.sites(edges) if repaired(site) is site]
    number = len(sites)

    def judge(*, fit: bool) -> None:
        for first in range(0, number, CHUNK):
            chunk = sites[first : first + CHUNK]
            evaluate_many(chunk, [HOUSE] * len(chunk), book, on=ON, fit=fit)

    checks_s, _ = _timed(lambda: judge(fit=False))
    fit_s, _ = _timed(lambda: judge(fit=True))
    measure_s, measures = _timed(lambda: measure_sites(sites, book.names))
    cases = [
        Case(site, HOUSE, ON, book, explained=False, measures=own)
        for site, own in zip(sites, measures, strict=True)
    ]
    setbacks_s, _ = _timed(lambda: [setbacks(case) for case in cases])
    envelopes_s, _ = _timed(lambda: envelopes(cases))
    singles = [
        _timed(lambda site=site: evaluate(site, HOUSE, book, on=ON))[0] for site in sites[:SINGLE]
    ]
    micro = 1e6 / number
    return {
        "parcels": float(number),
        "checks_parcels_per_s": number / checks_s,
        "fit_parcels_per_s": number / fit_s,
        "edges_parcels_per_s": len(city.geometries) / edges_s,
        "single_evaluation_ms": statistics.median(singles) * 1000,
        "measure_us": measure_s * micro,
        "setbacks_us": setbacks_s * micro,
        "envelope_us": max(envelopes_s - setbacks_s, 0.0) * micro,
        "findings_and_floor_area_us": max(checks_s - measure_s - envelopes_s, 0.0) * micro,
    }


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor time; without the search for cycles among all that the benchmark itself keeps."""
    gc.collect()
    gc.freeze()
    try:
        started = time.process_time()
        result = work()
        return time.process_time() - started, result
    finally:
        gc.unfreeze()
