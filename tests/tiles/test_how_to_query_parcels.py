"""The examples of the how-to are true: its Python runs, its addresses exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.urls import Resolver404, resolve

from tests.tiles.town import build_town

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "docs" / "how-to" / name for name in ("query-parcels.md", "export-data.md")]


def test_the_python_example_reads_every_page(transactional_db: None, live_server: Any) -> None:
    build_town()
    (code,) = re.findall(r"```python\n(.*?)```", PAGES[0].read_text(encoding="utf-8"), flags=re.S)
    code, replaced = re.subn(r"bbox=[\d.,]+&limit=500", "bbox=-180,-90,180,90&limit=3", code)
    assert replaced == 1
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"UMRAN": live_server.url, "NO_PROXY": "*"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout == "4 parcels, 2400 m²\n"


def test_every_address_of_the_examples_exists() -> None:
    found = [
        address
        for page in PAGES
        for address in re.findall(r'\$U(/[^"?\s]*)', page.read_text(encoding="utf-8"))
    ]
    assert len(found) > 10
    for address in found:
        path = address.replace("KEY", "00000000-0000-0000-0000-000000000000")
        try:
            resolve(f"/api/v1{path}")
        except Resolver404:
            pytest.fail(f"{address} leads nowhere")
