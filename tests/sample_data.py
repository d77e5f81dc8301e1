"""Where the real open data lie that some tests read; those tests skip where it is absent.

``UMRAN_SAMPLE_DATA`` names the folder; without it, a ``shared/data`` beside this checkout is used.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"
SAMPLE_DATA = Path(os.environ.get("UMRAN_SAMPLE_DATA", BESIDE))


def sample(*parts: str) -> Path:
    """The path of a sample file or folder; skips the calling test where it is not there."""
    path = SAMPLE_DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"sample data {'/'.join(parts)} is not here")
    return path
