"""The linter as a whole: its checks, its order, and the rulebooks that come with the project."""

from __future__ import annotations

import pkgutil
from pathlib import Path

import pytest

from tests.zoning.rules.lint.conftest import height, remarks
from zoning.rules import lint as package
from zoning.rules.lint import CHECKS, Severity, lint
from zoning.rules.loading import load_rulebook_file
from zoning.rules.reading import Source

ROOT = Path(__file__).resolve().parents[4]
RULEBOOKS = sorted((ROOT / "data" / "rulebooks").glob("*.yaml"))
SHARED = {"remarks", "spans"}


def test_every_check_has_its_file_its_place_and_its_tests() -> None:
    files = {module.name for module in pkgutil.iter_modules(package.__path__)} - SHARED
    assert {check.__module__.rpartition(".")[2] for check in CHECKS} == files
    for name in files:
        assert (Path(__file__).parent / f"test_{name}.py").exists(), name


def test_remarks_come_by_line() -> None:
    twice = [height(("[1 m, 8 m)", 9), ("[9 m, inf)", 90)) for _ in range(2)]
    lines = [remark.line for remark in remarks(*twice)]
    assert len(lines) > 4
    assert lines == sorted(lines)


@pytest.mark.parametrize("path", RULEBOOKS, ids=lambda path: path.stem)
def test_the_rulebooks_of_the_project_have_no_errors(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = lint(load_rulebook_file(path), Source(text))
    assert [remark for remark in found if remark.severity == Severity.ERROR] == []
    if path.stem.startswith("demo"):
        assert found == []
