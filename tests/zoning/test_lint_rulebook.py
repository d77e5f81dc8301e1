"""The linter from the command line: its lines, its formats, its exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.zoning.rules.lint.conftest import height, written

CLEAN = height(("[0 m, 8 m)", 9), ("[8 m, inf)", 12))
GAP = height(("[0 m, 2.40 m)", 9), ("[2.44 m, inf)", 12))
WARNS = height(("[1 m, inf)", 9))


@pytest.fixture
def rulebook(tmp_path: Path) -> Callable[..., Path]:
    def write(*rules: dict[str, object], name: str = "rules.yaml") -> Path:
        path = tmp_path / name
        path.write_text(written(*rules), encoding="utf-8")
        return path

    return write


def run(*arguments: object) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("lint_rulebook", *map(str, arguments), stdout=out, stderr=err)
    return ended.value.code, out.getvalue(), err.getvalue()


def test_a_clean_rulebook_passes(rulebook: Callable[..., Path]) -> None:
    assert run(rulebook(CLEAN)) == (0, "0 errors · 0 warnings\n", "")


def test_an_error_is_told_with_file_line_and_sentence(rulebook: Callable[..., Path]) -> None:
    path = rulebook(GAP)
    code, out, _ = run(path)
    line = 1 + next(
        n for n, text in enumerate(path.read_text().splitlines()) if "- street_width" in text
    )
    assert code == 1
    assert out.startswith(
        f"{path}:{line}: error: rule-1: No row holds street_width [2.40 m, 2.44 m);"
    )


def test_warnings_fail_only_when_strict(rulebook: Callable[..., Path]) -> None:
    path = rulebook(WARNS)
    assert run(path)[0] == 0
    assert run(path, "--strict")[0] == 1
    assert run(rulebook(CLEAN, name="clean.yaml"), "--strict")[0] == 0


def test_several_files_are_looked_over_at_once(rulebook: Callable[..., Path]) -> None:
    code, out, _ = run(rulebook(CLEAN), rulebook(GAP, name="second.yaml"))
    assert code == 1
    assert "second.yaml:" in out


def test_the_previous_version_is_compared(rulebook: Callable[..., Path]) -> None:
    limit = {"kind": "height", "bound": "max", "unit": "m", "value": 10}
    before = rulebook({**limit, "value": 100}, name="before.yaml")
    assert "100 m" in run(rulebook(limit), "--previous", before)[1]


def test_json_has_the_code_and_the_sentence(rulebook: Callable[..., Path]) -> None:
    path = rulebook(WARNS)
    found = json.loads(run(path, "--format", "json")[1])
    assert [(one["file"], one["code"], one["severity"], one["rule"]) for one in found] == [
        (str(path), "table_ends", "warning", "rule-1")
    ]


def test_a_rulebook_that_does_not_load_is_told_in_the_same_form(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("rulebook: town\nrules: [{id: a}]\n")
    code, out, _ = run(path)
    assert code == 1
    assert f"{path}:2: error: rules.0.kind: this field is needed" in out


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_what_can_not_be_read_is_bad_input(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "rules.yaml"
    if content is not None:
        path.write_bytes(content)
    code, out, err = run(path)
    assert (code, out) == (3, "")
    assert err.startswith(f"{path}: ")


def test_a_file_that_can_not_be_read_does_not_hide_the_others(
    rulebook: Callable[..., Path], tmp_path: Path
) -> None:
    code, out, err = run(tmp_path / "nowhere.yaml", rulebook(GAP))
    assert code == 3
    assert "nowhere.yaml" in err
    assert "error: rule-1: No row holds" in out


@pytest.mark.parametrize("text", ["", "- a\n", "hello\n"])
def test_a_file_that_is_no_rulebook_at_all_is_told_what_one_has(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    code, out, _ = run(path)
    assert code == 1
    assert f"{path}:1: error: a rulebook is a list of fields" in out


def test_a_previous_version_with_mistakes_is_bad_input(
    rulebook: Callable[..., Path], tmp_path: Path
) -> None:
    previous = tmp_path / "before.yaml"
    previous.write_text("rulebook: town\n")
    code, _, err = run(rulebook(CLEAN), "--previous", previous)
    assert code == 3
    assert "before.yaml" in err
