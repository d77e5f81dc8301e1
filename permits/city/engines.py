"""Where chunks are judged: here, on every core of this machine, or on a cluster of machines.

All of them run the same function on the same chunks, and give the results in the chunks' order.
"""

from __future__ import annotations

import logging
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _

from gisapp.errors import Conflict
from permits.city.judging import Chunk, ParcelResult, judge_chunk

LOCAL, DASK = "local", "dask"
ENGINES = (LOCAL, DASK)
# Chunks handed out for each worker: one to work on, one to go on with.
CHUNKS_PER_WORKER = 2
SECONDS_TO_CONNECT = 10

Judge = Callable[[Iterable[Chunk]], Iterator[list[ParcelResult]]]


@contextmanager
def engine(name: str, *, workers: int | None = None, scheduler: str = "") -> Iterator[Judge]:
    """A judge of chunks, for as long as the block lasts.

    ``workers`` is the number of processes, all cores without it; with one, nothing is started.
    ``scheduler`` is the address of a running cluster (``tcp://…``), for ``dask`` only. Raises
    Conflict when no cluster answers there.
    """
    if name == DASK:
        with _cluster(workers, scheduler) as judge:
            yield judge
    elif (count := workers or os.cpu_count() or 1) == 1:
        yield _one_by_one
    else:
        with _processes(count) as judge:
            yield judge


def _one_by_one(chunks: Iterable[Chunk]) -> Iterator[list[ParcelResult]]:
    for chunk in chunks:
        yield judge_chunk(chunk)


@contextmanager
def _processes(count: int) -> Iterator[Judge]:
    # Fresh processes: a forked one would share the database connection.
    pool = ProcessPoolExecutor(
        count, mp_context=multiprocessing.get_context("spawn"), initializer=_end_with_the_parent
    )
    try:
        yield _by(pool, at_once=count * CHUNKS_PER_WORKER)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _end_with_the_parent() -> None:
    """Ctrl+C is the parent's to answer; when the parent is killed, its workers go too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_after, args=(parent.sentinel,), daemon=True).start()


def _leave_after(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


@contextmanager
def _cluster(workers: int | None, scheduler: str) -> Iterator[Judge]:
    # Imported here: it takes a second, and most commands do without.
    from distributed import Client, LocalCluster

    # It tells of every step of a start, to people who asked for verdicts.
    logging.getLogger("distributed").setLevel(logging.WARNING)
    if scheduler:
        with _client(Client, scheduler) as client:
            yield _by_client(client)
        return
    with _ctrl_c_kept_from_children():
        cluster = LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=workers or os.cpu_count() or 1,
            threads_per_worker=1,
            # Its page of figures stays off; what else it serves, at any free port of this machine.
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            host="127.0.0.1",
        )
    with cluster, _client(Client, cluster) as client:
        yield _by_client(client)


@contextmanager
def _ctrl_c_kept_from_children() -> Iterator[None]:
    """Processes started meanwhile leave Ctrl+C to this one; only a main thread gets it at all."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _client(client: Any, address: Any) -> Any:
    try:
        return client(address, timeout=SECONDS_TO_CONNECT)
    except (OSError, ValueError) as error:
        raise Conflict(
            _("No scheduler answers at %(address)s; start `dask scheduler` and its workers.")
            % {"address": address},
            pointer="--scheduler",
        ) from error


def _by_client(client: Any) -> Judge:
    threads = sum(client.nthreads().values())
    return _by(client.get_executor(), at_once=max(threads, 1) * CHUNKS_PER_WORKER)


def _by(executor: Executor, *, at_once: int) -> Judge:
    """A judge that keeps so many chunks under way and never holds more of them."""

    def judge(chunks: Iterable[Chunk]) -> Iterator[list[ParcelResult]]:
        under_way: deque[Any] = deque()
        try:
            for chunk in chunks:
                under_way.append(executor.submit(judge_chunk, chunk))
                if len(under_way) >= at_once:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()

    return judge
