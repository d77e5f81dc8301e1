"""Servers on free ports, for benchmarks that go over HTTP: ours as in production, and others."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

START_LIMIT_S = 60


@contextmanager
def served(*, workers: int = 2) -> Iterator[str]:
    """Run the application under granian and yield its base address; end it afterwards."""
    port = free_port()
    granian = Path(sys.executable).parent / "granian"
    command = [str(granian), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "5", "--backpressure", "64"]
    command += ["--log-level", "error", "gisapp.wsgi:application"]
    with running(command, port) as base:
        yield base


@contextmanager
def running(
    command: Sequence[str], port: int, environment: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Run a server and yield its base address once it answers anything; end it afterwards.

    With all that it started: a web server may leave the programs behind it running.
    """
    process = subprocess.Popen(
        command, env={**os.environ, **(environment or {})}, start_new_session=True
    )
    base = f"http://127.0.0.1:{port}"
    try:
        _wait(base, process)
        yield base
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=10)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_LIMIT_S
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError("the server ended while it was starting")
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(f"{url} did not answer within {START_LIMIT_S} s")
