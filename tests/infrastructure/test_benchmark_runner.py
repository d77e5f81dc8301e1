"""bin/bench: runs what is named, refuses what is not there, writes the figures."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.benchmarks import __main__ as runner


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("tests.benchmarks.counting")
    module.__doc__ = "Counts to three.\n\nMore about counting."
    module.run = lambda: {"counted": 3.0, "p95_ms": 1.25}  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tests.benchmarks.counting", module)
    monkeypatch.setattr(runner, "benchmark_names", lambda: ["counting"])


@pytest.mark.usefixtures("counting")
def test_prints_and_writes_the_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "figures.json"
    assert runner.main(["counting", "--json", str(file)]) == 0
    assert "counting: Counts to three." in capsys.readouterr().out
    written = json.loads(file.read_text(encoding="utf-8"))
    assert written["benchmarks"] == {"counting": {"counted": 3.0, "p95_ms": 1.25}}
    assert written["machine"]["processors"] >= 1


@pytest.mark.usefixtures("counting")
def test_an_unknown_name_is_refused_with_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        runner.main(["flying"])
    assert ended.value.code == 2
    assert "no benchmark flying; there are: counting" in capsys.readouterr().err


@pytest.mark.usefixtures("counting")
def test_a_missing_folder_is_found_before_the_run(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        runner.main(["counting", "--json", str(tmp_path / "nowhere" / "figures.json")])


def test_every_benchmark_says_what_it_measures() -> None:
    for name in runner.benchmark_names():
        module = runner.load(name)
        assert runner.purpose(module), name
        assert callable(module.run), name
