"""The linter as a whole: its checks, its order, and the rulebooks that come with the project."""

from __future__ import annotations

import pkgutil
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.zoning.rules.lint.conftest import height, remarks, written
from zoning.rules import lint as package
from zoning.rules.findings import Reason
from zoning.rules.limits import amount
from zoning.rules.lint import CHECKS, Severity, lint
from zoning.rules.loading import load_rulebook, load_rulebook_file
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


intervals = st.builds(
    lambda opening, low, length, closing: f"{opening}{low} m2, {low + length} m2{closing}",
    st.sampled_from("[("),
    st.integers(0, 6),
    st.integers(1, 6),
    st.sampled_from(")]"),
) | st.integers(0, 6).map(lambda low: f"[{low} m2, inf)")


@given(st.lists(st.tuples(intervals, st.integers(9, 11)), min_size=1, max_size=5))
@settings(max_examples=60)
def test_the_engine_finds_a_limit_exactly_where_the_linter_sees_no_hole(rows) -> None:
    rule = height(*rows, axis="lot_area")
    found = {remark.code for remark in remarks(rule)}
    compiled = load_rulebook(written(rule)).rules[0]
    probes = [Decimal(n) / 2 for n in range(2 * 13)]
    reasons = {amount(compiled, {"lot_area": value}).reason for value in probes}
    assert (Reason.NO_TABLE_ROW in reasons) == bool(found & {"gap", "table_ends"})
    assert (Reason.CONFLICT in reasons) == ("overlap" in found)


@pytest.mark.parametrize("path", RULEBOOKS, ids=lambda path: path.stem)
def test_the_rulebooks_of_the_project_have_no_errors(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = lint(load_rulebook_file(path), Source(text))
    assert [remark for remark in found if remark.severity == Severity.ERROR] == []
    if path.stem.startswith("demo"):
        assert found == []
