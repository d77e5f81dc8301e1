"""The same chunks judged here, by processes of this machine and by a cluster: the same results."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from shapely.geometry import box

from gisapp.errors import Conflict
from parcels.models import StreetSegment
from permits.actions.evaluate_city import evaluate_city, open_run
from permits.city.chunks import chunks_left
from permits.city.engines import engine
from permits.city.judging import Chunk, judge_chunk
from permits.models import ConformanceRun
from permits.proposals import ProposalIn
from tests.permits.city.conftest import build
from tests.permits.city.test_evaluate_city import HOUSE, ON
from tests.town import Town, make_parcel

SECONDS_TO_START = 60


@pytest.fixture
def street_of_houses(city: Town) -> Town:
    """Ten parcels more, with houses of different heights."""
    street = StreetSegment.objects.get()
    for place in range(10):
        west = 60 + place * 2
        parcel = make_parcel(city.municipality, street, number=f"1{place}", west=west)
        build(parcel, box(west + 2, 4, west + 14, 20), height_m=str(8 + place))
    return city


def run_of(town: Town, **question: Any) -> ConformanceRun:
    return open_run(version=town.version, on=ON, actor=None, restart=True, **question)


def chunks_of(town: Town) -> list[Chunk]:
    house = ProposalIn(**HOUSE, building_length_m=12, building_width_m=9)
    return [
        *chunks_left(run_of(town), size=3),
        *chunks_left(run_of(town, building=house), size=3),
    ]


def test_a_chunk_travels_to_another_process_and_back(street_of_houses: Town) -> None:
    for chunk in chunks_of(street_of_houses):
        results = judge_chunk(chunk)
        assert judge_chunk(pickle.loads(pickle.dumps(chunk))) == results  # noqa: S301
        assert pickle.loads(pickle.dumps(results)) == results  # noqa: S301
        json.dumps([result.findings for result in results])


def test_processes_give_the_results_in_order(street_of_houses: Town) -> None:
    chunks = chunks_of(street_of_houses)
    with engine("local", workers=2) as judge:
        assert list(judge(iter(chunks))) == [judge_chunk(chunk) for chunk in chunks]


def test_no_more_chunks_are_read_than_are_under_way(street_of_houses: Town) -> None:
    read = []

    def reading() -> Iterator[Chunk]:
        for chunk in chunks_of(street_of_houses):
            read.append(chunk)
            yield chunk

    with engine("local", workers=2) as judge:
        next(judge(reading()))
        assert len(read) == 4


def test_a_cluster_gives_the_results_of_this_machine(street_of_houses: Town, cluster: str) -> None:
    here = evaluate_city(run=run_of(street_of_houses), workers=1, parcels_per_chunk=3)
    there = evaluate_city(
        run=run_of(street_of_houses), engine_name="dask", scheduler=cluster, parcels_per_chunk=3
    )
    assert (there.status, there.engine, there.done) == ("done", "dask", 14)
    assert rows_of(there) == rows_of(here)


def test_without_an_address_a_cluster_is_started_here(street_of_houses: Town) -> None:
    chunks = chunks_of(street_of_houses)
    with engine("dask", workers=1) as judge:
        assert list(judge(iter(chunks))) == [judge_chunk(chunk) for chunk in chunks]


def test_a_scheduler_that_does_not_answer_is_named(city: Town, monkeypatch: Any) -> None:
    monkeypatch.setattr("permits.city.engines.SECONDS_TO_CONNECT", 1)
    run = run_of(city)
    with pytest.raises(Conflict, match=r"127\.0\.0\.1:9"):
        evaluate_city(run=run, engine_name="dask", scheduler="tcp://127.0.0.1:9")
    run.refresh_from_db()
    assert run.status == "failed"


def rows_of(run: ConformanceRun) -> list[tuple[Any, ...]]:
    columns = ("parcel", "outcome", "kinds", "envelope_area_m2", "max_floor_area_m2", "findings")
    return list(run.results.order_by("parcel").values_list(*columns))


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """The address of a scheduler with two workers, each a process of its own on this machine."""
    file = tmp_path / "scheduler.json"
    on_loopback = ("--host", "127.0.0.1", "--no-dashboard")
    with ExitStack() as running:
        scheduler = _dask("scheduler", *on_loopback, "--port", "0", "--scheduler-file", str(file))
        running.enter_context(scheduler)
        address = _address(file)
        for _ in range(2):
            worker = _dask("worker", address, *on_loopback, "--nthreads", "1", "--no-nanny")
            running.enter_context(worker)
        yield address


@contextmanager
def _dask(*words: str) -> Iterator[None]:
    """One `dask` program with this code at hand, ended with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *words],
        env={**os.environ, "PYTHONPATH": str(settings.BASE_DIR)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=SECONDS_TO_START)


def _address(file: Path) -> str:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end:
        if file.exists() and (text := file.read_text(encoding="utf-8")).endswith("}"):
            return str(json.loads(text)["address"])
        time.sleep(0.1)
    raise TimeoutError("the scheduler did not start")
