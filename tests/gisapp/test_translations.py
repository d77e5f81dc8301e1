"""Every text of the interface exists in Arabic and French."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("gisapp", "parcels", "zoning", "permits", "tiles")
WITHOUT = shutil.ignore_patterns("locale", "static", "migrations", "__pycache__")


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources with catalogues brought up to date by makemessages."""
    copy = tmp_path_factory.mktemp("sources")
    for app in APPS:
        shutil.copytree(ROOT / app, copy / app, ignore=WITHOUT)
    shutil.copytree(ROOT / "gisapp" / "locale", copy / "locale")
    environment = {
        key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"
    }
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "ar", "-l", "fr", "--no-obsolete"],
        cwd=copy,
        env=environment,
        check=True,
        capture_output=True,
    )
    return copy / "locale"


@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("state", ["--untranslated", "--only-fuzzy"])
def test_no_text_is_left_untranslated(refreshed: Path, language: str, state: str) -> None:
    catalogue = refreshed / language / "LC_MESSAGES" / "django.po"
    left = subprocess.run(
        ["msgattrib", state, "--no-obsolete", "--no-location", "--no-wrap", str(catalogue)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    texts = [line for line in left.splitlines() if line.startswith("msgid ") and line[6:] != '""']
    assert not texts


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_placeholders_survive_translation(language: str) -> None:
    catalogue = ROOT / "gisapp" / "locale" / language / "LC_MESSAGES" / "django.po"
    checked = subprocess.run(
        ["msgfmt", "--check-format", "--output-file=/dev/null", str(catalogue)],
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stderr
