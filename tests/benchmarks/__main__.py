"""Runs benchmarks by name and prints their figures: ``python -m tests.benchmarks NAME…``.

A benchmark is a module of this package with ``run() -> dict[str, float]``. The keys name the
figure and its unit (``p95_ms``, ``parcels_per_s``); the first line of the module's docstring says
what is measured. Figures are printed, never asserted: machines differ.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

PACKAGE = "tests.benchmarks"


def benchmark_names() -> list[str]:
    """The modules of this package, other than this runner and helpers named with "_"."""
    folder = str(Path(__file__).parent)
    return sorted(m.name for m in pkgutil.iter_modules([folder]) if not m.name.startswith("_"))


def load(name: str) -> ModuleType:
    return importlib.import_module(f"{PACKAGE}.{name}")


def purpose(module: ModuleType) -> str:
    return (module.__doc__ or "").strip().partition("\n")[0]


def machine() -> dict[str, Any]:
    """What a reader needs to judge the figures."""
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "city": os.environ.get("UMRAN_CITY", "demo"),
    }


def report(name: str, module: ModuleType) -> dict[str, float]:
    """Run one benchmark and print its figures as they would stand in a table."""
    print(f"{name}: {purpose(module)}", flush=True)
    figures: dict[str, float] = module.run()
    for key, value in figures.items():
        print(f"  {key:<40} {value:>14,.3f}", flush=True)
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    names = benchmark_names()
    parser = argparse.ArgumentParser(prog="bin/bench", description="Run benchmarks.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(names)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    parser.add_argument("--list", action="store_true", help="only list the benchmarks")
    options = parser.parse_args(arguments)

    unknown = sorted(set(options.names) - set(names))
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are: {', '.join(names) or 'none'}")
    if options.json and not options.json.resolve().parent.is_dir():
        parser.error(f"{options.json.parent} is not a directory")
    if os.environ.get("DJANGO_SETTINGS_MODULE"):
        import django

        django.setup()
    chosen = options.names or names
    if options.list:
        for name in names:
            print(f"{name}: {purpose(load(name))}")
        return 0
    results = {name: report(name, load(name)) for name in chosen}
    if options.json:
        text = json.dumps({"machine": machine(), "benchmarks": results}, indent=2)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
