"""The example of the how-to works as it stands, without Django."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "how-to" / "judge-from-a-notebook.md"


def test_the_example_runs_and_says_what_the_page_says() -> None:
    code = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.S)
    assert len(code) == 1
    script = f"{code[0]}\nimport sys\nassert 'django' not in sys.modules\n"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert lines[0] == "complies"
    assert lines[-1].startswith("complies ")
