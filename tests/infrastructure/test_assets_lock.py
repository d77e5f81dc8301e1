"""The front-end lock says what is installed, by hash, and never from where."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def locked_packages() -> dict[str, dict[str, object]]:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    return {path: entry for path, entry in lock["packages"].items() if path}


def test_every_package_is_locked_by_version_and_hash() -> None:
    assert locked_packages()
    for path, entry in locked_packages().items():
        assert entry["version"], path
        assert str(entry["integrity"]).startswith("sha512-"), path


def test_no_registry_is_named() -> None:
    for path, entry in locked_packages().items():
        assert "resolved" not in entry, path


def test_what_is_asked_for_is_what_is_locked() -> None:
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    for name, version in {**asked["dependencies"], **asked["devDependencies"]}.items():
        assert locked_packages()[f"node_modules/{name}"]["version"] == version


def test_no_third_party_file_is_committed() -> None:
    if not (ROOT / ".git").exists():
        return
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert not [name for name in tracked if "node_modules/" in name or name.endswith(".min.js")]
