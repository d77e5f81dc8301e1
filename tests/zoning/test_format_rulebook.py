"""A rulebook written in its usual form, from the command line."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.town import RULEBOOK
from zoning.rules.loading import load_rulebook_file


def ended_with(*arguments: object) -> tuple[int, str]:
    err = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("format_rulebook", *map(str, arguments), stdout=StringIO(), stderr=err)
    return ended.value.code, err.getvalue()


def test_what_is_written_is_the_same_rulebook(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    call_command("format_rulebook", str(RULEBOOK), output=path)
    assert load_rulebook_file(path).digest == load_rulebook_file(RULEBOOK).digest
    out = StringIO()
    call_command("format_rulebook", str(path), stdout=out)
    assert out.getvalue() == path.read_text(encoding="utf-8")


def test_check_says_whether_it_would_change_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    call_command("format_rulebook", str(RULEBOOK), output=path)
    assert ended_with(path, "--check")[0] == 0
    commented = path.read_text(encoding="utf-8") + "# seen\n"
    path.write_text(commented, encoding="utf-8")
    assert ended_with(path, "--check")[0] == 1
    assert path.read_text(encoding="utf-8") == commented


def test_what_can_not_be_read_or_written_is_bad_input(tmp_path: Path) -> None:
    assert ended_with(tmp_path / "none.yaml")[0] == 3
    bad = tmp_path / "bad.yaml"
    bad.write_text("rulebook: town\n")
    code, err = ended_with(bad)
    assert (code, "this field is needed" in err) == (3, True)
    assert ended_with(RULEBOOK, "--output", tmp_path / "none" / "rules.yaml")[0] == 3
