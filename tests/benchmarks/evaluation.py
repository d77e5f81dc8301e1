"""One evaluation over HTTP, warm, on the city that is loaded (p50, p95 in ms; parcels loaded)."""

from __future__ import annotations

import json
import statistics
import time
import urllib.request

from parcels.models import Parcel
from permits.models import Application
from permits.workflow import Status
from tests.benchmarks._server import served

WARM_UP = 20
ROUNDS = 200


def run() -> dict[str, float]:
    public = Application.objects.filter(status__in=Status.public(), parcels__isnull=False)
    numbers = list(public.order_by("number").values_list("number", flat=True)[:ROUNDS])
    if not numbers:
        raise SystemExit("No public application is loaded; run bin/demo once, then again.")
    times_ms: list[float] = []
    with served() as address:
        for turn in range(WARM_UP + ROUNDS):
            spent = _evaluate(address, numbers[turn % len(numbers)])
            if turn >= WARM_UP:
                times_ms.append(spent)
    cuts = statistics.quantiles(times_ms, n=100)
    return {
        "parcels_loaded": float(Parcel.objects.count()),
        "applications": float(len(numbers)),
        "p50_ms": cuts[49],
        "p95_ms": cuts[94],
        "max_ms": max(times_ms),
    }


def _evaluate(address: str, number: str) -> float:
    """Ask for one evaluation and say how many milliseconds the whole answer took."""
    request = urllib.request.Request(
        f"{address}/api/v1/evaluations",
        data=json.dumps({"application": number}).encode(),
        headers={"Content-Type": "application/json"},
    )
    start = time.perf_counter()
    with urllib.request.urlopen(request) as response:
        response.read()
    return (time.perf_counter() - start) * 1000
