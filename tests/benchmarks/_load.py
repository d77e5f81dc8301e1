"""Load on a server and on the database, by tools that cost little themselves: wrk and pgbench."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

CONNECTIONS = 8
SECONDS = 8
INSTALL = "run bin/setup --packages bench"


@dataclass(frozen=True)
class Ranges:
    """The tiles of one zoom that lie on the city: columns and rows, both ends included."""

    zoom: int
    west: int
    east: int
    north: int
    south: int


@dataclass(frozen=True)
class Load:
    """What came of it: answers per second, the 95th percentile, and the share that failed."""

    per_s: float
    p95_ms: float
    failed: int


def needed(name: str) -> str:
    """The path of a tool. Ends the benchmark where it is not installed."""
    found = shutil.which(name) or shutil.which(name, path="/usr/lib/postgresql/15/bin")
    if found is None:
        raise SystemExit(f"{name} is not installed: {INSTALL}")
    return found


def over_http(base: str, script: str, *, seconds: int = SECONDS) -> Load:
    """Requests that a Lua script makes up, over eight connections kept open."""
    with tempfile.TemporaryDirectory() as folder:
        lua = Path(folder) / "load.lua"
        lua.write_text(script + DONE, encoding="utf-8")
        command = [needed("wrk"), "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s"]
        told = subprocess.run(
            [*command, "--timeout", "20s", "-s", str(lua), base],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    found = re.search(r"FIGURES ([\d.]+) ([\d.]+) (\d+)", told)
    if found is None:
        raise RuntimeError(f"wrk said: {told}")
    return Load(float(found[1]), float(found[2]), int(found[3]))


DONE = """
done = function(summary, latency, requests)
    local failed = summary.errors.status + summary.errors.connect + summary.errors.read
        + summary.errors.timeout
    io.write(string.format("FIGURES %.2f %.3f %d\\n", summary.requests / summary.duration * 1e6,
        latency:percentile(95) / 1000, failed))
end
"""


def tiles_script(path: str, ranges: Sequence[Ranges]) -> str:
    """Tiles at random: each zoom as often, each tile of a zoom as often.

    ``path`` holds {z}, {x} and {y}.
    """
    rows = ", ".join(
        f"{{{one.zoom}, {one.west}, {one.east}, {one.north}, {one.south}}}" for one in ranges
    )
    return f"""
local ranges = {{{rows}}}
math.randomseed(7)
wrk.headers["Accept-Encoding"] = "gzip"
request = function()
    local r = ranges[math.random(#ranges)]
    local path = "{path}"
    path = path:gsub("{{z}}", r[1]):gsub("{{x}}", math.random(r[2], r[3]))
    path = path:gsub("{{y}}", math.random(r[4], r[5]))
    return wrk.format("GET", path)
end
"""


def paths_script(paths: Sequence[str]) -> str:
    """Paths in turn, from the first to the last and again."""
    rows = ", ".join(json.dumps(path) for path in paths)
    return f"""
local paths = {{{rows}}}
local nth = 0
request = function()
    nth = nth % #paths + 1
    return wrk.format("GET", paths[nth])
end
"""


def raw_tiles(statement: str, ranges: Sequence[Ranges], *, seconds: int = SECONDS) -> Load:
    """The same tiles asked of the database itself; ``statement`` holds :z, :x and :y."""
    with tempfile.TemporaryDirectory() as folder:
        scripts = []
        for one in ranges:
            script = Path(folder) / f"{one.zoom}.sql"
            script.write_text(
                f"\\set z {one.zoom}\n\\set x random({one.west}, {one.east})\n"
                f"\\set y random({one.north}, {one.south})\n{statement};\n",
                encoding="utf-8",
            )
            scripts += ["-f", f"{script}@1"]
        return raw(scripts, seconds=seconds)


def raw(scripts: Sequence[str], *, seconds: int = SECONDS) -> Load:
    settings = connection.get_connection_params()
    place = ["-h", settings["host"], "-p", str(settings["port"]), "-U", settings["user"]]
    told = subprocess.run(
        [
            needed("pgbench"),
            "-n",
            "-c",
            str(CONNECTIONS),
            "-j",
            "2",
            "-T",
            str(seconds),
            *place,
            *scripts,
            settings["dbname"],
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = re.search(r"tps = ([\d.]+)", told)
    if found is None:
        raise RuntimeError(f"pgbench said: {told}")
    return Load(float(found[1]), 0.0, 0)
