"""The example of the how-to works: its pieces make one clean rulebook, its mistake is told."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "write-your-citys-rulebook.md"


def blocks(language: str) -> list[str]:
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def linted(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the command prints for the file of the page, called in its folder."""
    monkeypatch.chdir(folder)
    Path("riverside.yaml").write_text(text, encoding="utf-8")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("lint_rulebook", "riverside.yaml", stdout=out)
    return out.getvalue()


def test_the_pieces_make_one_clean_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clean, _, *_ = blocks("text")
    assert linted("".join(blocks("yaml")), tmp_path, monkeypatch) == clean


def test_the_mistake_is_told_as_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, told, *_ = blocks("text")
    text = "".join(blocks("yaml"))
    assert "[12 m, inf)" in text
    assert linted(text.replace("[12 m, inf)", "[12.44 m, inf)"), tmp_path, monkeypatch) == told
